/** The calls of Grafana's Loki data source, Logs Drilldown and logcli, on the real engine behind the real listener. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { ProjectSummary } from '#contract/people.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { openTestListener, type TestListener } from '#server/http/test-listener.ts';
import { createLog } from '#server/platform/log.ts';
import { patternOf } from '#server/process/patterns/pattern.ts';
import { logRows, type TestLog } from '#server/query/logql/test-logs.ts';
import { createLiveTails } from '#server/query/plan/tail.ts';
import { startTestTelemetry, type TestTelemetry } from '#server/store/telemetry/start-test-telemetry.ts';
import { lokiApi } from './loki-api.ts';

const NOON_MS = Date.UTC(2026, 5, 10, 12);
const NOON = BigInt(NOON_MS) * 1_000_000n;
const HOUR_S = 3_600;
const SHOP = 1;
const WEB = 2;
const THEIRS = 3;
/** Of the other organization. */
const STRANGERS = 9;

const line = (at: number, text: string, more: Partial<TestLog> = {}): TestLog => ({
  at,
  line: text,
  labels: { app: 'shop', env: 'prod' },
  severity: 9,
  pattern: patternOf(text).id,
  ...more,
});

const LOGS: Record<number, TestLog[]> = {
  [SHOP]: [
    line(-300, 'order 17 placed by alice in 12ms'),
    line(-240, 'order 18 placed by bob in 340ms', { metadata: { trace_id: 't1', user: 'bob' } }),
    line(-180, '{"msg":"card <declined> & gone","status":503,"took":"1.5s","nested":{"ok":false}}', {
      severity: 17,
      labels: { app: 'shop', env: 'dev' },
    }),
    line(-120, 'level=info msg=ready port=8080 size=10KB', { labels: { app: 'gateway' } }),
    line(-60, 'order 19 placed by carol in 7ms'),
  ],
  [WEB]: [line(-200, 'GET / 200', { labels: { app: 'web', pod: '11111111-2222-3333-4444-555555555555' } })],
  [THEIRS]: [line(-100, 'secret of others', { labels: { app: 'other' } })],
};

let telemetry: TestTelemetry;
let listener: TestListener;
let now = NOON_MS;

const viewerOf = (id: number): Viewer => ({
  userId: `person ${id}`,
  name: '',
  email: '',
  organization: { id, slug: 'ours', name: 'Ours' },
  role: 'viewer',
  scopes: id === 5 ? [] : ['event:read'],
  by: 'token',
});
const project = (id: number, slug: string): ProjectSummary => ({
  id: String(id),
  slug,
  name: slug,
  platform: '',
  createdAt: new Date(0).toISOString(),
  firstEventAt: null,
});

beforeAll(async () => {
  telemetry = await startTestTelemetry();
  for (const [id, logs] of Object.entries(LOGS)) await store(Number(id), logs);
  listener = await openTestListener({
    viewers: [
      async (scope) => {
        scope.decorateRequest('viewer', null);
        scope.addHook('onRequest', async (request) => {
          const id = Number(request.headers['x-viewer'] ?? 0);
          request.viewer = id > 0 ? viewerOf(id) : null;
        });
      },
    ],
    nouns: [
      lokiApi({
        telemetry: telemetry.store,
        tails: createLiveTails({ telemetry: telemetry.store, clock: { now: () => now } }),
        clock: { now: () => now },
        log: createLog('silent'),
        version: '1.2.3',
        listProjects: async (organization) =>
          organization === STRANGERS
            ? [project(THEIRS, 'theirs')]
            : [project(SHOP, 'shop'), project(WEB, 'web')],
        templateOf: (body) => patternOf(body).template,
        notReady: () => [],
      }),
    ],
  });
});
afterAll(async () => {
  await listener.close();
  await telemetry.stop();
});

const store = (id: number, logs: TestLog[]) =>
  telemetry.store.insert('logs', logRows(id, NOON, logs), randomUUID());

type Form = Record<string, string | number | bigint>;
const DAY: Form = { start: NOON - 86_400_000_000_000n, end: NOON };

