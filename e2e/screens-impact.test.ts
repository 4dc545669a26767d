/**
 * Whom an issue hits and how it is found: real events through the real program, looked at in a browser. One crash of a
 * release hits a few people in Firefox; another error is everybody's daily noise.
 */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { FoundEvents } from '#contract/events.ts';
import type { IssueImpact } from '#contract/impact.ts';
import type { IssueList } from '#contract/issues.ts';
import { program, screens, startForAll } from './support/one-program.ts';
import { eventually } from './support/program.ts';

startForAll();

const CRASH = 'Cannot read the cart';
const NOISE = 'The recommendation service was slow';
const HITS = 40;
const DRIPS = 60;

beforeAll(async () => {
  const event = (message: string, n: number, more: Record<string, unknown>) => ({
    event_id: `${message.length}`.padStart(4, '0') + n.toString(16).padStart(28, '0'),
    timestamp: Date.now() / 1000 - 60 * n,
    platform: 'javascript',
    environment: 'production',
    ...more,
  });
  const sent: Promise<Response>[] = [];
  for (let n = 0; n < HITS; n += 1)
    sent.push(
      program.sendEvent(
        event(CRASH, n, {
          release: 'shop@1.10.0',
          user: { id: `u${n}` },
          level: 'fatal',
          contexts: { browser: { name: 'Firefox', version: '121.0' }, device: { model: 'Pixel 9' } },
          exception: {
            values: [
              {
                type: 'CartError',
                value: CRASH,
                mechanism: { type: 'onerror', handled: false },
                stacktrace: {
                  frames: [
                    { function: 'main', filename: 'src/main.ts', in_app: true },
                    { function: 'restoreCart', filename: 'src/cart/restore.ts', in_app: true },
                  ],
                },
              },
            ],
          },
        }),
      ),
    );
  for (let n = 0; n < DRIPS; n += 1)
    sent.push(
      program.sendEvent(
        event(NOISE, n, {
          release: 'shop@1.9.0',
          user: { id: 'u1' },
          level: 'warning',
          contexts: { browser: { name: 'Chrome', version: '140.0' } },
          exception: {
            values: [{ type: 'SlowError', value: NOISE, mechanism: { type: 'generic', handled: true } }],
          },
        }),
      ),
    );
  for (const answer of await Promise.all(sent)) expect(answer.status).toBe(200);
  await eventually(
    () => program.get<IssueList>('/api/v1/issues'),
    ({ items }) => items.reduce((sum, { events }) => sum + events, 0) === HITS + DRIPS,
  );
});

const found = async (query: string, sort = 'lastSeen') =>
  (await program.get<IssueList>(`/api/v1/issues?query=${encodeURIComponent(query)}&sort=${sort}`)).items.map(
    ({ title }) => title.replace(/^\w+: /, ''),
  );
const rows = (page: Page) => page.getByRole('list', { name: 'Issues' }).getByRole('listitem');
const searchBar = (page: Page) => page.getByRole('combobox', { name: 'Search issues' });

describe('the search', () => {
  test.each([
    ['restoreCart', [CRASH]],
    ['cart/restore.ts', [CRASH]],
    ['stack.function:restorecart', [CRASH]],
    ['stack.filename:src/*', [CRASH]],
    ['browser.name:Fire*', [CRASH]],
    ['device.model:"Pixel 9"', [CRASH]],
    ['release:latest', [CRASH]],
    ['release.version:<1.10', [NOISE]],
    ['error.handled:true', [NOISE]],
    ['error.mechanism:[onerror, other]', [CRASH]],
    ['(user.id:u7 OR slow) !level:warning', [CRASH]],
    ['is:for_review users:>10', [CRASH]],
  ])('%s', async (query, titles) => {
    expect(await found(query)).toEqual(titles);
  });

  test('is the same for events, there and in the API of Sentry', async () => {
    const query = encodeURIComponent('browser.name:Firefox user.id:[u3, u4] stack.function:restoreCart');
    const { items } = await program.get<FoundEvents>(`/api/v1/events?query=${query}`);
    expect(items.map(({ user }) => user).sort()).toEqual(['u3', 'u4']);
    const [organization] = await program.get<{ slug: string }[]>('/api/0/organizations/');
    const [project] = await program.get<{ slug: string }[]>('/api/0/projects/');
    const path = `/api/0/projects/${organization!.slug}/${project!.slug}/events/?query=${query}`;
    expect(await program.get<unknown[]>(path)).toHaveLength(2);
    const refused = await program.request('GET', '/api/v1/events?query=level:error+is:unresolved');
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('column 13: \\"is\\" is asked of issues');
  });
});

