/** Programs that log their exceptions, and programs that send them by an SDK too, against the real program: each counts once. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventDetail } from '#contract/events.ts';
import type { IssueList } from '#contract/issues.ts';
import type { LogList } from '#contract/logs.ts';
import type { LogLinks } from '#contract/story.ts';
import { installPython, PROGRAMS, run } from './support/clients.ts';
import { eventTitled, issueTitled, ledger } from './support/look.ts';
import { eventually, KEY, type Program, startProgram } from './support/program.ts';
import { freePorts } from './support/sockets.ts';

let program: Program;
let python: string;
let socketPort: number;
let syslogPort: number;
const environment = () => ({
  TANDEM_PYTHON_SOCKET_PORT: String(socketPort),
  TANDEM_SYSLOG_PORT: String(syslogPort),
});
beforeAll(async () => {
  python = await installPython();
  [socketPort = 0, syslogPort = 0] = await freePorts(2);
  program = await startProgram({ environment: environment() });
});
afterAll(() => program?.discard());

const issuesOf = async (type: string) => {
  const { items } = await program.get<IssueList>('/api/v1/issues?query=&limit=100');
  return items.filter((issue) => issue.title.startsWith(type));
};
const droppedOf = (reason: string) =>
  ledger(program, () => true).then((lines) => lines[`event dropped ${reason}`] ?? 0);

/** Waits for one more of what became of an error that came twice. */
async function oneMore(reason: string, act: () => Promise<unknown>): Promise<void> {
  const before = await droppedOf(reason);
  await act();
  await ledger(program, (lines) => (lines[`event dropped ${reason}`] ?? 0) === before + 1);
}

async function recordOf(query: string) {
  const { items } = await eventually(
    () => program.get<LogList>(`/api/v1/logs?query=${encodeURIComponent(query)}`),
    ({ items }) => items.length > 0,
  );
  return items[0]!;
}

const shop = (words: string, late = 0) =>
  run(python, [join(PROGRAMS, 'log-and-send.py'), words, String(socketPort)], {
    environment: { SENTRY_DSN: program.dsn, LATE: String(late) },
  });
const node = (logger: string, dsn: string) =>
  run(process.execPath, [join(PROGRAMS, 'log-and-send.mjs'), logger, program.url, KEY], {
    environment: { SENTRY_DSN: dsn },
  });

test("Python's logging and sentry-sdk tell of one exception: the SDK's event stands, and leads to the record", async () => {
  await oneMore('duplicate_of_sdk', () => shop('order-1'));
  const title = 'PaymentError: card declined for order-1';
  expect(await issuesOf('PaymentError')).toMatchObject([{ events: 1 }]);
  const event = await eventTitled(program, title);
  const record = await recordOf('"payment of order-1 failed"');
  expect(event.log).toEqual({ recordId: record.id, from: 'sdk' });
  const { errors } = await program.get<LogLinks>(`/api/v1/logs/${record.id}/links`);
  expect(errors[0]).toMatchObject({ why: 'record', eventId: event.id, issue: { id: event.issueId } });
});

test('an SDK on a slow line comes after the log: still once, and what it knows is shown', async () => {
  await oneMore('duplicate_of_log', () => shop('order-2', 9));
  const title = 'PaymentError: card declined for order-2';
  expect(await issuesOf('PaymentError')).toMatchObject([{ events: 2 }]);
  const event = await eventTitled(program, title);
  expect(event.log).toMatchObject({ from: 'both' });
  expect(event.payload).toMatchObject({ sdk: { name: expect.stringContaining('sentry.python') } });
});

test.each([
  ['pino', 1],
  ['winston', 3],
])('%s through Loki: an error with its stack becomes an issue', async (logger, events) => {
  await node(logger, '');
  const event = await eventTitled(program, `TypeError: no card for ${logger}`);
  expect(event.payload).toMatchObject({
    platform: 'node',
    exception: {
      values: [
        {
          type: 'TypeError',
          stacktrace: {
            frames: expect.arrayContaining([
              expect.objectContaining({ function: 'charge', in_app: true, lineno: expect.any(Number) }),
            ]),
          },
        },
      ],
    },
  });
  expect(event.log).toMatchObject({ from: 'log' });
  expect(await issuesOf('TypeError')).toMatchObject([{ events }]);
  await oneMore('duplicate_of_sdk', () => node(logger, program.dsn));
  expect(await issuesOf('TypeError')).toMatchObject([{ events: events + 1 }]);
});

test('a stack trace of Java by syslog, line by line, is one event with its cause', async () => {
  const lines = [
    'ERROR com.shop.Cart - checkout failed',
    'com.shop.CheckoutException: cart 7 is empty',
    '\tat com.shop.Cart.checkout(Cart.java:31)',
    '\tat java.base/java.lang.Thread.run(Thread.java:1583)',
    'Caused by: java.lang.IllegalStateException: no lines',
    '\tat com.shop.Cart.lines(Cart.java:12)',
    '\t... 1 more',
  ];
  const socket = connect(syslogPort, '127.0.0.1');
  await once(socket, 'connect');
  socket.end(lines.map((line) => `<11>Nov 23 12:00:00 web-1 shop[7]: ${line}\n`).join(''));
  const event = await eventTitled(program, 'CheckoutException: cart 7 is empty');
  expect(event.payload).toMatchObject({
    platform: 'java',
    server_name: 'web-1',
    exception: {
      values: [{ type: 'IllegalStateException' }, { type: 'CheckoutException', module: 'com.shop' }],
    },
  });
});

test('a program that is killed between the log and the event tells of it once', async () => {
  const push = async () => {
    const body =
      'checkout failed\nRangeError: no stock\n    at take (/app/stock.js:3:9)\n    at order (/app/order.js:7:1)';
    const answer = await fetch(`${program.url}/loki/api/v1/push`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
      body: JSON.stringify({
        streams: [{ stream: { app: 'stock' }, values: [[`${Date.now()}000000`, body]] }],
      }),
    });
    expect(answer.status).toBe(204);
  };
  await push();
  await program.killAll();
  program = await startProgram({ dataDirectory: program.dataDirectory, environment: environment() });
  await issueTitled(program, 'RangeError: no stock');
  await program.killAll();
  program = await startProgram({ dataDirectory: program.dataDirectory, environment: environment() });
  await push();
  await eventually(
    () => issuesOf('RangeError'),
    ([issue]) => issue?.events === 2,
  );
  const event: EventDetail = await eventTitled(program, 'RangeError: no stock');
  expect(event.total).toBe(2);
});
