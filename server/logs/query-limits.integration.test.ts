/** What a person hears when a question of theirs is too long, too hungry, too large or one too many: never an empty page. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lokiApi } from '#server/compat/loki/loki-api.ts';
import { openTestApp, type TestApp } from '#server/issues/test-app.ts';
import { openTestIssues, type TestIssues } from '#server/issues/test-issues.ts';
import { createLog } from '#server/platform/log.ts';
import { createLiveTails } from '#server/query/plan/tail.ts';
import { refuseCutShort } from '#server/store/telemetry/refuse-cut-short.ts';
import { startTestTelemetry, type TestTelemetry } from '#server/store/telemetry/start-test-telemetry.ts';
import type { QueryOptions, TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { createTelemetryStore } from '#server/store/telemetry/telemetry-store.ts';
import { jsonLines, logRow } from '#server/store/telemetry/test-rows.ts';
import { logRoutes } from './log-routes.ts';
import { sqlRoutes } from './sql-routes.ts';

const NOW = Date.now();
const RANGE = `from=${NOW - 3_600_000}&to=${NOW + 1_000}`;
/** More bytes than a query with a small memory may hold at once. */
const BODY = 'the downstream answered 503 '.repeat(400);
/** Together more than the 30 million characters that an answer of Loki's API may have. */
const LINES = 3_000;

let world: TestIssues;
let engine: TestTelemetry;
let small: TelemetryStore;
/** What every question may use at most; null: what the caller says. */
let forced: Partial<QueryOptions> | 'memory' | null = null;
/** While set, no question is answered. */
let held: Promise<void> | null = null;
let app: TestApp;

beforeAll(async () => {
  world = await openTestIssues();
  engine = await startTestTelemetry();
  const rows = Array.from({ length: LINES }, (_, n) =>
    logRow({
      ...{ body: `${n} ${BODY}`, service: `service-${n}`, labels: { app: `app-${n % 200}` } },
      severity_number: n % 2 === 0 ? 9 : 17,
      timestamp: `${Math.floor(NOW / 1000) - 60}.${String(n).padStart(9, '0')}`,
    }),
  );
  await engine.store.insert('logs', jsonLines(rows), randomUUID());
  small = createTelemetryStore(engine.address, { queryMemoryBytesMax: 50_000 });
  const telemetry: TelemetryStore = {
    ...engine.store,
    async select(projects, sql, options) {
      await held;
      return forced === 'memory'
        ? small.select(projects, sql, options)
        : engine.store.select(projects, sql, { ...options, ...forced });
    },
  };
  const clock = { now: () => NOW };
  const shared = { clock, listProjects: world.listProjects };
  const nouns = [
    sqlRoutes({ ...shared, telemetry: refuseCutShort(telemetry) }),
    logRoutes({
      ...shared,
      telemetry: refuseCutShort(telemetry),
      templateOf: () => '',
      noiseRules: async () => [],
    }),
    lokiApi({
      tails: createLiveTails({ telemetry, clock }),
      ...{ ...shared, telemetry, log: createLog('silent'), version: '1.2.3' },
      templateOf: () => '',
      notReady: () => [],
    }),
  ];
  app = await openTestApp(world, nouns, { runningMax: 2, waitingMax: 1 });
});
afterAll(async () => {
  await app.close();
  await small.close();
  await engine.stop();
  await world.discard();
});

async function ask(path: string, limit: typeof forced): Promise<[number, string]> {
  forced = limit;
  try {
    const answer = await app.ask('GET', path);
    return [answer.status, await answer.text()];
  } finally {
    forced = null;
  }
}

const QUESTIONS = {
  list: `/api/v1/logs?${RANGE}&query=downstream&limit=1000`,
  histogram: `/api/v1/logs/histogram?${RANGE}&query=downstream`,
  facet: `/api/v1/logs/facets?${RANGE}&query=downstream&key=service`,
};
const SPAN = `start=${NOW - 3_600_000}000000&end=${NOW + 1_000}000000`;
const LOKI = {
  lines: `/loki/api/v1/query_range?${SPAN}&limit=1000&query=${encodeURIComponent('{app=~".+"} |= "downstream"')}`,
  metric: `/loki/api/v1/query_range?${SPAN}&step=60&query=${encodeURIComponent('sum by (app) (count_over_time({app=~".+"}[5m]))')}`,
  labels: `/loki/api/v1/label/app/values?${SPAN}`,
};

interface Values {
  values: [string, string][];
}

describe('without a limit in its way', () => {
  it.each(Object.entries({ ...QUESTIONS, ...LOKI }))('%s is answered', async (_, path) => {
    expect((await ask(path, null))[0]).toBe(200);
  });
});

