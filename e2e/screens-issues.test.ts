/** The list of issues, as somebody works through it in the morning: what several SDKs sent, on one page. */
import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { IssueList } from '#contract/issues.ts';
import { runNodeShop } from './support/clients.ts';
import { program, screens, startForAll } from './support/one-program.ts';
import { CUSTOMERS, MORNING, runCheckout, tellMorning } from './support/story.ts';

startForAll();
beforeAll(async () => {
  await tellMorning(program, screens.browser);
});

const rows = (page: Page) => page.getByRole('list', { name: 'Issues' }).getByRole('listitem');
/** What the rows say, without the class of the exception. */
const titles = async (page: Page) =>
  (await rows(page).getByRole('link').allTextContents()).map((title) =>
    title.replace(/^PaymentError:? /, ''),
  );
/** The page of the issue that says this. */
const issuePage = (page: Page, title: string) => page.locator('main > header').filter({ hasText: title });
const searchBar = (page: Page) => page.getByRole('combobox', { name: 'Search issues' });

/** The titles on the page, in any order, once they are these. */
async function expectTitles(page: Page, expected: readonly string[]) {
  await expect
    .poll(async () => (await titles(page)).sort(), { timeout: 10_000 })
    .toEqual([...expected].sort());
}

async function search(page: Page, text: string) {
  await searchBar(page).fill(text);
  await searchBar(page).press('Enter');
}

describe('what was sent', () => {
  test('stands on one page, whichever SDK sent it, with how often and for how many', async () => {
    const page = await screens.visit('/issues');
    await expectTitles(page, Object.values(MORNING));
    const row = rows(page).filter({ hasText: MORNING.checkout });
    await row.getByTitle(`${CUSTOMERS} events in the period`).waitFor();
    await row.getByTitle(`${CUSTOMERS} users in the period`).waitFor();
    await row.getByText('checkout@2.14.1').waitFor();
    expect(await row.textContent()).toContain('6 d ago');
  });

  test('is found by what is known about it', async () => {
    const page = await screens.visit('/issues');
    for (const [query, expected] of [
      ['region:eu', [MORNING.node, MORNING.python]],
      ['level:warning', [MORNING.nodeMessage]],
      ['currency', [MORNING.pythonCause]],
      ['user.email:ann@example.com', [MORNING.node, MORNING.python, MORNING.browser]],
      ['!platform:node !platform:python', [MORNING.browser]],
      ['platform:javascript OR level:warning', [MORNING.browser, MORNING.nodeMessage]],
      ['release:checkout@*', [MORNING.checkout]],
      ['is:unresolved', Object.values(MORNING)],
    ] as const) {
      await search(page, query);
      await expectTitles(page, expected);
    }
  });
});

describe('a search', () => {
  test('that cannot be read says where', async () => {
    const page = await screens.visit('/issues');
    await search(page, 'level:error is:often');
    const alert = page.getByRole('alert');
    expect(await alert.textContent()).toMatch(/column 13/);
    expect(await alert.locator('mark').textContent()).toBe('is:often');
    await page.getByRole('heading', { name: 'The search cannot be read' }).waitFor();
    await search(page, 'level:error "never closed');
    await expect.poll(() => alert.locator('mark').textContent()).toBe('"never');
  });

  test('is suggested while one types, with what is on the page', async () => {
    const page = await screens.visit('/issues');
    await expectTitles(page, Object.values(MORNING));
    await searchBar(page).fill('rel');
    await page.getByRole('option', { name: 'release:' }).click();
    await page.getByRole('option', { name: 'release:checkout@2.14.1' }).click();
    await expectTitles(page, [MORNING.checkout]);
  });

  test('with its sort and period stands in the address: a reload and the way back keep it', async () => {
    const page = await screens.visit('/issues');
    await page.getByRole('button', { name: 'Sort' }).click();
    await page.getByRole('menuitemradio', { name: 'Events' }).click();
    await expect.poll(async () => (await titles(page))[0]).toBe(MORNING.checkout);
    await search(page, 'release:shop*');
    await page.getByRole('button', { name: /14 days/ }).click();
    await page.getByRole('menuitemradio', { name: '24 hours' }).click();
    const expected = [
      MORNING.node,
      MORNING.nodeMessage,
      MORNING.python,
      MORNING.pythonCause,
      MORNING.browser,
    ];
    await expectTitles(page, expected);
    expect(page.url()).toContain('sort=events');
    expect(page.url()).toContain('period=24h');

    await page.reload();
    await expectTitles(page, expected);
    expect(await searchBar(page).inputValue()).toBe('release:shop*');
    await rows(page).filter({ hasText: MORNING.node }).getByRole('link').click();
    await issuePage(page, MORNING.node).waitFor();
    await page.goBack();
    await expectTitles(page, expected);
    expect(await searchBar(page).inputValue()).toBe('release:shop*');
    await page.goBack();
    await page.goBack();
    await expectTitles(page, Object.values(MORNING));
    expect(page.url()).toContain('sort=events');
  });
});

