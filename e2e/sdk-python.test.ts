/** The real sentry-sdk for Python: try and raise beside the standard library's logging, as people have it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SetupGuides } from '#contract/filters.ts';
import type { LogList } from '#contract/logs.ts';
import { installPython, run, runPythonShop } from './support/clients.ts';
import { eventTitled, issueTitled, ledger } from './support/look.ts';
import { eventually, type Program, startProgram } from './support/program.ts';

let program: Program;
let python: string;
beforeAll(async () => {
  python = await installPython();
  program = await startProgram();
});
afterAll(() => program?.discard());

interface Payload {
  exception: {
    values: {
      type: string;
      value: string;
      stacktrace: { frames: { function: string; vars: object; context_line: string }[] };
    }[];
  };
  breadcrumbs: { values: { category: string; level: string; message: string }[] };
}

test('a raised error arrives with its local variables and the log lines before it', async () => {
  await runPythonShop(python, program, 'error');
  const { payload } = await eventTitled(program, 'PaymentError: card declined for order A-17: 5990 EUR');
  const { exception, breadcrumbs } = payload as unknown as Payload;
  expect(exception.values[0]!.stacktrace.frames.at(-1)).toMatchObject({
    function: 'charge',
    in_app: true,
    vars: { order_id: "'A-17'", cents: '5990', currency: "'EUR'" },
    context_line: expect.stringContaining('raise PaymentError'),
  });
  expect(breadcrumbs.values.map(({ category, level, message }) => [category, level, message])).toEqual([
    ['shop.payment', 'info', 'charging order A-17'],
    ['shop.payment', 'warning', 'provider is slow: 2300 ms'],
  ]);
  expect(payload).toMatchObject({
    platform: 'python',
    release: 'shop@1.4.0',
    server_name: 'web-1',
    user: { id: '42' },
  });
});

test('log.exception in an except block is one issue with the cause in its chain', async () => {
  await runPythonShop(python, program, 'cause');
  const { payload } = await eventTitled(program, 'PaymentError: order has no currency');
  const { exception } = payload as unknown as Payload;
  expect(exception.values.map(({ type, value }) => `${type}: ${value}`)).toEqual([
    "KeyError: 'currency'",
    'PaymentError: order has no currency',
  ]);
  expect(payload).toMatchObject({
    logger: 'shop.payment',
    logentry: { message: 'order %s failed', params: ['A-17'] },
  });
});

test('a program that dies of an exception leaves an unhandled issue', async () => {
  const { code } = await runPythonShop(python, program, 'unhandled');
  expect(code).toBe(1);
  expect(await issueTitled(program, 'PaymentError: card declined for order A-18')).toMatchObject({
    unhandled: true,
  });
});

test('logging with enable_logs is records of their own, with the logger, what was put in and where', async () => {
  await runPythonShop(python, program, 'logs');
  const { items } = await eventually(
    () => program.get<LogList>('/api/v1/logs?direction=forward&query=source:sentry'),
    (list) => list.items.length >= 6,
  );
  expect(items.map(({ level, scope, body }) => [level, scope, body])).toEqual([
    ['info', 'shop.payment', 'charging order A-17 for 5990 cents'],
    ['warn', 'shop.payment', 'provider is slow'],
    ['error', '', 'order A-17 failed'],
    ['info', 'shop.payment', 'charging order A-17'],
    ['warn', 'shop.payment', 'provider is slow: 2300 ms'],
    ['error', 'shop.payment', 'payment failed'],
  ]);
  expect(items[0]).toMatchObject({
    userId: '42',
    requestId: 'r-9',
    host: 'web-1',
    attributes: {
      'sentry.message.template': 'charging order %s for %d cents',
      'sentry.message.parameter.1': 5990,
      'code.function.name': 'logs',
    },
  });
  expect(items[2]!.attributes).toMatchObject({
    'sentry.message.parameter.attempt': 2,
    'sentry.message.parameter.order': 'A-17',
  });
});

test('the set-up page can be followed to the letter', async () => {
  const { guides } = await program.get<SetupGuides>('/api/v1/projects/default/setup');
  const [, start, attempt, logs] = guides.find(({ id }) => id === 'python')!.steps;
  await run(python, ['-c', `${start!.code}\n${logs!.code}\n${attempt!.code}`]);
  const { items } = await eventually(
    () => program.get<LogList>('/api/v1/logs?query=%22Hello from the logs%22'),
    (list) => list.items.length > 0,
  );
  expect(items.map(({ body }) => body)).toEqual(['Hello from the logs, 42']);
  expect(await issueTitled(program, 'RuntimeError: Hello from Python')).toMatchObject({ unhandled: true });
});

test('a monitored job checks in and out', async () => {
  await runPythonShop(python, program, 'check-in');
  const lines = await ledger(program, (found) => (found['check_in stored'] ?? 0) === 2);
  expect(lines['check_in stored']).toBe(2);
});
