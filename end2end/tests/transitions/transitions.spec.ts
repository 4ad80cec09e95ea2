// Every transition that a person can cause, by the pages alone. Set-ups, edits, new files and corrections have tests of their own.

import type { Page } from '@playwright/test';

import { namespace } from '../../support/api.js';
import { testWithBarriers as test } from '../../support/barriers.js';
import { asImport, leads } from '../../support/journeys.js';
import * as pages from '../../support/pages.js';
import { expect } from '../../support/test.js';

const jobPage = (job: string) => `/n/${namespace}/jobs/${job}`;

test('a job is paused, brought back by undo, paused again and reactivated', async ({ api, page }) => {
  const job = await api.beginLater(asImport(leads));
  await pages.openPage(page, pages.jobsPage);
  await act(page, 'Pause job');
  await expect(status(page, 'Paused')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(status(page, 'Active')).toBeVisible();

  await act(page, 'Pause job');
  await expect(status(page, 'Paused')).toBeVisible();
  await pages.openPage(page, jobPage(job));
  await expect(page.getByRole('region', { name: 'Configuration' })).not.toContainText('next run');
  await page.getByRole('button', { name: 'Reactivate job' }).first().click();
  await expect(pages.badge(page, 'Active')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Configuration' })).toContainText('next run');
});

test('a completed job runs again, is duplicated, and is deleted after a question', async ({ api, page }) => {
  const { row } = await api.runEnds(await api.begin(asImport(leads)));
  await pages.openPage(page, pages.jobsPage);
  await act(page, 'Run now');
  const runs = pages.rowOfJob(page, leads.name).getByRole('link', { name: 'Partially Completed' });
  await expect(runs).toHaveCount(2);

  await act(page, 'Duplicate job');
  await expect(page.getByText(`Duplicated “${leads.name}” as a draft`)).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(`Copy of ${leads.name}`);

  await pages.openPage(page, jobPage(row.job));
  const actions = page.getByRole('button', { name: `Actions for ${leads.name}` });
  const dialog = page.getByRole('dialog');
  const answers = [() => page.keyboard.press('Escape'), () => dialog.getByRole('button', { name: 'Cancel' }).click()];
  for (const answerNo of answers) {
    await actions.click();
    await page.getByRole('menuitem', { name: 'Delete job' }).click();
    await expect(dialog).toContainText('This cannot be undone');
    await answerNo();
    await expect(dialog).toBeHidden();
    await expect(actions).toBeFocused();
  }
  await expect(pages.badge(page, 'Completed')).toBeVisible();
  await actions.click();
  await page.getByRole('menuitem', { name: 'Delete job' }).click();
  await dialog.getByRole('button', { name: 'Delete job' }).click();
  await expect(page).toHaveURL(new RegExp(`${pages.jobsPage}$`));
  await expect(pages.rowOfJob(page, leads.name)).toHaveCount(0);
});

test('a run is cancelled, its job is paused, and reactivating imports the file', async ({ api, barriers, page }) => {
  await barriers.raise('importing');
  const run = await api.begin(asImport(leads));
  await barriers.arrived('importing');
  await pages.openPage(page, pages.runPage(run));
  await page.getByRole('button', { name: 'Cancel run' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel run' }).click();
  await barriers.lower('importing');
  await expect(pages.badge(page, 'Cancelled')).toBeVisible();
  await expect(page.getByText('It was stopped before anything went in.')).toBeVisible();

  await pages.openPage(page, pages.jobsPage);
  await expect(status(page, 'Paused')).toBeVisible();
  await act(page, 'Reactivate job');
  await expect(status(page, 'Completed')).toBeVisible();
});

test('a run is retried whole, after a warning where that brings rows in twice', async ({ api, page }) => {
  const fields = leads.columns.map((column) => ({ name: column.field, type: { kind: column.type } }));
  const { row } = await api.runEnds(await api.begin({ ...asImport(leads), method: 'insert', fields }));
  await pages.openPage(page, pages.runPage(row.id));
  await page.getByRole('button', { name: 'Retry' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('With the method insert they come in a second time.');
  await dialog.getByRole('button').last().click();
  await expect(page).not.toHaveURL(new RegExp(row.id));
  await api.runEnds(pages.shownRun(page));
  await expect(pages.badge(page, 'Partially Completed')).toBeVisible();
  const { rows } = await api.call<{ rows: number }>('dataset', { namespace, name: leads.dataset });
  expect(rows).toBe(2 * row.imported);
});

test('a draft is deleted', async ({ api, page }) => {
  await api.call('create_job', { namespace, name: leads.name });
  await pages.openPage(page, pages.jobsPage);
  await expect(status(page, 'Draft')).toBeVisible();
  await act(page, 'Delete job');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete job' }).click();
  await expect(pages.rowOfJob(page, leads.name)).toHaveCount(0);
});

const status = (page: Page, name: string) => pages.rowOfJob(page, leads.name).getByText(name, { exact: true });

/** Chooses from the Action menu of the job's line. */
async function act(page: Page, action: string): Promise<void> {
  await pages.rowOfJob(page, leads.name).getByRole('button', { name: `Actions for ${leads.name}` }).click();
  await page.getByRole('menuitem', { name: action }).click();
}
