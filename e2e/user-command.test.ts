/** The only owner forgot the password: whoever runs the program helps, beside it and while it is stopped. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ADMINISTRATOR, openScreens, photograph, type Screens } from './support/browser.ts';
import { run } from './support/clients.ts';
import { type Program, startProgram } from './support/program.ts';
import { LOOKS } from './support/scenes.ts';

const CHANGED = 'a password that I shall remember';

let program: Program;
let screens: Screens;
beforeEach(async () => {
  program = await startProgram();
  screens = await openScreens(program);
});
afterEach(async () => {
  await screens.leave();
  await screens.close();
  await program.discard();
});

/** Runs the command on the program's data; resolves with the link that it prints. */
async function resetPassword(): Promise<string> {
  const { code, output } = await run(
    process.execPath,
    ['bin/tandem.mjs', 'user', 'reset-password', ADMINISTRATOR.email],
    { environment: { TANDEM_DATA: program.dataDirectory, TANDEM_PUBLIC_URL: program.url } },
  );
  expect(code, output).toBe(0);
  return /http\S+/.exec(output)![0];
}

test('beside the running program: signed out within seconds, and back in with a new password', async () => {
  const page = await screens.visit('/settings/account');
  await page.getByText('Present password').waitFor();
  const link = await resetPassword();
  await expect
    .poll(async () => (await page.request.get('/api/v1/session')).status(), { timeout: 8_000 })
    .toBe(401);

  for (const look of LOOKS) {
    const seen = await screens.visit(link, { who: 'nobody', look });
    await seen.getByText(`For ${ADMINISTRATOR.email}.`).waitFor();
    await photograph(seen, `new-password.${look.width}-${look.colorScheme}`);
  }
  await page.goto(link);
  await page.getByRole('heading', { name: 'Choose a new password' }).waitFor();
  expect(await page.getByLabel('Your name').count()).toBe(0);
  await page.getByLabel('Password').fill(CHANGED);
  await page.getByRole('button', { name: 'Save and sign in' }).click();
  await page.getByRole('heading', { name: 'Issues' }).waitFor();
  await page.goto('/settings/account');
  await page.getByText('owner', { exact: true }).waitFor();

  const again = await screens.visit(link, { who: 'nobody' });
  await again.getByText('This link is not valid any more').waitFor();
  await again.goto('/sign-in');
  await again.getByText('tandem user reset-password').waitFor();
});

test('while the program is stopped: the link opens when it runs again', async () => {
  const { port } = new URL(program.url);
  await program.stop();
  const link = await resetPassword();
  program = await startProgram({ dataDirectory: program.dataDirectory, port: Number(port) });
  const page = await screens.visit(link, { who: 'nobody' });
  await page.getByLabel('Password').fill(CHANGED);
  await page.getByRole('button', { name: 'Save and sign in' }).click();
  await page.getByRole('heading', { name: 'Issues' }).waitFor();
});
