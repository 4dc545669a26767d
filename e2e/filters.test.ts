/** Inbound filters against real SDKs: what a project does not want is dropped, counted by its reason, and nothing else. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventDetail } from '#contract/events.ts';
import type { ExpectedErrors, FilterPreview, FilterRules, ProjectFilters } from '#contract/filters.ts';
import type { IssueList } from '#contract/issues.ts';
import type { IngestKey } from '#contract/projects.ts';
import { launchBrowser } from './support/browser.ts';
import { run } from './support/clients.ts';
import { issueTitled, ledger } from './support/look.ts';
import { eventually, KEY, type Program, startProgram } from './support/program.ts';
import { openShopPage } from './support/shop-page.ts';

let program: Program;
beforeAll(async () => {
  program = await startProgram();
});
afterAll(() => program.discard());

const path = '/api/v1/projects/default/filters';

async function change(rules: Partial<FilterRules>): Promise<ProjectFilters> {
  const answer = await program.request('PATCH', path, rules);
  expect(answer.status, await answer.clone().text()).toBe(200);
  return (await answer.json()) as ProjectFilters;
}

/** The shop's day by a key of its own, so that each test has a ledger of its own. */
async function shopDay(label: string, release?: string): Promise<string> {
  const made = await program.request('POST', '/api/v1/projects/default/keys', { label });
  const key = (await made.json()) as IngestKey;
  const { code, output } = await run(process.execPath, ['e2e/programs/noisy-shop.mjs'], {
    environment: { SENTRY_DSN: key.dsn, ...(release ? { SHOP_RELEASE: release } : {}) },
  });
  expect(code, output).toBe(0);
  return key.id;
}

const sumOf = (lines: Record<string, number>, kind: string) =>
  Object.entries(lines)
    .filter(([line]) => line.startsWith(`${kind} `))
    .reduce((sum, [, quantity]) => sum + quantity, 0);
const EVENTS = 9;
const SPANS = 2;
const isWhole = (lines: Record<string, number>) =>
  sumOf(lines, 'event') === EVENTS && sumOf(lines, 'span') === SPANS;

test('without filters everything is kept, and what is expected says so', async () => {
  const key = await shopDay('unfiltered');
  expect(await ledger(program, isWhole, key)).toMatchObject({
    'event stored': 7,
    'event stored expected_not_found': 1,
    'event stored expected_invalid_input': 1,
    'span stored': 2,
  });
  expect(await issueTitled(program, 'No product 99')).toMatchObject({ expected: 'not_found' });
  expect(await issueTitled(program, 'Card declined')).toMatchObject({ expected: null });
});

test('each filter drops its own, by its own reason, and the rest is kept', async () => {
  await change({
    webCrawlers: true,
    localhost: true,
    healthChecks: true,
    legacyBrowsers: { ie: 12 },
    messages: ['payment of cart * timed out'],
    errorTypes: ['Coupon*'],
    addresses: ['203.0.113.0/24'],
  });
  const key = await shopDay('filtered');
  expect(await ledger(program, isWhole, key)).toEqual({
    'event stored': 1,
    'event stored expected_not_found': 1,
    'event stored expected_invalid_input': 1,
    'event dropped filtered_web_crawler': 1,
    'event dropped filtered_legacy_browser': 1,
    'event dropped filtered_localhost': 1,
    'event dropped filtered_address': 1,
    'event dropped filtered_message': 1,
    'event dropped filtered_error_type': 1,
    'span stored': 1,
    'span dropped filtered_health_check': 1,
    ...(await sessionsOf(key)),
  });
  const { counts } = await program.get<ProjectFilters>(path);
  expect(counts).toContainEqual({ reason: 'filtered_web_crawler', day: 1, week: 1 });
});

test('a release is filtered, and another is not', async () => {
  await change({ releases: ['shop@0.*'] });
  const old = await ledger(program, isWhole, await shopDay('old release', 'shop@0.9.1'));
  expect(old['event dropped filtered_release']).toBe(5);
  expect(old['event stored']).toBeUndefined();
});

test('expected errors show what they cost, and one change filters them and takes it back', async () => {
  await change({
    ...{ webCrawlers: false, localhost: false, legacyBrowsers: {} },
    ...{ messages: [], errorTypes: [], releases: [], addresses: [] },
  });
  const costs = () => program.get<ExpectedErrors>('/api/v1/projects/default/expected?days=7');
  const before = (await costs()).kinds.find(({ kind }) => kind === 'not_found')!;
  expect(before).toMatchObject({
    events: 2,
    filtered: 0,
    isFiltered: false,
    issues: [{ title: expect.stringContaining('No product 99') }],
  });
  expect(before.bytes).toBeGreaterThan(100);

  await change({ expected: ['not_found'] });
  const filtered = await ledger(program, isWhole, await shopDay('expected filtered'));
  expect(filtered).toMatchObject({
    'event dropped expected_not_found': 1,
    'event stored expected_invalid_input': 1,
  });
  await eventually(costs, ({ kinds }) =>
    kinds.some((each) => each.kind === 'not_found' && each.filtered === 1),
  );

  await change({ expected: [] });
  const again = await ledger(program, isWhole, await shopDay('expected kept again'));
  expect(again).toMatchObject({ 'event stored expected_not_found': 1 });
});

