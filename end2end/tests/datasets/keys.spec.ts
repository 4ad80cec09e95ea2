import { writeFile } from 'node:fs/promises';

import type { Page } from '@playwright/test';

import { namespace, type Api } from '../../support/api.js';
import { expectNoBarrier } from '../../support/barrier-free.js';
import { change, rowsOf } from '../../support/dataset.js';
import * as pages from '../../support/pages.js';
import { expect, test } from '../../support/test.js';

const contactsPage = `/n/${namespace}/datasets/contacts`;

test('two spellings of an address are one row, and the dataset says why', async ({ api, page, weir }, testInfo) => {
  await importContacts(api, testInfo.outputPath('contacts.csv'), 'email,name\nAda@Example.ORG,first\nada@example.org,last\n');
  expect(await rowsOf(weir, 'contacts')).toEqual([{ email: 'Ada@Example.ORG', name: 'last' }]);
  await pages.openPage(page, contactsPage);
  await expect(page.getByRole('row', { name: /^email e-mail/ })).toContainText('compared without regard to capitals');
  await expect(offer(page)).toBeHidden();
});

test('rows that came in before are looked at, and fall together when an owner says so', async ({ api, page, weir }, testInfo) => {
  await importContacts(api, testInfo.outputPath('contacts.csv'), 'email,name\nx@example.org,any\n');
  await change(
    weir,
    `DROP TABLE contacts; CREATE TABLE contacts (email TEXT NOT NULL, name TEXT, UNIQUE (email));
     INSERT INTO contacts VALUES ('Ada@Example.ORG', 'first'), ('ada@example.org', 'last');`,
  );
  await pages.openPage(page, contactsPage);
  await expect(offer(page)).toContainText('Comparing them without regard to capitals would make 2 rows fall together.');
  await offer(page).getByText('Show the 1 group').click();
  await expect(offer(page).getByRole('row', { name: /^stays/ })).toContainText('ada@example.org');
  await expect(offer(page).getByRole('row', { name: /^goes/ })).toContainText('Ada@Example.ORG');
  await expectNoBarrier(page);

  await offer(page).getByRole('button', { name: 'Compare keys this way' }).click();
  const question = page.getByRole('dialog');
  await expect(question).toContainText('Of each group the row that was added last stays; 1 row goes');
  await question.getByRole('button', { name: 'Cancel' }).click();
  expect(await rowsOf(weir, 'contacts')).toHaveLength(2);
  await offer(page).getByRole('button', { name: 'Compare keys this way' }).click();
  await question.getByRole('button', { name: 'Remove 1 row and compare' }).click();
  await expect(offer(page)).toBeHidden();
  await expect(page.getByRole('row', { name: /^email e-mail/ })).toContainText('compared without regard to capitals');
  expect(await rowsOf(weir, 'contacts')).toEqual([{ email: 'ada@example.org', name: 'last' }]);
});

function offer(page: Page) {
  return page.getByRole('region', { name: 'Comparison of keys' });
}

async function importContacts(api: Api, file: string, text: string): Promise<void> {
  await writeFile(file, text);
  const run = await api.begin({
    name: 'Contacts',
    dataset: 'contacts',
    fields: [
      { name: 'email', type: { kind: 'email' }, key: true },
      { name: 'name', type: { kind: 'text' } },
    ],
    method: 'upsert',
    dialect: { encoding: 'utf-8', delimiter: ',', quote: '"', escape: 'doubled', header: 'present', preamble_rows: 0 },
    mapping: { columns: ['email', 'name'].map((name) => ({ name, field: name })) },
    file,
  });
  await api.runEnds(run);
}
