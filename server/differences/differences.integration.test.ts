import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { IssueDifferences } from '#contract/differences.ts';
import { openTestApp, type TestApp } from '#server/issues/test-app.ts';
import { DAY, HOUR, hex, NOON, openTestIssues, type TestIssues } from '#server/issues/test-issues.ts';
import { jsonLines, logRow, sessionRow } from '#server/store/telemetry/test-rows.ts';
import { differenceRoutes } from './difference-routes.ts';
import { insertLogs, makeTraffic, PATTERN, randomOf, type TestRequest } from './test-traffic.ts';

let world: TestIssues;
let app: TestApp;
beforeAll(async () => {
  world = await openTestIssues();
  app = await openTestApp(world, [
    differenceRoutes({ ...world, templateOf: (body) => body.replaceAll(/\d+/g, '<number>') }),
  ]);
});
afterAll(async () => {
  await app.close();
  await world.discard();
});

/** Each test has days of its own. */
let now = NOON;
beforeEach(() => {
  now += 3 * DAY;
  world.setNow(now);
});

const differencesOf = (issue: string, query = 'period=24h') =>
  app.read<IssueDifferences>(`/api/v1/issues/${issue}/differences?${query}`);
const namesOf = ({ differences }: IssueDifferences) => differences.map(({ key, value }) => `${key}:${value}`);

/** Thirty things that have nothing to do with it. */
const innocent = (random: () => number) =>
  Object.fromEntries(
    Array.from({ length: 30 }, (_, n) => [`flag.${n}`, String(Math.floor(random() * (2 + (n % 5))))]),
  );

const lines = ({ failed, random, trace }: TestRequest) => {
  const attributes = { ...innocent(random), 'order.id': trace, 'duration.ms': String(random() * 1000) };
  const noise = Array.from({ length: 1 + Math.floor(random() * 3) }, () => ({
    pattern_id: PATTERN.noise + Math.floor(random() * 12),
    body: 'something usual',
  }));
  return [
    { pattern_id: PATTERN.started, body: 'POST /pay began', attributes },
    ...noise,
    ...(failed || random() < 0.01
      ? [
          {
            pattern_id: PATTERN.upstream503,
            service: 'payments',
            body: 'upstream answered 503',
            afterMs: 100,
          },
        ]
      : [{ pattern_id: PATTERN.paid, body: 'paid 12', afterMs: 100 }]),
    ...(failed ? [{ pattern_id: PATTERN.failed, body: 'payment failed', afterMs: 600 }] : []),
  ];
};

