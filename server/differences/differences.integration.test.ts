import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IssueDifferences } from '#contract/differences.ts';
import { openTestApp, type TestApp } from '#server/issues/test-app.ts';
import { openTestIssues, type TestIssues } from '#server/issues/test-issues.ts';
import { differenceRoutes } from './difference-routes.ts';
import { makeTraffic, PATTERN, type TestRequest } from './test-traffic.ts';

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
    expect(found.traffic).toMatchObject({ unit: 'trace', linked: 50, occurrences: 50, healthy: 750 });
    expect(namesOf(found)).toEqual(['pattern:5', 'pattern:4']);
    const cause = found.differences[1]!;
    expect(cause).toMatchObject({
      ...{ source: 'logs', occurrences: 50, occurrencesOf: 50, healthyOf: 750, test: 'fisher' },
      ...{ template: 'upstream answered <number>', before: 50, leadMs: 400 },
      // The service that is called only then stands in the same traces.
      same: [{ key: 'service', value: 'payments' }],
    });
  });
});
