import { AxeBuilder } from '@axe-core/playwright';

import { asImport, leads } from '../../support/journeys.js';
import * as pages from '../../support/pages.js';
import { isFromWeir, Receiver } from '../../support/receiver.js';
import { SmtpServer, header, login, part } from '../../support/smtp.js';
import { test as base, expect } from '../../support/test.js';

const notificationsPage = '/n/main/notifications';

const test = base.extend<{ mail: SmtpServer; receiver: Receiver }>({
  // Playwright wants the pattern, even where nothing is taken from it.
  // eslint-disable-next-line no-empty-pattern
  mail: async ({}, use) => {
    const mail = await SmtpServer.start();
    await use(mail);
    await mail.stop();
  },
  // eslint-disable-next-line no-empty-pattern
  receiver: async ({}, use) => {
    const receiver = await Receiver.start();
    await use(receiver);
    await receiver.stop();
  },
  weirOptions: async ({ mail }, use) => {
    await use({ environment: { ...mail.environment, WEIR_ALLOW_PRIVATE_WEBHOOKS: 'true' } });
  },
});

test('what happened comes by e-mail, stands on the page, and rings the bell', async ({ api, mail, page }) => {
  await pages.openPage(page, pages.jobsPage);
  await expect(page.getByRole('link', { name: 'Notifications', exact: true })).toHaveCount(2);
  await api.runEnds(await api.begin(asImport(leads)));
  await page.getByRole('link', { name: 'Notifications, 1 new' }).click();
  const title = `${leads.name}: ${leads.imported} of ${leads.seen} records imported`;
  await expect(page.getByRole('link', { name: title })).toBeVisible();
  await expect(page.getByText('New', { exact: true })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Notifications, 1 new' })).toBeHidden();

  const letter = await mail.letter();
  expect(letter.secure).toBe(true);
  expect(header(letter, 'Subject')).toBe(title);
  for (const type of ['text/plain', 'text/html']) {
    const text = part(letter, type);
    expect(text).toContain('correct the rejected records');
    expect(text).not.toContain('@example.com');
  }
  const link = /Open the run: (\S+)/.exec(part(letter, 'text/plain'))?.[1];
  await page.goto(String(link));
  await expect(pages.badge(page, 'Partially Completed')).toBeVisible();
});

test('a person chooses what they hear of, and tries whether it arrives', async ({ api, mail, page, weir }) => {
  await pages.openPage(page, notificationsPage);
  const mine = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Your e-mails' }) });
  await mine.getByRole('checkbox', { name: 'Run partially completed' }).uncheck();
  await mine.getByRole('checkbox', { name: 'Run completed' }).check();
  await mine.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved which notices you get')).toBeVisible();
  await api.runEnds(await api.begin(asImport(leads)));

  await mine.getByRole('button', { name: 'Send me a test' }).click();
  await expect(mine.getByText('It was accepted at the other end.')).toBeVisible();
  expect(header(await mail.letter(), 'Subject'), 'the run was not told').toBe('A test from Weir');
  expect(weir.output).not.toContain(login.password);
});

test('a daily e-mail has a time', async ({ api, page }) => {
  expect(api.cookie.value).not.toBe('');
  await pages.openPage(page, notificationsPage);
  const mine = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Your e-mails' }) });
  const time = mine.getByLabel('Time of the daily e-mail');
  await mine.getByRole('radio', { name: 'All of a day in one e-mail' }).check();
  await time.fill('07:30');
  await mine.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved which notices you get')).toBeVisible();

  await time.fill('');
  await mine.getByRole('button', { name: 'Save' }).click();
  await expect(mine.getByRole('alert')).toContainText('Enter the time');
  await expect(time).toHaveAttribute('aria-invalid', 'true');
  await pages.openPage(page, notificationsPage);
  await expect(time).toHaveValue('07:30');
  await expect(mine.getByRole('radio', { name: 'All of a day in one e-mail' })).toBeChecked();
});

test('who is told of a job is said on its page', async ({ api, page }) => {
  const run = await api.runEnds(await api.begin(asImport(leads)));
  await pages.openPage(page, `/n/main/jobs/${run.row.job}`);
  const told = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Who is told of this job' }) });
  await expect(told.getByText('Run partially completed, Run failed')).toBeVisible();
  await told.getByText('Change').click();
  const checked = told.getByRole('checkbox', { checked: true });
  while ((await checked.count()) > 0) await checked.first().uncheck();
  await told.getByRole('button', { name: 'Save' }).click();
  await expect(told.getByText('Nothing', { exact: true })).toBeVisible();
  await expect(told.getByText('chosen for this job')).toBeVisible();
  await expect(told.getByText(/^Nobody hears of run failed, run halted, job halted and sampling failed\.$/)).toBeVisible();
});

test('a webhook is added, tried, and signs with the key that was shown once', async ({ api, page, receiver, weir }) => {
  expect(api.cookie.value).not.toBe('');
  await pages.openPage(page, notificationsPage);
  await page.getByText('Add a webhook').click();
  await page.getByLabel('Address').fill(receiver.address);
  await page.getByRole('button', { name: 'Add webhook' }).click();
  const key = String(await page.locator('.webhook-key').textContent());
  await page.getByRole('button', { name: 'Send a test' }).click();
  const call = await receiver.call();
  expect(JSON.parse(call.body)).toMatchObject({ type: 'test', id: call.headers['webhook-id'] });
  expect(isFromWeir(key, call)).toBe(true);
  await expect(page.getByText('It was accepted at the other end.')).toBeVisible();

  await pages.openPage(page, notificationsPage);
  await expect(page.getByText(receiver.address)).toBeVisible();
  expect(await page.content()).not.toContain(key);
  expect(weir.output).not.toContain(key.replace('whsec_', ''));
});

test('what a receiver refuses stands there until it is sent again', async ({ api, page, receiver }) => {
  expect(api.cookie.value).not.toBe('');
  receiver.status = 410;
  await pages.openPage(page, notificationsPage);
  await page.getByText('Add a webhook').click();
  await page.getByLabel('Address').fill(receiver.address);
  await page.getByRole('button', { name: 'Add webhook' }).click();
  await page.getByRole('button', { name: 'Send a test' }).click();
  const refused = await receiver.call();
  await expect(page.getByText('The answer was 410')).toBeVisible();

  await pages.openPage(page, notificationsPage);
  const dead = page.getByRole('row').filter({ hasText: 'A test from Weir' });
  await expect(dead).toContainText('Webhook to 127.0.0.1');
  await expect(dead).toContainText('nobody wants these calls any more');
  receiver.status = 204;
  await dead.getByRole('button', { name: 'Send again' }).click();
  await expect(page.getByText('It is sent again')).toBeVisible();
  await expect(page.getByText('Everything was delivered.')).toBeVisible();
  const again = await receiver.call();
  expect(again.headers['webhook-id']).toBe(refused.headers['webhook-id']);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, reducedMotion: 'reduce' });

    test('the notifications have no barrier', async ({ api, page }) => {
      await api.runEnds(await api.begin(asImport(leads)));
      await pages.openPage(page, notificationsPage);
      await page.getByText('Add a webhook').click();
      await page.getByText('Change').first().click();
      const { violations } = await new AxeBuilder({ page }).analyze();
      const severe = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(severe.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    });
  });
}

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the notifications can be read', async ({ api, page }) => {
    await api.runEnds(await api.begin(asImport(leads)));
    await page.goto(notificationsPage);
    await expect(page.getByRole('link', { name: `${leads.name}:` })).toBeVisible();
    await expect(page.getByRole('heading', { name: 'Who is told' })).toBeVisible();
  });
});
