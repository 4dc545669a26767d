/** OpenTelemetry's own SDKs against the real program: logs and traces of a small shop, as people find them. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SetupGuides } from '#contract/filters.ts';
import type { LogList, LogRecord } from '#contract/logs.ts';
import type { IngestKey } from '#contract/projects.ts';
import type { Trace } from '#contract/traces.ts';
import {
  installPython,
  installPythonOtel,
  PROGRAMS,
  run,
  runNodeShop,
  runPythonShop,
} from './support/clients.ts';
import { ledger } from './support/look.ts';
import { eventually, KEY, type Program, startProgram } from './support/program.ts';

let program: Program;
let python: string;
beforeAll(async () => {
  python = await installPythonOtel();
  program = await startProgram();
});
afterAll(() => program?.discard());

async function logsOf(query: string, count: number): Promise<LogRecord[]> {
  const { items } = await eventually(
    () => program.get<LogList>(`/api/v1/logs?direction=forward&query=${encodeURIComponent(query)}`),
    (list) => list.items.length >= count,
  );
  expect(items).toHaveLength(count);
  return items;
}
const traceOf = (traceId: string, isWhole: (trace: Trace) => boolean) =>
  eventually(() => program.get<Trace>(`/api/v1/traces/${traceId}`), isWhole);

describe.each([
  ['json', 'none'],
  ['json', 'gzip'],
  ['protobuf', 'none'],
  ['protobuf', 'gzip'],
])('the JavaScript exporters, %s, compression %s', (form, compression) => {
  test('bring a trace with its spans and the lines logged in it', async () => {
    const { code, output } = await run(process.execPath, [
      join(PROGRAMS, 'otlp.mjs'),
      program.url,
      KEY,
      form,
      compression,
    ]);
    expect(code, output).toBe(0);
    const traceId = output.trim();
    const { spans, logs, cutShort } = await traceOf(
      traceId,
      (trace) => trace.spans.length === 2 && trace.logs.length === 2,
    );
    expect(cutShort).toEqual({ spans: false, logs: false, errors: false });

    const [request, query] = spans.toSorted(
      (one, other) => one.parentSpanId.length - other.parentSpanId.length,
    );
    expect(request).toMatchObject({
      name: 'POST /checkout',
      kind: 'server',
      op: 'http.server',
      status: 'error',
      statusMessage: 'card declined',
      isSegment: true,
      service: `shop-otlp-${form}`,
      host: 'web-1',
      environment: 'production',
      release: '1.4.0',
      scope: 'shop.checkout',
      userId: '42',
      source: 'otlp',
      events: [
        {
          name: 'exception',
          attributes: { 'exception.type': 'TypeError', 'exception.message': 'card declined' },
        },
      ],
    });
    expect(query).toMatchObject({
      name: 'SELECT cart',
      op: 'db',
      parentSpanId: request!.spanId,
      isSegment: false,
    });
    expect(request!.durationNs).toBeGreaterThanOrEqual(query!.durationNs);

    expect(logs).toMatchObject([
      {
        body: 'order 17 placed',
        level: 'info',
        severityNumber: 9,
        userId: '42',
        spanId: request!.spanId,
        attributes: { items: 3, total: 59.9, gift: false, cart: { sku: 'A-1', sizes: ['s', 'm'] } },
      },
      {
        body: '{"order":17,"reason":"card declined"}',
        level: 'error',
        eventName: 'payment.failed',
        attributes: { 'exception.type': 'TypeError', bytes: 'AQID' },
      },
    ]);
  });
});

describe("Python's SDK", () => {
  test("brings the standard library's log lines with their trace, level, logger and stack", async () => {
    const { code, output } = await run(python, [join(PROGRAMS, 'otlp.py'), program.url, KEY]);
    expect(code, output).toBe(0);
    const { spans, logs } = await traceOf(
      output.trim(),
      (trace) => trace.spans.length === 1 && trace.logs.length === 3,
    );
    expect(spans).toMatchObject([{ name: 'charge', service: 'shop-otlp-python', kind: 'internal' }]);
    expect(logs.map(({ body, level, scope }) => [body, level, scope])).toEqual([
      ['charging order A-17', 'info', 'shop.payment'],
      ['provider is slow: 2300 ms', 'warn', 'shop.payment'],
      ['order A-17 failed', 'error', 'shop.payment'],
    ]);
    expect(logs[0]).toMatchObject({ userId: '42', spanId: spans[0]!.spanId });
    expect(logs[2]!.attributes).toMatchObject({
      'exception.type': 'ValueError',
      'exception.stacktrace': expect.stringContaining('raise ValueError("card declined")'),
    });
  });
});

describe("Sentry's SDKs", () => {
  test('bring the same: spans of @sentry/node beside its log lines', async () => {
    await runNodeShop(program, 'not-kept');
    const [line] = await logsOf('"cart loaded"', 1);
    const { spans, logs } = await traceOf(
      line!.traceId,
      (trace) => trace.spans.length === 2 && trace.logs.length === 2,
    );
    expect(spans).toMatchObject([
      {
        name: 'GET /checkout',
        op: 'http.server',
        kind: 'server',
        isSegment: true,
        source: 'sentry',
        release: 'shop@1.4.0',
        environment: 'production',
      },
      {
        name: 'SELECT cart',
        op: 'db',
        kind: 'client',
        parentSpanId: spans[0]!.spanId,
        transaction: 'GET /checkout',
      },
    ]);
    expect(logs.map(({ spanId }) => spanId)).toEqual([spans[0]!.spanId, spans[0]!.spanId]);
  });

  test('and transactions of Python', async () => {
    await runPythonShop(await installPython(), program, 'not-kept');
    const [line] = await logsOf('logger:shop.payment "charging order" source:sentry', 1);
    const { spans } = await traceOf(line!.traceId, (trace) => trace.spans.length === 2);
    expect(spans).toMatchObject([
      { name: 'checkout', op: 'task', isSegment: true, host: 'web-1' },
      { name: 'SELECT cart', op: 'db', parentSpanId: spans[0]!.spanId, transaction: 'checkout' },
    ]);
  });
});

describe('the set-up guides', () => {
  const guide = async (id: string) => {
    const { guides } = await program.get<SetupGuides>('/api/v1/projects/default/setup');
    return guides.find((one) => one.id === id)!.steps;
  };

  test('for any SDK: the variables are what SDKs read, and curl brings a line', async () => {
    const [variables, attempt] = await guide('otlp');
    await run('bash', ['-c', attempt!.code]);
    await logsOf('service:shop "Hello from OpenTelemetry"', 1);
    const { output } = await run('bash', [
      '-c',
      `${variables!.code}\n${python} -c 'import logging
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.instrumentation.logging.handler import LoggingHandler
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
provider = LoggerProvider()
provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
logging.getLogger().addHandler(LoggingHandler(logger_provider=provider))
logging.error("Hello from the environment")
provider.shutdown()'`,
    ]);
    expect(output).toBe('');
    await logsOf('service:shop "Hello from the environment"', 1);
  });

  test('for Python can be followed to the letter', async () => {
    const [, start, attempt] = await guide('otlp-python');
    await run(python, ['-c', `${start!.code}\n${attempt!.code}`]);
    await logsOf(`service:shop "Hello from Python's logging"`, 1);
  });
});

describe('what cannot be taken', () => {
  const send = (body: string | Uint8Array, headers: Record<string, string> = {}, path = '/v1/logs') =>
    fetch(program.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
      body: Buffer.from(body as string),
    });

  test.each<[string, string | Uint8Array, Record<string, string>, number, number, RegExp]>([
    ['no JSON', '{"resourceLogs":', {}, 400, 3, /not valid JSON/],
    ['another shape', '{"resourceLogs":{}}', {}, 400, 3, /resourceLogs is a list/],
    [
      'a form',
      'a=b',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      3,
      /application\/x-protobuf/,
    ],
    ['no gzip', 'hello', { 'content-encoding': 'gzip' }, 400, 3, /does not decompress/],
    [
      'a bomb',
      gzipSync(Buffer.alloc(64 * 1024 * 1024)),
      { 'content-encoding': 'gzip' },
      413,
      3,
      /decompresses/,
    ],
    ['no key', '{}', { authorization: '' }, 403, 7, /No ingest key/],
    ['an unknown key', '{}', { authorization: `Bearer ${'0'.repeat(32)}` }, 403, 7, /not known/],
  ])('%s is refused with a Status', async (_, body, headers, status, code, sentence) => {
    const answer = await send(body, headers);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await answer.json()).toEqual({ code, message: expect.stringMatching(sentence) });
  });

  test('protobuf that is none is refused in protobuf', async () => {
    const answer = await send('hello there', { 'content-type': 'application/x-protobuf' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/x-protobuf']);
    expect(await answer.text()).toContain('not a request of OTLP');
  });

  test('records that are invalid are told while the others are stored', async () => {
    const [good, bad] = [randomBytes(16).toString('hex'), 'abc'];
    const span = { name: 'partial', spanId: 'eee19b7ec3c1b174', startTimeUnixNano: `${Date.now()}000000` };
    const spans = [good, bad].map((traceId) => ({ ...span, traceId }));
    const answer = await send(
      JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
      {},
      '/otlp/v1/traces',
    );
    expect([answer.status, await answer.json()]).toEqual([
      200,
      {
        partialSuccess: {
          rejectedSpans: '1',
          errorMessage: 'The span "partial" has no trace id of 16 bytes.',
        },
      },
    ]);
    expect((await traceOf(good, () => true)).spans).toMatchObject([{ name: 'partial', durationNs: 0 }]);
    await ledger(program, (lines) => lines['span rejected otlp_records_invalid'] === 1);
  });

  test('what is above the limit of a key is to come again later', async () => {
    const made = await program.request('POST', '/api/v1/projects/default/keys', { label: 'limited' });
    const key = (await made.json()) as IngestKey;
    await program.request('PATCH', `/api/v1/projects/default/keys/${key.id}`, {
      rateLimit: { count: 1, windowSeconds: 3600 },
    });
    const body = JSON.stringify({
      resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'limited' } }] }] }],
    });
    const headers = { authorization: `Bearer ${key.publicKey}` };
    expect((await send(body, headers)).status).toBe(200);
    const refused = await send(body, headers);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_000);
    expect(await refused.json()).toEqual({ code: 8, message: expect.stringContaining('rate limit') });
  });
});

test('a page in a browser may send, and read when to come again', async () => {
  const preflight = await fetch(`${program.url}/v1/traces`, {
    method: 'OPTIONS',
    headers: {
      origin: 'https://shop.example',
      'access-control-request-headers': 'authorization,content-type',
    },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
  expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
  const answer = await fetch(`${program.url}/v1/logs?key=${KEY}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  expect([answer.status, answer.headers.get('access-control-expose-headers'), await answer.text()]).toEqual([
    200,
    'retry-after',
    '{}',
  ]);
});
