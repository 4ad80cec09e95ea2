import { resolve } from 'node:path';

import type { Page } from '@playwright/test';

import type { Api } from '../support/api.js';
import { testWithBarriers as test } from '../support/barriers.js';
import { asImport, kunden, leads, orders } from '../support/journeys.js';
import * as pages from '../support/pages.js';
import * as setUp from '../support/set-up.js';
import { expect } from '../support/test.js';

const folder = process.env['SCREENSHOTS'] ?? resolve(import.meta.dirname, '../../docs/screenshots');

const screens = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
};

for (const [screen, options] of Object.entries(screens)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`${screen} in ${colorScheme}`, () => {
      test.use({ ...options, colorScheme, reducedMotion: 'reduce' });
      const shoot = (page: Page, name: string) => page.screenshot({ path: `${folder}/${name}-${screen}-${colorScheme}.png` });

      test('jobs, runs and a dataset', async ({ api, barriers, page }) => {
        const run = await fill(api);
        await barriers.raise('importing');
        await api.begin({ ...asImport(orders), name: 'Orders of the outlet', dataset: 'outlet_orders' });
        await barriers.arrived('importing');

        await pages.openPage(page, pages.jobsPage);
        await expect(page.getByRole('progressbar', { name: 'Importing' })).toBeVisible();
        await shoot(page, 'jobs');
        await pages.openPage(page, pages.runPage(run));
        await expect(page.getByRole('heading', { name: 'Rejected records' })).toBeVisible();
        await shoot(page, 'run');
        await page.getByRole('link', { name: kunden.name }).click();
        await expect(page.getByRole('heading', { name: 'Run history' })).toBeVisible();
        await shoot(page, 'job');
        await pages.openPage(page, '/n/main/datasets/customers');
        await shoot(page, 'dataset');
        await pages.openPage(page, '/n/main/usage');
        await shoot(page, 'usage');
        await barriers.lower('importing');
      });

      test('the set-up', async ({ api, page }) => {
        expect(api.cookie.value).not.toBe('');
        await pages.openPage(page, pages.jobsPage);
        await shoot(page, 'no-jobs');
        await setUp.beginImport(page);
        await shoot(page, 'set-up-basics');
        await setUp.sayBasics(page, kunden);
        await setUp.chooseUploadAsSource(page);
        await setUp.provideSample(page, kunden);
        await page.evaluate(() => window.scrollTo(0, 0));
        await shoot(page, 'set-up-sample');
        await setUp.mapColumns(page, kunden);
        await shoot(page, 'set-up-mapping');
        await setUp.leaveSample(page);
        await setUp.chooseSchedule(page);
        await setUp.checkWholeFile(page, kunden);
        await page.evaluate(() => window.scrollTo(0, 0));
        await shoot(page, 'set-up-review');
      });

      test('signing in', async ({ page }) => {
        await page.goto('/sign-in');
        await expect(page.getByRole('button', { name: 'Show password' })).toBeVisible();
        await shoot(page, 'sign-in');
      });
    });
  }
}

/** Jobs in several statuses; answers the run that rejected some records. */
async function fill(api: Api): Promise<string> {
  await api.call('create_job', { namespace: 'main', name: 'Price list of the supplier' });
  const wanted = asImport(leads);
  await api.setUp(wanted, await api.upload(wanted.file));
  const failing = { ...asImport(orders), dialect: { ...asImport(orders).dialect, delimiter: ';' } };
  await api.setUp({ ...failing, name: 'Orders with a wrong delimiter' }, await api.upload(failing.file));
  const completed = await api.begin({ ...asImport(kunden) });
  await api.runEnds(completed);
  return completed;
}
