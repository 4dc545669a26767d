import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Trace, TraceList } from '#contract/traces.ts';
import { openTestApp, type TestApp } from '#server/issues/test-app.ts';
import { hex, NOON, openTestIssues, type TestIssues } from '#server/issues/test-issues.ts';
import { LOG_COLUMNS, logRows } from '#server/process/logs/log-rows.ts';
import { spanLines } from '#server/process/spans/span-rows.ts';
import { encodeLogBatch, type LogRecord } from '#server/record/log.ts';
import { encodeSpanBatch, type Span } from '#server/record/span.ts';
import { nativeRows } from '#server/store/telemetry/test-native.ts';
import { LOGS_MAX, SPANS_MAX } from './trace-queries.ts';
import { traceRoutes } from './trace-routes.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const ns = (ms: number) => `${NOON + ms}000000`;

let world: TestIssues;
let app: TestApp;
let batches = 0;
beforeAll(async () => {
  world = await openTestIssues();
  app = await openTestApp(world, [traceRoutes(world)]);
});
afterAll(async () => {
  await app?.close();
  await world?.discard();
});

const spanId = (n: number) => n.toString(16).padStart(16, '0');
const span = (n: number, parts: Partial<Span> = {}): Span => ({
  traceId: TRACE,
  spanId: spanId(n),
  name: `span ${n}`,
  start: ns(n),
  end: ns(n + 5),
  ...parts,
});
async function writeSpans(project: number, service: string, ...spans: Span[]): Promise<void> {
  const groups = [{ resource: { 'service.name': service }, scope: 'shop', spans }];
  const { lines } = spanLines(encodeSpanBatch({ groups }), { project, receivedAt: NOON, source: 'otlp' });
  await world.telemetry.insert('spans', Buffer.from(lines), `spans ${batches++}`);
}
async function writeLogs(project: number, ...records: LogRecord[]): Promise<void> {
  const part = logRows(encodeLogBatch({ groups: [{ records }] }), {
    project,
    receivedAt: NOON,
    source: 'otlp',
  });
  const rows = nativeRows(LOG_COLUMNS, [part]);
  await world.telemetry.insert('logs', rows, `logs ${batches++}`, 'Native');
}
const read = async (traceId: string) => Trace.parse(await app.read(`/api/v1/traces/${traceId}`));

