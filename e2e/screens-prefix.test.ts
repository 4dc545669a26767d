/**
 * The program under a path of a shared address, behind a proxy that takes the path off and behind one that leaves it:
 * from the printed link to the first error, with every request under the path.
 */
import { afterEach, expect, test } from 'vitest';
import type { EventDetail } from '#contract/events.ts';
import { ADMINISTRATOR, openScreens, photograph, type Screens, signIn } from './support/browser.ts';
import { runNodeShop } from './support/clients.ts';
import { KEY, type Program, startProgram } from './support/program.ts';
import { freePort, openProxy, type ReverseProxy } from './support/proxy.ts';

const PATH = '/tools/tandem';

let proxy: ReverseProxy;
let program: Program;
let screens: Screens;
afterEach(async () => {
  await screens?.close();
  await program?.discard();
  proxy?.close();
});

test.each([
  ['takes the path off', true],
  ['leaves the path', false],
] as const)('behind a proxy that %s everything works', async (_, takesOff) => {
  const port = await freePort();
  proxy = await openProxy(port, PATH, takesOff);
  program = await startProgram({
    port,
    environment: {
      TANDEM_PUBLIC_URL: proxy.url,
      TANDEM_BOOTSTRAP_EMAIL: '',
      TANDEM_BOOTSTRAP_PASSWORD: '',
    },
  });
  expect(program.url).toBe(proxy.url);
  screens = await openScreens(program);

  const [link] = /http:\/\/\S+\/setup\?token=\S+/.exec(program.output())!;
  expect(link.startsWith(`${proxy.url}/setup?`)).toBe(true);
  const page = await screens.visit(link, { who: 'nobody' });
  await page.getByLabel('Your name').fill('Ada Admin');
  await page.getByLabel('E-mail').fill(ADMINISTRATOR.email);
  await page.getByLabel('Password').fill(ADMINISTRATOR.password);
  await page.getByRole('button', { name: 'Create the account' }).click();
  await page.getByRole('link', { name: 'Set up Default' }).click();
  const dsn = `${proxy.url.replace('://', `://${KEY}@`)}/1`;
  await page.getByText(dsn, { exact: true }).waitFor();
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ path: PATH, httpOnly: true });

  // The first error comes to the page over the live stream, within less than the page asks by itself.
  await page.getByText('Waiting for the first event').waitFor();
  await runNodeShop({ ...program, dsn }, 'error');
  await page.getByText('It arrived').waitFor({ timeout: 8_000 });
  await page.getByRole('link', { name: 'Open the issue' }).click();
  await page.locator('#stack').waitFor();
  expect(new URL(page.url()).pathname).toBe(`${PATH}/issues/1`);
  await page.reload();
  await page.locator('#stack').waitFor();
  await photograph(page, `prefix-${takesOff ? 'off' : 'left'}`);
  await page.getByRole('link', { name: 'Raw' }).click();
  await page.getByText('event_id').first().waitFor();
  await page.getByRole('button', { name: 'Resolve', exact: true }).click();
  await page.getByText('Resolved DEFAULT-1').waitFor();

  for (const [name, heading] of [
    ['Usage', 'Usage'],
    ['Settings', 'Projects'],
    ['Issues', 'Issues'],
  ] as const) {
    await page.getByRole('link', { name, exact: true }).click();
    await page.getByRole('heading', { name: heading, exact: true, level: 1 }).waitFor();
  }
  await page.goto(proxy.url);
  await page.getByRole('heading', { name: 'Issues', exact: true }).waitFor();

  await page.getByRole('button', { name: 'Ada Admin' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(await page.context().cookies()).toEqual([]);
  await page.goto(`${proxy.url}/usage?period=7d`);
  await signIn(page, ADMINISTRATOR);
  await page.getByRole('heading', { name: 'Usage' }).waitFor();
  expect(page.url()).toBe(`${proxy.url}/usage?period=7d`);
  await screens.leave();
});

test('what came with an event is downloaded under the path; past the proxy one is led there too', async () => {
  const port = await freePort();
  proxy = await openProxy(port, PATH, true);
  program = await startProgram({ port, environment: { TANDEM_PUBLIC_URL: proxy.url } });
  screens = await openScreens(program);
  const id = 'a'.repeat(32);
  const attachment = JSON.stringify({ type: 'attachment', length: 5, filename: 'note.txt' });
  const event = JSON.stringify({ event_id: id, message: 'with a note' });
  const envelope = `{"event_id":"${id}"}\n{"type":"event"}\n${event}\n${attachment}\nhello\n`;
  const sent = await fetch(`${proxy.url}/api/1/envelope/?sentry_key=${KEY}`, {
    method: 'POST',
    body: envelope,
  });
  expect(sent.status).toBe(200);
  await expect
    .poll(
      async () =>
        (await program.get<EventDetail>('/api/v1/issues/1/events/latest').catch(() => null))?.attachments
          .length,
      { timeout: 10_000 },
    )
    .toBe(1);
  const page = await screens.visit(`${proxy.url}/issues/1`);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download' }).click(),
  ]);
  expect(download.url()).toBe(`${proxy.url}/api/v1/attachments/1`);
  expect(await download.failure()).toBeNull();
  await screens.leave();

  const past = await (await screens.browser.newContext()).newPage();
  await past.goto(`http://127.0.0.1:${port}/issues/1`);
  await signIn(past, ADMINISTRATOR);
  await past.getByRole('heading', { name: 'with a note' }).waitFor();
  expect(past.url()).toBe(`http://127.0.0.1:${port}${PATH}/issues/1`);
});
