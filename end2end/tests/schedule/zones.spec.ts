import { namespace } from '../../support/api.js';
import { asImport, leads } from '../../support/journeys.js';
import * as pages from '../../support/pages.js';
import { expect, test } from '../../support/test.js';

test.use({ timezoneId: 'America/New_York' });

test('a page says once whose zone its times are in, and the next run its exact instant', async ({ api, page }) => {
  const job = await api.beginLater(asImport(leads));
  const line = page.locator('.zone-line');
  await pages.openPage(page, `/n/${namespace}/jobs/${job}`);
  await expect(line).toHaveText("Times are yours (America/New_York); the schedule's are UTC.");
  const next = page.getByRole('region', { name: 'Configuration' }).locator('.tip-anchor').filter({ has: page.locator('time') });
  await next.first().focus();
  // 06:00 of UTC on 1 December, in New York.
  await expect(page.getByRole('tooltip').filter({ visible: true })).toHaveText(/2099.*01:00:00.*(EST|GMT-5)/);

  await page.getByRole('link', { name: 'Jobs', exact: true }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Jobs' })).toBeVisible();
  await expect(line).toHaveText('Times are yours (America/New_York).');
  await pages.openPage(page, `/n/${namespace}/audit`);
  await expect(line).toHaveText(/^Times are yours \(America\/New_York\); the days to choose from are those of \S+\.$/);
});

test.describe('in the zone of the schedule', () => {
  test.use({ timezoneId: 'UTC' });

  test('there is one zone to name', async ({ api, page }) => {
    const job = await api.beginLater(asImport(leads));
    await pages.openPage(page, `/n/${namespace}/jobs/${job}`);
    await expect(page.locator('.zone-line')).toHaveText('Times are yours (UTC).');
  });
});

test('without JavaScript times are in UTC and say so', async ({ api, browser, weir }) => {
  const job = await api.beginLater(asImport(leads));
  const context = await browser.newContext({ baseURL: weir.address, javaScriptEnabled: false });
  await context.addCookies([api.cookie]);
  const page = await context.newPage();
  await page.goto(`/n/${namespace}/jobs/${job}`);
  await expect(page.locator('.zone-line')).toHaveText('Times are in UTC.');
  await expect(page.getByRole('region', { name: 'Configuration' })).toContainText('2099-12-01 06:00 UTC');
  await context.close();
});
