import { namespace } from '../../support/api.js';
import * as pages from '../../support/pages.js';
import { expect, test } from '../../support/test.js';

const wasm = /\/pkg\/weir\.wasm$/;

test('what is typed and pressed before the module is there is kept for it', async ({ api, page }) => {
  const job = await api.call<string>('create_job', { namespace, name: 'Before' });
  let come: () => void = () => undefined;
  const module = new Promise<void>((here) => (come = here));
  await page.route(wasm, async (route) => {
    await module;
    await route.continue();
  });
  await page.goto(`/n/${namespace}/jobs/${job}/setup/basics`);
  await expect(page.locator('html')).toHaveAttribute('data-loading', '');
  await page.getByRole('textbox', { name: /^Name/ }).fill('Typed before');
  await page.getByRole('button', { name: 'Continue' }).click();
  come();
  await expect(page.getByRole('heading', { level: 2, name: 'Source', exact: true })).toBeVisible({ timeout: 30_000 });
  const saved = await api.call<{ name: string }>('setup', { namespace, job });
  expect(saved.name).toBe('Typed before');
});

test.describe('a page whose module does not come', () => {
  test.use({ expectedConsoleErrors: [/Failed to fetch|Failed to load resource|ERR_FAILED/] });

  test('says so and can be reloaded', async ({ api, page }) => {
    expect(api.cookie.value).not.toBe('');
    await page.route(wasm, (route) => route.abort());
    await page.goto(pages.jobsPage);
    await expect(page.getByRole('alert').filter({ hasText: 'could not be loaded' })).toBeVisible();
    await page.unroute(wasm);
    await page.getByRole('button', { name: 'Reload' }).click();
    await pages.lives(page);
    await expect(page.getByText('could not be loaded')).toBeHidden();
    await page.getByRole('button', { name: 'New import' }).first().click();
    await expect(page.getByRole('heading', { level: 2, name: 'Basics', exact: true })).toBeVisible();
  });
});

test.describe('a page of another release', () => {
  test.use({ expectedConsoleErrors: [/status of 404/] });

  test('hears of it by the stream, and by an answer that it cannot read', async ({ api, page }) => {
    expect(api.cookie.value).not.toBe('');
    const updated = page.getByText('Weir was updated.');
    await page.route(/\/events$/, async (route) => {
      const event = JSON.stringify({ snapshot: true, jobs: [], runs: [], release: 'newer' });
      await route.fulfill({ contentType: 'text/event-stream', body: `id: 1\ndata: ${event}\n\n` });
    });
    await pages.openPage(page, pages.jobsPage);
    await expect(updated).toBeVisible();
    await page.unroute(/\/events$/);

    await page.goto(pages.jobsPage);
    await pages.lives(page);
    await expect(updated).toBeHidden();
    await page.route('/healthz', (route) => route.fulfill({ headers: { 'weir-release': 'newer' }, body: '' }));
    await page.route('/ui/create_job', (route) => route.fulfill({ json: { another: 'shape' } }));
    await page.getByRole('button', { name: 'New import' }).first().click();
    await expect(updated).toBeVisible();
    await page.getByRole('button', { name: 'Reload' }).click();
    await expect(updated).toBeHidden();
  });
});
