import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { type Api, namespace } from '../../support/api.js';
import { inNewFolder } from '../../support/folder.js';
import { asImport, leads, pathOf } from '../../support/journeys.js';
import * as pages from '../../support/pages.js';
import { expect, test as base } from '../../support/test.js';

const test = base.extend<{ exports: string }>({
  /** A folder that jobs may take files from. */
  exports: async ({}, use) => inNewFolder((folder) => use(folder)),
  weirOptions: async ({ exports }, use) => use({ environment: { WEIR_FOLDERS: `exports=${exports}` } }),
});

const contacts = 'name,email\nAda,ada@example.org\nGrace,grace@example.org\n';

test('a job takes its file from a folder and moves it away', async ({ api, page, exports }) => {
  await writeFile(join(exports, 'contacts-1.csv'), contacts);
  await writeFile(join(exports, 'contacts-2.csv.part'), contacts);
  await api.call('create_dataset', {
    namespace,
    dataset: { name: 'contacts', fields: ['name', 'email'].map((name) => ({ name, type: { kind: 'text' } })) },
  });
  await pages.openPage(page, pages.jobsPage);
  await page.getByRole('button', { name: 'New import' }).first().click();
  await page.getByRole('textbox', { name: /^Name/ }).fill('Contacts of the shop');
  await page.getByRole('combobox', { name: /^Dataset/ }).selectOption('contacts');
  await page.getByRole('button', { name: 'Continue' }).click();

  await page.getByRole('radio', { name: /^Watched folder/ }).check();
  await expect(page.getByRole('combobox', { name: 'Folder' })).toHaveValue('exports');
  const pattern = page.getByRole('textbox', { name: /^File name/ });
  await pattern.fill('../*.csv');
  await expect(page.getByText('The pattern is for the names of files').first()).toBeVisible();
  await expect(pattern).toHaveAttribute('aria-invalid', 'true');
  await pattern.fill('contacts-*');
  await page.getByRole('textbox', { name: /^Not before it is so many seconds old/ }).fill('0');
  await page.getByRole('combobox', { name: /^When a file is imported/ }).selectOption('move');
  const preview = page.getByRole('region', { name: 'In the folder now' });
  await expect(preview.getByRole('row', { name: /contacts-1\.csv .* is taken next/ })).toBeVisible();
  await expect(preview.getByRole('row', { name: /\.part/ })).toHaveCount(0);
  await expect(preview.getByText('“contacts-2.csv.part” has the name of a file that is not whole yet.')).toBeVisible();
  await page.getByRole('button', { name: 'Continue' }).click();

  await page.getByRole('button', { name: 'Take the sample from the folder' }).click();
  await expect(page.getByText('2 of 2 mapped · 2 of 2 sampled records fit')).toBeVisible();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('radio', { name: /^Again and again/ })).toBeEnabled();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('folder · exports · contacts-*').first()).toBeVisible();
  await page.getByRole('button', { name: 'Activate' }).click();

  await expect(page).toHaveURL(/\/runs\/[0-9a-f-]+$/);
  await expect(pages.badge(page, 'Completed')).toBeVisible();
  await expect(pages.tile(page, 'Imported')).toHaveText('2');
  await expect.poll(() => readdir(join(exports, 'done')).catch(() => [])).toEqual(['contacts-1.csv']);
});

test.describe('where no file waits', () => {
  // The browser says so of an answer that refuses.
  test.use({ expectedConsoleErrors: [/409/] });

  test('no sample can be taken from the folder, and the page says why', async ({ api, page }) => {
    const job = await api.call<string>('create_job', { namespace, name: 'Nightly' });
    const { version } = await api.setup(job);
    const source = { folder: 'exports', pattern: 'orders-*.txt' };
    await api.call('save_step', { namespace, job, version, step: { source } });
    await pages.openPage(page, `/n/${namespace}/jobs/${job}/setup/sample`);
    await page.getByRole('button', { name: 'Take the sample from the folder' }).click();
    await expect(page.getByRole('alert').filter({ hasText: /\w/ })).toContainText('No file in exports matches orders-*.txt.');
    await expect(page.getByText('saved somewhere else')).toHaveCount(0);
  });
});

base('without an allowed folder the page says who can change that', async ({ api, page }) => {
  const job = await api.call<string>('create_job', { namespace, name: 'Nightly' });
  await pages.openPage(page, `/n/${namespace}/jobs/${job}/setup/source`);
  await expect(page.getByRole('radio', { name: /^Watched folder/ })).toBeDisabled();
  await expect(page.getByText('The operator of this server has allowed no folder here')).toBeVisible();
});

