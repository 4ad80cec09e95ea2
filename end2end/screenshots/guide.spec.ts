// The pictures of the user guide.

import { resolve } from 'node:path';

import type { Page } from '@playwright/test';

import { asImport, kunden, leads, orders, pathOf } from '../support/journeys.js';
import { namespace } from '../support/api.js';
import * as pages from '../support/pages.js';
import { expect, test } from '../support/test.js';

const folder = resolve(import.meta.dirname, '../../docs/images');

test.use({ viewport: { width: 1200, height: 800 }, colorScheme: 'light', reducedMotion: 'reduce' });

const shoot = (page: Page, name: string) => page.screenshot({ path: `${folder}/${name}.png` });

test('pictures of the guide', async ({ api, page }) => {
  const { row } = await api.runEnds(await api.begin(asImport(leads)));
  for (const journey of [kunden, orders]) await api.runEnds(await api.begin(asImport(journey)));
  await pages.openPage(page, pages.jobsPage);
  await expect(pages.rowOfJob(page, leads.name)).toBeVisible();
  await shoot(page, 'jobs');

  await pages.openPage(page, pages.runPage(row.id));
  await expect(page.getByRole('heading', { name: 'Rejected records' })).toBeVisible();
  await shoot(page, 'run');

  await page.getByRole('link', { name: 'Fix and re-import' }).click();
  await expect(page.getByRole('grid', { name: 'Rejected records' })).toBeVisible();
  await shoot(page, 'fix');

  const job = await api.call<string>('create_job', { namespace, name: 'Kunden' });
  await pages.openPage(page, `/n/${namespace}/jobs/${job}/setup/sample`);
  await page.getByLabel('The file to import').setInputFiles(pathOf(kunden.file));
  await expect(page.getByText('sampled records fit')).toBeVisible();
  await shoot(page, 'sample');
});
