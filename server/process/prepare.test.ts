import { expect, test } from 'vitest';
import type { AcceptedRequest } from '#server/record/accepted.ts';
import { prepare } from './prepare.ts';
import { StageClock } from './stage-clock.ts';

test('several reports of one request are several events, each under its own id', () => {
  const ids = ['a'.repeat(32), 'b'.repeat(32)];
  const request: AcceptedRequest = {
    project: 1,
    key: 1,
    receivedAt: Date.UTC(2026, 10, 22),
    eventId: ids[0]!,
    records: ids.map((eventId) => ({
      type: 'event',
      kind: 'security',
      meta: { eventId },
      payload: Buffer.from('{"csp":{"effective_directive":"img-src"}}'),
    })),
  };
  expect(prepare(request, new StageClock()).events.map(({ row }) => row.event_id)).toEqual(ids);
});
