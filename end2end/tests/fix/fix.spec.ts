import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { asImport, journeysFolder, leads } from '../../support/journeys.js';
import { inNewFolder } from '../../support/folder.js';
import * as pages from '../../support/pages.js';
import { expect, test } from '../../support/test.js';

test('Back and Cancel ask before they give corrections up', async ({ api, page }) => {
  const { row } = await api.runEnds(await api.begin(asImport(leads)));
  await pages.openPage(page, pages.runPage(row.id));
  await page.getByRole('link', { name: 'Fix and re-import' }).click();
  const grid = page.getByRole('grid', { name: 'Rejected records' });
  await expect(grid.getByRole('row')).toHaveCount(5);
  await grid.focus();
  await page.keyboard.type('André');
  await page.keyboard.press('Enter');
  await expect(cell(page, 0, name)).toHaveText('André');

  const asked: string[] = [];
  let leave = false;
  page.on('dialog', (dialog) => {
    asked.push(dialog.message());
    void (leave ? dialog.accept() : dialog.dismiss());
  });
  await page.evaluate(() => history.back());
  await expect.poll(() => asked.length).toBe(1);
  await expect(cell(page, 0, name)).toHaveText('André');
  await expect(page).toHaveURL(/\/fix$/);
  await page.getByRole('link', { name: 'Cancel' }).click();
  await expect.poll(() => asked.length).toBe(2);
  await expect(cell(page, 0, name)).toHaveText('André');
  leave = true;
  // A person presses something before they go back again.
  await cell(page, 1, score).click();
  await page.evaluate(() => history.back());
  await expect(page).toHaveURL(new RegExp(`${pages.runPage(row.id)}$`));
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(asked).toHaveLength(3);
});

// Four records are rejected: a byte that is no UTF-8, a field too few, a field too many, and `95%` in a column of integers.
const name = 1;
const score = 4;
const surplus = 6;

test('rejected records are corrected in the grid and imported on their own', async ({ api, page }) => {
  const { row } = await api.runEnds(await api.begin(asImport(leads)));
  await pages.openPage(page, pages.runPage(row.id));
  await expect(page.getByText('396 of 400 records were imported. 4 were rejected: fix and re-import only those.')).toBeVisible();
  await page.getByRole('link', { name: 'Fix and re-import' }).click();
  const grid = page.getByRole('grid', { name: 'Rejected records' });
  await expect(grid.getByRole('row')).toHaveCount(5);
  const submit = page.getByRole('button', { name: /^Re-import/ });
  await expect(submit).toHaveAttribute('aria-disabled', 'true');

  // The first rejected cell is active. Typing replaces its text, Enter takes it and goes down.
  await expect(cell(page, 0, name)).toHaveText('Andr\\xE9');
  await grid.focus();
  await page.keyboard.type('André');
  await page.keyboard.press('Enter');
  await expect(cell(page, 0, name)).toHaveText('André');
  await expect(submit).toHaveText('Re-import 1 record');

  await cell(page, 1, score).dblclick();
  await page.getByRole('textbox', { name: 'Score' }).fill('7x');
  await expect(submit).toHaveText('Re-import 1 record');
  await page.keyboard.press('Tab');
  await expect(cell(page, 1, score)).toHaveClass(/wrong/);
  await expect(page.getByRole('region', { name: 'The active record' })).toContainText('7x');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Delete');
  await expect(submit).toHaveText('Re-import 2 records');
  await page.keyboard.press('Control+z');
  await expect(submit).toHaveText('Re-import 1 record');
  await page.keyboard.press('Control+y');
  await expect(submit).toHaveText('Re-import 2 records');

  await cell(page, 2, surplus).click();
  await page.keyboard.press('Delete');
  await expect(submit).toHaveText('Re-import 3 records');
  await page.keyboard.press('F8');
  await expect(cell(page, 3, score)).toHaveClass(/active/);
  await expect(page.getByText('1 record does not, and can be corrected later.')).toBeVisible();
  await page.getByRole('button', { name: 'Rejected 1', exact: true }).click();
  await expect(grid.getByRole('row')).toHaveCount(2);
  await submit.click();

  await expect(pages.badge(page, 'Completed')).toBeVisible();
  await expect(pages.tile(page, 'Imported')).toHaveText('3');
  await page.getByRole('link', { name: 'an earlier run' }).click();
  await expect(page.getByText('399 of 400 records were imported, 3 of them after they were corrected. 1 is still missing')).toBeVisible();

  await page.getByRole('link', { name: 'Fix and re-import' }).click();
  await expect(grid.getByRole('row')).toHaveCount(2);
  await page.getByText('Find and replace, or fill a column').click();
  await page.getByLabel('Find', { exact: true }).fill('%');
  await page.getByRole('button', { name: 'Replace all' }).click();
  await submit.click();
  await expect(pages.badge(page, 'Completed')).toBeVisible();
  await page.getByRole('link', { name: 'an earlier run' }).click();
  await expect(pages.badge(page, 'Completed')).toBeVisible();
  await expect(page.getByText('396 of 400 records were imported at once, 4 after they were corrected. Nothing is missing.')).toBeVisible();
});