test('rules are tried on what is stored before they are saved', async () => {
  const answer = await program.request('POST', `${path}/preview`, { messages: ['card*', '*e*'] });
  const preview = (await answer.json()) as FilterPreview;
  expect(preview.events).toBeGreaterThan(10);
  expect(preview.lines).toMatchObject([
    { line: 'card*', isWide: false },
    { line: '*e*', isWide: true },
  ]);
  expect(preview.lines[0]!.events).toBeGreaterThan(0);
  expect(preview.reasons).toEqual([{ reason: 'filtered_message', events: preview.filtered }]);
});

test.each<[object, string]>([
  [{ messages: ['fine*', '**'] }, 'Messages, line 2, column 1: "**" matches everything'],
  [{ errorTypes: ['a\\'] }, 'Error types, line 1, column 2'],
  [{ addresses: ['10.0.0.0/33'] }, 'Addresses, line 1, column 10'],
  [{ addresses: ['0.0.0.0/0'] }, 'matches everything'],
  [{ addresses: ['example.com'] }, 'is no address'],
  [{ messages: ['x'.repeat(501)] }, '500'],
  [{ messages: Array(201).fill('x') }, '200'],
  [{ nonsense: true }, 'nonsense'],
])('a rule that cannot be is refused, and says where (%#)', async (rules, words) => {
  const answer = await program.request('PATCH', path, rules);
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain(JSON.stringify(words).slice(1, -1));
});

test('a real browser: its extensions, chunks, hydration and loops are told apart from what is broken', async () => {
  await change({ browserExtensions: true, hydrationErrors: true, expected: ['chunk_load', 'browser_noise'] });
  const keys = await program.get<IngestKey[]>('/api/v1/projects/default/keys');
  const key = keys.find(({ publicKey }) => publicKey === KEY)!;
  const shop = await openShopPage(program);
  const browser = await launchBrowser();
  try {
    await shop.visit(browser, 'noise');
    const lines = await ledger(program, (found) => sumOf(found, 'event') === 5, key.id);
    expect(lines).toMatchObject({
      'event stored': 1,
      'event dropped filtered_browser_extension': 1,
      'event dropped filtered_hydration_error': 1,
      'event dropped expected_chunk_load': 1,
      'event dropped expected_browser_noise': 1,
    });
    await change({ localhost: true });
    await shop.visit(browser, 'error');
    await ledger(program, (found) => found['event dropped filtered_localhost'] === 1, key.id);
  } finally {
    await browser.close();
    shop.close();
    await change({ browserExtensions: false, hydrationErrors: false, localhost: false, expected: [] });
  }
});

test('another project is untouched', async () => {
  await change({ messages: ['*declined*'] });
  const made = await program.request('POST', '/api/v1/projects', { name: 'Other' });
  expect(made.status, await made.clone().text()).toBe(201);
  const { slug } = (await made.json()) as { slug: string };
  const [key] = await program.get<IngestKey[]>(`/api/v1/projects/${slug}/keys`);
  const { code } = await run(process.execPath, ['e2e/programs/noisy-shop.mjs'], {
    environment: { SENTRY_DSN: key!.dsn },
  });
  expect(code).toBe(0);
  expect(await ledger(program, isWhole, key!.id)).toMatchObject({
    'event stored': 7,
    'span stored': 2,
  });
});

/** Node's SDK reports sessions of its own; how many is its business. */
async function sessionsOf(key: string): Promise<Record<string, number>> {
  const lines = await ledger(program, () => true, key);
  return Object.fromEntries(Object.entries(lines).filter(([line]) => !/^(?:event|span) /.test(line)));
}

test('of a flood of one error some are kept whole, and every number stays exact', async () => {
  await change({ messages: [], healthChecks: false, issueEventsPerMinute: 5 });
  const made = await program.request('POST', '/api/v1/projects/default/keys', { label: 'flood' });
  const key = (await made.json()) as IngestKey;
  const { code, output } = await run(process.execPath, ['e2e/programs/flood.mjs', '60'], {
    environment: { SENTRY_DSN: key.dsn },
  });
  expect(code, output).toBe(0);
  const lines = await ledger(program, (found) => sumOf(found, 'event') === 60, key.id);
  // A minute that ends in the middle of the flood lets as many through again.
  expect(lines['event stored']! % 5).toBe(0);
  expect(lines['event stored']).toBeLessThan(60);
  expect(lines['event stored']! + lines['event dropped sampled']!).toBe(60);

  const flood = await issueTitled(program, 'Flood of the night');
  expect(flood).toMatchObject({ events: 60, users: 20 });
  for (const period of ['1h', '24h', '7d']) {
    const { items } = await program.get<IssueList>(`/api/v1/issues?query=&period=${period}&limit=100`);
    const item = items.find(({ id }) => id === flood.id)!;
    expect(item, period).toMatchObject({ periodEvents: 60, periodUsers: 20 });
  }
  // The last one is one that was kept whole. Several came in the same millisecond, so which of them is not said.
  const event = (id: string) => program.get<EventDetail>(`/api/v1/issues/${flood.id}/events/${id}`);
  const [last, told] = await Promise.all([event('latest'), event(flood.lastEventId)]);
  expect(told.timestamp).toBe(last.timestamp);
});
