import { expect, test } from 'vitest';
import type { AcceptedRecord } from '#server/record/accepted.ts';
import type { RecordKind } from '#server/record/outcome.ts';
import { createAdmission } from './admit.ts';
import type { KnownKey } from './keys.ts';
import type { PressureLevel } from './pressure.ts';

const key = (rateLimit: KnownKey['rateLimit'] = null, id = 1): KnownKey => ({
  id,
  projectId: 1,
  enabled: true,
  rateLimit,
  quotas: null,
  projectExists: true,
});

const UNCOUNTED = { take: () => null, giveBack: () => {} };

/** `event session` → records; `reports` stands for a client report. */
const records = (words: string): AcceptedRecord[] =>
  words.split(' ').map((word) => ({
    type: word === 'reports' ? 'counts' : 'event',
    kind: word === 'reports' ? 'unknown' : (word as RecordKind),
    meta: {},
    payload: new Uint8Array(1),
  }));

const words = (kept: AcceptedRecord[]) =>
  kept.map((record) => (record.type === 'counts' ? 'reports' : record.kind)).join(' ');

function admit(sent: string, limit: KnownKey['rateLimit'], level: PressureLevel = 0) {
  const { kept, refused, limits } = createAdmission({ level }, UNCOUNTED).admit(key(limit), records(sent), 0);
  return { kept: words(kept), refused: refused.map(({ record, code }) => `${record.kind} ${code}`), limits };
}

const two = { count: 2, windowSeconds: 60 };

test.each<[string, KnownKey['rateLimit'], PressureLevel, string, string[]]>([
  // No limit, no pressure: all passes.
  ['event session log attachment', null, 0, 'event session log attachment', []],
  // What a person would call a thing sent is counted, in the order it came.
  ['event log event', two, 0, 'event log', ['event rate_limited']],
  // Sessions, check-ins and reports pass, or release health and the ledger would be wrong.
  [
    'event event event session check_in reports',
    two,
    0,
    'event event session check_in reports',
    ['event rate_limited'],
  ],
  // Attachments go with their event.
  ['event attachment attachment', two, 0, 'event attachment attachment', []],
  ['log log event attachment', two, 0, 'log log', ['event rate_limited', 'attachment rate_limited']],
  // Behind: bulk first, then sessions and attachments, errors last; reports never.
  ['event session log span reports', null, 1, 'event session reports', ['log overloaded', 'span overloaded']],
  [
    'event session attachment log',
    null,
    2,
    'event',
    ['session overloaded', 'attachment overloaded', 'log overloaded'],
  ],
  ['event feedback reports', null, 3, 'reports', ['event overloaded', 'feedback overloaded']],
  // What is refused for the server's sake does not use up the key's limit.
  [
    'log log event event event',
    two,
    1,
    'event event',
    ['log overloaded', 'log overloaded', 'event rate_limited'],
  ],
])('%s under %j at pressure %i', (sent, limit, level, kept, refused) => {
  const admitted = admit(sent, limit, level);
  expect(admitted.kept).toBe(kept);
  expect(admitted.refused).toEqual(refused);
});

test('a limit names its kinds, how long it holds and for whom', () => {
  expect(admit('event event event log', two).limits).toEqual([
    {
      kinds: expect.arrayContaining(['event', 'log', 'transaction']),
      retryAfterSeconds: 60,
      scope: 'key',
      reason: 'rate_limited',
    },
  ]);
  expect(admit('event log span log', null, 1).limits).toEqual([
    { kinds: ['log', 'span'], retryAfterSeconds: 30, scope: 'organization', reason: 'overloaded' },
  ]);
  expect(admit('event', two).limits).toEqual([]);
});

test('a window lets its count through, says when it closes, and opens anew with the next record', () => {
  const admission = createAdmission({ level: 0 }, UNCOUNTED);
  const at = (seconds: number, sent: string, id = 1) => {
    const { kept, limits } = admission.admit(key(two, id), records(sent), seconds * 1000);
    return [kept.length, limits[0]?.retryAfterSeconds];
  };
  expect(at(0, 'event')).toEqual([1, undefined]);
  expect(at(10, 'event event')).toEqual([1, 50]);
  expect(at(59.5, 'event')).toEqual([0, 1]);
  expect(at(59.5, 'event', 2)).toEqual([1, undefined]);
  expect(at(70, 'event event event')).toEqual([2, 60]);
  // The clock is set back an hour: the window does not stay open for that hour.
  expect(at(-3600, 'event')).toEqual([1, undefined]);
});

test('a batch of log records counts with all of them, and passes whole or not at all', () => {
  const admission = createAdmission({ level: 0 }, UNCOUNTED);
  const logs = (quantity: number): AcceptedRecord => ({
    type: 'logs',
    kind: 'log',
    meta: { quantity, source: 'loki' },
    payload: new Uint8Array(1),
  });
  const passes = (quantity: number, now: number) =>
    admission.admit(key({ count: 1000, windowSeconds: 60 }), [logs(quantity)], now).kept.length === 1;
  expect([passes(600, 0), passes(600, 1), passes(400, 2), passes(1, 3)]).toEqual([true, false, true, false]);
  // More than any window holds: alone in one of its own, or it could never be sent.
  expect([passes(5000, 60_000), passes(1, 60_001)]).toEqual([true, false]);
});
