import type { Page } from '@playwright/test';

import * as pages from '../../support/pages.js';
import { expect, test } from '../../support/test.js';

test.use({ weirOptions: { words: ['--demo'] } });

const jobs: [name: string, status: string][] = [
  ['Price list of the supplier', 'Draft'],
  ['Reviews', 'Sampling'],
  ['Loyalty cards', 'Sampling failed'],
  ['Orders of the shop', 'Active'],
  ['Leads of the fair', 'Paused'],
  ['Contacts of the CRM', 'Halted'],
  ['Kunden aus dem ERP', 'Completed'],
];

/** A job, and a status that one of its last runs has. */
const runs: [name: string, status: string][] = [
  ['Stock of the warehouse', 'Queued'],
  ['Stock of the warehouse', 'Validating'],
  ['Invoices of October', 'Importing'],
  ['Shipments', 'Processing'],
  ['Orders of the shop', 'Completed'],
  ['Kunden aus dem ERP', 'Partially Completed'],
  ['Newsletter sign-ups', 'Failed'],
  ['Contacts of the CRM', 'Halted'],
  ['Returns of autumn', 'Cancelled'],
];

test('the demo has a job and a run in every status', async ({ weir, page }) => {
  const [, email = '', password = ''] = /Sign in as (\S+) with the password (\S+)/.exec(weir.output) ?? [];
  await page.goto('/sign-in');
  await pages.signIn(page, email, password);
  await expect(page.getByRole('heading', { level: 1, name: 'Jobs' })).toBeVisible();
  for (const [name, status] of jobs) {
    await expect(pages.rowOfJob(page, name).getByText(status, { exact: true }).first(), name).toBeVisible();
  }
  for (const [name, status] of runs) await expectRun(page, name, status);

  await pages.openPage(page, pages.jobsPage);
  await page.getByRole('link', { name: 'Contacts of the CRM' }).click();
  await expect(page.getByRole('link', { name: 'Look at the changed columns' })).toBeVisible();
});

async function expectRun(page: Page, name: string, status: string): Promise<void> {
  await pages.openPage(page, pages.jobsPage);
  await page.getByRole('link', { name, exact: true }).click();
  const history = page.getByRole('table', { name: 'Run history' });
  await expect(history.getByText(status, { exact: true }).first(), `a run of ${name}`).toBeVisible();
}
