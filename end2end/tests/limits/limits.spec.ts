import { asImport, kunden, leads } from '../../support/journeys.js';
import * as pages from '../../support/pages.js';
import * as setUp from '../../support/set-up.js';
import { expect, test } from '../../support/test.js';

const usagePage = '/n/main/usage';

test.use({ weirOptions: { environment: { WEIR_LIMIT_CONTACT: 'limits@example.org' } } });

test('the month’s rows are shown by job, and the operator lowers the limit', async ({ api, page }) => {
  await pages.openPage(page, usagePage);
  await expect(page.getByText(/^No row was imported in/)).toBeVisible();
  await api.runEnds(await api.begin(asImport(leads)));

  const imported = leads.seen - leads.rejected;
  await pages.openPage(page, usagePage);
  const month = page.getByRole('region', { name: 'The month against its limit' });
  await expect(month).toContainText(`${imported} of 10,000,000 rows`);
  await expect(month).toContainText('too little data yet');
  const row = page.getByRole('row').filter({ hasText: leads.name });
  await expect(row.getByRole('cell', { name: String(imported), exact: true })).toBeVisible();
  await page.getByText('As a table').click();
  await expect(page.getByRole('table', { name: 'Rows by day' }).getByRole('rowheader')).toHaveCount(1);

  await page.getByLabel('Rows per calendar month').fill('10,0');
  await page.getByRole('button', { name: 'Change the limits' }).click();
  await expect(page.getByRole('alert').filter({ hasText: /\w/ })).toContainText('whole number');
  await page.getByLabel('Rows per calendar month').fill(String(imported));
  await page.getByRole('button', { name: 'Change the limits' }).click();
  await expect(month).toContainText('0 left');
  await expect(month).toContainText('The limit is reached');
  await expect(month).toContainText('limits@example.org');
});

test('a file that does not fit is known before its upload, and refused whole', async ({ api, page }) => {
  const fitting = kunden.seen - kunden.rejected;
  await api.call('change_limits', { namespace: 'main', limits: { monthly_rows: fitting - 1, concurrent_runs: null } });
  await pages.openPage(page, pages.jobsPage);
  await setUp.beginImport(page);
  await setUp.sayBasics(page, kunden);
  await setUp.chooseUploadAsSource(page);
  await setUp.provideSample(page, kunden);
  await setUp.mapColumns(page, kunden);
  await setUp.leaveSample(page);
  await setUp.chooseSchedule(page);
  const left = page.getByRole('region', { name: 'Rows left this month' });
  await expect(left).toContainText(`${fitting - 1} of ${fitting - 1} rows are left in`);
  await setUp.checkWholeFile(page, kunden);
  await expect(left.getByRole('alert')).toContainText(`The file does not fit: ${fitting} rows can be imported, 1 too many.`);
  await setUp.uploadAndStart(page);
  await expect(pages.badge(page, 'Failed')).toBeVisible();
  await expect(page.getByText(`only ${fitting - 1} rows are left in`).first()).toBeVisible();
  await expect(page.getByText('limits@example.org').first()).toBeVisible();
});
