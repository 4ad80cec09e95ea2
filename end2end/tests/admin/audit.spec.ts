import { firstPerson, namespace } from '../../support/api.js';
import { asImport, leads } from '../../support/journeys.js';
import * as pages from '../../support/pages.js';
import { expect, test } from '../../support/test.js';

const log = `/n/${namespace}/audit`;

test('the audit log says who did what, and its filter lives in the address', async ({ api, page }) => {
  await api.runEnds(await api.begin(asImport(leads)));
  await pages.openPage(page, log);
  const activated = page.getByRole('row').filter({ hasText: 'activated the job' });
  await expect(activated).toContainText(firstPerson.name);
  await expect(activated).toContainText('127.0.0.1');
  await expect(activated.getByRole('link', { name: leads.name })).toBeVisible();

  await page.getByLabel('What', { exact: true }).selectOption('Datasets');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await expect(page).toHaveURL(/kind=datasets/);
  await expect(activated).toBeHidden();
  await expect(page.getByRole('row').filter({ hasText: `declared the dataset ${asImport(leads).dataset}` })).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('What', { exact: true })).toHaveValue('datasets');

  await page.getByRole('link', { name: 'Show everything' }).click();
  await expect(activated).toBeVisible();
  await page.getByRole('link', { name: 'The whole Weir' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'set a password' })).toContainText(firstPerson.name);
});

test('the explanation of a failure comes as a workbook too', async ({ api, page }) => {
  const run = await api.begin(asImport(leads));
  await api.runEnds(run);
  await pages.openPage(page, pages.runPage(run));
  const download = await pages.downloadReport(page, 'Explanation for Excel');
  expect(download.suggestedFilename()).toMatch(/\.explained\.xlsx$/);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  expect(bytes.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
  expect(bytes.includes('xl/worksheets/sheet1.xml')).toBe(true);
});
