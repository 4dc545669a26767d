/**
 * JSON lines over HTTP: `POST /ingest/jsonl`, one record a line, for curl, cron and whoever has no library. A line
 * that is no JSON object is a record all the same: its text is the body. `?service=` and other parameters of the
 * address hold for all lines.
 */
import { ingestKeyOf } from '#server/ingest/credentials.ts';
import type { Answer, Decoded, IngestRequest, Limit, Protocol } from '#server/ingest/protocol.ts';
import { type Rejection, Unavailable } from '#server/platform/rejection.ts';
import { encodeLogBatch, type LogRecord } from '#server/record/log.ts';
import { reject } from '#server/record/rejections.ts';
import { joinStackTraces } from '#server/record/stack-trace/join-records.ts';
import { readLine } from './line.ts';

export const jsonlProtocol: Protocol = {
  name: 'jsonl',
  sends: 'logs',
  routes: [
    {
      method: 'POST',
      path: '/ingest/jsonl',
      credentials: ingestKeyOf,
      holds: ({ body }) => [{ kind: 'log', quantity: 1, bytes: body.length }],
      decode,
      answer: (decoded) => answer(decoded),
    },
  ],
  refuse,
};

/** Records of one request. A line has two bytes at least; what this holds in memory is bounded by the body. */
const RECORDS_MAX = 500_000;

function decode({ body, query }: IngestRequest): Decoded {
  const records: LogRecord[] = [];
  for (const line of linesOf(body)) {
    if (records.length === RECORDS_MAX) throw reject('too_many_records', `the limit is ${RECORDS_MAX} lines`);
    records.push(readLine(line));
  }
  if (records.length === 0) throw reject('body_empty');
  const resource = Object.fromEntries([...query].filter(([name]) => name !== 'key'));
  return {
    request: {
      records: [
        {
          type: 'logs',
          kind: 'log',
          meta: { quantity: records.length, source: 'jsonl' },
          payload: encodeLogBatch({ groups: [joinStackTraces({ resource, records }, isPlainText)] }),
        },
      ],
    },
    counts: [],
  };
}

/** Who sends JSON has put what belongs together into one object; of text nobody could. */
const isPlainText = ({ attributes }: LogRecord) => attributes === undefined;

/** Lines with something in them, without their ends. What stands before the text is part of it. */
function* linesOf(body: Buffer): Generator<string> {
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf(0x0a, at);
    const line = body.toString('utf8', at, end < 0 ? body.length : end).trimEnd();
    if (line !== '') yield line;
    at = end < 0 ? body.length : end + 1;
  }
}

function answer({ request }: Decoded): Answer {
  const accepted = request.records.reduce((sum, { meta }) => sum + Number(meta.quantity), 0);
  return json(200, { accepted });
}

function refuse(error: Rejection | Unavailable, _limits: Limit[]): Answer {
  const status = error instanceof Unavailable ? 503 : error.status;
  return json(status, { error: { code: error.code, message: error.message } });
}

function json(status: number, body: unknown): Answer {
  return { status, body: JSON.stringify(body) };
}
