import { expect, test } from '../../support/test.js';

test('the first start prints a link that opens a page to set a password', async ({ page, weir }) => {
  const response = await page.goto(weir.firstLink);

  expect(response?.status()).toBe(200);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.locator('input[type=password]').first()).toBeVisible();
});

test('somebody who is not signed in is asked to sign in', async ({ page }) => {
  await page.goto('/');

  await expect(page.locator('input[type=password]')).toBeVisible();
});

test('Weir ends when it is told to, and starts again on the same data', async ({ page, weir }) => {
  await weir.stop('SIGTERM');
  await weir.start();

  const response = await page.goto('/');
  expect(response?.status()).toBe(200);
});
