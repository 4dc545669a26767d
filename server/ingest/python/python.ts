/**
 * HTTPHandler of Python's logging: one record a request, its fields as a form or in the address.
 * Source: https://docs.python.org/3/library/logging.handlers.html#httphandler.
 */
import { ingestKeyOf } from '#server/ingest/credentials.ts';
import type { Answer, Decoded, IngestRequest, Limit, Protocol } from '#server/ingest/protocol.ts';
import { type Rejection, Unavailable } from '#server/platform/rejection.ts';
import { encodeLogBatch } from '#server/record/log.ts';
import { reject } from '#server/record/rejections.ts';
import { readLogRecord } from './log-record.ts';

/** One record with its traceback. */
const BODY_BYTES_MAX = 1024 * 1024;
/** Fields of one record; process keeps 512 of them. */
const FIELDS_MAX = 1_000;

export const pythonProtocol: Protocol = {
  name: 'python',
  sends: 'logs',
  routes: (['POST', 'GET'] as const).map((method) => ({
    method,
    path: '/ingest/python',
    bodyBytesMax: BODY_BYTES_MAX,
    credentials: ingestKeyOf,
    holds: ({ body }) => [{ kind: 'log', quantity: 1, bytes: body.length }],
    decode,
    answer: () => json(200, { accepted: 1 }),
  })),
  refuse,
};

/** With POST the address may name the service and other things that hold for all records; with GET the record is there. */
function decode({ method, body, query }: IngestRequest): Decoded {
  const isInAddress = method === 'GET';
  const form = isInAddress ? query : new URLSearchParams(body.toString('utf8'));
  const read = readLogRecord(fieldsOf(form));
  if (read === null) throw reject('python_record_invalid');
  const resource = isInAddress ? {} : fieldsOf(query);
  const { record, scope } = read;
  return {
    request: {
      records: [
        {
          type: 'logs',
          kind: 'log',
          meta: { quantity: 1, source: 'python' },
          payload: encodeLogBatch({ groups: [{ resource, ...(scope && { scope }), records: [record] }] }),
        },
      ],
    },
    counts: [],
  };
}

function fieldsOf(form: URLSearchParams): Record<string, string> {
  const fields: [string, string][] = [];
  for (const pair of form) {
    if (fields.length === FIELDS_MAX) break;
    if (pair[0] !== 'key') fields.push(pair);
  }
  return Object.fromEntries(fields);
}

function refuse(error: Rejection | Unavailable, _limits: Limit[]): Answer {
  const status = error instanceof Unavailable ? 503 : error.status;
  return json(status, { error: { code: error.code, message: error.message } });
}

function json(status: number, body: unknown): Answer {
  return { status, body: JSON.stringify(body) };
}
