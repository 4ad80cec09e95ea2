// A file of several chunks, so that its upload can be watched and interrupted.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { namespace, type Api, type Import } from './api.js';

/** Of one request of an upload. */
export const chunkBytes = 8 << 20;
const sampleBytes = 1 << 20;

/** Writes a file of about `chunks` chunks into the folder. */
export async function largeImport(folder: string, chunks: number, dataset = 'lines'): Promise<Import> {
  const line = `${'a quiet line of a large file, '.repeat(4)}\n`;
  const file = join(folder, `${dataset}.csv`);
  await writeFile(file, `note\n${line.repeat(Math.floor((chunkBytes * chunks) / line.length))}`);
  return {
    name: `Into ${dataset}`,
    dataset,
    fields: [{ name: 'note', type: { kind: 'text' } }],
    method: 'insert',
    dialect: { encoding: 'utf-8', delimiter: null, quote: '"', escape: 'doubled', header: 'present', preamble_rows: 0 },
    mapping: { columns: [{ name: 'note', field: 'note', format: {} }] },
    file,
  };
}

/** A job that waits on its Review page for the whole file; answers that page. */
export async function reviewOf(api: Api, wanted: Import): Promise<string> {
  const job = await api.setUp(wanted, await api.upload(wanted.file, sampleBytes));
  return `/n/${namespace}/jobs/${job}/setup/review`;
}

/** The requests of a page's uploads; from the second chunk on they wait until they are let through. */
export class HeldUpload {
  readonly offsets: number[] = [];
  announced = 0;
  private letThrough: () => void = () => undefined;
  private readonly gate = new Promise<void>((open) => (this.letThrough = open));
  private arrive: () => void = () => undefined;
  /** The first chunk has arrived, and another one waits. */
  readonly isUnderWay = new Promise<void>((here) => (this.arrive = here));

  static async of(page: Page): Promise<HeldUpload> {
    const held = new HeldUpload();
    await page.route(/\/uploads(\/|$)/, async (route, request) => {
      if (request.method() === 'POST') held.announced += 1;
      if (request.method() === 'PUT') {
        held.offsets.push(Number(request.headers()['upload-offset']));
        if (held.offsets.length > 1) {
          held.arrive();
          await held.gate;
        }
      }
      // The page may have gone in the meantime.
      await route.continue().catch(() => undefined);
    });
    return held;
  }

  release(): void {
    this.letThrough();
  }
}
