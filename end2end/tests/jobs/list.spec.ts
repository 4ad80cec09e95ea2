import type { Locator, Page } from '@playwright/test';

import { namespace, type Api } from '../../support/api.js';
import { asImport, kunden, leads } from '../../support/journeys.js';
import * as pages from '../../support/pages.js';
import { expect, test } from '../../support/test.js';

const draft = 'Archive of the shop';

test('search, filter and order live in the address', async ({ api, page }) => {
  await threeJobs(api);
  await pages.openPage(page, pages.jobsPage);
  await expect(jobs(page)).toHaveText([draft, kunden.name, leads.name]);
  await expect(head(page, 'Job')).toHaveAttribute('aria-sort', 'ascending');

  await head(page, 'Schedule').getByRole('link').click();
  await expect(page).toHaveURL(/\?sort=next_run$/);
  await expect(jobs(page)).toHaveText([leads.name, draft, kunden.name]);
  await expect(head(page, 'Schedule')).toHaveAttribute('aria-sort', 'ascending');
  await expect(head(page, 'Job')).not.toHaveAttribute('aria-sort');

  await page.getByRole('navigation', { name: 'Filter by status' }).getByRole('link', { name: /^Draft/ }).click();
  await expect(page).toHaveURL(/\?status=draft&sort=next_run$/);
  await expect(jobs(page)).toHaveText([draft, kunden.name]);

  await search(page).fill('CUSTOM');
  await expect(page).toHaveURL(/\?search=CUSTOM&status=draft&sort=next_run$/);
  await expect(jobs(page), 'the dataset is called customers').toHaveText([kunden.name]);

  await page.goBack();
  await expect(page).toHaveURL(/\?sort=next_run$/);
  await expect(jobs(page)).toHaveText([leads.name, draft, kunden.name]);
  await expect(search(page)).toHaveValue('');
  await page.goForward();
  await expect(jobs(page)).toHaveText([kunden.name]);
  await expect(search(page)).toHaveValue('CUSTOM');
  await page.reload();
  await expect(jobs(page)).toHaveText([kunden.name]);
  await expect(search(page)).toHaveValue('CUSTOM');
});

test('what is typed before the page is hydrated is searched', async ({ api, page }) => {
  await threeJobs(api);
  let hydrate = (): void => {};
  const typed = new Promise<void>((resolve) => (hydrate = resolve));
  await page.route(/\.wasm$/, async (route) => {
    await typed;
    await route.continue();
  });
  await page.goto(pages.jobsPage, { waitUntil: 'commit' });
  await search(page).fill('CUSTOM');
  hydrate();
  await expect(page).toHaveURL(/\?search=CUSTOM$/);
  await expect(jobs(page)).toHaveText([kunden.name]);
  await expect(search(page)).toHaveValue('CUSTOM');
});

test('a search that finds nothing says what to do', async ({ api, page }) => {
  await api.call('create_job', { namespace, name: draft });
  await pages.openPage(page, `${pages.jobsPage}?search=d_aft`);
  await expect(page.getByRole('heading', { name: 'No job matches' })).toBeVisible();
  await expect(jobs(page)).toHaveCount(0);
  await page.getByRole('link', { name: 'Show all jobs' }).click();
  await expect(jobs(page)).toHaveText([draft]);
  await expect(search(page)).toHaveValue('');
});

test('pages follow the order, and going back keeps the place', async ({ api, page }) => {
  for (let number = 1; number <= 52; number++) {
    await api.call('create_job', { namespace, name: `Job ${String(number).padStart(2, '0')}` });
  }
  await pages.openPage(page, pages.jobsPage);
  await expect(jobs(page)).toHaveCount(50);
  const farDown = jobs(page).nth(30);
  await farDown.focus();
  const place = await scrolled(page);
  expect(place).toBeGreaterThan(500);
  await farDown.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Job 31' })).toBeVisible();
  await expect.poll(() => scrolled(page)).toBe(0);
  await page.goBack();
  await expect(jobs(page)).toHaveCount(50);
  await expect.poll(() => scrolled(page)).toBe(place);

  await head(page, 'Job').getByRole('link', { name: 'Newest' }).click();
  await expect(head(page, 'Job')).toHaveAttribute('aria-sort', 'other');
  await expect(jobs(page).first()).toHaveText('Job 52');
  await page.getByRole('link', { name: 'Next page' }).click();
  await expect(page).toHaveURL(/\?sort=newest&after=/);
  await expect(jobs(page)).toHaveText(['Job 02', 'Job 01']);

  await page.getByRole('link', { name: 'Job 02', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Job 02' })).toBeVisible();
  await page.goBack();
  await expect(jobs(page)).toHaveText(['Job 02', 'Job 01']);
  await page.reload();
  await expect(jobs(page)).toHaveText(['Job 02', 'Job 01']);

  await head(page, 'Job').getByRole('link', { name: 'Job', exact: true }).click();
  await expect(page, 'a place in one order is none in another').toHaveURL(new RegExp(`${pages.jobsPage}$`));
  await expect(jobs(page).first()).toHaveText('Job 01');
});

test('the list is sorted and searched without JavaScript', async ({ api, browser, weir }) => {
  await threeJobs(api);
  const context = await browser.newContext({ baseURL: weir.address, javaScriptEnabled: false });
  await context.addCookies([api.cookie]);
  const page = await context.newPage();
  await page.goto(pages.jobsPage);
  await head(page, 'Schedule').getByRole('link').click();
  await expect(jobs(page)).toHaveText([leads.name, draft, kunden.name]);
  await search(page).fill('of the');
  await search(page).press('Enter');
  await expect(page).toHaveURL(/\?search=of\+the&sort=next_run$/);
  await expect(jobs(page)).toHaveText([leads.name, draft]);
  await context.close();
});

/** The names of the jobs that are shown. */
function jobs(page: Page): Locator {
  return page.locator('table.jobs tbody .row-link');
}

function head(page: Page, name: string): Locator {
  return page.getByRole('columnheader', { name, exact: true });
}

/** In pixels, once a frame has been drawn and with it the events of scrolling have come. */
async function scrolled(page: Page): Promise<number> {
  return page.evaluate(() => new Promise<number>((resolve) => requestAnimationFrame(() => resolve(window.scrollY))));
}

function search(page: Page): Locator {
  return page.getByRole('searchbox', { name: 'Search jobs' });
}

/** Two Drafts, of which one has a dataset, and a job that waits for a day that is far away. */
async function threeJobs(api: Api): Promise<void> {
  await api.call('create_job', { namespace, name: draft });
  const ofCustomers = asImport(kunden);
  await api.setUp(ofCustomers, await api.upload(ofCustomers.file));
  await api.beginLater(asImport(leads));
}
