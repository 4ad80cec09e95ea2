import type { Page } from '@playwright/test';

import { namespace } from '../../support/api.js';
import { testWithBarriers as test } from '../../support/barriers.js';
import { asImport, leads } from '../../support/journeys.js';
import * as pages from '../../support/pages.js';
import { expect } from '../../support/test.js';

test('jobs list and run page show every stage without being loaded anew', async ({ api, barriers, context, page }) => {
  const wanted = asImport(leads);
  const upload = await api.upload(wanted.file);
  const job = await api.setUp(wanted, upload);
  const list = await context.newPage();
  await pages.openPage(list, pages.jobsPage);
  const isSameList = await pages.markDocument(list);
  await expect(pages.rowOfJob(list, leads.name).getByText('Draft')).toBeVisible();

  await barriers.raise('validating', 'importing', 'processing');
  const run = await api.activate(job, upload);
  await expect(pages.rowOfJob(list, leads.name).getByText('Active')).toBeVisible();
  await pages.openPage(page, pages.runPage(run));
  const isSameRun = await pages.markDocument(page);

  await expectStage(page, list, 'Validating');
  await barriers.lower('validating');
  await expectStage(page, list, 'Importing');
  await barriers.lower('importing');
  await expectStage(page, list, 'Processing');
  await barriers.lower('processing');

  await expect(pages.badge(page, 'Partially Completed')).toBeVisible();
  await expect(pages.tile(page, 'Imported')).toHaveText(String(leads.imported));
  await expect(page.getByRole('progressbar')).toBeHidden();
  const row = pages.rowOfJob(list, leads.name);
  await expect(row.getByText('Completed', { exact: true })).toBeVisible();
  await expect(row.getByRole('link', { name: 'Partially Completed' })).toBeVisible();
  expect([await isSameList(), await isSameRun()], 'no page was loaded anew').toEqual([true, true]);
});

test.describe('when Weir crashes and comes back', () => {
  test.use({ expectedConsoleErrors: [/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET/] });

  test('a page that stayed open goes on with the run', async ({ api, barriers, page, weir }) => {
    await barriers.raise('importing');
    const run = await api.begin(asImport(leads));
    await pages.openPage(page, pages.runPage(run));
    const isSameDocument = await pages.markDocument(page);
    await expect(pages.badge(page, 'Importing')).toBeVisible();
    await barriers.arrived('importing');

    await weir.stop('SIGKILL');
    await weir.start();
    await barriers.lower('importing');

    await expect(pages.badge(page, 'Partially Completed')).toBeVisible({ timeout: 20_000 });
    await expect(pages.tile(page, 'Imported')).toHaveText(String(leads.imported));
    expect(await isSameDocument(), 'the page was not loaded anew').toBe(true);
  });
});

test('a page says that a server stands still, and goes on with it', async ({ api, page, weir }) => {
  expect(api.cookie.value).not.toBe('');
  await pages.openPage(page, pages.jobsPage);
  const isSameDocument = await pages.markDocument(page);
  const note = page.getByText('Reconnecting', { exact: true });
  await expect(note).toBeHidden();
  weir.signal('SIGSTOP');
  try {
    // No connection breaks: only signs of life are missing.
    await expect(note).toBeVisible({ timeout: 30_000 });
  } finally {
    weir.signal('SIGCONT');
  }
  await expect(note).toBeHidden({ timeout: 15_000 });
  await api.call('create_job', { namespace, name: 'Made afterwards' });
  await expect(page.getByRole('link', { name: 'Made afterwards' })).toBeVisible();
  expect(await isSameDocument(), 'the page was not loaded anew').toBe(true);
});

async function expectStage(page: Page, list: Page, stage: string): Promise<void> {
  await expect(pages.badge(page, stage)).toBeVisible();
  await expect(page.getByRole('progressbar', { name: stage })).toBeVisible();
  const row = pages.rowOfJob(list, leads.name);
  await expect(row.getByText(stage)).toBeVisible();
  await expect(row.getByRole('progressbar', { name: stage })).toBeVisible();
}