describe('by keys alone', () => {
  test('one walks, opens, comes back, resolves, and takes it back', async () => {
    const page = await screens.visit('/issues');
    await expectTitles(page, Object.values(MORNING));
    const [first, second] = await titles(page);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toContain(second);
    await page.keyboard.press('k');
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toContain(first);
    await page.keyboard.press('Enter');
    await issuePage(page, first!).waitFor();
    await page.keyboard.press('Escape');

    await expectTitles(page, Object.values(MORNING));
    // The list remembers which row one came from.
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.getByText('2 selected').waitFor();
    await page.keyboard.press('e');
    await page.getByText('Resolved 2 issues').waitFor();
    await expectTitles(
      page,
      Object.values(MORNING).filter((title) => title !== first && title !== second),
    );
    await search(page, 'is:resolved');
    await expectTitles(page, [first!, second!]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('radio', { name: 'Unresolved' }).check();
    await expectTitles(page, Object.values(MORNING));
  });

  test('one reaches every screen', async () => {
    const page = await screens.visit('/issues');
    await expectTitles(page, Object.values(MORNING));
    await page.keyboard.press('g');
    await page.keyboard.press('u');
    await page.getByRole('heading', { name: 'Usage' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.getByRole('heading', { name: 'Projects' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').fill('DEFAULT-1');
    await page.getByRole('option').getByText('DEFAULT-1').waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toMatch(/issues\/1$/);
  });
});

describe('while the list is open', () => {
  beforeEach(() => runCheckout(program));

  test('an event that arrives counts on its row, and a new issue waits until it is asked for', async () => {
    const page = await screens.visit('/issues');
    const row = rows(page).filter({ hasText: 'Order could not be paid' });
    const count = async () =>
      Number(
        /^(\d+) events/.exec((await row.getByTitle(/events in the period/).getAttribute('title')) ?? '')?.[1],
      );
    await expect.poll(count).toBeGreaterThan(CUSTOMERS);
    const before = await count();
    await page.evaluate('window.notReloaded = true');

    await runCheckout(program);
    await expect.poll(count, { timeout: 10_000 }).toBe(before + 1);
    const shown = await titles(page);
    await runNodeShop(program, 'unhandled-rejection');
    const button = page.getByRole('button', { name: '1 new' });
    await button.waitFor();
    expect(await titles(page)).toEqual(shown);
    await button.click();
    await expect.poll(async () => (await titles(page))[0]).toBe('Nobody awaited this');
    expect(await page.evaluate('window.notReloaded')).toBe(true);
  });
});

test('all of them can be resolved at once, and deleted for good', async () => {
  const page = await screens.visit('/issues');
  await page.locator('label', { hasText: 'Select all loaded issues' }).click();
  await page.getByRole('button', { name: 'Resolve', exact: true }).click();
  await page.getByText('No unresolved issues in the last 14 days').waitFor();
  await page.getByRole('radio', { name: 'Resolved', exact: true }).check();
  await expect.poll(async () => (await titles(page)).length).toBe(7);

  await page.locator('label', { hasText: 'Select all loaded issues' }).click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByText('This cannot be taken back').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('Deleted 7 issues').waitFor();
  const left = await program.get<IssueList>('/api/v1/issues?query=&period=90d');
  expect(left.items).toEqual([]);
});
