/** Settings: projects, keys, tokens and people, made on the page and used by real programs. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { IssueList } from '#contract/issues.ts';
import { ADMINISTRATOR, signIn } from './support/browser.ts';
import { run, runNodeShop } from './support/clients.ts';
import { issueTitled, ledger } from './support/look.ts';
import { program, screens, startForAll } from './support/one-program.ts';

const GRACE = { email: 'grace@example.test', password: 'a password of Grace' };

startForAll();

const dialog = (page: Page) => page.getByRole('dialog');

test('a new project with a key of its own takes what a program sends; a key that is off refuses it', async () => {
  const page = await screens.visit('/settings');
  await page.getByRole('button', { name: 'New project' }).click();
  await dialog(page).getByLabel('Name', { exact: true }).fill('Web shop');
  expect(await dialog(page).getByLabel('Short name').inputValue()).toBe('web-shop');
  await dialog(page).getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { name: 'Set up Web shop' }).waitFor();
  await page.goto('/settings/projects/web-shop');

  await page.getByRole('button', { name: 'New key' }).click();
  await dialog(page).getByLabel('Label').fill('Mobile apps');
  await dialog(page).getByRole('button', { name: 'Create' }).click();
  const key = page.getByRole('listitem').filter({ hasText: 'Mobile apps' });
  const dsn = (await key.locator('code').getAttribute('title'))!;
  const shop = { ...program, dsn };
  await runNodeShop(shop, 'error');
  expect((await issueTitled(program, 'Card declined for order 5990')).shortId).toBe('WEB-SHOP-1');

  await key.getByRole('button', { name: 'Switch off' }).click();
  await key.getByText('Off', { exact: true }).waitFor();
  await runNodeShop(shop, 'message');
  await ledger(program, (lines) => (lines['event rejected key_disabled'] ?? 0) > 0);
  const { items } = await program.get<IssueList>('/api/v1/issues?query=');
  expect(items.map(({ title }) => title)).toEqual(['PaymentError: Card declined for order 5990']);

  await key.getByRole('button', { name: 'Switch on' }).click();
  await key.getByText('Off', { exact: true }).waitFor({ state: 'detached' });
  await runNodeShop(shop, 'message');
  await issueTitled(program, 'Stock of SKU-7 is low');

  await page.getByLabel('Short name').fill('shop');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect.poll(() => page.url()).toMatch(/settings\/projects\/shop$/);
  expect((await issueTitled(program, 'Stock of SKU-7 is low')).shortId).toBe('SHOP-2');
});

test('a token is shown once, works with curl within its scopes, and is refused when revoked', async () => {
  const page = await screens.visit('/settings/tokens');
  await page.getByRole('button', { name: 'New token' }).click();
  await dialog(page).getByLabel('Name').fill('Release pipeline');
  await dialog(page).getByRole('button', { name: 'Create' }).click();
  const token = (await dialog(page).locator('pre').textContent())!;
  await dialog(page).getByRole('button', { name: 'I have it' }).click();
  await page.getByText('Release pipeline', { exact: true }).waitFor();
  expect(await page.content()).not.toContain(token);
  await page.reload();
  await page.getByText('never used').waitFor();
  expect(await page.content()).not.toContain(token);

  const statusOf = async (...request: string[]) => {
    const header = `Authorization: Bearer ${token}`;
    const common = ['--silent', '--output', '/dev/null', '--write-out', '%{http_code}', '--header', header];
    const [path, ...options] = request;
    return (await run('curl', [...common, ...options, `${program.url}${path}`])).output;
  };
  expect(await statusOf('/api/v1/issues')).toBe('200');
  expect(await statusOf('/api/0/organizations/')).toBe('200');
  const resolve = ['--request', 'PATCH', '--json', '{"ids":["1"],"status":"resolved"}'];
  expect(await statusOf('/api/v1/issues', ...resolve)).toBe('403');
  await page.reload();
  await page
    .getByRole('listitem')
    .filter({ hasText: 'Release pipeline' })
    .getByText(/last used/)
    .waitFor();

  await page
    .getByRole('listitem')
    .filter({ hasText: 'Release pipeline' })
    .getByRole('button', { name: 'Revoke' })
    .click();
  await dialog(page).getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('Revoked Release pipeline').waitFor();
  expect(await statusOf('/api/v1/issues')).toBe('401');
});

test('an invited person joins by the link, does what the role allows, and is told what it does not', async () => {
  const page = await screens.visit('/settings/members');
  await page.getByRole('button', { name: 'Invite' }).click();
  await dialog(page).getByLabel('E-mail').fill(GRACE.email);
  await dialog(page).getByLabel('Role').selectOption('viewer');
  await dialog(page).getByRole('button', { name: 'Make the link' }).click();
  const link = (await dialog(page).locator('pre').textContent())!;
  await dialog(page).getByRole('button', { name: 'Done' }).click();

  const grace = await screens.visit(link, { who: 'nobody' });
  await grace.getByText(`As viewer, with the address ${GRACE.email}.`).waitFor();
  await grace.getByLabel('Your name').fill('Grace');
  await grace.getByLabel('Password').fill(GRACE.password);
  await grace.getByRole('button', { name: 'Join' }).click();
  const issue = grace.getByRole('link', { name: /Card declined for order 5990/ });
  await issue.click();
  await grace.getByRole('heading', { level: 1 }).waitFor();
  const resolve = grace.getByRole('button', { name: 'Resolve', exact: true });
  await grace.getByText('As viewer you may look here.').waitFor();
  expect(await resolve.count()).toBe(0);
  await grace.goto('/settings/members');
  await grace.getByRole('listitem').filter({ hasText: GRACE.email }).getByText('viewer').waitFor();
  expect(await grace.getByRole('button', { name: 'Invite' }).count()).toBe(0);
  const again = await screens.visit(link, { who: 'nobody' });
  await again.getByText('This link is not valid any more').waitFor();

  await page.reload();
  await page.getByLabel('Role of Grace').selectOption('member');
  await page.getByText('Saved').waitFor();
  await grace.goto('/issues');
  await issue.click();
  await resolve.click();
  await grace.getByText('Resolved', { exact: true }).waitFor();
  await grace.getByRole('link', { name: 'Activity' }).click();
  await grace.getByText('Grace resolved it').waitFor();

  const row = page.getByRole('listitem').filter({ hasText: GRACE.email });
  await row.getByRole('button', { name: 'Remove' }).click();
  await dialog(page).getByRole('button', { name: 'Remove' }).click();
  await page.getByText('Removed Grace').waitFor();
  await grace.reload();
  await grace.getByRole('heading', { name: 'Sign in' }).waitFor();
});

test('who opens a link signed out comes to it after signing in; a new password ends the old one', async () => {
  const link = '/usage?period=7d';
  const page = await screens.visit(link, { who: 'nobody' });
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.getByLabel('E-mail').fill(ADMINISTRATOR.email);
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('The e-mail or the password is wrong.').waitFor();
  await signIn(page, ADMINISTRATOR);
  await page.getByRole('heading', { name: 'Usage' }).waitFor();
  expect(page.url()).toBe(program.url + link);

  const elsewhere = await screens.visit('/settings/account');
  await page.goto('/settings/account');
  const changed = { ...ADMINISTRATOR, password: 'another horse, another battery' };
  await page.getByLabel('Present password').fill('wrong');
  await page.getByLabel('New password').fill(changed.password);
  await page.getByRole('button', { name: 'Change the password' }).click();
  await page.getByText('The current password is wrong.').waitFor();
  await page.getByLabel('Present password').fill(ADMINISTRATOR.password);
  await page.getByRole('button', { name: 'Change the password' }).click();
  await page.getByText('The password is changed.').waitFor();
  await elsewhere.reload();
  await elsewhere.getByRole('heading', { name: 'Sign in' }).waitFor();

  await page.getByRole('button', { name: 'admin' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.goBack();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.getByLabel('E-mail').fill(ADMINISTRATOR.email);
  await page.getByLabel('Password').fill(ADMINISTRATOR.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('The e-mail or the password is wrong.').waitFor();
  await signIn(page, changed);
});

test('a look that was chosen stays, and a foreign page cannot be the way back', async () => {
  const page = await screens.visit('/sign-in?from=https%3A%2F%2Fevil.example%2F', { who: 'nobody' });
  await signIn(page, { ...ADMINISTRATOR, password: 'another horse, another battery' });
  await page.getByRole('heading', { name: 'Issues', exact: true }).waitFor();
  await page.goto('/settings/appearance');
  await page.getByRole('radio', { name: 'Dark' }).check();
  await page.reload();
  expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
});
