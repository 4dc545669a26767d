/**
 * The smallest protocol there can be, for tests of the door: each line of the body is a record, its first word
 * the kind. `event hello`, `session`, `transaction` (counted, not kept), `discarded`. Bad lines are refused as real decoders refuse.
 */
import { RECORD_KINDS, type RecordKind } from '#server/record/outcome.ts';
import { reject } from '#server/record/rejections.ts';
import type { Decoded, IngestRequest, Protocol } from './protocol.ts';

export const lineProtocol: Protocol = {
  name: 'line',
  sends: 'events',
  cors: { allowHeaders: 'content-type', exposeHeaders: 'retry-after,x-limits', maxAgeSeconds: 60 },
  routes: [
    {
      method: 'POST',
      path: '/api/:project/lines/',
      credentials: (request) => ({ keys: request.query.getAll('key'), project: request.params.project }),
      holds: ({ body }) =>
        linesOf(body).map((line) => ({ kind: kindOf(line), quantity: 1, bytes: line.length })),
      decode,
      answer: (_decoded, { limited }) => ({
        status: 200,
        headers: { 'x-limits': limited.map((limit) => limit.kinds.join(';')).join(',') },
        body: '{}',
      }),
    },
  ],
  refuse: (error) => ({
    status: 'status' in error ? error.status : 503,
    headers: { 'x-refused': error.message },
    body: JSON.stringify({ code: error.code }),
  }),
};

function decode(request: IngestRequest): Decoded {
  const decoded: Decoded = { request: { records: [] }, counts: [] };
  for (const line of linesOf(request.body)) {
    const kind = kindOf(line);
    if (line === 'discarded')
      decoded.counts.push({
        kind: 'event',
        outcome: 'discarded',
        reason: 'before_send',
        quantity: 1,
        bytes: 0,
      });
    else if (kind === 'transaction')
      decoded.counts.push({ kind, outcome: 'dropped', reason: 'kind_not_stored', quantity: 1, bytes: 11 });
    else if (kind === 'unknown') throw reject('event_invalid', line.slice(0, 40));
    else
      decoded.request.records.push({
        type: kind === 'attachment' ? 'attachment' : kind === 'session' ? 'session' : 'event',
        kind,
        meta: {},
        payload: Buffer.from(line),
      });
  }
  return decoded;
}

function linesOf(body: Buffer): string[] {
  return body
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
}

function kindOf(line: string): RecordKind {
  return RECORD_KINDS.find((kind) => kind === line.split(' ', 1)[0]) ?? 'unknown';
}
