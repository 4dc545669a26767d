import { expect, test } from 'vitest';
import type { AcceptedRequest } from '#server/record/accepted.ts';
import { encodeSpanBatch } from '#server/record/span.ts';
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

test('a transaction is one for the ledger, and as many rows as it has spans; one that is damaged is kept aside', () => {
  const span = (spanId: string) => ({
    ...{ traceId: 'a'.repeat(32), spanId, name: 'checkout' },
    ...{ start: '1795370082715220000', end: '1795370082718546000' },
  });
  const payload = encodeSpanBatch({ groups: [{ spans: [span('b'.repeat(16)), span('c'.repeat(16))] }] });
  const record = { type: 'spans', kind: 'transaction', meta: { quantity: 1, source: 'sentry' } } as const;
  const prepared = prepare(
    {
      project: 1,
      key: 1,
      receivedAt: Date.UTC(2026, 10, 22),
      records: [
        { ...record, payload },
        { ...record, payload: payload.subarray(1) },
      ],
    },
    new StageClock(),
  );
  expect(prepared.spans).toMatchObject([{ kind: 'transaction', quantity: 1, rows: 2 }]);
  expect(prepared.deadLetters).toHaveLength(1);
});
