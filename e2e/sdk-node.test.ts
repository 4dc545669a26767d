/** The real @sentry/node against the real program: what people see of what their program sent. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SetupGuides } from '#contract/filters.ts';
import type { LogList } from '#contract/logs.ts';
import type { IngestKey } from '#contract/projects.ts';
import { CACHE, PROGRAMS, run, runNodeShop } from './support/clients.ts';
import { eventTitled, issueTitled, issueWithFeedback, ledger } from './support/look.ts';
import { eventually, type Program, startProgram } from './support/program.ts';

let program: Program;
beforeAll(async () => {
  program = await startProgram();
});
afterAll(() => program.discard());

describe('an error that was caught', () => {
  test('is an issue with user, tags, context, breadcrumbs, release and the lines around the throw', async () => {
    await runNodeShop(program, 'error');
    const { payload } = await eventTitled(program, 'PaymentError: Card declined for order 5990');
    expect(payload).toMatchObject({
      platform: 'node',
      level: 'error',
      release: 'shop@1.4.0',
      environment: 'production',
      server_name: 'web-1',
      user: { id: '42', email: 'ann@example.com', username: 'ann' },
      tags: expect.arrayContaining([['region', 'eu']]),
      contexts: { cart: { items: 3, total: 59.9 } },
      extra: { attempt: 2 },
      breadcrumbs: { values: [expect.objectContaining({ category: 'cart', message: 'checkout pressed' })] },
      exception: { values: [{ type: 'PaymentError', mechanism: { handled: true } }] },
    });
    const frames = (
      payload as { exception: { values: { stacktrace: { frames: Record<string, unknown>[] } }[] } }
    ).exception.values[0]!.stacktrace.frames;
    expect(frames.at(-1)).toMatchObject({
      function: 'charge',
      in_app: true,
      context_line: expect.stringContaining('throw new PaymentError'),
    });
  });

  test('with causes shows every link of the chain, and an aggregate all its parts', async () => {
    await runNodeShop(program, 'cause');
    const typesOf = async (title: string) => {
      const { payload } = await eventTitled(program, title);
      return (payload as { exception: { values: { type: string }[] } }).exception.values.map(
        ({ type }) => type,
      );
    };
    expect(await typesOf('PaymentError: Payment provider is down')).toEqual([
      'Error',
      'TypeError',
      'PaymentError',
    ]);
    expect((await typesOf('AggregateError: Order is invalid')).sort()).toEqual([
      'AggregateError',
      'PaymentError',
      'RangeError',
    ]);
  });

  test('with files keeps them byte for byte', async () => {
    await runNodeShop(program, 'attachment');
    const { attachments } = await eventTitled(program, 'PaymentError: With files');
    expect(attachments.map(({ name, contentType, bytes }) => [name, contentType, bytes]).sort()).toEqual([
      ['bytes.bin', 'application/octet-stream', 5],
      ['cart.json', 'application/json', 24],
    ]);
    const binary = attachments.find(({ name }) => name === 'bytes.bin')!;
    const response = await program.request('GET', binary.url);
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 10, 13, 123, 255]);
    expect(response.headers.get('content-disposition')).toContain('attachment');
  });
});

describe('an error that nobody caught', () => {
  test.each([
    ['uncaught-exception', 'PaymentError: Card declined for order 100'],
    ['unhandled-rejection', 'PaymentError: Nobody awaited this'],
  ])('(%s) is an unhandled issue', async (story, title) => {
    await runNodeShop(program, story);
    expect(await issueTitled(program, title)).toMatchObject({
      unhandled: true,
      level: expect.stringMatching(/fatal|error/),
    });
  });
});

test('a message is an issue of its own level', async () => {
  await runNodeShop(program, 'message');
  expect(await issueTitled(program, 'Stock of SKU-7 is low')).toMatchObject({
    level: 'warning',
    unhandled: false,
  });
});

test('what a user wrote stands beside the issue it is about', async () => {
  await runNodeShop(program, 'feedback');
  const { feedback } = await issueWithFeedback(program, 'PaymentError: The user saw this');
  expect(feedback).toMatchObject([
    { name: 'Ann', email: 'ann@example.com', message: 'The pay button does nothing' },
  ]);
});

test('check-ins, sessions, logs and spans are stored, metrics are counted as not kept', async () => {
  for (const story of ['check-in', 'sessions', 'not-kept']) await runNodeShop(program, story);
  const lines = await ledger(
    program,
    (found) =>
      'metric dropped kind_not_stored' in found &&
      (found['check_in stored'] ?? 0) >= 2 &&
      'log stored' in found &&
      'span stored' in found,
  );
  expect(lines).toMatchObject({
    'check_in stored': 2,
    'span stored': 2,
    'log stored': 2,
    'metric dropped kind_not_stored': 1,
  });
  // Two of three requests of the story `sessions` went well, and each run before was a session itself.
  expect(lines['session stored']).toBeGreaterThanOrEqual(3);
});

describe('logs', () => {
  test("of Sentry's logger, the console, pino and winston are found, each with what it said", async () => {
    expect(
      (
        await run(process.execPath, [join(PROGRAMS, 'shop-logs.mjs')], {
          environment: { SENTRY_DSN: program.dsn },
        })
      ).code,
    ).toBe(0);
    const { items } = await eventually(
      () => program.get<LogList>('/api/v1/logs?direction=forward&query=user:42'),
      (list) => list.items.length >= 6,
    );
    expect(items.map(({ level, body }) => [level, body])).toEqual([
      ['info', 'cart of ann loaded with 3 items'],
      ['warn', 'provider is slow'],
      ['fatal', 'payment gave up'],
      ['error', 'card declined for order %s 5990'],
      ['error', 'payment failed'],
      ['info', 'order placed'],
    ]);
    for (const item of items)
      expect(item).toMatchObject({
        source: 'sentry',
        host: 'web-1',
        release: 'shop@1.4.0',
        environment: 'production',
      });
    expect(items[0]!.attributes).toMatchObject({
      'sentry.message.template': 'cart of %s loaded with %s items',
      'sentry.message.parameter.1': 3,
      total: 59.9,
      gift: false,
    });
    expect(items[4]).toMatchObject({ requestId: 'r-9', attributes: { 'sentry.origin': 'auto.log.pino' } });

    // The way from the error to its logs.
    const { payload } = await eventTitled(program, 'Error: Order 5990 was not paid');
    const trace = (payload as { contexts: { trace: { trace_id: string } } }).contexts.trace.trace_id;
    const ofTrace = await program.get<LogList>(`/api/v1/logs?query=trace:${trace}`);
    expect(ofTrace.items).toHaveLength(6);
  });
});

test('the set-up page can be followed to the letter', async () => {
  const { guides } = await program.get<SetupGuides>('/api/v1/projects/default/setup');
  const [, start, attempt, logs] = guides.find(({ id }) => id === 'node')!.steps;
  const directory = join(CACHE, 'node-guide');
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'instrument.mjs'), start!.code);
  await run('sh', ['-c', attempt!.code], { cwd: directory });
  expect(await issueTitled(program, 'Error: Hello from Node.js')).toMatchObject({ unhandled: true });
  writeFileSync(join(directory, 'logs.mjs'), `${start!.code}\n${logs!.code}\nawait Sentry.flush();\n`);
  await run('node', ['logs.mjs'], { cwd: directory });
  const { items } = await eventually(
    () => program.get<LogList>('/api/v1/logs?query=%22Hello from the logs%22'),
    (list) => list.items.length > 0,
  );
  expect(items).toMatchObject([{ body: 'Hello from the logs', attributes: { order: 42 } }]);
});

test('a key with a limit mutes the SDK, and the ledger knows what was not sent', async () => {
  const made = await program.request('POST', '/api/v1/projects/default/keys', { label: 'limited' });
  const key = (await made.json()) as IngestKey;
  await program.request('PATCH', `/api/v1/projects/default/keys/${key.id}`, {
    rateLimit: { count: 1, windowSeconds: 3600 },
  });
  const ends = ['event stored', 'event rejected rate_limited', 'event discarded ratelimit_backoff'];
  const sumOf = (lines: Record<string, number>) => ends.reduce((sum, line) => sum + (lines[line] ?? 0), 0);
  await runNodeShop(program, 'rate-limited', key.dsn);
  const lines = await ledger(program, (found) => sumOf(found) >= 3, key.id);
  expect(sumOf(lines)).toBe(3);
  expect(lines['event discarded ratelimit_backoff']).toBeGreaterThanOrEqual(1);
});
