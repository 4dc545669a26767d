/** Sessions, check-ins and what users wrote, with every field wrong: rows in the range of their columns, no dead letter. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AcceptedType } from '#server/record/accepted.ts';
import { prepare } from './prepare.ts';
import { StageClock } from './stage-clock.ts';

const receivedAt = Date.UTC(2026, 10, 22, 12);

function process(type: AcceptedType, sent: string) {
  const prepared = prepare(
    {
      project: 1,
      key: 1,
      receivedAt,
      records: [{ type, kind: 'unknown', meta: {}, payload: Buffer.from(sent) }],
    },
    new StageClock(),
  );
  expect(prepared.deadLetters.map(({ message }) => message)).toEqual([]);
  return prepared;
}

const hostile = fc
  .oneof(
    fc.constantFrom('null', '0', '-1', '1e300', '1e400', '-1e400', '""', '"x"', '[]', '{}', '[null]', '0.5'),
    fc.constantFrom(
      '{"toString":1,"valueOf":2}',
      '[{"toString":1}]',
      '"\\u0000"',
      '"\\ud800"',
      '"9".repeat',
      'true',
    ),
    fc.constantFrom('"1e300"', '"2026-11-22T11:59:00Z"', '1795348740', `"${'x'.repeat(9000)}"`),
  )
  .map((text) => (text === '"9".repeat' ? `"${'9'.repeat(400)}"` : text));
const object = (...fields: string[]) =>
  fc.record(Object.fromEntries(fields.map((field) => [field, hostile])), { requiredKeys: [] }).map(
    (parts) =>
      `{${Object.entries(parts)
        .map(([field, value]) => `"${field}":${value}`)
        .join()}}`,
  );
const always = { seed: 20_261_122, numRuns: 500 };

test('a session', () => {
  const session = object('sid', 'did', 'seq', 'init', 'started', 'timestamp', 'duration', 'status', 'errors');
  fc.assert(
    fc.property(session, hostile, (fields, environment) => {
      const [row] = process(
        'session',
        fields.replace(
          /^\{/,
          `{"attrs":{"release":"1.0","environment":${environment}}${fields === '{}' ? '' : ','}`,
        ),
      ).sessions;
      expectInRange(row!);
    }),
    always,
  );
});

test('sessions counted by minute', () => {
  const bucket = object('started', 'did', 'exited', 'errored', 'abnormal', 'crashed', 'unhandled');
  fc.assert(
    fc.property(fc.array(bucket, { maxLength: 5 }), (buckets) => {
      const { sessions, counts } = process(
        'sessions',
        `{"attrs":{"release":"1.0"},"aggregates":[${buckets.join()}]}`,
      );
      for (const row of sessions) expectInRange(row);
      expect(counts).toHaveLength(1);
    }),
    always,
  );
});

function expectInRange(row: ReturnType<typeof process>['sessions'][number]): void {
  const { started, sequence, errors, duration_ms, init, quantity } = row;
  expect(started).toBeGreaterThan(receivedAt - 6 * 86_400_000);
  expect(started).toBeLessThanOrEqual(receivedAt + 60_000);
  for (const count of [sequence, errors, quantity, duration_ms ?? 0]) {
    expect(Number.isSafeInteger(count)).toBe(true);
    expect(count).toBeGreaterThanOrEqual(0);
  }
  expect(errors).toBeLessThan(2 ** 32);
  expect(quantity).toBeLessThan(2 ** 32);
  expect([0, 1]).toContain(init);
  for (const value of Object.values(row))
    if (typeof value === 'string') expect(value.isWellFormed() && value.length < 300).toBe(true);
}

test('a check-in', () => {
  const checkIn = object('check_in_id', 'duration', 'environment', 'release', 'monitor_config', 'contexts');
  fc.assert(
    fc.property(checkIn, (fields) => {
      const { checkIns } = process(
        'check_in',
        fields.replace(/^\{/, `{"monitor_slug":"nightly","status":"ok"${fields === '{}' ? '' : ','}`),
      );
      const { durationMs, environment, checkInId } = checkIns[0]!;
      if (durationMs !== null) expect(durationMs).toBeLessThan(2 ** 31);
      expect(environment.length).toBeLessThanOrEqual(64);
      expect(checkInId.length).toBeLessThanOrEqual(64);
    }),
    always,
  );
});

test('two monitors with long names of the same beginning stay two', () => {
  const slugOf = (slug: string) =>
    process('check_in', JSON.stringify({ monitor_slug: slug, status: 'ok' })).checkIns[0]!.slug;
  const name = 'import-of-the-orders-of-all-shops-in-the-region-of-';
  expect(slugOf(`${name}vienna`)).toBe(`${name}vienna`);
  expect(slugOf(`${name}graz`)).toBe(`${name}graz`);
});

test('what a user wrote', () => {
  const report = object('event_id', 'name', 'email', 'comments', 'url');
  const feedback = object('associated_event_id', 'contact_email', 'name', 'message', 'url');
  fc.assert(
    fc.property(report, feedback, hostile, (one, other, contexts) => {
      const drafts = [
        ...process('user_report', one).feedback,
        ...process('feedback', `{"contexts":{"feedback":${other}}}`).feedback,
        ...process('feedback', `{"contexts":${contexts}}`).feedback,
      ];
      expect(drafts).toHaveLength(3);
      for (const { message, eventId } of drafts) {
        expect(message.length).toBeLessThanOrEqual(4096);
        expect(eventId ?? '0'.repeat(32)).toMatch(/^[0-9a-f]{32}$/);
      }
    }),
    always,
  );
});
