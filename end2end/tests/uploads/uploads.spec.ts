import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { firstPerson, namespace, type Api } from '../../support/api.js';
import { asImport, leads } from '../../support/journeys.js';
import { chunkBytes, HeldUpload, largeImport, reviewOf } from '../../support/large-file.js';
import * as pages from '../../support/pages.js';
import { expect, test } from '../../support/test.js';

let folder: string;
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-uploads-'));
});
test.afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const upload = (page: Page) => page.getByRole('button', { name: 'Upload and start import' });

test.describe('a double click', () => {
  for (const pause of [0, 120, 250]) {
    test(`on the upload's button with ${pause} ms in between uploads once and cancels nothing`, async ({ api, page }) => {
      const wanted = await largeImport(folder, 3);
      const review = await reviewOf(api, wanted);
      await pages.openPage(page, review);
      await page.locator('input[type=file]').first().setInputFiles(wanted.file);
      const held = await HeldUpload.of(page);
      await clickTwice(page, pause);
      await held.isUnderWay;
      await expect(page.getByRole('region', { name: 'Upload' })).toBeVisible();
      held.release();
      await expect(page).toHaveURL(/\/runs\/[0-9a-f-]+$/, { timeout: 30_000 });
      expect(held.announced).toBe(1);
    });
  }

  test('on a button of a dialog does nothing to what the dialog covered', async ({ api, page }) => {
    const { row } = await api.runEnds(await api.begin({ ...asImport(leads), method: 'insert' }));
    const job = `/n/${namespace}/jobs/${row.job}`;
    await pages.openPage(page, job);
    let asked = 0;
    page.on('request', (request) => {
      if (new URL(request.url()).pathname === '/ui/act_on_job') asked += 1;
    });
    await page.getByRole('button', { name: `Actions for ${leads.name}` }).click();
    await page.getByRole('menuitem', { name: 'Run now' }).click();
    await pages.doubleClick(page.getByRole('dialog').getByRole('button', { name: 'Run now' }));
    await expect(page.getByText(`Queued a run of “${leads.name}”`)).toBeVisible();
    await expect(page).toHaveURL(new RegExp(`${job}$`));
    expect(asked).toBe(1);
  });

  test('on an item of a menu does nothing to what the menu covered', async ({ api, page }) => {
    for (const name of ['One', 'Two', 'Three', 'Four', 'Five', 'Six']) await api.call('create_job', { namespace, name });
    await api.runEnds(await api.begin(asImport(leads)));
    await pages.openPage(page, pages.jobsPage);
    await page.getByRole('button', { name: `Actions for ${leads.name}` }).click();
    await pages.doubleClick(page.getByRole('menuitem', { name: 'Run now' }));
    await expect(page.getByText(`Queued a run of “${leads.name}”`)).toBeVisible();
    await expect(page, 'no row below was opened').toHaveURL(new RegExp(`${pages.jobsPage}$`));
  });

  test('on every other main button is one click', async ({ api, browser, page, weir }) => {
    expect(api.cookie.value).not.toBe('');
    await pages.openPage(page, pages.jobsPage);
    const posts: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') posts.push(new URL(request.url()).pathname);
    });
    const count = (endpoint: string): number => posts.filter((path) => path === `/ui/${endpoint}`).length;

    await pages.doubleClick(page.getByRole('button', { name: 'New import' }).first());
    await expect(page.getByRole('heading', { level: 2, name: 'Basics', exact: true })).toBeVisible();
    await page.getByRole('textbox', { name: /^Name/ }).fill('Clicked twice');
    await pages.doubleClick(page.getByRole('button', { name: 'Continue' }));
    await expect(page.getByRole('heading', { level: 2, name: 'Source', exact: true })).toBeVisible();
    expect([count('create_job'), count('save_step')]).toEqual([1, 1]);

    await pages.openPage(page, `/n/${namespace}/members`);
    await page.getByLabel('E-mail address').fill('ada@example.org');
    await pages.doubleClick(page.getByRole('button', { name: 'Add member' }));
    const link = await page.getByLabel('One-time link').inputValue();
    await expect(page.getByText('2 members')).toBeVisible();
    expect(count('add_member')).toBe(1);

    await pages.openPage(page, `/n/${namespace}/settings`);
    await pages.doubleClick(page.getByRole('button', { name: 'Save', exact: true }));
    await expect(page.getByText('Saved the settings')).toBeVisible();
    expect(count('change_namespace')).toBe(1);

    await pages.openPage(page, '/namespaces');
    await page.getByLabel('Name', { exact: true }).fill('Second');
    await page.getByLabel('Address', { exact: true }).fill('second');
    await pages.doubleClick(page.getByRole('button', { name: 'Open namespace' }));
    await expect(page.getByText('Opened the namespace second')).toBeVisible();
    expect(count('create_namespace')).toBe(1);

    const theirs = await browser.newPage({ baseURL: weir.address });
    const doors: string[] = [];
    theirs.on('request', (request) => {
      if (request.method() === 'POST') doors.push(new URL(request.url()).pathname);
    });
    await pages.openPage(theirs, link);
    await theirs.getByLabel('Your name').fill('Ada Lovelace');
    await theirs.getByLabel('Password', { exact: true }).fill('numbers weave like leaves');
    await pages.doubleClick(theirs.getByRole('button', { name: 'Set password and sign in' }));
    await expect(theirs.getByRole('heading', { level: 1, name: 'Jobs' })).toBeVisible();
    await pages.signOut(theirs);
    await expect(theirs.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
    await pages.lives(theirs);
    await theirs.getByLabel('E-mail address').fill('ada@example.org');
    await theirs.getByLabel('Password', { exact: true }).fill('numbers weave like leaves');
    await pages.doubleClick(theirs.getByRole('button', { name: 'Sign in' }));
    await expect(theirs.getByRole('heading', { level: 1, name: 'Jobs' })).toBeVisible();
    expect(doors.filter((path) => /accept_link|sign_in/.test(path))).toEqual(['/ui/accept_link', '/ui/sign_in']);
    await theirs.close();
  });
});

