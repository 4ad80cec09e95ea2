import { resolve } from 'node:path';

import { asImport, leads } from '../support/journeys.js';
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
      test.use({ ...options, colorScheme, reducedMotion: 'reduce' });

      test('members, settings, audit log, namespaces', async ({ api, page }) => {
        const run = await api.begin(asImport(leads));
        await api.runEnds(run);
        await api.submit('create_namespace', { name: 'Sales Europe', slug: 'sales-eu', time_zone: 'Europe/Berlin' });
        await api.submit('add_member', { namespace: 'main', email: 'mary@example.org', role: 'viewer' });
        const shoot = (name: string) =>
          page.screenshot({ path: `${folder}/${name}-${screen}-${colorScheme}.png`, fullPage: screen === 'phone' });

        await pages.openPage(page, '/n/main/members');
        await page.getByLabel('E-mail address').fill('ada@example.org');
        await page.getByRole('button', { name: 'Add member' }).click();
        await expect(page.getByLabel('One-time link')).toBeVisible();
        await shoot('members');
        await page.getByRole('button', { name: 'Account and namespaces' }).click();
        await expect(page.getByRole('menuitem', { name: 'Audit log' })).toBeVisible();
        await shoot('account-menu');
        for (const name of ['settings', 'audit']) {
          await pages.openPage(page, `/n/main/${name}`);
          await shoot(name);
        }
        await page.goto('/namespaces');
        await expect(page.getByRole('heading', { level: 1, name: 'Namespaces' })).toBeVisible();
        await shoot('namespaces');
      });
    });
  }
}
