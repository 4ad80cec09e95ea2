// Barriers that hold a run in a stage: named pipes, which the binary with barriers opens for reading before it goes on.

import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { type FileHandle, mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { test as base } from './test.js';
import { binaryWithBarriers } from './weir.js';

/** `committed`: the rows are in, and the run has not heard of it. */
export type Stage = 'validating' | 'importing' | 'processing' | 'committed';

export class Barriers {
  private readonly held = new Map<Stage, FileHandle>();

  private constructor(readonly folder: string) {}

  static async inNewFolder(): Promise<Barriers> {
    return new Barriers(await mkdtemp(join(tmpdir(), 'weir-barriers-')));
  }

  /** From now on, runs wait before they do the work of this stage. */
  async raise(...stages: Stage[]): Promise<void> {
    await promisify(execFile)('mkfifo', stages.map((stage) => this.pipe(stage)));
  }

  /** Resolves when a run has come to the barrier, where it stays. */
  async arrived(stage: Stage): Promise<void> {
    // Opening a pipe for writing waits until somebody has opened it for reading; whoever reads it waits until it is closed.
    const pipe = await open(this.pipe(stage), 'w');
    await this.held.get(stage)?.close();
    this.held.set(stage, pipe);
  }

  /** Waits until a run has come to the barrier, takes the barrier away, and lets the run go on. */
  async lower(stage: Stage): Promise<void> {
    await this.arrived(stage);
    await rm(this.pipe(stage));
    await this.held.get(stage)?.close();
    this.held.delete(stage);
  }

  /** Also frees a test that waits for a run that never comes. */
  async remove(): Promise<void> {
    for (const name of await readdir(this.folder)) {
      const pipe = await open(join(this.folder, name), constants.O_RDONLY | constants.O_NONBLOCK);
      await pipe.close();
    }
    for (const pipe of this.held.values()) await pipe.close();
    await rm(this.folder, { recursive: true });
  }

  private pipe(stage: Stage): string {
    return join(this.folder, stage);
  }
}

/** A test whose Weir has barriers, and takes a worker for dead after two seconds. */
export const testWithBarriers = base.extend<{ barriers: Barriers }>({
  barriers: async ({}, use) => {
    const barriers = await Barriers.inNewFolder();
    await use(barriers);
    await barriers.remove();
  },
  weirOptions: async ({ barriers }, use) => {
    await use({ binary: binaryWithBarriers, environment: { WEIR_BARRIERS: barriers.folder, WEIR_LEASE_SECONDS: '2' } });
  },
});
