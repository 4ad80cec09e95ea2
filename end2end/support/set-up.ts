// What a person does to set an import up, step by step.

import { expect, type Locator, type Page } from '@playwright/test';

import { pathOf, type Column, type Journey } from './journeys.js';

export async function beginImport(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'New import' }).first().click();
  await expectStep(page, 'Basics');
}

export async function sayBasics(page: Page, journey: Journey): Promise<void> {
  await page.getByRole('textbox', { name: /^Name/ }).fill(journey.name);
  await expect(page.getByRole('combobox', { name: /^Dataset/ })).toHaveValue('');
  await page.getByRole('radio', { name: /^Upsert/ }).check();
  await goOn(page, 'Source');
}

export async function chooseUploadAsSource(page: Page): Promise<void> {
  await expect(page.getByRole('radio', { name: /^Upload/ })).toBeChecked();
  await goOn(page, 'Provide Sample File');
}

/** Chooses the file and looks at what was detected in it, and why. */
export async function provideSample(page: Page, journey: Journey): Promise<void> {
  await page.getByLabel('The file to import').setInputFiles(pathOf(journey.file));
  const { encoding, delimiter, preambleRows } = journey.dialect;
  await expect(page.getByRole('combobox', { name: /^Encoding/ })).toHaveValue(encoding);
  await expect(page.getByRole('combobox', { name: /^Column delimiter/ })).toHaveValue(delimiter);
  await expect(page.getByRole('combobox', { name: /^Header/ })).toHaveValue(String(preambleRows + 1));
  await expect(page.getByRole('spinbutton', { name: /^Lines skipped/ })).toHaveValue(String(preambleRows));
  await expect(page.getByText(journey.lineEnd)).toBeVisible();
  await expect(page.getByText(`${journey.seen} records in the file, ${journey.columns.length} columns`)).toBeVisible();
  await page.getByText('All evidence').click();
  for (const question of ['Header', 'Lines skipped', 'Quote']) {
    await expect(evidence(page, question)).toHaveText(/\w+ .*\.$/);
  }
}

export async function mapColumns(page: Page, journey: Journey): Promise<void> {
  await page.getByRole('textbox', { name: /^New dataset/ }).fill(journey.dataset);
  for (const [index, column] of journey.columns.entries()) {
    const before = journey.columns.slice(0, index).filter((other) => other.column === column.column).length;
    await mapColumn(columnRow(page, column.column).nth(before), column);
  }
  const fitting = journey.seen - journey.rejected;
  await expect(page.getByText(`${fitting} of ${journey.seen} sampled records fit`)).toBeVisible();
}

export async function leaveSample(page: Page): Promise<void> {
  await goOn(page, 'Schedule');
}

export async function chooseSchedule(page: Page): Promise<void> {
  await expect(page.getByRole('radio', { name: /^Once, as soon as it is activated/ })).toBeChecked();
  await goOn(page, 'Review');
}

export async function checkWholeFile(page: Page, journey: Journey): Promise<void> {
  await page.getByRole('button', { name: 'Check the whole file' }).click();
  const outcome = page.getByRole('region', { name: 'Check the whole file' }).getByRole('status');
  const rejected = `${journey.rejected} would be rejected`;
  await expect(outcome).toContainText(`${journey.seen - journey.rejected} of ${journey.seen} records fit; ${rejected}`);
}

export async function uploadAndStart(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Upload and start import' }).click();
  await expect(page).toHaveURL(/\/runs\/[0-9a-f-]+$/);
}

async function mapColumn(row: Locator, column: Column): Promise<void> {
  const field = row.getByRole('textbox', { name: `Field for column ${column.column}` });
  await field.fill(column.field);
  await field.press('Tab');
  const type = row.getByRole('combobox', { name: `Type of the field for column ${column.column}` });
  if ((await type.inputValue()) !== column.type) await type.selectOption(column.type);
  await expect(type).toHaveValue(column.type);
  const key = row.getByRole('checkbox', { name: /^key/ });
  const required = row.getByRole('checkbox', { name: /^required/ });
  await required.setChecked(column.rule !== undefined);
  await key.setChecked(column.rule === 'key');
  if (column.dateOrder) {
    await row.getByRole('combobox', { name: `How dates are written in ${column.column}` }).selectOption(column.dateOrder);
  }
  if (column.decimalMark) {
    await row.getByRole('combobox', { name: `How numbers are written in ${column.column}` }).selectOption(column.decimalMark);
  }
}

function columnRow(page: Page, column: string): Locator {
  const field = page.getByRole('textbox', { name: `Field for column ${column}`, exact: true });
  return page.getByRole('listitem').filter({ has: field });
}

/** The sentence beside a question in the list of evidence. */
function evidence(page: Page, question: string): Locator {
  return page.getByRole('term').filter({ hasText: new RegExp(`^${question}$`) }).locator('xpath=following-sibling::dd[1]');
}

async function goOn(page: Page, next: string): Promise<void> {
  await page.getByRole('button', { name: 'Continue' }).click();
  await expectStep(page, next);
}

async function expectStep(page: Page, step: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 2, name: step, exact: true })).toBeVisible();
}