describe('a question of the page', () => {
  it.each<[string, string, NonNullable<typeof forced>, RegExp]>([
    ['list', 'takes too long', { timeoutMs: 1 }, /longer than allowed/],
    ['histogram', 'takes too long', { timeoutMs: 1 }, /longer than allowed/],
    ['facet', 'takes too long', { timeoutMs: 1 }, /longer than allowed/],
    ['list', 'needs too much memory', 'memory', /more memory than allowed/],
    ['histogram', 'needs too much memory', 'memory', /more memory than allowed/],
    ['facet', 'needs too much memory', 'memory', /more memory than allowed/],
    ['histogram', 'has too many rows', { rowsMax: 1 }, /more rows than the caller can hold/],
    ['facet', 'has too many rows', { rowsMax: 1 }, /more rows/],
  ])('about the %s that %s is refused with the reason, and what to do', async (name, _, limit, why) => {
    const [status, text] = await ask(QUESTIONS[name as keyof typeof QUESTIONS], limit);
    expect([status, text]).toEqual([422, expect.stringMatching(why)]);
    expect(text).toContain('query_too_costly');
    expect(text).toContain('Choose a shorter period or narrow the search');
  });
});

describe('lines that are too large for one answer of the engine', () => {
  it.each<[string, string, (text: string) => unknown[]]>([
    ['the page', QUESTIONS.list, (text) => JSON.parse(text).items],
    ['Grafana', LOKI.lines, (text) => JSON.parse(text).data.result.flatMap(({ values }: Values) => values)],
  ])('come to %s in several, and none is missing', async (_, path, linesOf) => {
    const [status, text] = await ask(path, { rowsMax: 100 });
    expect(status).toBe(200);
    expect(linesOf(text)).toHaveLength(1_000);
  });

  it('end where one answer of Loki ends, which says when', async () => {
    const [status, text] = await ask(LOKI.lines.replace('limit=1000', 'limit=5000'), null);
    const { data, warnings } = JSON.parse(text);
    const found = data.result.flatMap(({ values }: Values) => values) as [string, string][];
    expect(status).toBe(200);
    expect(found.length).toBeGreaterThan(2_000);
    expect(found.length).toBeLessThan(LINES);
    const oldest = found.map(([time]) => time).sort()[0]!;
    const reached = new Date(Number(oldest.slice(0, 13))).toISOString();
    expect(warnings).toEqual([
      expect.stringContaining(`The result is not whole: the search ended at ${reached} because`),
    ]);
    expect(warnings[0]).toMatch(/more text than one answer may hold.*Narrow the time range or the selector/);
  });
});

describe('questions of one person at once', () => {
  const sql = () => app.ask('POST', '/api/v1/query/sql', { query: 'SELECT count(*) FROM logs' });

  it('wait for each other, one more is refused, and another person is not', async () => {
    let go = () => {};
    held = new Promise((resolve) => {
      go = resolve;
    });
    const asked = [sql(), sql(), sql(), sql(), app.ask('GET', QUESTIONS.histogram)];
    const refused = await Promise.any(
      asked.map(async (answer) => ((await answer).status === 429 ? answer : Promise.reject(answer))),
    );
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({
      error: { code: 'too_many_queries', message: expect.stringContaining('Ask again in a moment') },
    });
    const other = app.askAsStranger('POST', '/api/v1/query/sql', { query: 'SELECT count(*) FROM logs' });
    held = null;
    expect((await other).status).toBe(200);
    go();
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([200, 200, 200, 429, 429]);
    expect((await sql()).status).toBe(200);
  });
});

describe('a question of Grafana', () => {
  it.each<[string, string, NonNullable<typeof forced>, number, RegExp]>([
    [
      'lines',
      'takes too long',
      { timeoutMs: 1 },
      504,
      /took longer than allowed; consider a shorter time range/,
    ],
    ['metric', 'takes too long', { timeoutMs: 1 }, 504, /took longer than allowed/],
    ['labels', 'takes too long', { timeoutMs: 1 }, 504, /took longer than allowed/],
    ['lines', 'needs too much memory', 'memory', 400, /more memory than one query may use/],
    ['metric', 'needs too much memory', 'memory', 400, /more memory than one query may use/],
    ['labels', 'needs too much memory', 'memory', 400, /more memory than one query may use/],
    ['metric', 'has too many rows', { rowsMax: 1 }, 400, /consider/],
    ['labels', 'has too many rows', { rowsMax: 1 }, 400, /consider a narrower selector/],
  ])('about %s that %s is refused in its words', async (name, _, limit, expected, why) => {
    const [status, text] = await ask(LOKI[name as keyof typeof LOKI], limit);
    expect([status, text]).toEqual([expected, expect.stringMatching(why)]);
  });
});