test('a page may be left before what was asked of the server is answered', async ({ api, page }) => {
  const job = await api.beginLater(asImport(leads));
  await pages.openPage(page, `/n/${namespace}/jobs/${job}`);
  let letGo = (): void => undefined;
  const left = new Promise<void>((resolve) => (letGo = resolve));
  await page.route('**/ui/act_on_job', async (route) => {
    await left;
    await route.continue();
  });
  await page.getByRole('button', { name: `Actions for ${leads.name}` }).click();
  await page.getByRole('menuitem', { name: 'Pause job' }).click();
  await page.getByRole('link', { name: 'Datasets' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Datasets' })).toBeVisible();
  letGo();
  await expect(page.getByText(`Paused “${leads.name}”`)).toBeVisible();
  await page.getByRole('link', { name: 'Jobs' }).first().click();
  await expect(pages.rowOfJob(page, leads.name)).toContainText('Paused');
});

test('a cancelled upload says so and leaves nothing on the server', async ({ api, page }) => {
  const { held } = await beginUpload(api, page);
  const deleted = page.waitForResponse((response) => response.request().method() === 'DELETE');
  await page.getByRole('button', { name: 'Cancel upload' }).click();
  await expect(page.getByText('The upload was cancelled.')).toBeVisible();
  expect((await deleted).status()).toBe(204);
  await expect(upload(page)).toBeVisible();
  held.release();
});

test.describe('an upload goes on from its last byte', () => {
  test.use({ expectedConsoleErrors: [/status of 401/] });

  test('by itself when the session is back', async ({ api, context, page }) => {
    const { held } = await beginUpload(api, page);
    const other = await context.newPage();
    await pages.openPage(other, pages.jobsPage);
    await pages.signOut(other);
    await expect(page.getByText('You are signed out.')).toBeVisible();
    held.release();
    await pages.signIn(other, firstPerson.email, firstPerson.password);
    await expect(page).toHaveURL(/\/runs\/[0-9a-f-]+$/, { timeout: 45_000 });
    expect([held.announced, held.offsets.filter((offset) => offset === 0).length]).toEqual([1, 1]);
  });

  test('after the page was loaded anew', async ({ api, page }) => {
    const { file, held } = await beginUpload(api, page);
    page.on('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await pages.lives(page);
    held.release();
    await page.locator('input[type=file]').first().setInputFiles(file);
    await upload(page).click();
    await expect(page).toHaveURL(/\/runs\/[0-9a-f-]+$/, { timeout: 30_000 });
    expect([held.announced, held.offsets.filter((offset) => offset === 0).length]).toEqual([1, 1]);
    expect(held.offsets).toContain(chunkBytes);
  });
});

test('a small file that was changed since it was chosen is not imported as it was', async ({ api, page }) => {
  const wanted = await largeImport(folder, 0.001, 'small');
  const job = await api.setUp(wanted, await api.upload(wanted.file));
  await pages.openPage(page, `/n/${namespace}/jobs/${job}/setup/sample`);
  await page.locator('input[type=file]').first().setInputFiles(wanted.file);
  await expect(page.getByText(/sampled records fit/)).toBeVisible();
  for (const next of ['Schedule', 'Review']) {
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByRole('heading', { level: 2, name: next, exact: true })).toBeVisible();
  }
  await appendFile(wanted.file, 'one line more\n');
  await upload(page).click();
  await expect(page.getByText(/changed, moved or removed since you chose it/)).toBeVisible();
  await expect(page).toHaveURL(/\/setup\/review$/);
});

test('a job that somebody else has activated says so before anything is uploaded', async ({ api, page }) => {
  const wanted = await largeImport(folder, 2);
  const sample = await api.upload(wanted.file, 1 << 20);
  const job = await api.setUp(wanted, sample);
  await pages.openPage(page, `/n/${namespace}/jobs/${job}/setup/review`);
  await page.locator('input[type=file]').first().setInputFiles(wanted.file);
  const held = await HeldUpload.of(page);
  await api.activate(job, await api.upload(wanted.file));
  await expect(page.getByText('This job was activated somewhere else in the meantime.')).toBeVisible();
  await expect(upload(page)).toBeDisabled();
  await expect(page.getByText('The job was activated somewhere else in the meantime.')).toBeVisible();
  expect(held.announced).toBe(0);
  await page.getByRole('link', { name: 'To the job', exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/jobs/${job}$`));
});

async function beginUpload(api: Api, page: Page): Promise<{ file: string; held: HeldUpload }> {
  const wanted = await largeImport(folder, 3);
  await pages.openPage(page, await reviewOf(api, wanted));
  await page.locator('input[type=file]').first().setInputFiles(wanted.file);
  const held = await HeldUpload.of(page);
  await upload(page).click();
  await held.isUnderWay;
  return { file: wanted.file, held };
}

async function clickTwice(page: Page, pause: number): Promise<void> {
  if (pause === 0) {
    await pages.doubleClick(upload(page));
    return;
  }
  await upload(page).scrollIntoViewIfNeeded();
  const box = await upload(page).boundingBox();
  if (box === null) throw new Error('the button is not on the page');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.click(x, y);
  await page.waitForTimeout(pause);
  await page.mouse.click(x, y);
}

test('an upload that ends while something is changed and not saved starts nothing', async ({ api, page }) => {
  const wanted = await largeImport(folder, 3);
  await pages.openPage(page, await reviewOf(api, wanted));
  await page.locator('input[type=file]').first().setInputFiles(wanted.file);
  const held = await HeldUpload.of(page);
  await upload(page).click();
  await held.isUnderWay;
  await page.getByRole('link', { name: /^Schedule/ }).click();
  const note = page.getByText('The file is being uploaded');
  await expect(note).toBeVisible();
  await page.getByRole('radio', { name: 'Once, at a time that you choose' }).check();
  await expect(page.getByText('changed, not saved yet')).toBeVisible();
  held.release();
  await expect(note).toBeHidden({ timeout: 30_000 });
  await expect(page).toHaveURL(/\/setup\/schedule$/);
  const { jobs } = await api.call<{ jobs: { status: string }[] }>('jobs', { namespace, query: { search: '', status: null, after: null } });
  expect(jobs.map(({ status }) => status)).toEqual(['draft']);

  // Back to what is saved: what was uploaded is not sent again.
  await page.getByRole('radio', { name: 'Once, as soon as it is activated' }).check();
  await page.getByRole('link', { name: /^Review/ }).click();
  await expect(page.getByText('you have changed the set-up meanwhile')).toBeVisible();
  await upload(page).click();
  await expect(page).toHaveURL(/\/runs\/[0-9a-f-]+$/, { timeout: 30_000 });
  expect(held.announced).toBe(1);
});