test('changed columns halt a run, and the proposal how to follow them is accepted', async ({ api, page, exports }) => {
  const { row } = await api.runEnds(await api.begin(asImport(leads)));
  // Byte by byte: one of them is no UTF-8.
  const before = await readFile(pathOf(leads.file), 'latin1');
  const header = before.slice(0, before.indexOf('\n'));
  const [first = '', ...others] = header.split(leads.dialect.delimiter);
  const renamed = join(exports, 'leads.csv');
  const newName = first.toUpperCase();
  await writeFile(renamed, before.replace(header, [newName, ...others].join(leads.dialect.delimiter)), 'latin1');
  const upload = await api.upload(renamed);
  await api.call('run_with_new_file', { namespace, job: row.job, upload });
  await pages.openPage(page, `/n/${namespace}/jobs/${row.job}`);
  const history = page.getByRole('table', { name: 'Run history' });
  await history.getByRole('row').filter({ hasText: 'Halted' }).getByRole('link').first().click();
  await page.getByRole('link', { name: 'Look at the changed columns' }).click();

  const proposal = page.getByRole('status').filter({ hasText: 'The columns of this file are not those' });
  await expect(proposal).toContainText(`${first} is taken to be ${newName} now: the names differ only in spelling.`);
  await expect(proposal).toContainText('1 change is proposed');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { level: 2, name: 'Schedule' })).toBeVisible();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page).toHaveURL(new RegExp(`/jobs/${row.job}$`));

  await history.getByRole('row').filter({ hasText: 'Halted' }).getByRole('link').first().click();
  await page.getByRole('button', { name: 'Retry' }).click();
  await page.getByRole('dialog').getByRole('button').last().click();
  await expect(pages.tile(page, 'Imported')).toHaveText(String(leads.imported));
});

/** Inserts contacts from the folder every day, far from now. */
async function contactsJob(api: Api, exports: string, pattern: string): Promise<string> {
  const sample = join(exports, 'sample.txt');
  await writeFile(sample, contacts);
  const wanted = {
    name: 'Contacts of the shop',
    dataset: 'contacts',
    fields: ['name', 'email'].map((name) => ({ name, type: { kind: 'text' } })),
    method: 'insert' as const,
    dialect: { encoding: 'UTF-8', delimiter: ',', quote: '"', escape: 'doubled', header: 'present', preamble_rows: 0 },
    mapping: { columns: ['name', 'email'].map((name) => ({ name, field: name, format: {} })) },
    file: sample,
    source: { folder: 'exports', pattern, minimum_age_seconds: '0' },
    schedule: { when: 'recurring', pattern: 'daily', at: '06:00', time_zone: 'UTC', start: '2099-01-01' },
  };
  const upload = await api.upload(sample);
  const job = await api.setUp(wanted, upload);
  await api.activate(job, upload);
  return job;
}

async function runNow(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Run now' }).first().click();
}

async function openRun(page: Page, status: string): Promise<void> {
  const history = page.getByRole('table', { name: 'Run history' });
  await history.getByRole('row').filter({ hasText: status }).getByRole('link').first().click();
}

test('a file that repeats another is asked about, and both answers are carried out', async ({ api, page, exports }) => {
  const job = await contactsJob(api, exports, 'contacts-*.csv');
  const answer = async (button: string) => {
    await openRun(page, 'has the content of “contacts-1.csv”');
    await page.getByRole('button', { name: button }).click();
    await page.getByRole('dialog').getByRole('button', { name: button }).click();
  };
  await writeFile(join(exports, 'contacts-1.csv'), contacts);
  await pages.openPage(page, `/n/${namespace}/jobs/${job}`);
  await runNow(page);
  await expect(page.getByRole('table', { name: 'Run history' }).getByRole('row').filter({ hasText: 'Completed' })).toHaveCount(1);

  await writeFile(join(exports, 'contacts-2.csv'), contacts);
  await runNow(page);
  await answer('Pass over it');
  await expect(pages.badge(page, 'Cancelled')).toBeVisible();
  await pages.openPage(page, `/n/${namespace}/jobs/${job}`);
  await expect(pages.badge(page, 'Active')).toBeVisible();

  await writeFile(join(exports, 'contacts-3.csv'), contacts);
  await runNow(page);
  await answer('Import it');
  await expect(pages.badge(page, 'Completed')).toBeVisible();
  await expect(pages.tile(page, 'Imported')).toHaveText('2');
});

test('run now may be for the file of another day', async ({ api, page, exports }) => {
  const job = await contactsJob(api, exports, 'contacts-{yyyy}-{mm}-{dd}.csv');
  await writeFile(join(exports, 'contacts-2024-02-29.csv'), contacts);
  await pages.openPage(page, `/n/${namespace}/jobs/${job}`);
  await runNow(page);
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Day of the run').fill('2024-02-29');
  await expect(dialog.getByText('It looks for contacts-2024-02-29.csv.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Run now' }).click();
  const completed = page.getByRole('table', { name: 'Run history' }).getByRole('row').filter({ hasText: 'Completed' });
  await expect(completed.getByText('contacts-2024-02-29.csv')).toBeVisible();
});

test('a copy of a job asks whether to begin with what lies there', async ({ api, page, exports }) => {
  const job = await contactsJob(api, exports, 'contacts-*.csv');
  await writeFile(join(exports, 'contacts-1.csv'), contacts);
  await pages.openPage(page, `/n/${namespace}/jobs/${job}`);
  await runNow(page);
  await expect(page.getByRole('table', { name: 'Run history' }).getByRole('row').filter({ hasText: 'Completed' })).toHaveCount(1);
  const copy = await api.call<string>('act_on_job', { namespace, job, action: 'duplicate' });
  await pages.openPage(page, `/n/${namespace}/jobs/${copy}/setup/review`);
  await expect(page.getByText('The job “Contacts of the shop” has imported files of the same names from there.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Activate' })).toBeDisabled();
  await page.getByRole('radio', { name: /^Pass over what lies there/ }).check();
  await page.getByRole('button', { name: 'Activate' }).click();
  await expect(page).toHaveURL(new RegExp(`/jobs/${copy}$`));
});
