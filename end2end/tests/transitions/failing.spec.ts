// What a person can do with runs and jobs that fail, wait or are stopped, by the pages alone.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { namespace, type Api } from '../../support/api.js';
import { testWithBarriers } from '../../support/barriers.js';
import { inNewFolder } from '../../support/folder.js';
import { asImport, leads, orders, pathOf, runPastTheLimit } from '../../support/journeys.js';
import * as pages from '../../support/pages.js';
import { expect, test } from '../../support/test.js';

const jobPage = (job: string) => `/n/${namespace}/jobs/${job}`;
const history = (page: Page) => page.getByRole('table', { name: 'Run history' });

testWithBarriers.describe('a run that is refused', () => {
  testWithBarriers.use({ expectedConsoleErrors: [/409/] });

  testWithBarriers('one more run waits behind the one under way, and both are cancelled', async ({ api, barriers, page }) => {
    const wanted = asImport(leads);
    const upload = await api.upload(wanted.file);
    const set = await api.setUp(wanted, upload);
    // Not before: the sample is read at the same barrier.
    await barriers.raise('validating');
    const run = await api.activate(set, upload);
    await barriers.arrived('validating');
    await pages.openPage(page, pages.jobsPage);
    await act(page, 'Run now');
    await expect(page.getByText(`Queued a run of “${leads.name}”`)).toBeVisible();
    await act(page, 'Run now');
    await expect(page.getByText('One more run of the job waits already.')).toBeVisible();

    const { row } = await api.run(run);
    await pages.openPage(page, jobPage(row.job));
    await history(page).getByRole('row').filter({ hasText: 'Queued' }).getByRole('link').first().click();
    await cancel(page);
    await pages.openPage(page, pages.runPage(run));
    await expect(pages.badge(page, 'Validating')).toBeVisible();
    await page.getByRole('button', { name: 'Cancel run' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel run' }).click();
    await barriers.lower('validating');
    await expect(pages.badge(page, 'Cancelled')).toBeVisible();

    await retry(page);
    await expect(pages.badge(page, 'Partially Completed')).toBeVisible();
    await pages.openPage(page, jobPage(row.job));
    await expect(pages.badge(page, 'Completed')).toBeVisible();
  });
});

testWithBarriers('a pause leaves the run under way alone', async ({ api, barriers, page }) => {
  await barriers.raise('importing');
  const run = await api.begin(asImport(leads));
  await barriers.arrived('importing');
  await pages.openPage(page, pages.jobsPage);
  await act(page, 'Pause job');
  await expect(pages.rowOfJob(page, leads.name).getByText('Paused', { exact: true })).toBeVisible();
  await barriers.lower('importing');
  await expect(pages.rowOfJob(page, leads.name).getByRole('link', { name: 'Partially Completed' })).toBeVisible();
  await pages.openPage(page, pages.runPage(run));
  await expect(pages.tile(page, 'Imported')).toHaveText(String(leads.imported));
});

test('a run of which nothing fitted is Failed, is not rerun by itself, and is retried', async ({ api, page }) => {
  const job = await inNewFolder(async (folder) => {
    const header = leads.columns.map(({ column }) => column).join(',');
    const file = join(folder, 'leads.csv');
    await writeFile(file, `${header}\nno address,Ada,,,x,\n`);
    return runWith(api, file);
  });
  await pages.openPage(page, jobPage(job));
  await expect(pages.badge(page, 'Halted')).toBeVisible();
  await expect(history(page).getByText('Waits to be rerun')).toHaveCount(0);
  await history(page).getByRole('row').filter({ hasText: 'Failed' }).getByRole('link').first().click();
  const failed = page.url();
  await retry(page);
  await expect(page).not.toHaveURL(failed);
  expect((await api.runEnds(pages.shownRun(page))).row.status).toBe('failed');
  await expect(pages.badge(page, 'Failed')).toBeVisible();
});

test('a pause that drops a waiting rerun asks first', async ({ api, page }) => {
  await runPastTheLimit(api);
  await pages.openPage(page, pages.jobsPage);
  await expect(pages.rowOfJob(page, leads.name)).toContainText(/attempt 2 of 6 at /);
  await act(page, 'Pause job');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('The run that waits does not come any more');
  await dialog.getByRole('button', { name: 'Pause job' }).click();
  await expect(pages.rowOfJob(page, leads.name).getByText('Paused', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Undo' })).toHaveCount(0);
});

test('a Halted job is reactivated, and its run is retried', async ({ api, page }) => {
  const job = await runWith(api, pathOf(orders.file));
  await pages.openPage(page, jobPage(job));
  await expect(pages.badge(page, 'Halted')).toBeVisible();
  const halted = history(page).getByRole('row').filter({ hasText: 'Halted' });
  await page.getByRole('button', { name: 'Reactivate job' }).first().click();
  await expect(halted).toHaveCount(2);
  await expect(pages.badge(page, 'Halted')).toBeVisible();
  await halted.first().getByRole('link').first().click();
  await retry(page);
  await expect(pages.badge(page, 'Halted')).toBeVisible();
  await pages.openPage(page, jobPage(job));
  await expect(halted).toHaveCount(3);
});

test('a sample that could not be processed is repaired on its page', async ({ api, page }) => {
  const wanted = asImport(leads);
  const upload = await api.upload(wanted.file);
  const job = await api.setUp({ ...wanted, dialect: { ...wanted.dialect, delimiter: ';' } }, upload);
  await pages.openPage(page, `/n/${namespace}/jobs`);
  await expect(pages.rowOfJob(page, leads.name).getByText('Sampling failed', { exact: true })).toBeVisible();
  await pages.openPage(page, `${jobPage(job)}/setup/sample`);
  await expect(page.getByText(/^Sampling failed: /)).toBeVisible();
  await page.getByRole('combobox', { name: /^Column delimiter/ }).selectOption(',');
  await page.getByRole('button', { name: 'Continue' }).click();
  await pages.openPage(page, `/n/${namespace}/jobs`);
  await expect(pages.rowOfJob(page, leads.name).getByText('Draft', { exact: true })).toBeVisible();
});

/** The job, whose last run reads another file than it was set up with. */
async function runWith(api: Api, file: string): Promise<string> {
  const { row } = await api.runEnds(await api.begin(asImport(leads)));
  const upload = await api.upload(file);
  await api.call('run_with_new_file', { namespace, job: row.job, upload });
  return row.job;
}

/** Chooses from the Action menu of the job's line. */
async function act(page: Page, action: string): Promise<void> {
  await pages.rowOfJob(page, leads.name).getByRole('button', { name: `Actions for ${leads.name}` }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

async function cancel(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Cancel run' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel run' }).click();
  await expect(pages.badge(page, 'Cancelled')).toBeVisible();
}

async function retry(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Retry' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Retry' }).click();
}
