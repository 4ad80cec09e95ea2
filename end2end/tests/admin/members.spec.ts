import { firstPerson, namespace } from '../../support/api.js';
import * as pages from '../../support/pages.js';
import { expect, test } from '../../support/test.js';

const ada = { email: 'ada@example.org', name: 'Ada Lovelace', password: 'numbers weave like leaves' };

test.describe('members', () => {
  test.use({ expectedConsoleErrors: [/status of 40[49]/] });

  test('are added with a link, get another role, and are removed', async ({ api, browser, page, weir }) => {
    expect(api.cookie.value).not.toBe('');
    await pages.openPage(page, `/n/${namespace}/members`);
    await page.getByLabel('E-mail address').fill(ada.email);
    await page.getByLabel('Role', { exact: true }).selectOption('Editor');
    await page.getByRole('button', { name: 'Add member' }).click();
    const link = await page.getByLabel('One-time link').inputValue();
    expect(link).toContain(`${weir.address}/welcome/`);
    const row = page.getByRole('row').filter({ hasText: ada.email });
    await expect(row.getByText('Invited')).toBeVisible();

    const theirs = await browser.newPage({ baseURL: weir.address });
    await theirs.goto(link);
    await theirs.getByLabel('Your name').fill(ada.name);
    await theirs.getByLabel('Password', { exact: true }).fill(ada.password);
    await theirs.getByRole('button', { name: 'Set password and sign in' }).click();
    await expect(theirs.getByRole('heading', { level: 1, name: 'Jobs' })).toBeVisible();
    await theirs.goto(`/n/${namespace}/members`);
    await expect(theirs.getByRole('button', { name: 'Add member' })).toBeHidden();
    await expect(theirs.getByText('2 members')).toBeVisible();

    await pages.openPage(page, `/n/${namespace}/members`);
    const role = page.getByLabel(`Role of ${ada.name}`);
    await expect(role).toHaveValue('editor');
    await role.selectOption('Viewer');
    await expect(page.getByText(`${ada.name} is a viewer now`)).toBeVisible();
    await expect(role).toHaveValue('viewer');

    await page.getByRole('button', { name: `Actions for ${ada.name}` }).click();
    await page.getByRole('menuitem', { name: 'Remove member' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove member' }).click();
    await expect(page.getByText(`Removed ${ada.name}`)).toBeVisible();
    await expect(row).toBeHidden();
    const response = await theirs.goto(pages.jobsPage);
    expect(response?.status()).toBe(404);
    await theirs.close();
  });

  test('an invitation that another account opens leads to the right one, and back', async ({ api, browser, page, weir }) => {
    expect(api.cookie.value).not.toBe('');
    await pages.openPage(page, `/n/${namespace}/members`);
    await page.getByLabel('E-mail address').fill(ada.email);
    await page.getByRole('button', { name: 'Add member' }).click();
    const link = await page.getByLabel('One-time link').inputValue();
    // Here the owner opens it.
    await page.goto(link);
    await expect(page.getByText(`You are signed in as ${firstPerson.email}. This link is for ${ada.email}`)).toBeVisible();

    const theirs = await browser.newPage({ baseURL: weir.address });
    await theirs.goto(link);
    await theirs.getByLabel('Your name').fill(ada.name);
    await theirs.getByLabel('Password', { exact: true }).fill(ada.password);
    await theirs.getByRole('button', { name: 'Set password and sign in' }).click();
    await expect(theirs.getByRole('heading', { level: 1, name: 'Jobs' })).toBeVisible();
    await theirs.close();
    await page.goto(link);
    await expect(page.getByText('This link leads nowhere any more.')).toBeVisible();

    // Another namespace invites them; they have an account now.
    await api.submit('create_namespace', { slug: 'next', name: 'Next', time_zone: 'UTC' });
    const invited = await api.submit<{ link: string }>('add_member', { namespace: 'next', email: ada.email, role: 'viewer' });
    await page.goto(invited.link);
    await expect(page.getByText(`This invitation is for ${ada.email}, and you are signed in as ${firstPerson.email}.`)).toBeVisible();
    await page.getByRole('link', { name: `Sign in as ${ada.email}` }).click();
    await pages.signIn(page, ada.email, ada.password);
    await page.getByRole('button', { name: 'Accept invitation' }).click();
    await expect(page).toHaveURL(/\/n\/next\/jobs$/);
  });

  test('keep an owner', async ({ api, page }) => {
    expect(api.cookie.value).not.toBe('');
    await pages.openPage(page, `/n/${namespace}/members`);
    const role = page.getByRole('combobox', { name: /^Role of / });
    await role.selectOption('Viewer');
    await expect(page.getByText(/only owner of this namespace/)).toBeVisible();
    await expect(role).toHaveValue('owner');
  });
});

test('an operator opens a namespace, which the menu then leads to', async ({ api, page }) => {
  expect(api.cookie.value).not.toBe('');
  await pages.openPage(page, pages.jobsPage);
  await page.getByRole('button', { name: 'Account and namespaces' }).click();
  await page.getByRole('menuitem', { name: 'All namespaces' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Sales Europe');
  await page.getByLabel('Address', { exact: true }).fill('sales-eu');
  await page.getByLabel('Time zone').selectOption('Europe/Berlin');
  await page.getByRole('button', { name: 'Open namespace' }).click();
  await expect(page.getByRole('link', { name: 'Sales Europe' })).toBeVisible();

  await page.getByRole('button', { name: 'Account and namespaces' }).click();
  await page.getByRole('menuitem', { name: 'Sales Europe' }).click();
  await expect(page).toHaveURL(/\/n\/sales-eu\/jobs$/);
  await expect(page.getByRole('button', { name: 'Account and namespaces' })).toContainText('Sales Europe');
});