describe('a trace', () => {
  beforeAll(async () => {
    await writeSpans(
      1,
      'checkout',
      span(2, {
        parentSpanId: spanId(1),
        kind: 'client',
        attributes: { 'db.system.name': 'postgresql', rows: 3 },
      }),
      span(1, {
        kind: 'server',
        isSegment: true,
        status: 'error',
        statusMessage: 'card declined',
        end: ns(120),
        attributes: { 'http.request.method': 'POST', 'user.id': '42' },
        events: [
          { name: 'exception', time: ns(50), attributes: { 'exception.type': 'PaymentError', retry: true } },
        ],
        links: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), attributes: { n: 1 } }],
      }),
    );
    // Another service of the same organization, and the same span sent twice.
    await writeSpans(2, 'payment', span(3, { parentSpanId: spanId(2) }));
    await writeSpans(2, 'payment', span(3, { parentSpanId: spanId(2) }));
    // Of somebody else, and of another trace.
    await writeSpans(3, 'theirs', span(4));
    await writeSpans(1, 'checkout', span(5, { traceId: 'f'.repeat(32) }));
    await writeLogs(
      1,
      { time: ns(20), body: 'second', traceId: TRACE },
      { time: ns(10), body: 'first', traceId: TRACE },
    );
    await writeLogs(1, { time: ns(15), body: 'elsewhere', traceId: 'f'.repeat(32) });
    await world.happen({
      project_id: 1,
      event_id: hex('event'),
      timestamp: NOON + 60,
      trace_id: TRACE,
      span_id: spanId(1),
      title: 'PaymentError: card declined',
      service: 'checkout',
    });
  });

  it('has its spans of every service in the order of time, each once', async () => {
    const { spans, cutShort } = await read(TRACE);
    expect(spans.map(({ name, service, projectId }) => [name, service, projectId])).toEqual([
      ['span 1', 'checkout', '1'],
      ['span 2', 'checkout', '1'],
      ['span 3', 'payment', '2'],
    ]);
    expect(cutShort).toEqual({ spans: false, logs: false, errors: false });
  });

  it('has all that a span said', async () => {
    const { spans } = await read(TRACE);
    expect(spans[0]).toEqual({
      projectId: '1',
      traceId: TRACE,
      spanId: spanId(1),
      parentSpanId: '',
      timestamp: ns(1),
      durationNs: 119_000_000,
      name: 'span 1',
      kind: 'server',
      op: 'http.server',
      status: 'error',
      statusMessage: 'card declined',
      isSegment: true,
      transaction: 'span 1',
      service: 'checkout',
      host: '',
      environment: '',
      release: '',
      scope: 'shop',
      userId: '42',
      sessionId: '',
      requestId: '',
      traceState: '',
      source: 'otlp',
      resource: { 'service.name': 'checkout' },
      attributes: { 'http.request.method': 'POST', 'user.id': '42' },
      events: [
        {
          name: 'exception',
          timestamp: ns(50),
          attributes: { 'exception.type': 'PaymentError', retry: true },
        },
      ],
      links: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceState: '', attributes: { n: 1 } }],
    });
    expect(spans[1]).toMatchObject({ op: 'db', kind: 'client', attributes: { rows: 3 } });
  });

  it('has its log records and its errors with their issue', async () => {
    const { logs, errors } = await read(TRACE);
    expect(logs.map(({ body }) => body)).toEqual(['first', 'second']);
    expect(errors).toMatchObject([
      {
        eventId: hex('event'),
        title: 'PaymentError: card declined',
        spanId: spanId(1),
        issue: { shortId: 'SHOP-1', status: 'unresolved' },
      },
    ]);
  });

  it('is found by its id in any spelling', async () => {
    expect((await read(TRACE.toUpperCase())).spans).toHaveLength(3);
    expect((await read('4bf92f35-77b3-4da6-a3ce-929d0e0e4736')).spans).toHaveLength(3);
  });

  it('shows others only what is theirs', async () => {
    const theirs = (await (await app.askAsStranger('GET', `/api/v1/traces/${TRACE}`)).json()) as Trace;
    expect(theirs.spans.map(({ service }) => service)).toEqual(['theirs']);
    expect([theirs.logs, theirs.errors]).toEqual([[], []]);
  });

  it('of which nothing is stored is not there', async () => {
    for (const id of ['0'.repeat(32), "' OR 1 = 1 --"])
      expect((await app.ask('GET', `/api/v1/traces/${encodeURIComponent(id)}`)).status).toBe(404);
  });
});

describe('a trace that is too large', () => {
  it('has the first of its spans and log records, and says that there are more', async () => {
    const trace = 'c'.repeat(32);
    const count = SPANS_MAX + 500;
    await writeSpans(
      1,
      'job',
      ...Array.from({ length: count }, (_, n) => span(count - n, { traceId: trace })),
    );
    await writeLogs(
      1,
      ...Array.from({ length: LOGS_MAX + 1 }, (_, n) => ({ time: ns(n), body: `line ${n}`, traceId: trace })),
    );
    const { spans, logs, cutShort } = await read(trace);
    expect([spans.length, spans[0]!.name, spans.at(-1)!.name]).toEqual([
      SPANS_MAX,
      'span 1',
      `span ${SPANS_MAX}`,
    ]);
    expect([logs.length, logs.at(-1)!.body]).toEqual([LOGS_MAX, `line ${LOGS_MAX - 1}`]);
    expect(cutShort).toEqual({ spans: true, logs: true, errors: false });
  });

  it('holds as many as are answered at once in bytes', async () => {
    const trace = 'd'.repeat(32);
    const attributes = Object.fromEntries(
      Array.from({ length: 50 }, (_, n) => [`statement ${n}`, 'x'.repeat(60_000)]),
    );
    await writeSpans(1, 'job', ...[1, 2, 3, 4, 5].map((n) => span(n, { traceId: trace, attributes })));
    const { spans, cutShort } = await read(trace);
    expect(spans.map(({ name }) => name)).toEqual(['span 1', 'span 2', 'span 3']);
    expect(cutShort.spans).toBe(true);
  });
});