async function ask(path: string, form: Form = {}, headers: Record<string, string> = {}, method = 'GET') {
  const text = new URLSearchParams(
    Object.entries(form).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
  const isGet = method === 'GET';
  const answer = await fetch(`${listener.address}/loki/api/v1${path}${isGet ? `?${text}` : ''}`, {
    method,
    headers: {
      'x-viewer': '1',
      ...(isGet ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      ...headers,
    },
    body: isGet ? null : text,
  });
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
}
async function read(path: string, form: Form = {}, headers: Record<string, string> = {}, method = 'GET') {
  const { status, text } = await ask(path, form, headers, method);
  if (status !== 200) throw new Error(`${path} answered ${status}: ${text}`);
  return JSON.parse(text);
}
const at = (seconds: number) => String(NOON + BigInt(seconds) * 1_000_000_000n);

describe('what Grafana asks first', () => {
  it('the health check is one sample that is 2', async () => {
    const { data } = await read('/query', { query: 'vector(1)+vector(1)', time: 4000000000, direction: '' });
    expect(data).toMatchObject({
      resultType: 'vector',
      result: [{ metric: {}, value: [4_000_000_000, '2'] }],
      stats: { summary: { execTime: expect.any(Number) } },
    });
  });

  it('the build and the limits', async () => {
    expect(await read('/status/buildinfo')).toMatchObject({ version: expect.stringMatching(/^3\./) });
    expect(await read('/drilldown-limits')).toMatchObject({
      pattern_ingester_enabled: true,
      limits: { volume_enabled: true, max_entries_limit_per_query: 5_000 },
    });
  });

  it('readiness, for anybody', async () => {
    const answer = await fetch(`${listener.address}/ready`);
    expect([answer.status, await answer.text()]).toEqual([200, 'ready\n']);
  });

  it('rules, of which there are none', async () => {
    expect(await ask('/rules')).toMatchObject({ status: 404 });
    const answer = await fetch(`${listener.address}/prometheus/api/v1/rules`, {
      headers: { 'x-viewer': '1' },
    });
    expect(await answer.json()).toMatchObject({ status: 'success', data: { groups: [] } });
  });
});

describe('lines', () => {
  const query = '{app="shop"}';

  it('have their labels beside those of the stream when the client can tell them apart', async () => {
    const { data } = await read(
      '/query_range',
      { query, ...DAY, limit: 2 },
      { 'x-loki-response-encoding-flags': 'categorize-labels' },
    );
    expect(data.encodingFlags).toEqual(['categorize-labels']);
    expect(data.result).toEqual([
      {
        stream: { app: 'shop', env: 'prod', service_name: 'shop' },
        values: [
          [at(-60), 'order 19 placed by carol in 7ms', { structuredMetadata: { detected_level: 'info' } }],
        ],
      },
      {
        stream: { app: 'shop', env: 'dev', service_name: 'shop' },
        values: [[at(-180), expect.any(String), { structuredMetadata: { detected_level: 'error' } }]],
      },
    ]);
  });

  it('have all labels in their stream otherwise, and parsed ones too', async () => {
    const { data } = await read('/query_range', { query: `${query} | json | status="503"`, ...DAY });
    expect(data.encodingFlags).toBeUndefined();
    expect(data.result).toHaveLength(1);
    expect(data.result[0].stream).toMatchObject({
      detected_level: 'error',
      status: '503',
      nested_ok: 'false',
    });
    expect(data.result[0].values[0]).toHaveLength(2);
  });

  it('are written so that they may stand in HTML', async () => {
    const { text } = await ask('/query_range', { query: `${query} |= "declined"`, ...DAY });
    expect(text).toContain('card \\u003cdeclined\\u003e \\u0026 gone');
    expect(text.endsWith('}\n')).toBe(true);
  });

  it('come forward from a moment, as the context of a line is asked for', async () => {
    const { data } = await read('/query_range', {
      query: '{app="shop", env="prod"}',
      start: at(-240),
      end: at(0),
      limit: 1,
      direction: 'FORWARD',
    });
    expect(data.result[0].values).toEqual([[at(-240), expect.stringContaining('bob')]]);
  });

  it('keep an interval when one is asked for', async () => {
    const { data } = await read('/query_range', { query: '{app="shop",env="prod"}', ...DAY, interval: '3m' });
    expect(data.result.flatMap(({ values }: { values: string[][] }) => values.map(([time]) => time))).toEqual(
      [at(-60), at(-240)],
    );
  });

  it('are those of the last hour without times, and of `since` when it says so', async () => {
    const lines = async (form: Form) =>
      (await read('/query_range', { query, ...form })).data.result.flatMap(
        ({ values }: { values: unknown[] }) => values,
      ).length;
    expect(await lines({})).toBe(4);
    expect(await lines({ since: '200s' })).toBe(2);
    expect(await lines({ start: NOON_MS / 1_000 - 70 })).toBe(1);
    expect(await lines({ start: new Date(NOON_MS - 200_000).toISOString() })).toBe(2);
    now = NOON_MS + HOUR_S * 1_000;
    expect(await lines({})).toBe(0);
    now = NOON_MS;
  });

  it('can be asked for with a form', async () => {
    const { data } = await read('/query_range', { query, ...DAY }, {}, 'POST');
    expect(data.resultType).toBe('streams');
  });
});

describe('numbers', () => {
  it('of the volume of logs by level, as Explore draws them', async () => {
    const { data } = await read(
      '/query_range',
      {
        query: 'sum by (detected_level) (count_over_time({app="shop"} [1m]))',
        start: at(-300),
        end: at(0),
        step: '60000ms',
      },
      { 'x-query-tags': 'Source=logvolhist' },
    );
    expect(data.resultType).toBe('matrix');
    expect(data.result).toMatchObject([
      { metric: { detected_level: 'error' }, values: [[NOON_MS / 1_000 - 180, '1']] },
      {
        metric: { detected_level: 'info' },
        values: [
          [NOON_MS / 1_000 - 300, '1'],
          [NOON_MS / 1_000 - 240, '1'],
          [NOON_MS / 1_000 - 60, '1'],
        ],
      },
    ]);
  });

  it('have a step by themselves: a 250th of the time', async () => {
    const { data } = await read('/query_range', { query: 'vector(1)', start: at(-1_000), end: at(0) });
    expect(data.result[0].values).toHaveLength(251);
  });

  it('at a moment', async () => {
    const { data } = await read('/query', { query: 'sum(count_over_time({app="shop"}[1h]))', time: at(0) });
    expect(data.result).toEqual([{ metric: {}, value: [NOON_MS / 1_000, '4'] }]);
  });

  it('with too many series are refused, and shown in part to Logs Drilldown', async () => {
    await store(
      SHOP,
      Array.from({ length: 501 }, (_, n) => line(-7_000, 'x', { labels: { app: 'many', n: String(n) } })),
    );
    const form = { query: 'sum by (n) (count_over_time({app="many"}[1m]))', time: at(-6_990) };
    const refused = await ask('/query', form);
    expect(refused).toMatchObject({ status: 400, type: 'text/plain; charset=utf-8' });
    expect(refused.text).toMatch(/^maximum number of series \(500\) reached/);
    const partial = await read('/query', form, { 'x-query-tags': 'Source=grafana-lokiexplore-app' });
    expect(partial.data.result).toHaveLength(500);
    expect(partial.warnings[0]).toMatch(/maximum number of series/);
  });
});

describe('labels', () => {
  it('are listed, with their values, narrowed by a selector', async () => {
    expect(await read('/labels', DAY)).toEqual({
      status: 'success',
      data: ['app', 'env', 'n', 'pod', 'service_name'],
    });
    expect((await read('/label', { ...DAY, query: '{app="web"}' })).data).toEqual([
      'app',
      'pod',
      'service_name',
    ]);
    expect((await read('/label/app/values', DAY)).data).toEqual(['gateway', 'many', 'shop', 'web']);
    expect((await read('/label/service_name/values', { ...DAY, query: '{env="dev"}' })).data).toEqual([
      'shop',
    ]);
    expect(await read('/label/nothing/values', DAY)).toEqual({ status: 'success' });
  });

  it('make series, which logcli and Grafana name in their own ways', async () => {
    const gateway = { app: 'gateway', service_name: 'gateway' };
    expect((await read('/series', { ...DAY, 'match[]': '{app="gateway"}' })).data).toEqual([gateway]);
    expect((await read('/series', { ...DAY, match: '{app="gateway"}' }, {}, 'POST')).data).toEqual([gateway]);
    expect((await read('/series', { ...DAY, 'match[]': '{app="none"}' })).data).toEqual([]);
  });
});

describe('how much there is', () => {
  it('in the index', async () => {
    const bytes = LOGS[SHOP]!.filter(({ labels }) => labels?.app === 'shop').reduce(
      (sum, { line: { length } }) => sum + length,
      0,
    );
    expect(await read('/index/stats', { ...DAY, query: '{app="shop"}' })).toEqual({
      streams: 2,
      chunks: 2,
      entries: 4,
      bytes,
    });
    const shards = await ask('/index/shards', { ...DAY, query: '{app="shop"}' });
    expect(shards.text).toContain('"max":18446744073709551615');
  });

  it('by service, the largest first, as Logs Drilldown begins', async () => {
    const { data } = await read('/index/volume', {
      query: '{service_name=~`.+`}',
      start: at(-300),
      end: at(0),
      limit: 5_000,
      targetLabels: 'service_name',
    });
    expect(data.resultType).toBe('vector');
    expect(data.result.map(({ metric }: { metric: object }) => metric)).toEqual([
      { service_name: 'shop' },
      { service_name: 'gateway' },
      { service_name: 'web' },
    ]);
    expect(data.result[2].value).toEqual([NOON_MS / 1_000, '9']);
  });

  it('by the labels of the selector, by all of them, by names of labels, and per step', async () => {
    const form = { start: at(-300), end: at(0) };
    const volume = async (more: Form) => (await read('/index/volume', { ...form, ...more })).data.result;
    expect((await volume({ query: '{env=~".+"}' })).map(({ metric }: { metric: object }) => metric)).toEqual([
      { env: 'prod' },
      { env: 'dev' },
    ]);
    expect(await volume({ query: '{}' })).toHaveLength(4);
    expect(
      (await volume({ query: '{app="shop"}', targetLabels: 'app,env', aggregateBy: 'labels' })).map(
        ({ metric }: { metric: object }) => metric,
      ),
    ).toEqual([{ app: '' }, { env: '' }]);
    const { data } = await read('/index/volume_range', { ...form, query: '{app="web"}', step: '60' });
    expect(data).toMatchObject({
      resultType: 'matrix',
      result: [{ metric: { app: 'web' }, values: [[NOON_MS / 1_000 - 180, '9']] }],
    });
  });
});

describe('patterns', () => {
  it('have a text that finds their lines', async () => {
    const { data } = await read('/patterns', {
      query: '{app="shop"}',
      start: at(-300),
      end: at(0),
      step: '60s',
    });
    expect(data[0]).toEqual({
      pattern: 'order <_> placed by <_> in <_>',
      level: 'info',
      samples: [
        [NOON_MS / 1_000 - 300, 1],
        [NOON_MS / 1_000 - 240, 1],
        [NOON_MS / 1_000 - 60, 1],
      ],
    });
    const { data: found } = await read('/query_range', {
      query: `{app="shop"} |> \`${data[0].pattern}\``,
      ...DAY,
    });
    expect(found.result.flatMap(({ values }: { values: unknown[] }) => values)).toHaveLength(3);
    expect(data[1]).toMatchObject({ level: 'error' });
  });
});

describe('fields', () => {
  it('are found in metadata, JSON and logfmt, with types', async () => {
    const { fields, limit } = await read('/detected_fields', { query: '{app=~"shop|gateway"}', ...DAY });
    const byName = Object.fromEntries(fields.map((field: { label: string }) => [field.label, field]));
    expect(limit).toBe(1_000);
    expect(byName).toMatchObject({
      detected_level: { type: 'string', cardinality: 2, parsers: null },
      user: { type: 'string', cardinality: 1, parsers: null },
      status: { type: 'int', parsers: ['json'], jsonPath: ['status'] },
      took: { type: 'duration', parsers: ['json'] },
      nested_ok: { type: 'boolean', jsonPath: ['nested', 'ok'] },
      port: { type: 'int', parsers: ['logfmt'] },
      size: { type: 'bytes', parsers: ['logfmt'] },
    });
    expect(byName.app).toBeUndefined();
    expect(byName.order).toBeUndefined();
  });

  it('have values', async () => {
    const form = { query: '{app=~"shop|gateway"}', ...DAY };
    expect(await read('/detected_field/status/values', form)).toMatchObject({ values: ['503'] });
    expect(await read('/detected_field/detected_level/values', form)).toMatchObject({
      values: ['error', 'info'],
    });
    expect(await read('/detected_field/none/values', form)).toMatchObject({ values: [] });
  });

  it('that are labels have a number of values; ids are left out', async () => {
    expect(await read('/detected_labels', { ...DAY, query: '' })).toEqual({
      detectedLabels: [
        { label: 'app', cardinality: 4 },
        { label: 'env', cardinality: 2 },
        { label: 'pod', cardinality: 1 },
        { label: 'service_name', cardinality: 4 },
      ],
    });
  });
});

describe('the printer', () => {
  it('writes a query anew, or says what is wrong with it', async () => {
    expect(await read('/format_query', { query: '{app="x"}|="y"' })).toEqual({
      status: 'success',
      data: '{app="x"} |= "y"',
    });
    const wrong = await ask('/format_query', { query: '{app=' });
    expect(wrong.status).toBe(400);
    expect(JSON.parse(wrong.text)).toMatchObject({
      status: 'invalid-query',
      error: expect.stringContaining('parse error'),
    });
  });
});

describe('refusals', () => {
  it.each<[string, string, Form, number, RegExp]>([
    [
      'lines at a moment',
      '/query',
      { query: '{app="x"}' },
      400,
      /^log queries are not supported as an instant/,
    ],
    ['no query', '/query_range', {}, 400, /^parse error/],
    [
      'a query that is wrong',
      '/query_range',
      { query: '{app="x"' },
      400,
      /^parse error at line 1, col \d+: /,
    ],
    [
      'a selector of everything',
      '/query_range',
      { query: '{app=~".*"}' },
      400,
      /queries require at least one/,
    ],
    ['too many lines', '/query_range', { query: '{app="x"}', limit: 5_001 }, 400, /max entries limit/],
    ['no lines', '/query_range', { query: '{app="x"}', limit: 0 }, 400, /limit must be a positive value/],
    ['too many points', '/query_range', { query: 'vector(1)', ...DAY, step: '1s' }, 400, /11,000 points/],
    ['no step', '/query_range', { query: 'vector(1)', ...DAY, step: 0 }, 400, /zero or negative/],
    ['another direction', '/query_range', { query: '{app="x"}', direction: 'up' }, 400, /invalid direction/],
    ['a time that is none', '/query_range', { query: '{app="x"}', start: 'noon' }, 400, /'start'/],
    ['an end before the start', '/labels', { start: 20, end: 10 }, 400, /end timestamp must not be before/],
    ['a parser among labels', '/labels', { query: '{a="b"} | json' }, 400, /only label matchers/],
    [
      'volumes by something else',
      '/index/volume',
      { query: '{a="b"}', aggregateBy: 'x' },
      400,
      /aggregateBy/,
    ],
    ['fields of numbers', '/detected_fields', { query: 'vector(1)' }, 400, /only log queries/],
    ['a tail without an upgrade', '/tail', { query: '{app="x"}' }, 400, /WebSocket/],
  ])('of %s', async (_, path, form, status, sentence) => {
    const refused = await ask(path, form);
    expect(refused).toMatchObject({ status, type: 'text/plain; charset=utf-8' });
    expect(refused.text).toMatch(sentence);
    expect(refused.text.endsWith('\n')).toBe(true);
  });
});

describe('who may look', () => {
  const values = async (headers: Record<string, string>) => {
    const { status, text } = await ask('/label/app/values', DAY, headers);
    return status === 200 ? (JSON.parse(text).data ?? []) : status;
  };

  it('sees the projects of the organization, and no others', async () => {
    expect(await values({ 'x-viewer': String(STRANGERS) })).toEqual(['other']);
    expect(await values({ 'x-viewer': '0' })).toBe(401);
    expect(await values({ 'x-viewer': '5' })).toBe(403);
  });

  it('may narrow them by X-Scope-OrgID, never widen', async () => {
    expect(await values({ 'x-scope-orgid': 'web' })).toEqual(['web']);
    expect(await values({ 'x-scope-orgid': `web|${SHOP}` })).toHaveLength(4);
    expect(await values({ 'x-scope-orgid': 'theirs' })).toBe(404);
    expect(await values({ 'x-scope-orgid': `web|${THEIRS}` })).toBe(404);
  });
});

describe('a tail', () => {
  interface Frame {
    streams: { stream: Record<string, string>; values: [string, string][] }[];
    dropped_entries?: { timestamp: string; labels: Record<string, string> }[];
  }

  /** Opens it and collects what comes. */
  function tail(form: Form, headers: Record<string, string> = {}) {
    const query = new URLSearchParams(
      Object.entries(form).map(([name, value]): [string, string] => [name, String(value)]),
    );
    const socket = new WebSocket(`${listener.address.replace('http', 'ws')}/loki/api/v1/tail?${query}`, {
      headers: { 'x-viewer': '1', ...headers },
    });
    const frames: Frame[] = [];
    let pings = 0;
    socket.on('message', (bytes) => frames.push(JSON.parse(String(bytes))));
    socket.on('ping', () => {
      pings += 1;
    });
    const closed = new Promise<{ code: number; reason: string }>((resolve) =>
      socket.on('close', (code, reason) => resolve({ code, reason: String(reason) })),
    );
    const refused = new Promise<number>((resolve) =>
      socket.on('unexpected-response', (_request, answer) => {
        answer.resume();
        resolve(answer.statusCode!);
      }),
    );
    const lines = () =>
      frames.flatMap(({ streams }) => streams.flatMap(({ values }) => values.map(([, text]) => text)));
    return { socket, frames, lines, closed, refused, pings: () => pings };
  }

  it('shows what there was, then what comes in, each line once, and pings', async () => {
    const live = tail({ query: '{app="shop"} |= "order"', limit: 2, start: at(-600) });
    await expect
      .poll(live.lines)
      .toEqual(['order 18 placed by bob in 340ms', 'order 19 placed by carol in 7ms']);
    await store(SHOP, [
      line(0.002, 'order 21 placed', { received: 0.002 }),
      line(0.001, 'order 20 placed', { received: 0.001 }),
      line(0.003, 'another thing', { received: 0.003 }),
    ]);
    now = NOON_MS + 10;
    await expect.poll(() => live.lines().length).toBe(4);
    expect(live.lines().slice(2)).toEqual(['order 20 placed', 'order 21 placed']);
    // One that was overtaken while it was processed.
    await store(SHOP, [line(0.001, 'order 19b placed', { received: 0.0015 })]);
    await expect.poll(() => live.lines().length).toBe(5);
    await expect.poll(live.pings).toBeGreaterThan(1);
    expect(live.frames[0]!.streams[0]!.stream).toMatchObject({ app: 'shop', detected_level: 'info' });
    live.socket.close(1000);
    expect((await live.closed).code).toBe(1000);
  });

  it('with a delay puts lines that came late in their place, and shows those that say an old time', async () => {
    const live = tail({ query: '{app="late"} | regexp "(?P<place>[0-9])"', delay_for: 2, start: at(-600) });
    await expect.poll(live.pings).toBeGreaterThan(0);
    const late = (seconds: number, text: string, received: number) =>
      line(seconds, text, { received, labels: { app: 'late' } });
    await store(SHOP, [late(0.002, 'line 2', 0.001)]);
    const before = live.pings();
    await expect.poll(live.pings).toBeGreaterThan(before + 1);
    await store(SHOP, [late(0.001, 'line 1', 0.003), late(-86_400, 'line 0', 0.002)]);
    now = NOON_MS + 2_010;
    await expect.poll(live.lines).toEqual(['line 0', 'line 1', 'line 2']);
    const labels = live.frames.flatMap(({ streams }) => streams.map(({ stream }) => stream.place));
    expect(labels).toEqual(['0', '1', '2']);
    live.socket.close(1000);
    await live.closed;
    now = NOON_MS;
  });

  it('of a flood shows the newest and names some of the others', async () => {
    const live = tail({ query: '{app="flood"}', start: at(0) });
    await expect.poll(live.pings).toBeGreaterThan(0);
    const FLOOD = 30_000;
    await store(
      SHOP,
      Array.from({ length: FLOOD }, (_, n) =>
        line(1 + n / FLOOD, `line ${n}`, { received: 1 + n / FLOOD, labels: { app: 'flood' } }),
      ),
    );
    now = NOON_MS + 2_500;
    await expect.poll(() => live.lines().length).toBeGreaterThanOrEqual(1_000);
    await expect.poll(() => live.frames.some((frame) => frame.dropped_entries)).toBe(true);
    expect(live.lines().at(-1)).toBe(`line ${FLOOD - 1}`);
    for (const { streams } of live.frames)
      expect(streams.reduce((sum, { values }) => sum + values.length, 0)).toBeLessThanOrEqual(100);
    const dropped = live.frames.flatMap(({ dropped_entries = [] }) => dropped_entries);
    expect(dropped.length).toBeLessThanOrEqual(1_000);
    expect(dropped[0]).toMatchObject({
      labels: { app: 'flood' },
      timestamp: expect.stringMatching(/^\d{19}$/),
    });
    live.socket.close(1000);
    await live.closed;
    now = NOON_MS;
  });

  it('is refused as every other question', async () => {
    expect(await tail({ query: 'vector(1)' }).refused).toBe(400);
    expect(await tail({ query: '{app="shop"}', delay_for: 6 }).refused).toBe(400);
    expect(await tail({ query: '{app="shop"}' }, { 'x-viewer': '0' }).refused).toBe(401);
    expect(await tail({ query: '{app="shop"}' }, { 'x-scope-orgid': 'theirs' }).refused).toBe(404);
  });

  it('ends with a sentence when there are too many', async () => {
    const many = Array.from({ length: 11 }, () => tail({ query: '{app="shop"}' }));
    const first = await Promise.race(many.map(({ closed }) => closed));
    expect(first).toMatchObject({
      code: 1011,
      reason: expect.stringMatching(/max concurrent tail requests/),
    });
    for (const { socket } of many) socket.close();
    await Promise.all(many.map(({ closed }) => closed));
  });
});

describe('odd parameters', () => {
  const paths = [
    '/query',
    '/query_range',
    '/labels',
    '/label/app/values',
    '/series',
    '/index/stats',
    '/index/volume',
    '/index/volume_range',
    '/index/shards',
    '/patterns',
    '/detected_fields',
    '/detected_labels',
    '/detected_field/a/values',
  ];
  const forms: Form[] = [
    { start: '-9223372036854775807', end: '9223372036854775807' },
    { start: 0, end: '9223372036854775807', step: '1y' },
    { start: '9223372036854775806', end: '9223372036854775807', step: '0.000000001' },
    { start: '-9223372036854775807', end: '-9223372036854775807' },
    { start: at(-10), end: at(-10) },
    { start: at(-10), end: at(0), step: '1e-9', limit: 1 },
    { start: at(-10), end: at(0), step: '100y', interval: '100y' },
    { time: '-9223372036854775807' },
    { limit: 5_000, line_limit: 5_000, targetLabels: ',,app,app,', aggregateBy: 'labels' },
    { targetLabels: "a'b\\,{projects:Array(UInt32)},\u0000" },
    { query: '{app=~"("}' },
    { query: '{app="\u0000\ud800"}' },
    { query: `{app=~"${'(a|b)'.repeat(2_000)}"}` },
    { query: `{a="b"}${' |= "x"'.repeat(900)}` },
  ];

  it.each(paths)('%s answers or refuses', async (path) => {
    for (const form of forms)
      for (const query of [form.query ?? '{app="shop"}', 'count_over_time({app="shop"}[1m])']) {
        const { status, text } = await ask(path, { ...form, query });
        expect(status, `${path} ${JSON.stringify(form).slice(0, 200)}: ${text.slice(0, 300)}`).toBeLessThan(
          500,
        );
      }
  });
});