describe('the impact', () => {
  test('sorts what hits many before what goes on and on for one', async () => {
    expect(await found('', 'impact')).toEqual([CRASH, NOISE]);
    expect(await found('', 'events')).toEqual([NOISE, CRASH]);
    const { items } = await program.get<IssueList>('/api/v1/issues?sort=impact');
    // Who is active is counted anew after a while.
    const impact = await eventually(
      () => program.get<IssueImpact>(`/api/v1/issues/${items[0]!.id}/impact?period=24h`),
      ({ active }) => active?.users === HITS,
    );
    expect(impact).toMatchObject({
      events: { now: HITS, before: 0 },
      users: { now: HITS, exact: true },
      active: { users: HITS, from: 'records' },
    });
    expect(impact.score.parts.reduce((sum, { points }) => sum + points, 0)).toBeCloseTo(
      impact.score.score,
      6,
    );
  });

  test('says of how many, and what it is made of; what is different is beside it', async () => {
    const page = await screens.visit('/issues?sort=impact');
    await rows(page).first().getByText('CartError').click();
    await page.getByText(`100 % of the ${HITS} users active in the last 24 h`).waitFor();
    await page.getByRole('link', { name: 'What it is made of' }).click();
    await page.getByText(`${HITS} users hit since the beginning`).waitFor();
    await page.getByText('nothing caught it').waitFor();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await page.getByRole('radio', { name: 'Same service' }).waitFor();
  });
});

describe('the page of issues', () => {
  test('offers what events have, and what was searched before', async () => {
    const page = await screens.visit('/issues');
    await searchBar(page).fill('device.model:');
    await page.getByRole('option', { name: 'device.model:Pixel 9' }).click();
    await expect.poll(() => rows(page).count()).toBe(1);
    await page.getByRole('button', { name: 'Clear the search' }).click();
    await searchBar(page).focus();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('option', { name: /^device\.model:"Pixel 9"/ }).waitFor();
  });

  test('says that a key is misspelt, and shows the place of one that nothing answers', async () => {
    const page = await screens.visit('/issues?query=evironment:production');
    await page
      .getByText('No event of the period has the tag "evironment"; did you mean "environment"?')
      .waitFor();
    await searchBar(page).fill('cart device.class:high');
    await searchBar(page).press('Enter');
    await page.getByRole('alert').getByText('device.class:high').waitFor();
  });

  test('keeps a search as a tab, for oneself', async () => {
    const page = await screens.visit('/issues?query=is:unhandled&sort=impact&period=7d');
    await rows(page).first().waitFor();
    await page.keyboard.press('s');
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Save this search' }).click();
    await page.getByLabel('Name').fill('Crashes');
    await page.getByLabel('For everyone of the organization').uncheck();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const tab = page.getByRole('link', { name: 'Crashes' });
    await expect.poll(() => tab.getAttribute('aria-current')).toBe('page');
    await page.getByRole('link', { name: 'All unresolved' }).click();
    await expect.poll(() => rows(page).count()).toBe(2);
    await tab.click();
    await expect.poll(() => page.url()).toContain('sort=impact');
    await expect.poll(() => rows(page).count()).toBe(1);
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    // A token of nobody sees what is for all, which is nothing.
    expect(await program.get('/api/v1/saved-queries?screen=issues')).toEqual([]);
  });
});
