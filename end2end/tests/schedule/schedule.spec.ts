import type { Page } from '@playwright/test';

import { namespace, type Api } from '../../support/api.js';
import { asImport, leads, pathOf, runPastTheLimit } from '../../support/journeys.js';
import * as pages from '../../support/pages.js';
import { expect, test } from '../../support/test.js';

const jobPage = (job: string) => `/n/${namespace}/jobs/${job}`;
const stepPage = (job: string, step: string) => `${jobPage(job)}/setup/${step}`;

test('a job is scheduled for an instant, and says when it runs next', async ({ api, page }) => {
  const job = await setUpLeads(api);
  await pages.openPage(page, stepPage(job, 'schedule'));
  await page.getByRole('radio', { name: /^Once, at a time that you choose/ }).check();
  await page.getByLabel('Day', { exact: true }).fill('2019-12-01');
  await page.getByLabel('Time', { exact: true }).fill('06:00');
  await page.getByLabel('Time zone').fill('Europe/Berlin');
  await expect(page.getByRole('region', { name: 'Next runs' })).toContainText('its time has passed');
  await page.getByLabel('Day', { exact: true }).fill('2099-12-01');
  await expect(page.getByRole('region', { name: 'Next runs' })).toContainText('Tue 1 Dec 2099, 06:00 CET');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { level: 2, name: 'Review' })).toBeVisible();
  await page.getByRole('button', { name: 'Upload and activate' }).click();

  await expect(page).toHaveURL(new RegExp(`${jobPage(job)}$`));
  await expect(pages.badge(page, 'Active')).toBeVisible();
  const configuration = page.getByRole('region', { name: 'Configuration' });
  await expect(configuration).toContainText('Once, on 1 December 2099 at 06:00, Europe/Berlin');
  await expect(configuration).toContainText('next run');
  await expect(page.getByRole('img', { name: 'Next run' })).toBeVisible();
  await pages.openPage(page, pages.jobsPage);
  await expect(pages.rowOfJob(page, leads.name)).toContainText('Once, on 1 December 2099 at 06:00, Europe/Berlin');
});

test.describe('while it is typed', () => {
  // The browser says so of each answer that refuses.
  test.use({ expectedConsoleErrors: [/400/] });

  test('a cron expression that does not hold says which field and why, and nothing is saved', async ({ api, page }) => {
    const job = await api.call<string>('create_job', { namespace, name: 'Every night' });
    await pages.openPage(page, stepPage(job, 'schedule'));
    await page.getByRole('radio', { name: /^Again and again/ }).check();
    await page.getByRole('combobox', { name: 'How often' }).selectOption('cron');
    const cron = page.getByRole('textbox', { name: /^Cron expression/ });
    await cron.fill('30 25 * * MON-FRI');
    await expect(page.getByText('Hour: 25 is not between 0 and 23.')).toBeVisible();
    await expect(cron).toHaveAttribute('aria-invalid', 'true');
    const forward = page.getByRole('button', { name: 'Continue' });
    await expect(forward).toHaveAttribute('aria-disabled', 'true');
    await forward.press('Enter');
    await expect(page.getByRole('heading', { level: 2, name: 'Schedule' })).toBeVisible();

    await cron.fill('30 6 * * MON-FRI');
    await page.getByLabel('Time zone').fill('Europe/Nowhere');
    await expect(page.getByText('The time zone Europe/Nowhere is not known.')).toBeVisible();
    await page.getByLabel('Time zone').fill('Europe/Berlin');
    await expect(page.getByRole('region', { name: 'Next runs' }).getByRole('listitem')).toHaveCount(5);
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByRole('heading', { level: 2, name: 'Review' })).toBeVisible();
    await expect(page.getByText('Cron 30 6 * * MON-FRI, Europe/Berlin').first()).toBeVisible();
  });
});

test('an upload cannot recur, and says why', async ({ api, page }) => {
  const job = await setUpLeads(api);
  await pages.openPage(page, stepPage(job, 'schedule'));
  await expect(page.getByRole('radio', { name: /^Again and again/ })).toBeDisabled();
  await expect(page.getByText('An uploaded file is chosen by hand each time.')).toBeVisible();
});

