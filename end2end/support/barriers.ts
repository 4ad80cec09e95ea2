// Barriers that hold a run in a stage: named pipes, which the binary with barriers opens for reading before it goes on.

import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export type Stage = 'validating' | 'importing' | 'processing';

export class Barriers {
  private constructor(readonly folder: string) {}

  static async inNewFolder(): Promise<Barriers> {
    return new Barriers(await mkdtemp(join(tmpdir(), 'weir-barriers-')));
  }

  /** From now on, runs wait before they do the work of this stage. */
  async raise(...stages: Stage[]): Promise<void> {
    await promisify(execFile)('mkfifo', stages.map((stage) => this.pipe(stage)));
  }

  /** Waits until a run has come to the barrier, takes the barrier away, and lets the run go on. */
  async lower(stage: Stage): Promise<void> {
    const pipe = await open(this.pipe(stage), 'w');
    await rm(this.pipe(stage));
    await pipe.close();
  }

  /** Also frees a test that waits for a run that never comes. */
  async remove(): Promise<void> {
    for (const name of await readdir(this.folder)) {
      const pipe = await open(join(this.folder, name), constants.O_RDONLY | constants.O_NONBLOCK);
      await pipe.close();
    }
    await rm(this.folder, { recursive: true });
  }

  private pipe(stage: Stage): string {
    return join(this.folder, stage);
  }
}
