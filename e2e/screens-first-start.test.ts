/** From a bare machine to the first error on the screen: the printed link, the first account, the set-up page. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ADMINISTRATOR } from './support/browser.ts';
import { CACHE, run } from './support/clients.ts';
import { program, screens, startForAll } from './support/one-program.ts';

startForAll({
  environment: {
    TANDEM_BOOTSTRAP_EMAIL: '',
    TANDEM_BOOTSTRAP_PASSWORD: '',
    TANDEM_BOOTSTRAP_KEY: '',
    TANDEM_BOOTSTRAP_TOKEN: '',
  },
});

test('the printed link makes the first account, and the guide leads to the first error without a reload', async () => {
  const [link] = /http:\/\/\S+\/setup\?token=\S+/.exec(program.output())!;
  const page = await screens.visit(link, { who: 'nobody' });
  await page.getByLabel('Your name').fill('Ada Admin');
  await page.getByLabel('E-mail').fill(ADMINISTRATOR.email);
  await page.getByLabel('Password').fill(ADMINISTRATOR.password);
  await page.getByRole('button', { name: 'Create the account' }).click();

  await page.getByText('Default has not sent anything yet').waitFor();
  await page.getByRole('link', { name: 'Set up Default' }).click();
  await page.getByRole('heading', { name: 'Set up Default' }).waitFor();
  await page.getByRole('link', { name: 'Node.js', exact: true }).click();
  const dsn = /DSN of the first project:\s+(\S+)/.exec(program.output())![1]!;
  await page.getByText(dsn, { exact: true }).waitFor();
  const [install, start, attempt] = await page.locator('pre').allTextContents();
  expect(install).toBe('npm install @sentry/node');
  expect(start).toContain(`dsn: '${dsn}'`);

  await page.evaluate('window.notReloaded = true');
  await page.getByText('Waiting for the first event').waitFor();
  const directory = join(CACHE, 'first-start');
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'instrument.mjs'), start!);
  await run('sh', ['-c', attempt!], { cwd: directory });

  await page.getByText('It arrived').waitFor();
  await page.getByText('Error: Hello from Node.js').waitFor();
  await page.getByRole('link', { name: 'Open the issue' }).click();
  await page.locator('main > header').getByText('Hello from Node.js').waitFor();
  await page.getByText('Unhandled', { exact: true }).waitFor();
  expect(await page.evaluate('window.notReloaded')).toBe(true);
});

test('the link works once, and the program asks to sign in from then on', async () => {
  const [link] = /http:\/\/\S+\/setup\?token=\S+/.exec(program.output())!;
  const page = await screens.visit(link, { who: 'nobody' });
  await page.getByRole('heading', { name: 'The set-up is done' }).waitFor();
  expect(await page.getByLabel('Password').count()).toBe(0);

  const token = new URL(link).searchParams.get('token');
  const again = await page.request.post('/api/v1/setup', {
    headers: { origin: program.url },
    data: { token, name: 'Eve', email: 'eve@example.test', password: 'a password of Eve' },
  });
  expect(again.status()).toBe(403);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
});
