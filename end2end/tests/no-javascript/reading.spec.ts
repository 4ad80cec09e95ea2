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
    expect(await page.locator('main').innerText(), path).toMatch(text);
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
