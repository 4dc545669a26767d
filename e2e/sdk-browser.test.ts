/** The real @sentry/browser in a real Chromium, on a page of another origin. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IssueDetail } from '#contract/issues.ts';
import { launchBrowser } from './support/browser.ts';
import { eventTitled, issueTitled, issueWithFeedback, ledger } from './support/look.ts';
import { eventually, type Program, startProgram } from './support/program.ts';
import { openShopPage, type ShopPage } from './support/shop-page.ts';

let program: Program;
let browser: Browser;
let shop: ShopPage;

beforeAll(async () => {
  program = await startProgram();
  shop = await openShopPage(program);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  shop?.close();
  await program?.discard();
});

const visit = (story: string, use?: (page: Page) => Promise<void>) => shop.visit(browser, story, use);

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
  expect(shop.tunnelled).toBeGreaterThan(0);
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

test('reports of a policy are grouped by directive and host, and their page says both', async () => {
  await visit('csp-group');
  const one = await issueTitled(program, "Blocked 'script' from 'one.tracker.example'");
  await issueTitled(program, "Blocked 'script' from 'two.tracker.example'");
  const { events } = await eventually(
    () => program.get<IssueDetail>(`/api/v1/issues/${one.id}`),
    (issue) => issue.events === 2,
  );
  expect(events).toBe(2);
  const { payload } = await eventTitled(program, 'one.tracker.example');
  expect(payload).toMatchObject({
    type: 'csp',
    csp: {
      effective_directive: 'script-src-elem',
      blocked_uri: expect.stringContaining('one.tracker.example'),
    },
    tags: expect.arrayContaining([
      ['effective-directive', 'script-src-elem'],
      ['blocked-host', 'one.tracker.example'],
    ]),
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
