// Pages of the demo: jobs in every status, schedules, a watched folder, corrections, notifications.

import { resolve } from 'node:path';

import * as pages from '../support/pages.js';
import { expect, test } from '../support/test.js';

const folder = process.env['SCREENSHOTS'] ?? resolve(import.meta.dirname, '../../docs/screenshots');

const screens = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
};

for (const [screen, options] of Object.entries(screens)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`${screen} in ${colorScheme}`, () => {
      test.use({ ...options, colorScheme, reducedMotion: 'reduce', weirOptions: { words: ['--demo'] } });

      test('the life of jobs', async ({ weir, page }) => {
        test.setTimeout(180_000);
        const [, email = '', password = ''] = /Sign in as (\S+) with the password (\S+)/.exec(weir.output) ?? [];
        await page.goto('/sign-in');
        await pages.signIn(page, email, password);
        await expect(page.getByRole('heading', { level: 1, name: 'Jobs' })).toBeVisible();
        const shoot = (name: string) =>
          page.screenshot({ path: `${folder}/${name}-${screen}-${colorScheme}.png`, fullPage: true });
        const job = async (name: string): Promise<string> => {
          await pages.openPage(page, pages.jobsPage);
          const address = await page.getByRole('link', { name, exact: true }).getAttribute('href');
          return String(address);
        };

        await pages.openPage(page, pages.jobsPage);
        await shoot('demo-jobs');
        for (const [name, file] of [
          ['Orders of the shop', 'demo-recurring'],
          ['Contacts of the CRM', 'demo-halted'],
        ] as const) {
          await pages.openPage(page, await job(name));
          await expect(page.getByRole('table', { name: 'Run history' })).toBeVisible();
          await shoot(file);
        }
        const orders = await job('Orders of the shop');
        for (const step of ['source', 'schedule']) {
          await pages.openPage(page, `${orders}/setup/${step}`);
          await page.waitForLoadState('networkidle');
          await shoot(`demo-${step}`);
        }
        const halted = await job('Contacts of the CRM');
        await pages.openPage(page, halted);
        await page.getByRole('link', { name: 'Look at the changed columns' }).click();
        await expect(page.getByText('The columns of this file are not those')).toBeVisible();
        await shoot('demo-remapping');
        await pages.openPage(page, await job('Kunden aus dem ERP'));
        await page
          .getByRole('table', { name: 'Run history' })
          .getByRole('row')
          .filter({ hasText: 'kunden-november.csv' })
          .getByRole('link')
          .first()
          .click();
        await page.getByRole('link', { name: 'Fix and re-import' }).click();
        await expect(page.getByRole('grid', { name: 'Rejected records' })).toBeVisible();
        await shoot('demo-fix');
        await pages.openPage(page, '/n/main/notifications');
        await shoot('demo-notifications');
        await pages.openPage(page, '/n/main/usage');
        await shoot('demo-usage');
      });
    });
  }
}
