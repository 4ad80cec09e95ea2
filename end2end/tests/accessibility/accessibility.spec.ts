import { expectNoBarrier } from '../../support/barrier-free.js';
import { asImport, kunden, leads } from '../../support/journeys.js';
import * as pages from '../../support/pages.js';
import * as setUp from '../../support/set-up.js';
import { expect, test } from '../../support/test.js';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, reducedMotion: 'reduce' });

    test('signing in has no barrier', async ({ page }) => {
      await page.goto('/sign-in');
      await expect(page.getByRole('button', { name: 'Show password' })).toBeVisible();
      await expectNoBarrier(page);
    });

    test('jobs, run, dataset and usage have no barrier', async ({ api, page }) => {
      const run = await api.begin(asImport(leads));
      await api.runEnds(run);
      for (const path of [pages.jobsPage, pages.runPage(run), '/n/main/datasets', '/n/main/datasets/leads', '/n/main/usage']) {
        await pages.openPage(page, path);
        await expectNoBarrier(page);
      }
    });

    test('a job, correcting its records, a new file and notifications have no barrier', async ({ api, page }) => {
      const { row } = await api.runEnds(await api.begin(asImport(leads)));
      await pages.openPage(page, `${pages.runPage(row.id)}/fix`);
      await expect(page.getByRole('grid', { name: 'Rejected records' })).toBeVisible();
      await page.getByText('Find and replace, or fill a column').click();
      await expectNoBarrier(page);
      for (const path of [`/n/main/jobs/${row.job}`, `/n/main/jobs/${row.job}/new-file`, '/n/main/notifications']) {
        await pages.openPage(page, path);
        await expectNoBarrier(page);
      }
    });

    test.describe('with a folder', () => {
      test.use({ weirOptions: { environment: { WEIR_FOLDERS: 'exports=/' } } });

      test('a watched folder and a schedule have no barrier', async ({ api, page }) => {
        const job = await api.call<string>('create_job', { namespace: 'main', name: 'Every night' });
        await pages.openPage(page, `/n/main/jobs/${job}/setup/source`);
        await page.getByRole('radio', { name: /^Watched folder/ }).check();
        await expect(page.getByRole('region', { name: 'In the folder now' })).toContainText('No file');
        await expectNoBarrier(page);
        await pages.openPage(page, `/n/main/jobs/${job}/setup/schedule`);
        await page.getByRole('radio', { name: /^Again and again/ }).check();
        await expect(page.getByRole('region', { name: 'Next runs' }).getByRole('listitem')).toHaveCount(5);
        await expectNoBarrier(page);
      });
    });

    test('members, settings, audit log and namespaces have no barrier', async ({ api, page }) => {
      await api.submit('add_member', { namespace: 'main', email: 'ada@example.org', role: 'viewer' });
      for (const path of pages.administration) {
        await pages.openPage(page, path);
        await expectNoBarrier(page);
      }
      await page.goto('/namespaces');
      await expect(page.getByRole('heading', { level: 1, name: 'Namespaces' })).toBeVisible();
      await expectNoBarrier(page);
    });

    test('the set-up has no barrier', async ({ api, page }) => {
      expect(api.cookie.value).not.toBe('');
      await pages.openPage(page, pages.jobsPage);
      await setUp.beginImport(page);
      await expectNoBarrier(page);
      await setUp.sayBasics(page, kunden);
      await setUp.chooseUploadAsSource(page);
      await setUp.provideSample(page, kunden);
      await setUp.mapColumns(page, kunden);
      await expectNoBarrier(page);
      await setUp.leaveSample(page);
      await setUp.chooseSchedule(page);
      await setUp.checkWholeFile(page, kunden);
      await expectNoBarrier(page);
    });
  });
}
