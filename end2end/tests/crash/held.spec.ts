import { readFile } from 'node:fs/promises';

import { testWithBarriers as test } from '../../support/barriers.js';
import { rowsOf } from '../../support/dataset.js';
import { asImport, kunden, leads, pathOf } from '../../support/journeys.js';
import { badge, openPage, runPage } from '../../support/pages.js';
import { expect } from '../../support/test.js';

test('a crash between the commit and its being written down brings no row in twice', async ({ api, barriers, weir }) => {
  await barriers.raise('committed');
  const run = await api.begin({ ...asImport(leads), method: 'insert' });
  await barriers.arrived('committed');
  await weir.stop('SIGKILL');
  await weir.start();

  const { imported, rejected } = leads;
  expect((await api.runEnds(run)).row).toMatchObject({ status: 'partially_completed', imported, rejected });
  expect(await rowsOf(weir, leads.dataset)).toHaveLength(imported);
  expect((await api.report(run, 'exact')).equals(await readFile(pathOf(leads.exactReport)))).toBe(true);
});

test('a run that takes its worker down three times is halted, and the next job still runs', async ({ api, barriers, page, weir }) => {
  await barriers.raise('importing');
  const run = await api.begin(asImport(leads));
  for (let time = 1; time <= 3; time++) {
    await barriers.arrived('importing');
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
