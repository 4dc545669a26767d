/** The page of one issue: everything that real SDKs sent about an error, and what a person does about it. */
import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { EventDetail } from '#contract/events.ts';
import { installPython, runNodeShop, runPythonShop } from './support/clients.ts';
import { eventTitled, issueTitled } from './support/look.ts';
import { program, screens, startForAll } from './support/one-program.ts';
import { eventually } from './support/program.ts';
import { runCheckout, runHostile } from './support/story.ts';

const UNPAID = 'Order could not be paid';

startForAll();

/** A card of the page by its title. */
const card = (page: Page, title: string) =>
  page.locator('section').filter({ has: page.getByRole('heading', { level: 2, name: title, exact: true }) });

/** The texts of all that match, once there is one. */
async function texts(all: Locator): Promise<string[]> {
  await all.first().waitFor();
  return all.allTextContents();
}

async function openIssue(title: string, tab = '') {
  const { id } = await issueTitled(program, title);
  return { id, page: await screens.visit(`/issues/${id}${tab}`) };
}

describe('an error of a service with a cause', () => {
  beforeAll(async () => {
    await runCheckout(program, 3, 2);
    const { id } = await issueTitled(program, UNPAID);
    await eventually(
      () => program.get<EventDetail>(`/api/v1/issues/${id}/events/latest`),
      ({ total }) => total === 3,
    );
  });

  test('shows the chain with its root cause, the line that threw, and the variables there', async () => {
    const { page } = await openIssue(UNPAID);
    await page.getByRole('heading', { level: 1, name: 'PaymentError' }).waitFor();
    await page.locator('main > header').getByText(UNPAID).waitFor();
    const stack = card(page, 'Exceptions');
    expect(await texts(stack.getByRole('heading', { level: 3 }))).toEqual(['PaymentError', 'ProviderError']);
    await stack.getByText('Caused by').waitFor();
    await stack.getByText('Root cause').waitFor();
    await stack.getByText('throw new PaymentError(').waitFor();
    await stack.getByText('throw new ProviderError(').waitFor();
    // The variables of the frame that is open: names, and values that open.
    await stack.getByText('order', { exact: true }).waitFor();
    await stack
      .getByText(/currency: "EUR"/)
      .first()
      .click();
    await stack.getByText('currency:', { exact: true }).waitFor();

    await stack.getByRole('radio', { name: 'Text' }).check();
    const text = await stack.locator('pre').textContent();
    expect(text).toMatch(
      /PaymentError: Order could not be paid[\s\S]*ProviderError: Charge for A-\d+ answered 503/,
    );
  });

  test('shows what went before: the log lines, the requests, and last the answer that broke it', async () => {
    const { page } = await openIssue(UNPAID);
    const lines = await texts(card(page, 'Breadcrumbs').getByRole('listitem'));
    expect(lines).toEqual([
      expect.stringContaining('cart of'),
      expect.stringMatching(/GET http:\S+\/v1\/cards\?customer=\w+ → 200/),
      expect.stringContaining('coupon SPRING applied'),
      expect.stringContaining('provider is slow: 2300 ms'),
      expect.stringMatching(/POST http:\S+\/v1\/charges → 503/),
      expect.stringContaining(UNPAID),
    ]);
  });

  test('shows who it happened to, the request, tags, contexts and what was running', async () => {
    const { page } = await openIssue(UNPAID);
    await card(page, 'User').getByText('alan@example.com').waitFor();
    const event = await card(page, 'Event').textContent();
    expect(event).toContain('checkout@2.14.1');
    expect(event).toContain('checkout-7c9f');
    const request = card(page, 'Request');
    expect(await request.textContent()).toMatch(/POST.*\/checkout.*step.*pay.*Body.*card/);
    await request.getByRole('radio', { name: 'curl' }).check();
    expect(await request.locator('pre').textContent()).toMatch(
      /^curl [\s\S]*--data-raw '{"pay":"card"}' \\\n {2}--url 'http:\S+\/checkout\?step=pay'$/,
    );
    expect(await card(page, 'Contexts').textContent()).toMatch(/cart.*coupon.*SPRING/);
    expect(await card(page, 'Packages').textContent()).toContain('playwright-core');

    await card(page, 'Tags').getByRole('link', { name: 'eu-west' }).click();
    const occurrences = page.getByRole('list', { name: 'Occurrences' }).getByRole('listitem');
    await expect.poll(() => occurrences.count()).toBe(1);
    expect(page.url()).toContain('query=region');
    await page.goBack();
    await card(page, 'User').getByRole('link', { name: 'All issues of this user' }).click();
    const issues = page.getByRole('list', { name: 'Issues' }).getByRole('listitem');
    await expect.poll(() => issues.count()).toBe(1);
  });

  test('gives its files back byte for byte', async () => {
    const { page } = await openIssue(UNPAID);
    const downloading = page.waitForEvent('download');
    await card(page, 'Attachments').getByRole('link', { name: 'Download' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('cart.json');
    expect(JSON.parse(readFileSync(await download.path(), 'utf8'))).toMatchObject({ coupon: 'SPRING' });
  });

  test('leads from occurrence to occurrence, by press and by key, and the address keeps the place', async () => {
    const { id, page } = await openIssue(UNPAID);
    await page.getByText('Latest occurrence · 1 of 3').waitFor();
    await page.getByRole('button', { name: 'Older (h)' }).click();
    await page.getByText('Occurrence · 2 of 3').waitFor();
    await card(page, 'User').getByText('grace@example.com').waitFor();
    await page.keyboard.press('h');
    await page.getByText('Oldest occurrence · 3 of 3').waitFor();
    await card(page, 'User').getByText('ada@example.com').waitFor();
    expect(await page.getByRole('button', { name: 'Older (h)' }).isDisabled()).toBe(true);
    await page.reload();
    await page.getByText('Oldest occurrence · 3 of 3').waitFor();
    await page.keyboard.press('Shift+L');
    await page.getByText('Latest occurrence · 1 of 3').waitFor();
    expect(new URL(page.url()).pathname).toContain(`/issues/${id}`);
  });

  test('has sides: all occurrences, how tags differ, who was hit', async () => {
    const { page } = await openIssue(UNPAID);
    await page.getByRole('link', { name: 'Occurrences' }).click();
    const occurrences = page.getByRole('list', { name: 'Occurrences' }).getByRole('listitem');
    await expect.poll(() => occurrences.count()).toBe(3);
    await page.getByLabel('Search occurrences').fill('user.email:grace@example.com');
    await page.keyboard.press('Enter');
    await expect.poll(() => occurrences.count()).toBe(1);
    await occurrences.getByRole('link').click();
    await page.getByText('Occurrence · 2 of 3').waitFor();

    await page.getByRole('link', { name: 'Tags', exact: true }).click();
    await page.getByRole('radio', { name: '7 d', exact: true }).check();
    await expect
      .poll(() => card(page, 'region').textContent())
      .toMatch(/eu-central2 users67 %eu-west1 user33 %/);
    await card(page, 'Affected').getByText('active in the last 7 days').waitFor();
    await page.getByRole('link', { name: 'Activity' }).click();
    const [firstSeen] = await texts(card(page, 'Activity').getByRole('listitem'));
    expect(firstSeen).toBe('Seen for the first time in release checkout@2.14.12 d ago');
    await page.getByRole('link', { name: 'Users' }).click();
    await page.getByText('3 users').waitFor();
    await page.getByRole('link', { name: 'ada', exact: true }).click();
    await expect.poll(() => occurrences.count()).toBe(1);
  });

  test('is there raw, and says why it was grouped', async () => {
    const { page } = await openIssue(UNPAID, '/raw');
    const shown = JSON.parse((await page.locator('pre').textContent()) ?? '');
    expect(shown).toEqual((await eventTitled(program, UNPAID)).payload);
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save' }).click();
    expect(JSON.parse(readFileSync(await (await downloading).path(), 'utf8'))).toEqual(shown);

    await page.getByRole('link', { name: 'Grouping' }).click();
    const decided = card(page, 'In-app stack');
    await decided.getByText('Decided').waitFor();
    expect(await decided.textContent()).toMatch(
      /typePaymentError.*await pay\(customer, cart\);.*typeProviderError/,
    );
  });
});

test('an error of a Python program shows its variables as Python writes them', async () => {
  await runPythonShop(await installPython(), program, 'error');
  const { page } = await openIssue('card declined for order A-17');
  const variables = card(page, 'Exception').locator('dl').first();
  expect(await variables.textContent()).toBe("order_id'A-17'cents5990currency'EUR'");
  await card(page, 'Breadcrumbs').getByText('charging order A-17').waitFor();
});

test('what a user wrote stands above the error and beside those whom it hit', async () => {
  await runNodeShop(program, 'feedback');
  const { id, page } = await openIssue('The user saw this');
  await page.getByText('The pay button does nothing', { exact: true }).waitFor();
  await page.goto(`/issues/${id}/feedback`);
  await page.getByText('The pay button does nothing', { exact: true }).waitFor();
  // Sides that were tabs of their own: their addresses stand in mails and chats.
  expect(page.url()).toBe(`${program.url}/issues/${id}/users#feedback`);
  for (const [old, now] of [
    ['impact', 'tags#impact'],
    ['different?period=7d', 'tags?period=7d'],
    ['hashes', 'grouping#merge'],
  ]) {
    await page.goto(`/issues/${id}/${old}`);
    await page.waitForURL(`**/issues/${id}/${now}`);
  }
  await page.getByText('Merge and split').waitFor();
});

test('nothing a sender writes becomes part of the page', async () => {
  await runHostile(program);
  const { id, page } = await openIssue('HostileError');
  for (const tab of ['', '/occurrences', '/tags', '/users', '/activity', '/grouping', '/raw']) {
    await page.goto(`/issues/${id}${tab}`);
    await page
      .getByText(/<script>window\.hacked=1/)
      .first()
      .waitFor();
    if (tab === '') {
      // Handles, for an opened one is not among the closed any more. Menus hold nothing of the sender.
      const closed = page.locator('main button[aria-expanded=false]:not([aria-haspopup])');
      for (const button of await closed.elementHandles()) await button.click();
      await card(page, 'Request').getByRole('radio', { name: 'curl' }).check();
      await card(page, 'Exception').getByRole('radio', { name: 'Text' }).check();
    }
    // Neither elements of the sender, nor a link that runs something, nor a picture from anywhere.
    expect(await page.locator('main :is(script, img, iframe, object, embed, svg[onload])').count()).toBe(0);
    expect(await page.locator('[href^="javascript:" i], [src^="javascript:" i]').count()).toBe(0);
  }
  await page.goto('/issues?query=HostileError');
  await page
    .getByText(/<img src=x/)
    .first()
    .waitFor();
  expect(await page.evaluate('window.hacked')).toBe(undefined);

  await page.goto(`/issues/${id}`);
  const downloading = page.waitForEvent('download');
  await card(page, 'Attachments').getByRole('link', { name: 'Download' }).click();
  expect((await downloading).suggestedFilename()).toMatch(/\.html$/);
  expect(page.url()).toBe(`${program.url}/issues/${id}`);
});

test('a resolved issue that comes back is a regression, and says so while one looks at it', async () => {
  await runNodeShop(program, 'error');
  const { page } = await openIssue('Card declined for order 5990');
  await page.getByRole('button', { name: 'Resolve', exact: true }).click();
  await page.getByText('Resolved', { exact: true }).waitFor();
  await page.evaluate('window.notReloaded = true');
  await runNodeShop(program, 'error');
  await page.getByRole('heading', { level: 1 }).getByText('Regressed').waitFor();
  await page.getByRole('link', { name: 'Activity' }).click();
  await page.getByText('Came back after it was resolved in release shop@1.4.0').waitFor();
  expect(await texts(card(page, 'Activity').getByRole('listitem'))).toEqual([
    expect.stringContaining('Came back after it was resolved'),
    expect.stringContaining('admin resolved it'),
    expect.stringContaining('Seen for the first time in release shop@1.4.0'),
  ]);
  expect(await page.evaluate('window.notReloaded')).toBe(true);

  await page.keyboard.press('a');
  await page.getByText('Archived', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await page.getByRole('button', { name: 'Archive' }).waitFor();
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.waitForURL('**/issues');
});
