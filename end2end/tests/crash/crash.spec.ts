import { createHash } from 'node:crypto';
import { setTimeout as passes } from 'node:timers/promises';

import type { Api, Run } from '../../support/api.js';
import { customersImport, generateCustomers } from '../../support/customers.js';
import { digestOf } from '../../support/dataset.js';
import { inNewFolder } from '../../support/folder.js';
import { Random } from '../../support/random.js';
import { expect, test } from '../../support/test.js';
import type { Weir } from '../../support/weir.js';

const records = Number(process.env['CRASH_RECORDS'] ?? 100_000);
const imports = Number(process.env['CRASH_IMPORTS'] ?? 10);
const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);
/** The third loss of its worker halts a run, which is a rule of its own. */
const killsAtMost = 2;

test.use({ weirOptions: { environment: { WEIR_LEASE_SECONDS: '2' } } });

test('imports that were killed at random moments end as if nothing had happened', async ({ api, weir }) => {
  test.setTimeout(imports * 60_000 + records);
  console.log(`CRASH_SEED=${seed} CRASH_RECORDS=${records} CRASH_IMPORTS=${imports}`);
  const random = new Random(seed);
  await inNewFolder(async (folder) => {
    const customers = await generateCustomers(folder, records);
    const upload = await api.upload(customers.file);
    const begin = async (dataset: string) => {
      const job = await api.setUp(await customersImport(customers, dataset), upload);
      return api.activate(job, upload);
    };

    const calm = await api.runEnds(await begin('undisturbed'));
    expect(calm.row.seen).toBe(records);
    expect(calm.row.rejected).toBe(customers.damaged.length);
    const wanted = await outcome(api, weir, calm, 'undisturbed');
    const duration = (calm.row.ended_at ?? 0) - calm.row.started_at;

    let interrupted = 0;
    for (let number = 1; number <= imports; number++) {
      const dataset = `disturbed_${number}`;
      const run = await begin(dataset);
      const kills = 1 + random.below(killsAtMost);
      const moments: string[] = [];
      for (let kill = 0; kill < kills; kill++) {
        // The moment itself is what is tested; it is not a wait for something.
        const moment = random.below(duration);
        if (kill > 0) await weir.hasWritten(new RegExp(`claimed run=${run}`));
        await passes(moment);
        await weir.stop('SIGKILL');
        await weir.start();
        const { status } = (await api.run(run)).row;
        moments.push(`${moment} ms ${status}`);
        if (/completed|failed|halted|cancelled/.test(status)) break;
        interrupted++;
      }
      console.log(`${dataset}: killed after ${moments.join(', then ')}`);
      const ended = await api.runEnds(run);
      expect(await outcome(api, weir, ended, dataset), `${dataset} of seed ${seed}`).toEqual(wanted);
    }
    expect(interrupted, 'kills that met a run under way').toBeGreaterThanOrEqual(imports / 2);
  });
});

/** Everything that a run leaves behind, in a form that can be compared. */
async function outcome(api: Api, weir: Weir, { row }: Run, dataset: string) {
  const { status, seen, imported, rejected } = row;
  return {
    ...{ status, seen, imported, rejected },
    rows: await digestOf(weir, dataset),
    exact: digest(await api.report(row.id, 'exact')),
    explained: digest(await api.report(row.id, 'explained.csv')),
  };
}

function digest(bytes: Buffer): string {
  return `${bytes.length} bytes ${createHash('sha256').update(bytes).digest('hex')}`;
}
