/** Noise rules as a project would have them, on the lines its programs send. */
import { describe, expect, test } from 'vitest';
import { LOG_COLUMNS } from '#server/process/logs/log-rows.ts';
import { patternOf } from '#server/process/patterns/pattern.ts';
import { prepare } from '#server/process/prepare.ts';
import { StageClock } from '#server/process/stage-clock.ts';
import { encodeLogBatch, type LogRecord } from '#server/record/log.ts';
import type { NoiseRule } from '#server/record/noise.ts';
import type { LogRow } from '#server/store/telemetry/rows.ts';
import { nativeRows, readNative } from '#server/store/telemetry/test-native.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const HEALTH = 'GET /healthz 200 in 2ms';
const INFO = 9;

const rule = (of: Partial<NoiseRule> = {}): NoiseRule => ({
  ...{
    id: 1,
    action: 'drop',
    keepOneIn: 1,
    demoteTo: 0,
    severityMax: INFO,
    withStackTraces: false,
    contains: '',
  },
  ...of,
});

function process(records: LogRecord[], rules: [body: string, NoiseRule][], quantity = records.length) {
  const payload = encodeLogBatch({
    groups: [
      { labels: { app: 'shop' }, records },
      { labels: { app: 'other' }, records: [{ body: 'last' }] },
    ],
  });
  const prepared = prepare(
    {
      ...{ project: 7, key: 3, receivedAt: NOW },
      records: [{ type: 'logs', kind: 'log', meta: { source: 'loki', quantity: quantity + 1 }, payload }],
    },
    new StageClock(),
    undefined,
    undefined,
    new Map(rules.map(([body, each]) => [patternOf(body).id, each])),
  );
  const rows = prepared.logs.length === 0 ? [] : readNative(nativeRows(LOG_COLUMNS, prepared.logs));
  return { ...prepared, rows: rows as unknown as LogRow[], bytes: payload.byteLength };
}
const info = (body: string, more: Partial<LogRecord> = {}): LogRecord => ({
  body,
  severityNumber: INFO,
  ...more,
});

describe('a pattern that is dropped', () => {
  const sent = [info(HEALTH), info('order 17 paid'), info('GET /healthz 200 in 4ms')];
  const { rows, counts, noise, bytes } = process(sent, [[HEALTH, rule()]]);

  test('leaves the records beside it, each with its own labels and place', () => {
    expect(rows.map(({ body, labels, sequence }) => [body, labels.app, sequence])).toEqual([
      ['order 17 paid', 'shop', 1],
      ['last', 'other', 3],
    ]);
  });

  test('is in the ledger, which adds up to what was sent', () => {
    expect(counts.map(({ outcome, reason, quantity }) => [outcome, reason, quantity])).toEqual([
      ['stored', '', 2],
      ['dropped', 'noise_dropped', 2],
    ]);
    expect(counts.reduce((sum, count) => sum + count.bytes, 0)).toBe(bytes);
  });

  test('is counted by minute, service and severity', () => {
    expect(noise).toEqual([
      {
        ...{ project: 7, rule: 1, pattern: patternOf(HEALTH).id, fate: 'dropped', service: 'shop' },
        ...{ severity: INFO, minute: NOW, records: 2, bytes: expect.any(Number) },
      },
    ]);
    expect(noise[0]!.bytes).toBe(counts[1]!.bytes);
  });
});

test('nothing left of a request is nothing to insert, and all of it in the ledger', () => {
  const { logs, counts, bytes } = process(
    [info(HEALTH), info(HEALTH)],
    [
      [HEALTH, rule()],
      ['last', rule({ id: 2, severityMax: 24 })],
    ],
    5,
  );
  expect(logs).toEqual([]);
  expect(counts).toMatchObject([{ outcome: 'dropped', reason: 'noise_dropped', quantity: 6, bytes }]);
});

