/**
 * OpenTelemetry's protocol over HTTP: logs and traces, as protobuf and as JSON. Every OpenTelemetry SDK and the
 * Collector speak it. Source: https://opentelemetry.io/docs/specs/otlp/#otlphttp.
 */
import { ingestKeyOf } from '#server/ingest/credentials.ts';
import type {
  Answer,
  Credentials,
  Decoded,
  IngestRequest,
  Protocol,
  Route,
} from '#server/ingest/protocol.ts';
import { countRecords, encodeLogBatch } from '#server/record/log.ts';
import { reject } from '#server/record/rejections.ts';
import { countSpans, encodeSpanBatch } from '#server/record/span.ts';
import { joinStackTraces } from '#server/record/stack-trace/join-records.ts';
import { type Form, formOf, refused, taken } from './answers.ts';
import { readLogsJson, readTracesJson } from './json.ts';
import { Pieces } from './pieces.ts';
import { readLogsProtobuf, readTracesProtobuf } from './protobuf.ts';

/** SDKs send 512 records at once, collectors 8,192: a few MB. One and a half times what the Collector takes. */
const BODY_BYTES_MAX = 32 * 1024 * 1024;

const SOURCE = 'otlp';

type Signal = 'logs' | 'traces';

const KIND = { logs: 'log', traces: 'span' } as const;
const REJECTED = { logs: 'rejectedLogRecords', traces: 'rejectedSpans' } as const;

export const otlpProtocol: Protocol = {
  name: 'otlp',
  sends: 'logs',
  // Any page may send. What a browser exporter adds by itself, and the headers people put the key into.
  cors: {
    allowHeaders:
      'content-type, content-encoding, authorization, x-sentry-auth, accept, origin, traceparent, tracestate, baggage',
    exposeHeaders: 'retry-after',
    maxAgeSeconds: 3600,
  },
  routes: (['logs', 'traces'] as const).flatMap(routesOf),
  refuse: (error, _limits, request) => refused(formOf(request?.headers['content-type']) ?? 'json', error),
};

/** The last is where Sentry's own documentation sends OpenTelemetry exporters. */
function routesOf(signal: Signal): Route[] {
  return [`/v1/${signal}`, `/otlp/v1/${signal}`, `/api/:project/integration/otlp/v1/${signal}`].map(
    (path) => ({
      method: 'POST',
      path,
      bodyBytesMax: BODY_BYTES_MAX,
      credentials: credentialsOf,
      holds: ({ body }) => [{ kind: KIND[signal], quantity: 1, bytes: body.length }],
      decode: (request) => decode(signal, request),
      answer: (decoded, _verdict, request) => answer(signal, decoded, request),
    }),
  );
}

function credentialsOf(request: IngestRequest): Credentials {
  const { keys } = ingestKeyOf(request);
  const sentry = /\bsentry_key=([0-9a-f]+)/i.exec(request.headers['x-sentry-auth'] ?? '')?.[1];
  const { project } = request.params;
  return { keys: sentry ? [...keys, sentry] : keys, ...(project !== undefined && { project }) };
}

function decode(signal: Signal, { body, headers }: IngestRequest): Decoded {
  const form = formOf(headers['content-type']);
  if (form === undefined)
    throw reject('media_type_unknown', 'OTLP is application/x-protobuf or application/json');
  // In protobuf no bytes are a request without records, which is answered like any other.
  if (body.length === 0 && form === 'json') throw reject('body_empty');
  const pieces = new Pieces();
  const record = signal === 'logs' ? logs(form, body, pieces) : spans(form, body, pieces);
  const rejected = pieces.rejected;
  return {
    request: {
      ...(headers['user-agent'] !== undefined && { userAgent: headers['user-agent'] }),
      records: record.meta.quantity === 0 ? [] : [record],
    },
    counts:
      rejected === 0
        ? []
        : [
            {
              kind: KIND[signal],
              outcome: 'rejected',
              reason: 'otlp_records_invalid',
              quantity: rejected,
              bytes: 0,
            },
          ],
    ...(rejected > 0 && { remark: pieces.remark }),
  };
}

function logs(form: Form, body: Buffer, pieces: Pieces) {
  const batch = form === 'json' ? readLogsJson(body, pieces) : readLogsProtobuf(body, pieces);
  return {
    type: 'logs',
    kind: 'log',
    meta: { quantity: countRecords(batch), source: SOURCE },
    payload: encodeLogBatch({ groups: batch.groups.map((group) => joinStackTraces(group)) }),
  } as const;
}

function spans(form: Form, body: Buffer, pieces: Pieces) {
  const batch = form === 'json' ? readTracesJson(body, pieces) : readTracesProtobuf(body, pieces);
  return {
    type: 'spans',
    kind: 'span',
    meta: { quantity: countSpans(batch), source: SOURCE },
    payload: encodeSpanBatch(batch),
  } as const;
}

function answer(
  signal: Signal,
  { counts, remark = '' }: Decoded,
  request?: Pick<IngestRequest, 'headers'>,
): Answer {
  const rejected = counts.reduce((sum, { quantity }) => sum + quantity, 0);
  return taken(formOf(request?.headers['content-type']) ?? 'json', REJECTED[signal], rejected, remark);
}
