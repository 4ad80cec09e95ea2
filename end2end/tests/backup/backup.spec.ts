// What docs/administration.md says of backups: made while Weir runs, put back elsewhere.

import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Page } from '@playwright/test';

import { Api, firstPerson } from '../../support/api.js';
import { asImport, knownRows, leads } from '../../support/journeys.js';
import * as pages from '../../support/pages.js';
import { rowsOf } from '../../support/dataset.js';
import { expect, test } from '../../support/test.js';
import { Weir } from '../../support/weir.js';

const run = promisify(execFile);

test('a copy made with sqlite3 while Weir runs is a whole Weir', async ({ api, weir, page }) => {
  const { row } = await api.runEnds(await api.begin(asImport(leads)));
  const copy = await newFolder();
  await copySqlite(weir.dataFolder, copy, ['weir.sqlite']);
  await copySqlite(weir.dataFolder, copy, await namespaces(weir));
  await copyOthers(weir.dataFolder, copy);
  await weir.stop('SIGKILL');

  const restored = await Weir.onFolder(copy, {}, true);
  try {
    await goesOn(page, restored, row.id);
  } finally {
    await restored.remove();
  }
});

test('a copy made with pg_dump while Weir runs is a whole Weir', async ({ page }) => {
  const [before, after] = [await newDatabase(), await newDatabase()];
  const weir = await Weir.onNewFolder({ environment: { WEIR_DATABASE_URL: before } });
  const copy = await newFolder();
  let id: string;
  try {
    const api = await Api.ofFirstPerson(weir);
    id = (await api.runEnds(await api.begin(asImport(leads)))).row.id;
    const dump = join(await newFolder(), 'weir.sql');
    await run('pg_dump', ['--no-owner', '--file', dump, before]);
    await copySqlite(weir.dataFolder, copy, await namespaces(weir));
    await copyOthers(weir.dataFolder, copy);
    await run('psql', ['--quiet', '--set', 'ON_ERROR_STOP=1', '--file', dump, after]);
  } finally {
    await weir.remove('SIGKILL');
  }

  const restored = await Weir.onFolder(copy, { environment: { WEIR_DATABASE_URL: after } }, true);
  try {
    await goesOn(page, restored, id);
  } finally {
    await restored.remove();
  }
});

/** Everybody and everything is there, and the job runs on. */
async function goesOn(page: Page, weir: Weir, id: string): Promise<void> {
  await page.goto(`${weir.address}/sign-in`);
  await pages.signIn(page, firstPerson.email, firstPerson.password);
  await expect(page.getByRole('heading', { level: 1, name: 'Jobs' })).toBeVisible();
  expect(await rowsOf(weir, leads.dataset)).toEqual(await knownRows(leads));
  await pages.openPage(page, `${weir.address}${pages.runPage(id)}`);
  await expect(pages.badge(page, 'Partially Completed')).toBeVisible();
  await pages.downloadReport(page, 'Rejected records');
  await page.getByRole('button', { name: 'Retry' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Retry' }).click();
  await expect(page).not.toHaveURL(new RegExp(id));
  await expect(pages.badge(page, 'Partially Completed')).toBeVisible();
  await expect(pages.tile(page, 'Imported')).toHaveText(String(leads.imported));
  // It would try to hear of changes when Weir is gone.
  await page.close();
}

const newFolder = () => mkdtemp(join(tmpdir(), 'weir-backup-'));

const namespaces = async ({ dataFolder }: Weir): Promise<string[]> => {
  const names = await readdir(join(dataFolder, 'namespaces'));
  return names.filter((name) => name.endsWith('.sqlite')).map((name) => join('namespaces', name));
};

async function copySqlite(from: string, to: string, names: string[]): Promise<void> {
  await run('mkdir', ['--parents', join(to, 'namespaces')]);
  for (const name of names) await run('sqlite3', [join(from, name), `.backup '${join(to, name)}'`]);
}

/** All but the databases. */
async function copyOthers(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, filter: (path) => !/\.sqlite(-wal|-shm)?$/.test(path) });
}

async function newDatabase(): Promise<string> {
  const server = process.env['WEIR_TEST_POSTGRES'];
  if (server === undefined) throw new Error('WEIR_TEST_POSTGRES is not set: run the tests through `make test` or `scripts/with-postgres`');
  const name = `weir_${crypto.randomUUID().replaceAll('-', '')}`;
  await run('psql', ['--quiet', '--command', `CREATE DATABASE ${name}`, server]);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
