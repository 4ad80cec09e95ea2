// Weir's own endpoints over HTTP, as its pages call them: for the parts of a test that are not about pages.

import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';

import type { Weir } from './weir.js';

export const firstPerson = { email: 'grace@example.org', name: 'Grace Hopper', password: 'quiet water over stones' };

/** The namespace that the first start makes. */
export const namespace = 'main';

const chunkBytes = 8 << 20;
const finalStatuses = ['completed', 'partially_completed', 'failed', 'halted', 'cancelled'];

export interface Field {
  name: string;
  type: { kind: string; scale?: number; zoned?: boolean };
  required?: boolean;
  key?: boolean;
}

export interface Import {
  name: string;
  dataset: string;
  fields: Field[];
  method: 'insert' | 'upsert';
  dialect: object;
  mapping: { columns: object[] };
  /** Path of the whole file, or of the sample of a job that finds its files by itself. */
  file: string;
  /** The form of a watched folder; without it, files are uploaded. */
  source?: object;
  /** Without it, now. */
  schedule?: object;
}

export interface Run {
  row: {
    id: string;
    job: string;
    status: string;
    reason: { code: string; sentence: string; next_step: string } | null;
    seen: number;
    imported: number;
    rejected: number;
    started_at: number;
    ended_at: number | null;
  };
}

export interface Setup {
  version: number;
  status: string;
}

export class Api {
  private constructor(
    private readonly weir: Weir,
    private readonly session: string,
  ) {}

  /** Uses the first start's one-time link. */
  static async ofFirstPerson(weir: Weir): Promise<Api> {
    const token = new URL(weir.firstLink).pathname.split('/').at(-1) ?? '';
    const response = await fetch(`${weir.address}/ui/accept_link`, {
      method: 'POST',
      headers: { Origin: weir.address },
      body: new URLSearchParams({ token, ...firstPerson }),
      redirect: 'manual',
    });
    const session = /weir_session=(\w+)/.exec(response.headers.get('set-cookie') ?? '')?.[1];
    if (session === undefined) throw new Error(`no session: ${response.status} ${await response.text()}`);
    return new Api(weir, session);
  }

  /** For the browser that is to be signed in as the same person. */
  get cookie() {
    return { name: 'weir_session', value: this.session, url: this.weir.address };
  }

  async call<Answer>(endpoint: string, input: object): Promise<Answer> {
    const response = await this.request('POST', `/ui/${endpoint}`, JSON.stringify(input), {
      'Content-Type': 'application/json',
    });
    return (await this.checked(response).then((good) => good.json())) as Answer;
  }

  /** Sends what a form of a page sends. */
  async submit<Answer>(endpoint: string, fields: Record<string, string>): Promise<Answer> {
    const response = await this.request('POST', `/ui/${endpoint}`, new URLSearchParams(fields).toString(), {
      'Content-Type': 'application/x-www-form-urlencoded',
    });
    return (await this.checked(response).then((good) => good.json())) as Answer;
  }

  async request(method: string, path: string, body?: string | Buffer, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.weir.address + path, {
      method,
      headers: { Cookie: `weir_session=${this.session}`, Origin: this.weir.address, Accept: 'application/json', ...headers },
      body: typeof body === 'object' ? new Uint8Array(body) : (body ?? null),
      redirect: 'manual',
    });
  }

  /** Uploads a file, or its first `limit` bytes, in chunks; answers the upload's id. */
  async upload(path: string, limit = Infinity): Promise<string> {
    const file = await open(path);
    try {
      const bytes = Math.min((await file.stat()).size, limit);
      const announcement = JSON.stringify({ file_name: basename(path), bytes });
      const json = { 'Content-Type': 'application/json' };
      const created = await this.checked(await this.request('POST', `/n/${namespace}/uploads`, announcement, json));
      const { id } = (await created.json()) as { id: string };
      const chunk = Buffer.alloc(Math.min(chunkBytes, bytes));
      for (let offset = 0; offset < bytes; ) {
        const { bytesRead } = await file.read(chunk, 0, Math.min(chunk.length, bytes - offset), offset);
        const place = { 'Upload-Offset': String(offset) };
        await this.checked(await this.request('PUT', `/n/${namespace}/uploads/${id}`, chunk.subarray(0, bytesRead), place));
        offset += bytesRead;
      }
      return id;
    } finally {
      await file.close();
    }
  }

  /** Everything up to the Review page; answers the job's id. `upload` is the whole file, uploaded already. */
  async setUp(wanted: Import, upload: string): Promise<string> {
    const { size: fileBytes } = await stat(wanted.file);
    const { id: dataset } = await this.call<{ id: string }>('create_dataset', {
      namespace,
      dataset: { name: wanted.dataset, fields: wanted.fields },
    });
    const job = await this.call<string>('create_job', { namespace, name: wanted.name });
    await this.save(job, { basics: { name: wanted.name, dataset, method: wanted.method } });
    await this.save(job, { source: wanted.source ?? null });
    await this.save(job, {
      sample: { upload, file_bytes: fileBytes, dialect: wanted.dialect, mapping: wanted.mapping },
    });
    await this.until(async () => (await this.setup(job)).status !== 'sampling');
    await this.save(job, { schedule: wanted.schedule ?? { when: 'now' } });
    return job;
  }

  async activate(job: string, upload: string): Promise<string> {
    const { version } = await this.setup(job);
    return this.call('activate', { namespace, job, version, upload });
  }

  /** Sets a job up and activates it; answers the id of its run. */
  async begin(wanted: Import): Promise<string> {
    const upload = await this.upload(wanted.file);
    return this.activate(await this.setUp(wanted, upload), upload);
  }

  /** Sets a job up and activates it for a day that is far away; answers the job's id. */
  async beginLater(wanted: Import): Promise<string> {
    const upload = await this.upload(wanted.file);
    const job = await this.setUp(wanted, upload);
    await this.save(job, { schedule: { when: 'at', date: '2099-12-01', time: '06:00', time_zone: 'UTC' } });
    await this.activate(job, upload);
    return job;
  }

  async setup(job: string): Promise<Setup> {
    return this.call('setup', { namespace, job });
  }

  async run(run: string): Promise<Run> {
    return this.call('run', { namespace, run });
  }

  /** The run as it is when it has ended. */
  async runEnds(run: string): Promise<Run> {
    await this.until(async () => finalStatuses.includes((await this.run(run)).row.status));
    return this.run(run);
  }

  async report(run: string, file: 'exact' | 'explained.csv'): Promise<Buffer> {
    const response = await this.checked(await this.request('GET', `/n/${namespace}/runs/${run}/report/${file}`));
    return Buffer.from(await response.arrayBuffer());
  }

  /** Looks at once, and again whenever Weir tells that something has changed. */
  private async until(isSo: () => Promise<boolean>): Promise<void> {
    const leaving = new AbortController();
    const events = await fetch(`${this.weir.address}/n/${namespace}/events`, {
      headers: { Cookie: `weir_session=${this.session}` },
      signal: leaving.signal,
    });
    if (!events.ok || events.body === null) throw new Error(`no events: ${events.status}`);
    const changes = events.body.getReader();
    try {
      while (!(await changes.read()).done) {
        if (await isSo()) return;
      }
      throw new Error('the stream of events ended first');
    } finally {
      leaving.abort();
    }
  }

  private async save(job: string, step: object | string): Promise<void> {
    const { version } = await this.setup(job);
    await this.call('save_step', { namespace, job, version, step });
  }

  private async checked(response: Response): Promise<Response> {
    if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
    return response;
  }
}
