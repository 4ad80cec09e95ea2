import { writeFile } from 'node:fs/promises';

import { namespace } from '../../support/api.js';
import { expectNoBarrier } from '../../support/barrier-free.js';
import { rowsOf } from '../../support/dataset.js';
import * as pages from '../../support/pages.js';
import * as steps from '../../support/set-up.js';
import { expect, test } from '../../support/test.js';

const fields = ['email', 'phone', 'city'];
const wanted = {
  name: 'Contacts',
  dataset: 'contacts',
  fields: fields.map((name) => ({ name, type: { kind: 'text' }, key: name === 'email' })),
  method: 'upsert' as const,
  dialect: { encoding: 'utf-8', delimiter: ',', quote: '"', escape: 'doubled', header: 'present', preamble_rows: 0 },
  mapping: { columns: fields.map((name) => ({ name, field: name })) },
};

test('empty cells do what the sample page says, and Review tells how many there are', async ({ api, page, weir }, testInfo) => {
  const file = testInfo.outputPath('contacts.csv');
  await writeFile(file, 'email,phone,city\na@example.org,1,Bern\nb@example.org,2,Genf\n');
  await api.runEnds(await api.begin({ ...wanted, file }));

  const emptier = testInfo.outputPath('emptier.csv');
  await writeFile(emptier, 'email,phone,city\na@example.org,,\nb@example.org,,Zug\n');
  const dataset = (await api.call<{ id: string }>('dataset', { namespace, name: 'contacts' })).id;
  const job = await api.call<string>('create_job', { namespace, name: 'Emptier contacts' });
  const { version } = await api.setup(job);
  await api.call('save_step', {
    namespace,
    job,
    version,
    step: { basics: { name: 'Emptier contacts', dataset, method: 'upsert' } },
  });
  const saved = await api.setup(job);
  await api.call('save_step', { namespace, job, version: saved.version, step: { source: null } });

  await pages.openPage(page, `/n/${namespace}/jobs/${job}/setup/sample`);
  await page.getByLabel('The file to import').setInputFiles(emptier);
  const ofJob = page.getByRole('combobox', { name: /^Empty cells(?! in)/ });
  await expect(ofJob).toHaveValue('empty_the_field');
  await expect(page.getByRole('combobox', { name: 'Empty cells in email' }), 'a key is never empty').toBeHidden();
  await page.getByRole('combobox', { name: 'Empty cells in phone' }).selectOption('leave_the_field');
  await expectNoBarrier(page);
  await steps.leaveSample(page);
  await steps.chooseSchedule(page);
  await expect(page.getByText('Empty cells empty the field: 1 empty cell in city of the sample.')).toBeVisible();
  await expect(page.getByText('Those in phone leave the field as it is: 2 empty cells in phone of the sample.')).toBeVisible();
  await page.getByRole('button', { name: 'Check the whole file' }).click();
  await expect(page.getByText('Empty cells empty the field: 1 empty cell in city of the file.')).toBeVisible();
  await steps.uploadAndStart(page);
  await expect(pages.badge(page, 'Completed')).toBeVisible();
  expect(await rowsOf(weir, 'contacts')).toEqual([
    { email: 'a@example.org', phone: '1', city: null },
    { email: 'b@example.org', phone: '2', city: 'Zug' },
  ]);
});
