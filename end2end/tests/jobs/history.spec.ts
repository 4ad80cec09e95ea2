import type { Locator, Page } from '@playwright/test';

import { namespace, type Api } from '../../support/api.js';
import { asImport, leads } from '../../support/journeys.js';
import * as pages from '../../support/pages.js';
import { expect, test } from '../../support/test.js';

test('older runs have an address of their own, with JavaScript and without', async ({ api, browser, page, weir }) => {
  const { row } = await api.runEnds(await api.begin(asImport(leads)));
  for (let more = 0; more < 51; more++) await runAgain(api, row.job);
  const jobPage = `/n/${namespace}/jobs/${row.job}`;
  const older = page.getByRole('link', { name: 'Older runs' });
  const newer = page.getByRole('link', { name: 'Newer runs' });

  await pages.openPage(page, jobPage);
  await expect(runs(page)).toHaveCount(50);
  await expect(newer).toBeHidden();
  await older.click();
  await expect(page).toHaveURL(/\?after=[^&]+#run-history$/);
  await expect(runs(page)).toHaveCount(2);
  await expect(older).toBeHidden();
  await page.goBack();
  await expect(runs(page)).toHaveCount(50);
  await page.goForward();
  await expect(runs(page)).toHaveCount(2);
  await page.reload();
  await expect(runs(page)).toHaveCount(2);

  await newer.click();
  await expect(page).toHaveURL(/\?before=/);
  await expect(runs(page)).toHaveCount(50);
  await expect(newer, 'these are the newest').toBeHidden();

  await pages.openPage(page, jobPage);
  const newest = await address(page);
  await runAgain(api, row.job);
  await expect.poll(() => address(page), 'the first page goes on by itself').not.toBe(newest);
  await expect(runs(page)).toHaveCount(50);
  await page.getByRole('link', { name: 'All of it in the audit log' }).click();
  await expect(page.getByText('Only what concerns the job')).toContainText(leads.name);

  const context = await browser.newContext({ baseURL: weir.address, javaScriptEnabled: false });
  await context.addCookies([api.cookie]);
  const plain = await context.newPage();
  await plain.goto(jobPage);
  await plain.getByRole('link', { name: 'Older runs' }).click();
  await expect(runs(plain)).toHaveCount(3);
  await plain.getByRole('link', { name: 'Newer runs' }).click();
  await expect(runs(plain)).toHaveCount(50);
  await context.close();
});

function runs(page: Page): Locator {
  return page.getByRole('table', { name: 'Run history' }).locator('tbody tr');
}

/** Of the first run that is shown. */
async function address(page: Page): Promise<string | null> {
  return runs(page).first().locator('.row-link').getAttribute('href');
}

async function runAgain(api: Api, job: string): Promise<void> {
  await api.call('act_on_job', { namespace, job, action: 'run_now' });
  const history = await api.call<{ runs: { id: string }[] }>('run_history', { namespace, job, place: null });
  await api.runEnds(history.runs[0]?.id ?? '');
}
