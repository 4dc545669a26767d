/** Requests whose answer was lost come again: what has an identity is there once, and the ledger says what came. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ledger } from './support/look.ts';
import { type Program, startProgram } from './support/program.ts';

let program: Program;
beforeAll(async () => {
  program = await startProgram();
});
afterAll(() => program?.discard());

const hex = (bytes: number) => randomBytes(bytes).toString('hex');
const seconds = () => Date.now() / 1000;
const nanoseconds = () => `${Date.now()}000000`;

/** A key of its own, so that the ledger tells of this test alone. */
async function newKey(): Promise<{ id: string; publicKey: string }> {
  const answer = await program.request('POST', '/api/v1/projects/default/keys', { label: hex(4) });
  return (await answer.json()) as { id: string; publicKey: string };
}

const envelope = (header: object, type: string, payload: object, more: object = {}) =>
  [{ ...header, sent_at: new Date().toISOString() }, { type, ...more }, payload]
    .map((line) => JSON.stringify(line))
    .join('\n');

function transaction(): () => string {
  const event_id = hex(16);
  const trace = { trace_id: hex(16), span_id: hex(8), op: 'http.server' };
  const times = { start_timestamp: seconds() - 1, timestamp: seconds() };
  const payload = {
    type: 'transaction',
    event_id,
    transaction: 'GET /',
    contexts: { trace },
    ...times,
    spans: [],
  };
  // SDKs that keep envelopes on disk say anew when they send one.
  return () => envelope({ event_id }, 'transaction', payload);
}

function sentryLogs(): () => string {
  const log = { timestamp: seconds(), level: 'info', body: 'paid', trace_id: hex(16), attributes: {} };
  const more = { item_count: 1, content_type: 'application/vnd.sentry.items.log+json' };
  return () => envelope({}, 'log', { items: [log] }, more);
}

function traces(): () => string {
  const times = { startTimeUnixNano: nanoseconds(), endTimeUnixNano: nanoseconds() };
  const span = { traceId: hex(16), spanId: hex(8), name: 'pay', kind: 2, ...times };
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
  return () => body;
}

function otlpLogs(): () => string {
  const record = { timeUnixNano: nanoseconds(), body: { stringValue: 'paid' } };
  const body = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
  return () => body;
}

function push(): () => string {
  const body = JSON.stringify({ streams: [{ stream: { app: 'shop' }, values: [[nanoseconds(), 'paid']] }] });
  return () => body;
}

const once = (kind: string) => ({ [`${kind} stored`]: 1, [`${kind} dropped duplicate`]: 1 });
const twice = (kind: string) => ({ [`${kind} stored`]: 2 });
const named = { 'idempotency-key': `"${hex(8)}"` };

describe('a request that comes again', () => {
  it.each<[string, string, () => () => string, Record<string, string>, Record<string, number>]>([
    ["a transaction of Sentry's", '/api/1/envelope/', transaction, {}, once('transaction')],
    ["logs of Sentry's", '/api/1/envelope/', sentryLogs, {}, twice('log')],
    ['traces of OpenTelemetry', '/v1/traces', traces, {}, once('span')],
    ['logs of OpenTelemetry', '/v1/logs', otlpLogs, {}, twice('log')],
    ['logs of OpenTelemetry under a name', '/v1/logs', otlpLogs, named, once('log')],
    ['a push of Loki', '/loki/api/v1/push', push, {}, twice('log')],
    ['a push of Loki under a name', '/loki/api/v1/push', push, named, once('log')],
  ])('%s', async (_, path, make, headers, expected) => {
    const { id, publicKey } = await newKey();
    const key = path.includes('envelope') ? `?sentry_key=${publicKey}` : `?key=${publicKey}`;
    const body = make();
    const answers = [];
    for (let n = 0; n < 2; n += 1) {
      const answer = await fetch(`${program.url}${path}${key}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: body(),
      });
      answers.push([answer.status, await answer.text()]);
    }
    expect(answers[0]![0], String(answers[0]![1])).toBeLessThan(300);
    expect(answers[1]).toEqual(answers[0]);
    const sum = (lines: Record<string, number>) => Object.values(lines).reduce((all, one) => all + one, 0);
    expect(await ledger(program, (lines) => sum(lines) === 2, id)).toEqual(expected);
  });

  it('an error', async () => {
    const event = { event_id: hex(16), message: 'lost' };
    const before = await ledger(program, () => true);
    for (let n = 0; n < 2; n += 1) expect((await program.sendEvent(event)).status).toBe(200);
    const lines = await ledger(program, (now) => now['event dropped duplicate'] === 1);
    expect((lines['event stored'] ?? 0) - (before['event stored'] ?? 0)).toBe(1);
  });
});
