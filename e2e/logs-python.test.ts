/** Python with nothing installed, against the real program: the three handlers of its standard library that send. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LogList } from '#contract/logs.ts';
import { PROGRAMS, run } from './support/clients.ts';
import { ledger } from './support/look.ts';
import { eventually, KEY, type Program, startProgram } from './support/program.ts';
import { freePorts } from './support/sockets.ts';

let program: Program;
let syslogPort: number;
let socketPort: number;
beforeAll(async () => {
  [syslogPort = 0, socketPort = 0] = await freePorts(2);
  program = await startProgram({
    environment: {
      TANDEM_SYSLOG_PORT: String(syslogPort),
      TANDEM_PYTHON_SOCKET_PORT: String(socketPort),
    },
  });
});
afterAll(() => program?.discard());

async function log(handler: string, port: number, ...more: string[]) {
  const { code, output } = await run('python3', [
    join(PROGRAMS, 'stdlib-logging.py'),
    ...[handler, '127.0.0.1', String(port), KEY, ...more],
  ]);
  expect(code, output).toBe(0);
}
async function found(query: string, count: number) {
  const { items } = await eventually(
    () => program.get<LogList>(`/api/v1/logs?direction=forward&query=${encodeURIComponent(query)}`),
    (list) => list.items.length >= count,
  );
  expect(items).toHaveLength(count);
  return items;
}
const httpPort = () => Number(new URL(program.url).port);

describe.each(['http-post', 'http-get', 'socket'])('%s', (handler) => {
  test('records are found with their logger, place, extra and what was raised', async () => {
    await log(handler, handler === 'socket' ? socketPort : httpPort());
    const items = await found(`source:python "${handler}"`, 3);
    expect(items.map(({ level, scope, body }) => [level, scope, body])).toEqual([
      ['info', 'shop.payment', `order A-${handler} placed for 5990 cents`],
      ['warn', 'shop.payment', `100 % of the stock of ${handler} is gone`],
      ['error', 'shop.payment', `payment of ${handler} failed`],
    ]);
    expect(items[0]).toMatchObject({
      userId: '42',
      requestId: 'r-9',
      attributes: { 'code.function.name': '<module>', 'thread.name': 'MainThread' },
    });
    expect(items[2]!.attributes).toMatchObject({
      'exception.type': 'PaymentError',
      'exception.message': `card declined for order A-${handler}`,
      ...(handler === 'socket' && {
        'exception.stacktrace': expect.stringContaining('in charge\n    raise PaymentError'),
      }),
    });
  });
});

test.each(['syslog-udp', 'syslog-tcp'])('%s: a traceback is part of its message', async (handler) => {
  await log(handler, syslogPort);
  const items = await found(`source:syslog "${handler}"`, 3);
  expect(items.map(({ level }) => level)).toEqual(['info', 'warn', 'error']);
  expect(items[2]!.body).toMatch(
    new RegExp(
      `^payment of ${handler} failed\nTraceback \\(most recent call last\\):\n[^]*PaymentError: card declined for order A-${handler}$`,
    ),
  );
});

test('the address names what holds for all records', async () => {
  await found('service:shop-http-post', 3);
});

test('a pickle that carries code is refused, has no effect, and harms no other', async () => {
  const file = join(program.dataDirectory, 'owned');
  await log('evil', socketPort, file);
  expect((await found('source:python (before OR after)', 2)).map(({ body }) => body)).toEqual([
    'before',
    'after',
  ]);
  await ledger(program, (lines) => lines['log rejected pickle_refused'] === 1);
  expect(existsSync(file)).toBe(false);
});

test('a record without a message is refused in a sentence', async () => {
  const answer = await fetch(`${program.url}/ingest/python?key=${KEY}`, { method: 'POST', body: 'a=b' });
  expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('needs the field msg')]);
});
