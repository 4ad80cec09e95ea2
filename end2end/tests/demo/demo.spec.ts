import type { Page } from '@playwright/test';

import { expectNoBarrier } from '../../support/barrier-free.js';
import * as pages from '../../support/pages.js';
import { expect, test } from '../../support/test.js';
import type { Weir } from '../../support/weir.js';

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
  await signIn(page, weir);
  for (const [name, status] of jobs) {
    await expect(pages.rowOfJob(page, name).getByText(status, { exact: true }).first(), name).toBeVisible();
  }
  for (const [name, status] of runs) await expectRun(page, name, status);

  await openJob(page, 'Invoices of October');
  await expect(page.getByRole('table', { name: 'Run history' })).toContainText('waits for its turn to write');

  await openJob(page, 'Contacts of the CRM');
  await expect(page.getByRole('link', { name: 'Look at the changed columns' })).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, reducedMotion: 'reduce', expectedConsoleErrors: [/404/] });

    test('no status has a barrier', async ({ weir, page }) => {
      test.setTimeout(240_000);
      await signIn(page, weir);
      await pages.openPage(page, pages.jobsPage);
      await page.getByRole('button', { name: 'Actions for Kunden aus dem ERP' }).click();
      await expectNoBarrier(page);
      await page.getByRole('menuitem', { name: 'Delete job' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await expectNoBarrier(page);
      for (const [name] of jobs) {
        await openJob(page, name);
        await expectNoBarrier(page);
      }
      for (const [name, status] of runs) {
        await openJob(page, name);
        const history = page.getByRole('table', { name: 'Run history' });
        const isIt = { has: page.getByText(status, { exact: true }) };
        await history.getByRole('row').filter(isIt).getByRole('link').first().click();
        await expect(pages.badge(page, status)).toBeVisible();
        await expectNoBarrier(page);
      }
      await openJob(page, 'Contacts of the CRM');
      await page.getByRole('link', { name: 'Look at the changed columns' }).click();
      await expect(page.getByRole('status').filter({ hasText: 'The columns of this file are not those' })).toBeVisible();
      await expectNoBarrier(page);
      await page.goto('/n/main/nowhere');
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expectNoBarrier(page);
    });
  });
}

async function signIn(page: Page, weir: Weir): Promise<void> {
  const [, email = '', password = ''] = /Sign in as (\S+) with the password (\S+)/.exec(weir.output) ?? [];
  await page.goto('/sign-in');
  await pages.signIn(page, email, password);
  await expect(page.getByRole('heading', { level: 1, name: 'Jobs' })).toBeVisible();
}

async function openJob(page: Page, name: string): Promise<void> {
  await pages.openPage(page, pages.jobsPage);
  await page.getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

async function expectRun(page: Page, name: string, status: string): Promise<void> {
  await pages.openPage(page, pages.jobsPage);
  await page.getByRole('link', { name, exact: true }).click();
  const history = page.getByRole('table', { name: 'Run history' });
  await expect(history.getByText(status, { exact: true }).first(), `a run of ${name}`).toBeVisible();
}
