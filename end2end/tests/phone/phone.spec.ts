import type { Page } from '@playwright/test';

import { namespace } from '../../support/api.js';
import { asImport, leads } from '../../support/journeys.js';
import * as pages from '../../support/pages.js';
import { expect, test } from '../../support/test.js';

test('jobs and run read on a phone without scrolling sideways', async ({ api, page }) => {
  const run = await api.begin(asImport(leads));
  const { row: ended } = await api.runEnds(run);

  await pages.openPage(page, pages.jobsPage);
  const row = pages.rowOfJob(page, leads.name);
  await expect(row.getByText('Completed', { exact: true })).toBeVisible();
  expect(await sideways(page)).toBe(0);

  await row.getByRole('link', { name: 'Partially Completed' }).click();
  await expect(pages.badge(page, 'Partially Completed')).toBeVisible();
  await expect(pages.tile(page, 'Rejected')).toHaveText('4');
  await expect(page.getByRole('button', { name: 'Failure report' })).toBeVisible();
  expect(await sideways(page)).toBe(0);

  const job = `/n/${namespace}/jobs/${ended.job}`;
  for (const path of [
    job,
    `${job}/new-file`,
    `${job}/setup/schedule`,
    `${pages.runPage(run)}/fix`,
    ...['notifications', 'usage', 'datasets', 'members', 'audit'].map((name) => `/n/${namespace}/${name}`),
  ]) {
    await pages.openPage(page, path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    expect(await sideways(page), path).toBe(0);
  }
});

/** By how much the page is wider than the screen; `innerWidth` of a phone grows with what does not fit. */
async function sideways(page: Page): Promise<number> {
  const width = await page.evaluate(() => document.scrollingElement?.scrollWidth ?? 0);
  return Math.max(0, width - (page.viewportSize()?.width ?? 0));
}
