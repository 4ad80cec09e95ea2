import { asImport, leads } from '../../support/journeys.js';
import * as pages from '../../support/pages.js';
import { expect, test } from '../../support/test.js';

test('jobs and run read on a phone without scrolling sideways', async ({ api, page }) => {
  const run = await api.begin(asImport(leads));
  await api.runEnds(run);

  await pages.openPage(page, pages.jobsPage);
  const row = pages.rowOfJob(page, leads.name);
  await expect(row.getByText('Completed', { exact: true })).toBeVisible();
  expect(await page.evaluate(sideways)).toBe(0);

  await row.getByRole('link', { name: 'Partially Completed' }).click();
  await expect(pages.badge(page, 'Partially Completed')).toBeVisible();
  await expect(pages.tile(page, 'Rejected')).toHaveText('4');
  await expect(page.getByRole('button', { name: 'Failure report' })).toBeVisible();
  expect(await page.evaluate(sideways)).toBe(0);
});

/** By how much the page is wider than the screen. */
function sideways(): number {
  return Math.max(0, (document.scrollingElement?.scrollWidth ?? 0) - window.innerWidth);
}
