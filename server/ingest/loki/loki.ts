/**
 * Loki's push API, as its agents and libraries speak it: snappy protobuf or JSON in, 204 or a sentence of plain
 * text out. Source: https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs.
 */
import { ingestKeyOf } from '#server/ingest/credentials.ts';
import type { Answer, Decoded, IngestRequest, Limit, Protocol } from '#server/ingest/protocol.ts';
import { type Rejection, Unavailable } from '#server/platform/rejection.ts';
import { countRecords, encodeLogBatch, type LogBatch } from '#server/record/log.ts';
import { reject } from '#server/record/rejections.ts';
import { joinStackTraces } from '#server/record/stack-trace/join-records.ts';
import { readJsonPush } from './push-json.ts';
import { readProtobufPush } from './push-protobuf.ts';

export const lokiProtocol: Protocol = {
  name: 'loki',
  sends: 'logs',
  routes: ['/loki/api/v1/push', '/api/prom/push'].map((path) => ({
    method: 'POST',
    path,
    credentials: ingestKeyOf,
    holds: ({ body }) => [{ kind: 'log', quantity: 1, bytes: body.length }],
    decode,
    answer,
  })),
  refuse,
};

function decode({ body, headers }: IngestRequest): Decoded {
  if (body.length === 0) throw reject('body_empty');
  const { batch, problems } = isJson(headers['content-type']) ? readJsonPush(body) : readProtobufPush(body);
  const quantity = countRecords(batch);
  if (quantity === 0 && problems.length === 0) throw reject('stream_missing');
  if (quantity === 0) throw reject('streams_invalid', problems[0]!.sentence);
  const rejected = problems.reduce((sum, problem) => sum + problem.records, 0);
  return {
    request: { records: [logsRecord(batch, quantity)] },
    counts:
      rejected === 0
        ? []
        : [{ kind: 'log', outcome: 'rejected', reason: 'streams_invalid', quantity: rejected, bytes: 0 }],
    ...(problems.length > 0 && { remark: problems.map(({ sentence }) => sentence).join('\n') }),
  };
}

function logsRecord(batch: LogBatch, quantity: number): Decoded['request']['records'][number] {
  return {
    type: 'logs',
    kind: 'log',
    meta: { quantity, source: 'loki' },
    payload: encodeLogBatch({ groups: batch.groups.map((group) => joinStackTraces(group)) }),
  };
}

/** No or another Content-Type is protobuf, as in Loki. */
function isJson(contentType = ''): boolean {
  return /^\s*application\/json\s*(;|$)/i.test(contentType);
}

/** What is valid is stored even when the answer is 400: so does Loki, and its agents do not send again then. */
function answer({ remark }: Decoded): Answer {
  return remark === undefined ? { status: 204, body: '' } : plain(400, remark);
}

/** Agents write what they hear into their own log, where people look for Loki's words. */
function refuse(error: Rejection | Unavailable, _limits: Limit[]): Answer {
  if (error instanceof Unavailable) return plain(503, error.message);
  return plain(
    error.status,
    error.status === 429 ? `Ingestion rate limit exceeded. ${error.message}` : error.message,
  );
}

function plain(status: number, text: string): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${text}\n` };
}
