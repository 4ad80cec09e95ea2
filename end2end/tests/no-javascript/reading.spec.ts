import { tmpdir } from 'node:os';

import { namespace } from '../../support/api.js';
import { asImport, kunden, leads } from '../../support/journeys.js';
import * as pages from '../../support/pages.js';
import { expect, test } from '../../support/test.js';

test('every page reads without JavaScript', async ({ api, browser, weir }) => {
  const run = await api.begin(asImport(leads));
  const { row } = await api.runEnds(run);
  const draft = await api.setUp(asImport(kunden), await api.upload(asImport(kunden).file));
  const dataset = asImport(leads).dataset;
  const base = `/n/${namespace}`;
  const setUp = (step: string): [string, RegExp] => [`${base}/jobs/${draft}/setup/${step}`, /customers/i];
  const readable: [string, RegExp][] = [
    [pages.jobsPage, new RegExp(leads.name)],
    [`${base}/jobs/${row.job}`, /Partially Completed/],
    [pages.runPage(run), /were rejected/],
    [`${base}/datasets`, new RegExp(dataset)],
    [`${base}/datasets/${dataset}`, new RegExp(`Filled by[^]*${leads.name}`)],
    [`${base}/members`, /Grace Hopper[^]*Owner/],
    [`${base}/settings`, /Time zone/],
    [`${base}/audit`, /Grace Hopper[^]*activated the job/],
    [`${base}/usage`, new RegExp(leads.name)],
    [`${base}/notifications`, new RegExp(leads.name)],
    [`${base}/jobs/${row.job}/new-file`, /needs JavaScript/],
    [`${pages.runPage(run)}/fix`, /needs JavaScript/],
    ['/namespaces', /Main/],
    ...['basics', 'source', 'sample', 'schedule', 'review'].map(setUp),
  ];

  const context = await browser.newContext({ baseURL: weir.address, javaScriptEnabled: false });
  await context.addCookies([api.cookie]);
  const page = await context.newPage();
  for (const [path, text] of readable) {
    const response = await page.goto(path);
    expect(response?.status(), path).toBe(200);
    await expect(page.getByRole('heading', { level: 1 }).first(), path).toHaveText(/\w/);
    // The matchers of text leave out what stands in `noscript`.
    const shown = await page.locator('main').innerText();
    expect(shown, path).toMatch(text);
    expect(shown, path).toContain('changing things needs it');
    await expect(page.locator('.skeleton'), path).toHaveCount(0);
  }
  const notThere = await page.goto('/n/nowhere/members');
  expect(notThere?.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/\w/);

  await context.clearCookies();
  await page.goto(pages.jobsPage);
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await context.close();
});

test.describe('of forms', () => {
  test.use({
    javaScriptEnabled: false,
    weirOptions: { environment: { WEIR_FOLDERS: `exports=${tmpdir()}` } },
  });

  test('the fields hold what is saved', async ({ api, page }) => {
    const job = await api.call<string>('create_job', { namespace, name: 'Nightly' });
    const save = async (step: object): Promise<void> => {
      const { version } = await api.setup(job);
      await api.call('save_step', { namespace, job, version, step });
    };
    const folder = { folder: 'exports', subfolder: 'daily', pattern: 'orders-*.txt', minimum_age_seconds: '45' };
    await save({ source: folder });
    await save({ schedule: { when: 'recurring', pattern: 'daily', at: '06:30', time_zone: 'Europe/Berlin' } });

    await page.goto(`/n/${namespace}/jobs/${job}/setup/source`);
    await expect(page.getByRole('textbox', { name: /^File name/ })).toHaveValue(folder.pattern);
    await expect(page.getByRole('textbox', { name: /^Subfolder optional/ })).toHaveValue(folder.subfolder);
    await expect(page.getByRole('textbox', { name: /^Not before it is so many seconds old/ })).toHaveValue('45');
    await page.goto(`/n/${namespace}/jobs/${job}/setup/schedule`);
    await expect(page.getByRole('radio', { name: /^Again and again/ })).toBeChecked();
    await expect(page.getByLabel('Time', { exact: true })).toHaveValue('06:30');
    await expect(page.getByLabel('Time zone')).toHaveValue('Europe/Berlin');
    await page.goto(`/n/${namespace}/usage`);
    await expect(page.getByLabel('Rows per calendar month')).toHaveValue(/^\d+$/);
  });
});