test('cells go through the clipboard, and one fills a selection', async ({ api, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { row } = await api.runEnds(await api.begin(asImport(leads)));
  await pages.openPage(page, `${pages.runPage(row.id)}/fix`);
  await cell(page, 0, 0).click();
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Control+c');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    'lead60@crm.example\tAndr\\xE9\nlead200@crm.example\t李雷',
  );
  await page.evaluate(() => navigator.clipboard.writeText('12'));
  await cell(page, 0, score).click();
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Control+v');
  for (const record of [0, 1, 2]) await expect(cell(page, record, score)).toHaveText('12');
  await expect(cell(page, 3, score)).toHaveText('95%');
  await page.keyboard.press('Control+z');
  await expect(cell(page, 0, score)).toHaveText('62');
});

test('records that the filter hides stay as they are', async ({ api, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { row } = await api.runEnds(await api.begin(asImport(leads)));
  await pages.openPage(page, `${pages.runPage(row.id)}/fix`);
  const grid = page.getByRole('grid', { name: 'Rejected records' });
  const show = (part: string) => page.getByRole('button', { name: part, exact: true }).click();
  const paste = async (text: string) => {
    await page.evaluate((text) => navigator.clipboard.writeText(text), text);
    await page.keyboard.press('Control+v');
  };

  // Where nothing is shown, nothing is written.
  await show('Fit 0');
  await expect(page.getByText('No record is shown')).toBeVisible();
  await grid.focus();
  for (const key of ['5', 'Enter', 'Delete']) await page.keyboard.press(key);
  await show('All 4');
  await expect(cell(page, 0, name)).toHaveText('Andr\\xE9');
  await expect(page.getByRole('button', { name: 'Undo' })).toBeDisabled();

  // The third record fits and is hidden: the keyboard goes on in the one before it, and pasting passes it over.
  await cell(page, 2, surplus).click();
  await page.keyboard.press('Delete');
  await show('Rejected 3');
  await expect(grid.getByRole('row')).toHaveCount(4);
  await expect(cell(page, 1, surplus)).toHaveClass(/active/);
  await cell(page, 0, score).click();
  await paste('1\n2\n3');
  await expect(cell(page, 3, score)).toHaveText('3');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Control+c');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('1\n2\n3');
  await paste('12');
  for (const record of [0, 1, 3]) await expect(cell(page, record, score)).toHaveText('12');

  // With another cell of it corrected, the bytes of the name are no text yet.
  await expect(cell(page, 0, name)).toHaveClass(/wrong/);
  await cell(page, 0, name).click();
  await expect(page.getByRole('region', { name: 'The active record' })).toContainText('type the text that belongs here');
  await show('Fit 3');
  await expect(cell(page, 1, name)).toHaveClass(/active/);
  await grid.focus();
  await page.keyboard.type('Li');
  await page.keyboard.press('Enter');
  await show('All 4');
  await expect(cell(page, 0, name)).toHaveText('Andr\\xE9');
  await expect(cell(page, 1, name)).toHaveText('Li');
  await expect(cell(page, 2, score)).toHaveText('48');
});

test('the cell that is asked for is in sight and takes what is typed', async ({ api, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const { row } = await api.runEnds(await api.begin(asImport(leads)));
  await pages.openPage(page, `${pages.runPage(row.id)}/fix`);
  const active = page.locator('.fix-cell.active');
  await expect(active).toBeInViewport();
  const before = await active.getAttribute('id');
  await page.getByRole('button', { name: 'Next rejected cell' }).click();
  await expect(active).not.toHaveAttribute('id', before ?? '');
  await expect(active).toBeInViewport();
  const id = await active.getAttribute('id');
  await page.keyboard.type('77');
  await page.keyboard.press('Enter');
  await expect(page.locator(`#${id}`)).toHaveText('77');
});

test('the failure report, corrected elsewhere, is given back whole', async ({ api, page }) => {
  const { row } = await api.runEnds(await api.begin(asImport(leads)));
  await inNewFolder(async (folder) => {
    const report = join(folder, 'leads.corrected.csv');
    const lines = (await readFile(join(journeysFolder, leads.exactReport))).toString('latin1').split('\n');
    const corrected = [lines[0], lines[1]?.replace('\xe9', 'e'), `${lines[2]},7,`, lines[3]?.replace(',surplus', ''), lines[4]?.replace('95%', '95'), ''];
    await writeFile(report, Buffer.from(corrected.join('\n'), 'latin1'));
    await pages.openPage(page, `${pages.runPage(row.id)}/fix`);
    await page.getByText('Or give the corrected failure report back').click();
    await page.getByLabel('The corrected failure report').setInputFiles(report);
    await expect(page.getByText('All 4 missing records are given back.')).toBeVisible();
    await page.getByRole('button', { name: 'Import 4 records' }).click();
    await expect(pages.badge(page, 'Completed')).toBeVisible();
    await expect(pages.tile(page, 'Imported')).toHaveText('4');
  });
});

/** By the place of the record in the failure report and that of the column, from 0. */
const cell = (page: Page, record: number, column: number) => page.locator(`#fix-${record}-${column}`);
