/** The real @sentry/browser in a real Chromium, on a page of another origin. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventTitled, issueTitled, issueWithFeedback, ledger } from './support/look.ts';
import { KEY, type Program, startProgram } from './support/program.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let program: Program;
let browser: Browser;
let shop: Server;
let shopOrigin: string;
/** Requests of the page that went to its own server's tunnel. */
let tunnelled = 0;

beforeAll(async () => {
  const bundle = await bundlePage();
  program = await startProgram();
  shop = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://shop');
    if (pathname === '/tunnel') {
      tunnelled += 1;
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const answer = await fetch(`${program.url}/tunnel`, { method: 'POST', body: Buffer.concat(chunks) });
      response.writeHead(answer.status).end(await answer.text());
    } else if (pathname === '/bundle.js')
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(bundle);
    else {
      const policy = `img-src 'self'; report-uri ${program.url}/api/1/security/?sentry_key=${KEY}&sentry_release=shop-web%402.0.1`;
      const headers = {
        'content-type': 'text/html',
        ...(searchParams.get('story') === 'csp' ? { 'content-security-policy': policy } : {}),
      };
      response
        .writeHead(200, headers)
        .end(
          '<!doctype html><title>Shop</title><body><button>Pay</button><script src="/bundle.js"></script>',
        );
    }
  });
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  // Another host name than the program's, so that every request crosses origins.
  shopOrigin = `http://localhost:${(shop.address() as AddressInfo).port}`;
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS }).catch((cause) => {
    throw new Error(`Chromium is needed at ${CHROMIUM} (or CHROMIUM=…) to test the browser SDK`, { cause });
  });
});
afterAll(async () => {
  await browser?.close();
  shop?.closeAllConnections();
  shop?.close();
  await program?.discard();
});

async function bundlePage(): Promise<string> {
  const entry = join(import.meta.dirname, 'programs/browser-page.js');
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, lib: { entry, formats: ['iife'], name: 'shop', fileName: 'bundle' } },
  });
  const [{ output }] = result as { output: { code: string }[] }[] as [{ output: [{ code: string }] }];
  return output[0].code;
}

async function visit(story: string, use: (page: Page) => Promise<void> = async () => {}): Promise<void> {
  const page = await browser.newPage();
  await page.goto(`${shopOrigin}/checkout?story=${story}&dsn=${encodeURIComponent(program.dsn)}`);
  await use(page);
  await page.waitForFunction('window.storyIsTold');
  await page.evaluate('window.finished()');
  await page.close();
}

test('an error in a click handler arrives across origins, with user, page and browser', async () => {
  await visit('error');
  const { payload } = await eventTitled(program, 'PaymentError: Card declined for cart A-17');
  expect(payload).toMatchObject({
    platform: 'javascript',
    release: 'shop-web@2.0.1',
    user: { id: '42', email: 'ann@example.com', ip_address: '127.0.0.1' },
    tags: expect.arrayContaining([['plan', 'pro']]),
    request: { url: expect.stringContaining('/checkout') },
    contexts: { browser: { name: expect.stringContaining('Chrome') } },
    breadcrumbs: { values: expect.arrayContaining([expect.objectContaining({ category: 'ui.click' })]) },
  });
});

test('a rejection nobody awaited is unhandled', async () => {
  await visit('unhandled-rejection');
  expect(await issueTitled(program, 'PaymentError: Nobody awaited this')).toMatchObject({ unhandled: true });
});

test('a tunnel of the page works without any key in the address', async () => {
  await visit('tunnel');
  await issueTitled(program, 'PaymentError: Through the tunnel');
  expect(tunnelled).toBeGreaterThan(0);
});

test('a file and a replay beside an error do it no harm', async () => {
  await visit('attachment');
  const { attachments } = await eventTitled(program, 'PaymentError: With a file');
  expect(attachments).toMatchObject([{ name: 'cart.bin', bytes: 4 }]);
  await visit('replay');
  await issueTitled(program, 'PaymentError: With a replay');
  await ledger(program, (lines) => (lines['replay dropped kind_not_stored'] ?? 0) >= 2);
});

test('what the policy of a page blocks is an issue', async () => {
  await visit('csp');
  const { payload } = await eventTitled(program, "Blocked 'image' from 'evil.example'");
  expect(payload).toMatchObject({
    type: 'csp',
    release: 'shop-web@2.0.1',
    csp: { effective_directive: 'img-src' },
  });
});

test('the crash-report dialog asks the user and sends what they write', async () => {
  await visit('dialog', async (page) => {
    await page.getByLabel('What happened?').fill('I pressed <b>Pay</b> & nothing happened');
    await page.getByRole('button', { name: 'Send report' }).click();
    await page.getByText('Your report has been sent').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.waitForFunction('window.dialogClosed');
  });
  const { feedback } = await issueWithFeedback(program, 'PaymentError: Tell us about it');
  expect(feedback).toMatchObject([
    { name: 'Ann', email: 'ann@example.com', message: 'I pressed <b>Pay</b> & nothing happened' },
  ]);
});