test('an active job runs as it was until its changes are saved, and they can be discarded', async ({ api, page }) => {
  const job = await api.beginLater(asImport(leads));
  const configuration = page.getByRole('region', { name: 'Configuration' });
  await changeTime(page, job, '07:00');
  await pages.openPage(page, jobPage(job));
  await expect(page.getByText('Changes of this job are not saved yet.')).toBeVisible();
  await expect(configuration).toContainText('at 06:00, UTC');

  await page.getByRole('link', { name: 'Go on with the changes' }).click();
  await page.getByRole('button', { name: 'Discard changes' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Discard changes' }).click();
  await expect(page.getByText('Nothing is changed.')).toBeVisible();

  await changeTime(page, job, '08:30');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page).toHaveURL(new RegExp(`${jobPage(job)}$`));
  await expect(configuration).toContainText('at 08:30, UTC');
  await expect(page.getByText('Changes of this job are not saved yet.')).toBeHidden();
  await expect(pages.badge(page, 'Active')).toBeVisible();
});

test('a job that is set up takes a new file', async ({ api, page }) => {
  const run = await api.begin(asImport(leads));
  const { row } = await api.runEnds(run);
  await pages.openPage(page, jobPage(row.job));
  await page.getByRole('button', { name: `Actions for ${leads.name}` }).click();
  await page.getByRole('menuitem', { name: 'Run with a new file' }).click();
  await page.getByLabel('The new file').setInputFiles(pathOf(leads.file));
  await page.getByRole('button', { name: 'Check the whole file' }).click();
  await expect(page.getByRole('region', { name: 'Check the whole file' }).getByRole('status')).toContainText(
    `${leads.seen - leads.rejected} of ${leads.seen} records fit`,
  );
  await page.getByRole('button', { name: 'Upload and run' }).click();
  await expect(page).toHaveURL(new RegExp(`${jobPage(row.job)}$`));
  const history = page.getByRole('table', { name: 'Run history' });
  await expect(history.getByText('Partially Completed')).toHaveCount(2);
});

test('a waiting rerun says which attempt it is and when it comes', async ({ api, page }) => {
  const job = await runPastTheLimit(api);
  await pages.openPage(page, jobPage(job));
  const history = page.getByRole('table', { name: 'Run history' });
  await expect(history.getByText('Waits to be rerun')).toBeVisible();
  await expect(history.getByRole('cell', { name: '2 of 6' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Configuration' })).toContainText(/attempt 2 of 6 at /);
  await expect(page.getByRole('img', { name: 'Rerun, attempt 2 of 6' })).toBeVisible();
  await pages.openPage(page, pages.jobsPage);
  await expect(pages.rowOfJob(page, leads.name)).toContainText(/attempt 2 of 6 at /);
});

test.describe('with a single rerun after one second', () => {
  test.use({ weirOptions: { environment: { WEIR_RERUNS: '1', WEIR_RERUN_INTERVAL_SECONDS: '1' } } });

  test('reruns that are used up halt the job, and its attempts stand together', async ({ api, page }) => {
    const job = await runPastTheLimit(api);
    await pages.openPage(page, jobPage(job));
    await expect(pages.badge(page, 'Halted')).toBeVisible();
    const attempts = page.getByRole('table', { name: 'Run history' }).getByRole('row');
    await expect(attempts.nth(1)).toContainText('2 of 2');
    await expect(attempts.nth(2)).toContainText('1 of 2');
    await expect(attempts.nth(2)).toHaveClass('earlier');
    await expect(attempts.nth(3)).toContainText('Partially Completed');
  });
});

async function setUpLeads(api: Api): Promise<string> {
  const wanted = asImport(leads);
  return api.setUp(wanted, await api.upload(wanted.file));
}

/** As far as Review, without saving the changes. */
async function changeTime(page: Page, job: string, time: string): Promise<void> {
  await pages.openPage(page, stepPage(job, 'schedule'));
  await page.getByLabel('Time', { exact: true }).fill(time);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { level: 2, name: 'Review' })).toBeVisible();
}
