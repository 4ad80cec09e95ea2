import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { inNewFolder } from '../../support/folder.js';
import { asImport, leads } from '../../support/journeys.js';
import * as pages from '../../support/pages.js';
import { expect, test } from '../../support/test.js';

const header = 'E-mail;Name;Phone;Phone;Score;Note';
const andre = 'lead60@crm.example;André;+75457794509;;62;trailing space ';
const li = 'lead200@crm.example;李雷;+23459786666;;7;';
const calc = "lead201@crm.example;=cmd|' /C calc'!A0;+83226351286;;48;emoji 👩‍👩‍👧 in text";
const zoe = 'lead333@crm.example;"Zoë ""Zo"" Quinn";+64891168916;+49000333333;95;';

/** As a spreadsheet of many countries saves it. */
const saved = (...records: string[]): Buffer => Buffer.from(`\ufeff${[header, ...records].join('\r\n')}\r\n`);

const giveBack = async (page: Page, folder: string, file: Buffer): Promise<void> => {
  const path = join(folder, 'corrected.csv');
  await writeFile(path, file);
  await page.getByText('Or give the corrected failure report back').click();
  await page.getByLabel('The corrected failure report').setInputFiles(path);
};

const backToFirstRun = async (page: Page): Promise<void> => {
  await expect(pages.badge(page, 'Completed')).toBeVisible();
  await page.getByRole('link', { name: 'an earlier run' }).click();
};

test.describe('with a file that is refused', () => {
  // The browser says so of an answer that refuses.
  test.use({ expectedConsoleErrors: [/400/] });

  test('a report that a spreadsheet has saved is given back in three parts', async ({ api, page }) => {
    const { row } = await api.runEnds(await api.begin(asImport(leads)));
    const fix = `${pages.runPage(row.id)}/fix`;
    await inNewFolder(async (folder) => {
      // The first part, in which a long number has lost its digits.
      await pages.openPage(page, fix);
      await giveBack(page, folder, saved(andre, zoe.replace('+64891168916', '6,48912E+10')));
      await expect(page.getByText('2 of 4 missing records are given back.')).toBeVisible();
      await expect(page.getByText('2 records stay to be corrected.')).toBeVisible();
      await expect(page.getByText('It was saved with semicolons in UTF-8; it is read so.')).toBeVisible();
      const changes = page.getByRole('table', { name: '1 cell that was not at fault is changed' });
      await expect(changes.getByRole('row').nth(1)).toContainText('+64891168916');
      await expect(changes.getByRole('row').nth(1)).toContainText('6,48912E+10');
      await expect(page.getByRole('radio', { name: 'Keep the original cells' })).toBeChecked();
      await page.getByRole('button', { name: 'Import 2 records' }).click();
      await backToFirstRun(page);
      await expect(page.getByText('398 of 400 records were imported, 2 of them after they were corrected. 2 are still missing')).toBeVisible();

      // The second part; what is no record of this run is refused, and another file can be chosen.
      await pages.openPage(page, fix);
      await giveBack(page, folder, saved(li, 'stranger@crm.example;Stranger;;;1;'));
      await expect(page.getByText('has 1 record that is not of this run’s failure report (the first in line 3)')).toBeVisible();
      await writeFile(join(folder, 'corrected.csv'), saved(li));
      await page.getByLabel('The corrected failure report').setInputFiles(join(folder, 'corrected.csv'));
      await page.getByRole('button', { name: 'Import 1 record' }).click();
      await backToFirstRun(page);

      // The last part comes with all that went before.
      await pages.openPage(page, fix);
      await giveBack(page, folder, saved(andre, li, calc, zoe));
      await expect(page.getByText('The one missing record is given back.')).toBeVisible();
      await expect(page.getByText('3 records were given back before and are left out.')).toBeVisible();
      await page.getByRole('button', { name: 'Import 1 record' }).click();
      await backToFirstRun(page);
      await expect(page.getByText('396 of 400 records were imported at once, 4 after they were corrected. Nothing is missing.')).toBeVisible();
    });
  });
});

test('nothing goes in where another file is chosen, by keyboard and on a phone', async ({ api, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const { row } = await api.runEnds(await api.begin(asImport(leads)));
  await inNewFolder(async (folder) => {
    await pages.openPage(page, `${pages.runPage(row.id)}/fix`);
    await giveBack(page, folder, saved(zoe.replace('+64891168916', '64891168916')));
    await expect(page.getByRole('region', { name: 'What is given back' })).toBeFocused();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(390);
    await page.getByRole('button', { name: 'Choose another file' }).press('Enter');
    await expect(page.getByLabel('The corrected failure report')).toBeAttached();
    await pages.openPage(page, pages.runPage(row.id));
    await expect(page.getByText('396 of 400 records were imported. 4 were rejected')).toBeVisible();
  });
});
