/**
 * The story of an error: Sentry's SDK reports it, other services log by Loki and OTLP, with a shared trace id and without.
 * From the issue to the line that matters, to the logs, to one user's lines, and from a log line back to the issue.
 */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import type { EventList } from '#contract/events.ts';
import type { Story } from '#contract/story.ts';
import { PROGRAMS, run } from './support/clients.ts';
import { pushLines } from './support/logs.ts';
import { issueTitled, ledger } from './support/look.ts';
import { program, screens, startForAll } from './support/one-program.ts';
import { eventually, KEY } from './support/program.ts';
import { LOOKS, walk } from './support/scenes.ts';
import { MORNING, runCheckout } from './support/story.ts';

const CUSTOMERS = 5;
/** Requests in which nothing fails. */
const HEALTHY = 40;

startForAll();
let issueId: string;
let traced: string;
beforeAll(async () => {
  await runCheckout(program, CUSTOMERS);
  await ledger(program, (lines) => (lines['event stored'] ?? 0) === CUSTOMERS);
  issueId = (await issueTitled(program, MORNING.checkout)).id;
  const { items } = await eventually(
    () => program.get<EventList>(`/api/v1/issues/${issueId}/events`),
    (list) => list.items.length === CUSTOMERS,
  );
  // The gateway and the web server know no trace: a user and a request is all they say.
  const first = Math.min(...items.map(({ timestamp }) => Date.parse(timestamp)));
  for (let n = 0; n < HEALTHY; n += 1)
    await request(first - 200_000 + n * 4_000, `r-well-${n}`, `well-${n}`, '200');
  for (const [n, { timestamp, user }] of items.entries())
    await request(Date.parse(timestamp) - 60, `r-sick-${n}`, userIds[user] ?? user, '503');
  const shop = await run(process.execPath, [
    join(PROGRAMS, 'traced-shop.mjs'),
    program.url,
    KEY,
    program.dsn,
  ]);
  expect(shop.code, shop.output).toBe(0);
  traced = (await issueTitled(program, 'Error: card declined')).id;
  await eventually(
    () => story(traced),
    ({ items: lines }) => lines.filter(({ kind }) => kind === 'span').length === 4,
  );
});

/** The SDK names people by their address; lines say the id. */
const userIds: Record<string, string> = Object.fromEntries(
  ['ada', 'grace', 'alan', 'edsger', 'barbara'].map((name, n) => [`${name}@example.com`, String(41 + n)]),
);

async function request(at: number, requestId: string, user: string, status: string): Promise<void> {
  const line = (text: string, after: number, level: string, fields: Record<string, string> = {}) => ({
    at: at + after,
    text,
    fields: { level, request_id: requestId, ...fields },
  });
  await pushLines(program, { service_name: 'web' }, [line('POST /checkout', 0, 'info', { user_id: user })]);
  await pushLines(program, { service_name: 'stock' }, [line('price cache is cold', 10, 'error')]);
  await pushLines(program, { service_name: 'gateway' }, [
    line(`POST /v1/charges ${status}`, 30, status === '200' ? 'info' : 'error'),
  ]);
}

const story = (issue: string) => program.get<Story>(`/api/v1/issues/${issue}/events/latest/story`);
const lines = (page: Page) => page.getByRole('list', { name: 'Story', exact: true }).getByRole('listitem');

test('without a shared trace id the lines of the user’s request are there, and the gateway’s is marked', async () => {
  const { items, cause } = await eventually(
    () => story(issueId),
    ({ items: found }) => found.some(({ service }) => service === 'gateway'),
  );
  const kinds = new Set(items.map(({ kind }) => kind));
  expect([...kinds].sort()).toEqual(['breadcrumb', 'error', 'log']);
  const marked = items.find(({ id }) => id === cause.itemId);
  expect(marked, JSON.stringify({ cause, items }, null, 1)).toMatchObject({
    service: 'gateway',
    body: 'POST /v1/charges 503',
  });
  expect(cause.text).toMatch(/^gateway began answering 503 at \d\d:\d\d:\d\d UTC/);
});

test('with a trace, spans, lines and the error of both services are in the order of cause and effect', async () => {
  const { items, skew } = await story(traced);
  expect(new Set(items.map(({ service }) => service))).toEqual(new Set(['web', 'payments']));
  expect(skew.map(({ service }) => service)).toEqual(['payments']);
  expect(items.filter(({ kind }) => kind === 'span').every(({ why }) => why === 'trace')).toBe(true);
});

test('the page says the likely cause first, leads to its line, and narrows down', async () => {
  const page = await screens.visit(`/issues/${issueId}`);
  await page.getByRole('link', { name: 'Story' }).click();
  await page.getByRole('heading', { name: 'Likely cause' }).waitFor();
  await page.getByRole('button', { name: 'Show the line' }).click();
  await page.waitForURL(/line=log-/);
  const marked = lines(page).filter({ hasText: 'POST /v1/charges 503' });
  await marked.getByText('of the same user').first().waitFor();
  await page.getByRole('button', { name: /^stock/ }).click();
  await page.waitForURL(/service=stock/);
  await lines(page).filter({ hasText: 'price cache is cold' }).first().waitFor();
  expect(await lines(page).filter({ hasText: 'POST /checkout' }).count()).toBe(0);
  await page.getByRole('link', { name: 'In the logs' }).first().click();
  await page.waitForURL(/\/logs\?.*user/);
  await page.getByText('price cache').waitFor({ state: 'detached' });
});

test('the likely cause stands above the stack, and leads to its line in the story', async () => {
  const page = await screens.visit(`/issues/${issueId}`);
  const hint = page.getByRole('paragraph').filter({ hasText: 'Likely cause: gateway began answering 503' });
  await hint.getByRole('link', { name: 'Show it in the story' }).click();
  await page.waitForURL(/story\?.*line=log-/);
  await lines(page)
    .filter({ hasText: 'POST /v1/charges 503' })
    .getByText('of the same user')
    .first()
    .waitFor();
});

test('looks as it should, wide and on a phone, light and dark', async () => {
  const scenes = [
    { name: 'stack-cause', path: `/issues/${issueId}`, ready: 'text=Likely cause:' },
    { name: 'story', path: `/issues/${issueId}/story`, ready: 'text=Likely cause' },
    { name: 'story-trace', path: `/issues/${traced}/story`, ready: '[data-index]' },
    {
      name: 'story-open',
      path: `/issues/${issueId}/story`,
      ready: 'text=Likely cause',
      act: async (page: Page) => {
        await page.getByRole('button', { name: 'Show the line' }).click();
        await page.waitForURL(/line=/);
      },
    },
  ];
  const wrong: string[] = [];
  for (const look of LOOKS) wrong.push(...(await walk(screens, scenes, look)));
  expect(wrong).toEqual([]);
});