describe('the list of traces', () => {
  const HOUR_MS = 3_600_000;
  /** Away from the spans of the tests above. */
  const start = NOON - 10 * HOUR_MS;
  const at = (ms: number) => `${start + ms}000000`;
  const traceId = (n: number) => n.toString(16).padStart(32, 'e');
  const list = async (query: Record<string, string | number> = {}) => {
    const asked = new URLSearchParams({ from: String(start), to: String(start + HOUR_MS) });
    for (const [key, value] of Object.entries(query)) asked.set(key, String(value));
    return TraceList.parse(await app.read(`/api/v1/traces?${asked}`));
  };
  const names = async (query: Record<string, string | number> = {}) =>
    (await list(query)).items.map(({ name }) => name);

  beforeAll(async () => {
    const segment = (trace: number, n: number, from: number, ms: number, parts: Partial<Span>) =>
      span(n, { traceId: traceId(trace), isSegment: true, start: at(from), end: at(from + ms), ...parts });
    await writeSpans(
      1,
      'web',
      segment(1, 1, 0, 900, { name: 'GET /slow' }),
      segment(2, 2, 1000, 20, { name: 'POST /Checkout', status: 'error' }),
      span(3, { traceId: traceId(2), parentSpanId: spanId(2), start: at(1001), end: at(1005) }),
    );
    await writeSpans(
      2,
      'payments',
      segment(2, 4, 1002, 8, { name: 'charge', parentSpanId: spanId(3), status: 'error' }),
      // Its beginning is with somebody who sends nothing here.
      segment(3, 5, 2000, 40, { name: 'GET /continued', parentSpanId: spanId(99) }),
    );
    await writeSpans(
      2,
      'payments',
      segment(3, 5, 2000, 40, { name: 'GET /continued', parentSpanId: spanId(99) }),
    );
    await writeSpans(3, 'theirs', segment(4, 6, 3000, 5000, { name: 'GET /theirs' }));
    await writeSpans(1, 'web', segment(5, 7, HOUR_MS, 1, { name: 'GET /later' }));
  });

  it('has each of the period once, the newest first, with what it is made of', async () => {
    const { items, isCut } = await list();
    expect(
      items.map(({ name, isRoot, spans, errorSpans, services }) => [
        name,
        isRoot,
        spans,
        errorSpans,
        services,
      ]),
    ).toEqual([
      ['GET /continued', false, 1, 0, ['payments']],
      ['POST /Checkout', true, 3, 2, ['payments', 'web']],
      ['GET /slow', true, 1, 0, ['web']],
    ]);
    expect(isCut).toBe(false);
    expect(items[2]).toMatchObject({
      traceId: traceId(1),
      projectId: '1',
      durationNs: 900_000_000,
      timestamp: at(0),
      service: 'web',
    });
  });

  it.each<[string, Record<string, string | number>, string[]]>([
    ['the slowest first', { sort: 'slowest' }, ['GET /slow', 'GET /continued', 'POST /Checkout']],
    ['of a service, by where it came in there', { service: 'payments' }, ['GET /continued', 'charge']],
    ['by a part of the name', { name: 'checkout' }, ['POST /Checkout']],
    ['by name, whatever it contains', { name: "' OR 1 = 1 --" }, []],
    ['not faster than', { minDurationMs: 40 }, ['GET /continued', 'GET /slow']],
    ['with an error', { status: 'error' }, ['POST /Checkout']],
    ['of a project', { project: '2' }, ['GET /continued', 'charge']],
  ])('%s', async (_, query, expected) => {
    expect(await names(query)).toEqual(expected);
  });

  it('says when there are more', async () => {
    const { items, isCut } = await list({ limit: 2 });
    expect([items.length, isCut]).toEqual([2, true]);
  });

  it('shows others only what is theirs', async () => {
    const asked = `from=${start}&to=${start + HOUR_MS}`;
    const theirs = (await (await app.askAsStranger('GET', `/api/v1/traces?${asked}`)).json()) as TraceList;
    expect(theirs.items.map(({ name }) => name)).toEqual(['GET /theirs']);
    expect((await app.askAsStranger('GET', `/api/v1/traces?${asked}&project=1`)).status).toBe(404);
  });

  it('refuses a period that ends before it begins', async () => {
    const answer = await app.ask('GET', '/api/v1/traces?from=2&to=1');
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: 'request_invalid' } }]);
  });
});
