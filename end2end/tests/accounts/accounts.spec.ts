import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { firstPerson, namespace } from '../../support/api.js';
import { asImport, leads } from '../../support/journeys.js';
import * as pages from '../../support/pages.js';
import { expect, test } from '../../support/test.js';

test.describe('wrong credentials', () => {
  test.use({ expectedConsoleErrors: [/status of 40[013]/] });

  test('a wrong password is said beside the field, and the e-mail address stays', async ({ api, browser, weir }) => {
    expect(api.cookie.value).not.toBe('');
    const page = await browser.newPage({ baseURL: weir.address });
    await page.goto('/sign-in');
    await expect(page.getByRole('button', { name: 'Show password' })).toBeVisible({ timeout: 30_000 });
    await pages.signIn(page, firstPerson.email, 'a wrong password');

    await expect(page.getByRole('alert').filter({ hasText: /\w/ })).toBeVisible();
    await expect(page.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(/\w+ \w+/);
    await expect(page.getByLabel('E-mail address')).toHaveValue(firstPerson.email);
    await expect(page).toHaveURL(/\/sign-in$/);

    await page.getByLabel('Password', { exact: true }).fill(firstPerson.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Jobs' })).toBeVisible();
    await page.close();
  });
});

test('after signing out, a page asks to sign in', async ({ page, weir }) => {
  await pages.createFirstAccount(page, weir);
  await pages.signOut(page);
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await page.goto(`${pages.jobsPage}?status=draft`);
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await pages.signIn(page, firstPerson.email, firstPerson.password);
  await expect(page, 'back to the page that was asked for').toHaveURL(new RegExp(`${pages.jobsPage}\\?status=draft$`));
});

test.describe('another namespace', () => {
  test.use({ expectedConsoleErrors: [/status of 404/] });

  test('is not found, whether it is there or not', async ({ api, page, weir }) => {
    const run = await api.begin(asImport(leads));
    const { row } = await api.runEnds(run);
    // The same person without the membership: the namespace is another's now.
    await promisify(execFile)('sqlite3', ['-cmd', '.timeout 5000', join(weir.dataFolder, 'weir.sqlite'), 'DELETE FROM memberships']);

    for (const path of [pages.jobsPage, `/n/${namespace}/jobs/${row.job}`, pages.runPage(run), '/n/nowhere/jobs']) {
      const response = await page.goto(path);
      expect(response?.status(), path).toBe(404);
      await expect(page.getByText(leads.name)).toBeHidden();
    }
    for (const path of ['runs/' + run + '/report/exact', 'runs/' + run + '/report/explained.csv', 'events']) {
      const response = await api.request('GET', `/n/${namespace}/${path}`);
      expect(response.status, path).toBe(404);
    }
  });
});

test('without JavaScript a wrong password is said once, and no address can say it', async ({ api, browser, weir }) => {
  expect(api.cookie.value).not.toBe('');
  const page = await browser.newPage({ baseURL: weir.address, javaScriptEnabled: false });
  await page.goto('/sign-in');
  await pages.signIn(page, firstPerson.email, 'a wrong password');
  await expect(page).toHaveURL(/\/sign-in$/);
  await expect(page.getByRole('alert').filter({ hasText: /\w/ })).toBeVisible();
  await page.goto('/sign-in');
  await expect(page.getByRole('alert').filter({ hasText: /\w/ })).toHaveCount(0);
  await page.close();
});

test('without JavaScript one signs in and reads the jobs', async ({ api, browser, weir }) => {
  await api.runEnds(await api.begin(asImport(leads)));
  const page = await browser.newPage({ baseURL: weir.address, javaScriptEnabled: false });
  await page.goto('/');
  await pages.signIn(page, firstPerson.email, firstPerson.password);
  await expect(page).toHaveURL(new RegExp(`${pages.jobsPage}$`));
  const row = pages.rowOfJob(page, leads.name);
  await expect(row.getByText('Completed', { exact: true })).toBeVisible();
  await expect(row.getByRole('cell').filter({ hasText: /^396$/ })).toBeVisible();

  await row.getByRole('link', { name: 'Partially Completed' }).click();
  await expect(pages.badge(page, 'Partially Completed')).toBeVisible();
  await expect(pages.tile(page, 'Rejected')).toHaveText('4');
  await page.close();
});
