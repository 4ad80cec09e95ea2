import { Barriers } from '../../support/barriers.js';
import { asImport, kunden, leads } from '../../support/journeys.js';
import { badge, openPage, runPage } from '../../support/pages.js';
import { expect, test as base } from '../../support/test.js';
import { binaryWithBarriers } from '../../support/weir.js';

const test = base.extend<{ barriers: Barriers }>({
  barriers: async ({}, use) => {
    const barriers = await Barriers.inNewFolder();
    await use(barriers);
    await barriers.remove();
  },
  weirOptions: async ({ barriers }, use) => {
    await use({ binary: binaryWithBarriers, environment: { WEIR_BARRIERS: barriers.folder, WEIR_LEASE_SECONDS: '2' } });
  },
});

test('a run that takes its worker down three times is halted, and the next job still runs', async ({ api, barriers, page, weir }) => {
  await barriers.raise('importing');
  const run = await api.begin(asImport(leads));
  for (let time = 1; time <= 3; time++) {
    await weir.hasWritten(new RegExp(`advanced run=${run} status="?importing`));
    await weir.stop('SIGKILL');
    await weir.start();
  }
  const ended = await api.runEnds(run);
  expect(ended.row).toMatchObject({ status: 'halted', imported: 0 });
  expect(ended.row.reason?.code).toBe('internal_error');

  await openPage(page, runPage(run));
  await expect(badge(page, 'Halted')).toBeVisible();
  await expect(page.getByText(run)).toBeVisible();

  const next = await api.begin(asImport(kunden));
  await barriers.lower('importing');
  expect((await api.runEnds(next)).row).toMatchObject({ status: 'partially_completed', imported: kunden.imported });
});
