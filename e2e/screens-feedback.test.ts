/** What users write in a real browser, with the widget of the SDK, and what people make of it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FeedbackList } from '#contract/feedback.ts';
import { photograph } from './support/browser.ts';
import { PROGRAMS } from './support/clients.ts';
import { issueTitled } from './support/look.ts';
import { program, screens, startForAll } from './support/one-program.ts';
import { eventually } from './support/program.ts';
import { LOOKS, walk } from './support/scenes.ts';

startForAll();

let shop: Server;
let shopPage: (use: (page: Page) => Promise<unknown>) => Promise<void>;
beforeAll(async () => {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      lib: { entry: join(PROGRAMS, 'feedback-page.js'), formats: ['iife'], name: 'shop', fileName: 'bundle' },
    },
  });
  const [{ output }] = result as { output: { code: string }[] }[] as [{ output: [{ code: string }] }];
  shop = createServer((request, response) => {
    const isScript = request.url === '/bundle.js';
    response
      .writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' })
      .end(
        isScript
          ? output[0].code
          : '<!doctype html><title>Shop</title><body><script src="/bundle.js"></script>',
      );
  });
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  const origin = `http://localhost:${(shop.address() as AddressInfo).port}`;
  shopPage = async (use) => {
    const page = await screens.browser.newPage();
    await page.goto(`${origin}/cart?dsn=${encodeURIComponent(program.dsn)}`);
    await use(page);
    await page.close();
  };
});
afterAll(() => {
  shop?.closeAllConnections();
  shop?.close();
});

const feedback = (query = '') => program.get<FeedbackList>(`/api/v1/feedback?${query}`);
const saying = (message: string) =>
  eventually(
    async () => (await feedback()).items.find((one) => one.message === message),
    (found) => found !== undefined,
  );

test('the widget asks a user, and what they write stands by itself with its page', async () => {
  await shopPage(async (page) => {
    await page.getByRole('button', { name: 'Report a Bug' }).first().click();
    await page.getByLabel('Name').fill('Ann');
    await page.getByLabel('Email').fill('ann@example.com');
    await page.getByLabel(/Description/).fill('The pay button does nothing\nat all');
    await page.getByRole('button', { name: 'Send Bug Report' }).click();
    await page.getByText('Thank you').waitFor();
  });
  expect(await saying('The pay button does nothing\nat all')).toMatchObject({
    name: 'Ann',
    email: 'ann@example.com',
    status: 'unread',
    source: 'widget',
    environment: 'production',
    release: 'shop-web@2.0.1',
    url: expect.stringContaining('/cart'),
    issue: null,
    eventId: null,
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
});

test('screenshots come with it, are shown as what their bytes are, and nothing of a stranger runs', async () => {
  await shopPage((page) => page.evaluate('window.withScreenshot()'));
  const { attachments } = (await saying('Look at this'))!;
  expect(attachments.map(({ name, preview }) => [name, preview])).toEqual([
    ['screenshot.png', 'image'],
    ['evil.svg', null],
    ['evil.png', 'image'],
    ['state.json', 'json'],
  ]);
  const image = async (at: number) => program.request('GET', `${attachments[at]!.url}/image`);
  const shown = await image(0);
  expect(shown.status).toBe(200);
  expect(Object.fromEntries(shown.headers)).toMatchObject({
    'content-type': 'image/png',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'content-disposition': expect.stringMatching(/^inline/),
  });
  expect([(await image(1)).status, (await image(2)).status]).toEqual([422, 422]);
  expect((await program.request('GET', `${attachments[0]!.url}/text`)).status).toBe(422);

  const page = await screens.visit('/feedback');
  await page.getByText('Look at this').waitFor();
  await page.getByText('<img src=x onerror=alert(1)>').first().waitFor();
  expect(await page.getByRole('link', { name: 'javascript:' }).count()).toBe(0);
  const picture = page.getByRole('img', { name: 'The attachment screenshot.png' });
  await picture.waitFor();
  await expect
    .poll(() => picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth))
    .toBe(8);
  await page
    .getByRole('button', { name: /state\.json/ })
    .first()
    .click();
  await page.getByText('"items"').waitFor();
  await photograph(page, 'feedback-open');
});

test('what is about an error is on its issue, with a count', async () => {
  await shopPage((page) => page.evaluate('window.withAnError()'));
  const issue = await issueTitled(program, 'The cart is empty');
  await eventually(
    () => feedback(`issue=${issue.id}`),
    ({ items }) => items[0]?.message === 'My cart is gone' && items[0].issue?.id === issue.id,
  );
  const page = await screens.visit(`/issues/${issue.id}`);
  await page.getByRole('link', { name: /^Users.*1 written by users/ }).click();
  await page.getByText('My cart is gone').waitFor();
  await page.getByRole('link', { name: 'Its event' }).click();
  await page.waitForURL(/\/stack\?event=/);
  await page.getByText('My cart is gone').waitFor();
});

test('people search it, resolve it, call it spam, and delete it', async () => {
  const page = await screens.visit('/feedback?project=default');
  await page.getByText('Look at this').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('ben@example');
  await page.keyboard.press('Enter');
  await page.getByText('Look at this').waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Resolve' }).click();
  await eventually(feedback, ({ counts }) => counts.resolved === 1);
  await page.goto('/feedback?query=Look');
  await page.getByRole('button', { name: /More to do/ }).click();
  await page.getByRole('menuitem', { name: 'It is spam' }).click();
  await eventually(feedback, ({ counts, items }) => counts.spam === 1 && items.length === 2);
  await page.goto('/feedback?status=spam');
  const [spam] = (await feedback('status=spam')).items;
  await page.getByRole('button', { name: /More to do/ }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await eventually(feedback, ({ counts }) => counts.spam === 0);
  expect((await program.request('GET', spam!.attachments[0]!.url)).status).toBe(404);
});

test('wide and on a phone, light and dark', async () => {
  await shopPage(async (page) => {
    await page.evaluate('window.withScreenshot()');
    await page.evaluate('window.withAnError()');
  });
  await saying('Look at this');
  const { id } = await issueTitled(program, 'The cart is empty');
  for (const look of LOOKS)
    expect(
      await walk(
        screens,
        [
          { name: 'feedback', path: '/feedback', ready: 'text=Look at this' },
          { name: 'feedback-none', path: '/feedback?status=spam', ready: 'text=None of it is here' },
          { name: 'feedback-issue', path: `/issues/${id}/users`, ready: 'text=My cart is gone' },
        ],
        look,
      ),
    ).toEqual([]);
});