describe('what was different', () => {
  it('finds the fault that was planted, and none of thirty innocent things', async () => {
    const issue = await makeTraffic(world, { requests: 800, failures: 50, seed: 1, lines });
    const found = await differencesOf(issue);
    expect(found.events).toEqual({ all: 50, lookedAt: 50 });
    expect(found.traffic).toMatchObject({ unit: 'trace', linked: 50, occurrences: 50, healthy: 750 });
    expect(found.tested).toBeGreaterThan(60);
    expect(namesOf(found)).toEqual(['pattern:5', 'pattern:4']);
    expect(found.differences[1]).toMatchObject({
      ...{ source: 'logs', occurrences: 50, occurrencesOf: 50, healthyOf: 750, test: 'fisher' },
      ...{ template: 'upstream answered <number>', before: 50, leadMs: 400 },
      // The service that is called only then stands in the same traces.
      same: [{ key: 'service', value: 'payments' }],
    });
    // Its own line came after it.
    expect(found.differences[0]).toMatchObject({ before: 0, leadMs: null, lift: null });
  });

  it.each([
    ['request', ({ trace }: TestRequest) => ({ request_id: trace }), (n: string) => ({ request_id: n })],
    ['session', ({ trace }: TestRequest) => ({ session_id: trace }), (n: string) => ({ session_id: n })],
    ['user', ({ trace }: TestRequest) => ({ user_id: trace }), (n: string) => ({ user_id: n })],
    ['host', () => ({ host: 'web-1' }), () => ({ host: 'web-1' })],
    ['service', () => ({ host: '' }), () => ({ host: '' })],
  ] as const)('needs no trace: a %s will do', async (unit, ofLine, ofEvent) => {
    const issue = await makeTraffic(world, {
      ...{ requests: 800, failures: 50, seed: 2 },
      lines: (request) =>
        lines(request).map((line) => ({ ...line, service: 'checkout', trace_id: '', ...ofLine(request) })),
      event: (request) => ({ trace_id: '', ...ofEvent(request.trace) }),
    });
    const found = await differencesOf(issue);
    expect(found.traffic).toMatchObject({ unit, linked: 50 });
    expect(namesOf(found).slice(0, 2).sort()).toEqual(['pattern:4', 'pattern:5']);
  });

  it('counts a trace once, however much it talks', async () => {
    const issue = await makeTraffic(world, {
      ...{ requests: 300, failures: 30, seed: 3 },
      lines: (request) => [
        { pattern_id: PATTERN.started },
        // A single one of those that fail says it hundreds of times.
        ...Array.from({ length: request.trace === hex('3-0') ? 900 : 0 }, () => ({
          pattern_id: PATTERN.cart,
        })),
      ],
    });
    const found = await differencesOf(issue);
    expect(found.traffic).toMatchObject({ occurrences: 30, healthy: 270 });
    expect(found.differences).toEqual([]);
  });

  it('takes what one trace ran into over and over for one occurrence', async () => {
    const issue = await makeTraffic(world, {
      ...{ requests: 300, failures: 40, seed: 4, lines },
      event: () => ({ trace_id: hex('4-0') }),
    });
    const found = await differencesOf(issue);
    expect(found.differences).toEqual([]);
    expect(found.notTold).toContainEqual({ what: 'logs', why: 'few-occurrences', have: 1, need: 5 });
    expect(found.notTold).toContainEqual({ what: 'events', why: 'few-occurrences', have: 1, need: 5 });
  });

  it('says that there are too few to tell', async () => {
    const issue = await makeTraffic(world, { requests: 300, failures: 4, seed: 5, lines });
    const found = await differencesOf(issue);
    expect(found).toMatchObject({ tested: 0, differences: [], leading: [], traffic: null });
    expect(found.notTold).toContainEqual({ what: 'logs', why: 'few-occurrences', have: 4, need: 5 });
  });

  it('does not take what belongs to the transaction for a cause, when it is compared with that', async () => {
    const issue = await makeTraffic(world, {
      ...{ requests: 900, failures: 50, seed: 6 },
      lines: ({ failed, random }) => {
        const pays = failed || random() < 0.3;
        return [
          { pattern_id: PATTERN.started, attributes: { 'http.route': pays ? '/pay' : '/cart' } },
          { pattern_id: pays ? PATTERN.paid : PATTERN.cart },
          ...(failed && random() < 0.9 ? [{ pattern_id: PATTERN.upstream503 }] : []),
        ];
      },
    });
    const service = await differencesOf(issue);
    expect(namesOf(service)).toContain('pattern:3');
    const transaction = await differencesOf(issue, 'against=transaction');
    expect(transaction.traffic).toMatchObject({ transactions: ['POST /pay'] });
    expect(namesOf(transaction)).toEqual(['pattern:4']);
  });

  it('compares with the service that fails, or with everything', async () => {
    const issue = await makeTraffic(world, {
      ...{ requests: 600, failures: 50, seed: 7 },
      lines: ({ failed, random }) =>
        failed || random() < 0.5
          ? [{ pattern_id: PATTERN.started, service: 'checkout' }]
          : [{ pattern_id: PATTERN.noise, service: 'search' }],
    });
    expect(namesOf(await differencesOf(issue))).toEqual([]);
    const everything = await differencesOf(issue, 'against=project');
    expect(everything.traffic!.healthy).toBe(550);
    expect(namesOf(everything)).toEqual(['pattern:1']);
  });

  it('compares tags with those of other issues, and releases with healthy sessions', async () => {
    const random = randomOf(8);
    const browser = () => (random() < 0.2 ? 'Firefox 121' : 'Chrome 130');
    const results = await world.happen(
      ...Array.from({ length: 40 }, (_, n) => ({
        ...{ hashes: [hex('ours')], user_id: `${n}`, release: 'shop@1.4.0', timestamp: now - HOUR },
        tags: { browser: n < 38 ? 'Firefox 121' : 'Chrome 130', order: `o-${n}` },
      })),
      // One that happens all the time is not what all others are measured by.
      ...Array.from({ length: 3_000 }, (_, n) => ({
        ...{
          hashes: [hex('loud')],
          user_id: `u${n}`,
          timestamp: now - HOUR,
          tags: { browser: 'Firefox 121' },
        },
      })),
      ...Array.from({ length: 400 }, (_, n) => ({
        ...{
          hashes: [hex(`other ${n % 8}`)],
          user_id: `v${n}`,
          timestamp: now - HOUR,
          tags: { browser: browser() },
        },
      })),
    );
    const sessions = Array.from({ length: 2_000 }, (_, n) =>
      sessionRow({
        ...{ session_id: hex(`s${n}`), started: now - HOUR, received_at: now - HOUR, status: 'exited' },
        release: n < 60 ? 'shop@1.4.0' : 'shop@1.3.9',
      }),
    );
    // Those that crashed are no healthy ones, whatever they were before.
    const crashed = Array.from({ length: 500 }, (_, n) => [
      sessionRow({ session_id: hex(`c${n}`), started: now - HOUR, release: 'shop@1.4.0' }),
      sessionRow({
        ...{ session_id: hex(`c${n}`), started: now - HOUR, release: 'shop@1.4.0' },
        ...{ status: 'crashed', sequence: 2, init: 0 },
      }),
    ]).flat();
    await world.telemetry.insert('sessions', jsonLines([...sessions, ...crashed]), 'sessions');
    const found = await differencesOf(String(results[0]!.issueId));
    expect(found.others).toEqual({ occurrences: 40, others: 500, issues: 9 });
    expect(found.sessions).toEqual({ occurrences: 40, healthy: 2_000 });
    expect(namesOf(found)).toEqual(['release:shop@1.4.0', 'browser:Firefox 121']);
    expect(found.differences[0]).toMatchObject({
      source: 'sessions',
      occurrences: 40,
      healthy: 60,
      healthyOf: 2000,
    });
    expect(found.differences[0]!.lift).toBeCloseTo(33.3, 1);
    expect(found.notTold).toContainEqual({ what: 'logs', why: 'no-link', have: 0, need: 1 });
  });

  it('finds what announces it, in no trace at all', async () => {
    const issue = await makeTraffic(world, {
      ...{ requests: 300, failures: 60, seed: 9 },
      lines: () => [{ pattern_id: PATTERN.started }],
    });
    const random = randomOf(10);
    const at = (ms: number, pattern_id: number) =>
      logRow({
        timestamp: (ms / 1000).toFixed(9),
        pattern_id,
        host: 'db-1',
        service: 'database',
        body: 'pool full',
      });
    const failures = Array.from({ length: 300 }, () => random());
    const occurrences = await world.telemetry.select<{ at: number }>(
      [1],
      `SELECT toUnixTimestamp64Milli(timestamp) AS at FROM events
        WHERE project_id IN {projects:Array(UInt32)} AND timestamp > fromUnixTimestamp64Milli({since:Int64}, 'UTC')`,
      { params: { since: now - DAY } },
    );
    await insertLogs(world, [
      // Six lines about ten seconds before each, and one now and then.
      ...occurrences.flatMap((one) => Array.from({ length: 6 }, () => at(one.at - 10_000, PATTERN.noise))),
      ...failures.map((part) => at(now - part * 24 * HOUR, PATTERN.noise)),
      ...Array.from({ length: 5_000 }, () => at(now - random() * 24 * HOUR, PATTERN.noise + 1)),
    ]);
    const { leading, leadingSpans } = await differencesOf(issue);
    expect(leadingSpans!.seconds).toBe(15);
    expect(leading.map(({ pattern }) => pattern)).toEqual([String(PATTERN.noise)]);
    expect(leading[0]).toMatchObject({ occurrences: leadingSpans!.before, template: 'pool full' });
    expect(leading[0]!.healthy).toBeLessThan(leadingSpans!.others / 10);
  });

  it('is of one environment when asked, and of no other project or organization', async () => {
    const ofEnvironment = ({ failed }: TestRequest) => (failed ? 'staging' : 'production');
    const issue = await makeTraffic(world, {
      ...{ requests: 200, failures: 30, seed: 11 },
      lines: (request) => lines(request).map((line) => ({ ...line, environment: ofEnvironment(request) })),
      event: (request) => ({ environment: ofEnvironment(request) }),
    });
    expect((await differencesOf(issue)).environments).toEqual(['staging']);
    const staging = await differencesOf(issue, 'environment=staging');
    expect(staging.notTold).toContainEqual({ what: 'logs', why: 'few-healthy', have: 0, need: 20 });
    const elsewhere = await differencesOf(issue, 'environment=nowhere');
    expect(elsewhere).toMatchObject({
      events: { all: 0, lookedAt: 0 },
      environments: ['staging'],
      tested: 0,
    });
    expect((await app.askAsStranger('GET', `/api/v1/issues/${issue}/differences`)).status).toBe(404);
    expect((await app.ask('GET', `/api/v1/issues/${issue}/differences?against=all`)).status).toBe(400);
  });

  it('finds a number that is larger, though every request has one of its own', async () => {
    const issue = await makeTraffic(world, {
      ...{ requests: 500, failures: 40, seed: 13 },
      lines: ({ failed, random }) => [
        {
          pattern_id: PATTERN.started,
          attributes: {
            duration_ms: String(failed ? 5_000 + 1_000 * random() : 900 * random()),
            bytes: String(Math.floor(random() * 10_000)),
            nothing: 'NaN',
          },
          attribute_types: { duration_ms: 'number', bytes: 'number', nothing: 'number' },
        },
      ],
    });
    const { differences } = await differencesOf(issue);
    expect(differences.map(({ key }) => key)).toEqual(['duration_ms']);
    const [slow] = differences;
    expect(slow).toMatchObject({ occurrences: 40, occurrencesOf: 40, value: `> ${slow!.moreThan}` });
    expect(slow!.moreThan).toBeGreaterThan(500);
    expect(slow!.healthy).toBeLessThan(10);
  });

  it('leaves out what is longer than a value, and what every unit has for itself', async () => {
    const issue = await makeTraffic(world, {
      ...{ requests: 200, failures: 40, seed: 12 },
      lines: ({ failed, trace }) => [
        {
          pattern_id: PATTERN.started,
          attributes: {
            ...(failed ? { 'quo"te\\d': "'; DROP TABLE logs --", document: 'x'.repeat(201) } : {}),
            'order.id': trace,
          },
        },
      ],
    });
    expect(namesOf(await differencesOf(issue))).toEqual([`quo"te\\d:'; DROP TABLE logs --`]);
  });
});

describe('where nothing is different', () => {
  it('claims nothing, but once in a hundred times', { timeout: 120_000 }, async () => {
    const claims: string[] = [];
    for (let seed = 100; seed < 125; seed += 1) {
      now += 3 * DAY;
      world.setNow(now);
      const issue = await makeTraffic(world, {
        ...{ requests: 160, failures: 40, seed },
        lines: ({ random }) => [
          {
            pattern_id: PATTERN.started,
            attributes: { ...innocent(random), duration: String(random()) },
            attribute_types: { duration: 'number' },
            host: `web-${Math.floor(random() * 5)}`,
          },
          ...Array.from({ length: Math.floor(random() * 4) }, () => ({
            pattern_id: PATTERN.noise + Math.floor(random() * 40),
          })),
        ],
        event: ({ random }) => ({ tags: innocent(random) }),
      });
      const found = await differencesOf(issue);
      expect(found.tested).toBeGreaterThan(100);
      claims.push(...namesOf(found), ...found.leading.map(({ pattern }) => `leading ${pattern}`));
    }
    // 25 answers of some 200 comparisons each: 5,000 chances to be wrong.
    expect(claims).toEqual([]);
  });
});