describe('what a rule leaves alone', () => {
  const TRACE = `${HEALTH}\njava.lang.IllegalStateException: closed\n\tat shop.Pay.run(Pay.java:17)`;
  test.each<[string, LogRecord, Partial<NoiseRule>, number]>([
    ['a record above its severity', info(HEALTH, { severityNumber: 17 }), {}, 2],
    ['a record without the text that it is for', info(HEALTH), { contains: '/livez' }, 2],
    ['but not those with it', info(HEALTH), { contains: '/healthz' }, 1],
    ['unless it was asked for', info(HEALTH, { severityNumber: 17 }), { severityMax: 24 }, 1],
    ['a record with an exception beside it', info(HEALTH, { attributes: { 'exception.type': 'E' } }), {}, 2],
    [
      'unless that was asked for',
      info(HEALTH, { attributes: { 'exception.type': 'E' } }),
      { withStackTraces: true },
      1,
    ],
  ])('%s', (_, record, of, rows) => {
    expect(process([record], [[HEALTH, rule(of)]]).rows).toHaveLength(rows);
  });

  test('a stack trace in the text', () => {
    expect(process([info(TRACE)], [[TRACE, rule()]]).rows).toHaveLength(2);
    expect(process([info(TRACE)], [[TRACE, rule({ withStackTraces: true })]]).rows).toHaveLength(1);
  });

  test.each([
    'failed\nTraceback (most recent call last):\n  File "a.py", line 3, in f',
    '{"msg":"failed","stack":"Error: x\\n    at pay (/app/pay.js:3:1)"}',
    'panic: x\n\ngoroutine 1 [running]:\nmain.f()\n\t/app/main.go:7 +0x1',
    "boom\n\tfrom /app/a.rb:3:in `f'",
    'Fatal error\n#0 /app/a.php(3): f()',
  ])('is kept: %j', (body) => {
    expect(process([info(body)], [[body, rule()]]).rows).toHaveLength(2);
  });

  test.each(['two lines\nof text', 'at last', '{"a":1}', 'path C:\\new\\at'])('is dropped: %j', (body) => {
    expect(process([info(body)], [[body, rule()]]).rows).toHaveLength(1);
  });
});

describe('a pattern that is sampled', () => {
  const oneIn = 10;
  const sampling: [string, NoiseRule][] = [[HEALTH, rule({ action: 'sample', keepOneIn: oneIn })]];
  const lines = Array.from({ length: 2_000 }, (_, n) =>
    info(HEALTH, { time: `${NOW}${String(n).padStart(6, '0')}` }),
  );

  test('keeps about one in so many, the same ones when they are sent again in other requests', () => {
    const { rows, counts } = process(lines, sampling);
    const kept = rows.slice(0, -1).map(({ timestamp }) => timestamp);
    expect(kept.length).toBeGreaterThan(150);
    expect(kept.length).toBeLessThan(250);
    const halves = [lines.slice(0, 700), lines.slice(700)].flatMap((half) =>
      process(half, sampling).rows.slice(0, -1),
    );
    expect(halves.map(({ timestamp }) => timestamp)).toEqual(kept);
    expect(counts).toMatchObject([
      { outcome: 'stored', quantity: kept.length + 1 },
      { outcome: 'dropped', reason: 'noise_sampled', quantity: 2_000 - kept.length },
    ]);
  });

  test('keeps traces whole, also when another pattern of it is sampled harder', () => {
    const traces = Array.from({ length: 500 }, (_, n) => n.toString(16).padStart(32, '0'));
    const records = traces.flatMap((traceId) => [
      info(HEALTH, { traceId }),
      info('GET /healthz 200 in 9ms', { traceId }),
      info('cache hit', { traceId }),
    ]);
    const { rows } = process(records, [
      ...sampling,
      ['cache hit', rule({ id: 2, action: 'sample', keepOneIn: 100 })],
    ]);
    const bodies = Map.groupBy(rows.slice(0, -1), ({ trace_id }) => trace_id);
    const health = [...bodies.values()].map((own) => own.filter(({ body }) => body !== 'cache hit').length);
    expect(new Set(health)).toEqual(new Set([2]));
    expect(bodies.size).toBeGreaterThan(25);
    expect(bodies.size).toBeLessThan(80);
  });
});

test('a demoted record is kept with its lower severity, and says what it was; lower ones stay as they are', () => {
  const demote = rule({ action: 'demote', demoteTo: 5, severityMax: 17 });
  const { rows, counts, noise } = process(
    [
      info(HEALTH, { severityNumber: 17 }),
      info(HEALTH, { severityNumber: 1 }),
      info(HEALTH, { severityNumber: 21 }),
    ],
    [[HEALTH, demote]],
  );
  expect(rows.slice(0, 3).map(({ severity_number, attributes }) => [severity_number, attributes])).toEqual([
    [5, { 'tandem.demoted_from': 'error' }],
    [1, {}],
    [21, {}],
  ]);
  expect(counts).toMatchObject([{ outcome: 'stored', quantity: 4 }]);
  expect(noise).toMatchObject([{ fate: 'demoted', severity: 17, records: 1 }]);
});
