/** The rows that process makes of the bench's envelopes, as JSON lines. */
import { prepare } from '#server/process/prepare.ts';
import { jsonLines } from '#server/process/spool.ts';
import { StageClock } from '#server/process/stage-clock.ts';
import { makeEnvelope } from './envelopes.ts';

export function finishedRows(from: number, count: number): Buffer {
  const receivedAt = Date.now();
  const rows = Array.from({ length: count }, (_, n) => {
    const { id, body } = makeEnvelope(from + n);
    const payload = body.subarray(body.indexOf('\n', body.indexOf('\n') + 1) + 1);
    const request = {
      project: 1,
      key: 1,
      receivedAt,
      eventId: id,
      records: [{ type: 'event' as const, kind: 'event' as const, meta: {}, payload }],
    };
    return prepare(request, new StageClock()).events[0]!.row;
  });
  return jsonLines(rows);
}
