// What a person does on the pages outside the set-up.

import { expect, type Download, type Locator, type Page } from '@playwright/test';

import { firstPerson, namespace } from './api.js';
import type { Weir } from './weir.js';

export const jobsPage = `/n/${namespace}/jobs`;
export const runPage = (run: string): string => `/n/${namespace}/runs/${run}`;

/** What owners see of their namespace besides jobs and datasets. */
export const administration = ['members', 'settings', 'audit'].map((page) => `/n/${namespace}/${page}`);

/** Opens a page and waits until it lives: until its module has taken over. */
export async function openPage(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await lives(page);
}

export async function createFirstAccount(page: Page, weir: Weir): Promise<void> {
  await page.goto(weir.firstLink);
  await page.getByLabel('E-mail address').fill(firstPerson.email);
  await page.getByLabel('Your name').fill(firstPerson.name);
  await page.getByLabel('Password', { exact: true }).fill(firstPerson.password);
  await page.getByRole('button', { name: 'Set password and sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Jobs' })).toBeVisible();
  await lives(page);
}

export async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Account and namespaces' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
}

/** The number of a run's tile: Seen, Imported, Rejected or Failed %. */
export function tile(page: Page, name: string): Locator {
  const tiles = page.getByRole('term').filter({ hasText: new RegExp(`^${name}$`) });
  return tiles.locator('xpath=following-sibling::dd');
}

/** The badge beside a page's heading. */
export function badge(page: Page, status: string): Locator {
  const head = page.getByRole('heading', { level: 1 }).locator('xpath=..');
  return head.getByText(status, { exact: true });
}

export function rowOfJob(page: Page, name: string): Locator {
  return page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
}

export async function downloadReport(page: Page, which: 'Rejected records' | 'Explanation for Excel' | 'Explanation as CSV'): Promise<Download> {
  await page.getByRole('button', { name: 'Failure report' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: new RegExp(`^${which}`) }).click(),
  ]);
  return download;
}

/** Answers a question that is asked later: whether the page is still the same document, never loaded anew. */
export async function markDocument(page: Page): Promise<() => Promise<boolean>> {
  await page.evaluate(() => document.documentElement.setAttribute('data-seen-by-test', ''));
  return () => page.evaluate(() => document.documentElement.hasAttribute('data-seen-by-test'));
}

export async function lives(page: Page): Promise<void> {
  await expect(page.locator('html')).not.toHaveAttribute('data-loading', { timeout: 30_000 });
}

/** Two clicks of one finger. */
export async function doubleClick(button: Locator): Promise<void> {
  await button.scrollIntoViewIfNeeded();
  const box = await button.boundingBox();
  if (box === null) throw new Error('the button is not on the page');
  await button.page().mouse.click(box.x + box.width / 2, box.y + box.height / 2, { clickCount: 2, delay: 60 });
}

/** The run that the page shows. */
export const shownRun = (page: Page): string => new URL(page.url()).pathname.split('/').at(-1) ?? '';
