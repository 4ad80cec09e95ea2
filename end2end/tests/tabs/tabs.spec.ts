import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { firstPerson, namespace } from '../../support/api.js';
import { largeImport, reviewOf } from '../../support/large-file.js';
import * as pages from '../../support/pages.js';
import { expect, test } from '../../support/test.js';

/** Of a click on a page that is not held up by others: well below a second, but for a busy machine. Held up, it never comes. */
const promptly = { timeout: 3000 };

let folder: string;
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-tabs-'));
});
test.afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('eight tabs and an upload live beside each other', async ({ api, context, page }) => {
  test.setTimeout(120_000);
  const wanted = await largeImport(folder, 2);
  await pages.openPage(page, await reviewOf(api, wanted));
  await page.locator('input[type=file]').first().setInputFiles(wanted.file);
  // So slow that it does not end before the test.
  const network = await context.newCDPSession(page);
  await network.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 100_000 });
  await page.getByRole('button', { name: 'Upload and start import' }).click();
  await expect(page.getByRole('region', { name: 'Upload' })).toBeVisible();

  let streams = 0;
  context.on('request', (request) => {
    if (new URL(request.url()).pathname.endsWith('/events')) streams += 1;
  });
  const tabs = [];
  for (let number = 0; number < 8; number += 1) {
    const tab = await context.newPage();
    await pages.openPage(tab, pages.jobsPage);
    tabs.push(tab);
  }
  expect(streams, 'the tab of the upload has the stream').toBe(0);
  for (const tab of tabs) {
    await tab.getByRole('button', { name: 'New import' }).first().click();
    await expect(tab.getByRole('heading', { level: 2, name: 'Basics', exact: true })).toBeVisible(promptly);
    await tab.getByRole('link', { name: 'Weir, to the jobs' }).click();
  }
  await api.call('create_job', { namespace, name: 'Seen by all' });
  for (const tab of tabs) await expect(tab.getByRole('link', { name: 'Seen by all' })).toBeVisible();

  // Whoever has the stream goes: another tab takes it over.
  page.on('dialog', (dialog) => void dialog.accept());
  await page.close();
  await expect.poll(() => streams).toBe(1);
  await api.call('create_job', { namespace, name: 'Seen by all that are left' });
  for (const tab of tabs) await expect(tab.getByRole('link', { name: 'Seen by all that are left' })).toBeVisible();
});

test('a hidden tab has no stream, and shows what happened when it is looked at again', async ({ api, page }) => {
  await pages.openPage(page, pages.jobsPage);
  const hide = (hidden: boolean): Promise<void> =>
    page.evaluate((isHidden) => {
      Object.defineProperty(document, 'hidden', { value: isHidden, configurable: true });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    }, hidden);
  await hide(true);
  await api.call('create_job', { namespace, name: 'Made meanwhile' });
  const opened = page.waitForRequest((request) => new URL(request.url()).pathname.endsWith('/events'));
  await hide(false);
  await opened;
  await expect(page.getByRole('link', { name: 'Made meanwhile' })).toBeVisible();
});

test.describe('who is signed out', () => {
  test.use({ expectedConsoleErrors: [/status of 40[14]/] });

  test('in one tab is so in all, and goes on where they were', async ({ api, context, page }) => {
    const job = await api.call<string>('create_job', { namespace, name: 'Half done' });
    await pages.openPage(page, `/n/${namespace}/jobs/${job}/setup/basics`);
    await page.getByRole('textbox', { name: /^Name/ }).fill('Typed and not saved');
    const other = await context.newPage();
    await pages.openPage(other, pages.jobsPage);
    await pages.signOut(other);
    await expect(page.getByText('You are signed out.')).toBeVisible();
    await expect(page.getByRole('heading', { level: 1 })).toBeHidden();

    await expect(other.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
    await pages.signIn(other, firstPerson.email, firstPerson.password);
    await expect(page.getByText('You are signed out.')).toBeHidden();
    await expect(page.getByRole('textbox', { name: /^Name/ })).toHaveValue('Typed and not saved');
  });

  test('by the server hears it, and so does who is no member any more', async ({ api, browser, page, weir }) => {
    const { execFile } = await import('node:child_process');
    const { promisify } = await import('node:util');
    await pages.openPage(page, pages.jobsPage);
    const database = join(weir.dataFolder, 'weir.sqlite');
    const forget = (table: string) => promisify(execFile)('sqlite3', ['-cmd', '.timeout 5000', database, `DELETE FROM ${table}`]);
    await forget('memberships');
    await expect(page.getByText('You are not a member of this namespace any more.')).toBeVisible({ timeout: 30_000 });
    await forget('sessions');
    await expect(page.getByText('You are signed out.')).toBeVisible({ timeout: 45_000 });
    expect(browser.isConnected() && api.cookie.value !== '').toBe(true);
  });
});
