/**
 * Answers of OTLP, in the form of the request: what was taken, what of it was not, and refusals as a Status.
 * Source: https://opentelemetry.io/docs/specs/otlp/#otlphttp-response.
 */
import { PbfWriter } from 'pbf';
import type { Answer } from '#server/ingest/protocol.ts';
import { Rejection, type Unavailable } from '#server/platform/rejection.ts';

export type Form = 'protobuf' | 'json';

/** By the Content-Type; nothing for what is neither. */
export function formOf(contentType = ''): Form | undefined {
  const type = contentType.split(';', 1)[0]!.trim().toLowerCase();
  if (type === 'application/x-protobuf' || type === 'application/protobuf') return 'protobuf';
  return type === 'application/json' ? 'json' : undefined;
}

/** `rejected` is named differently for each signal; the numbers of the fields are the same. */
export function taken(
  form: Form,
  rejectedName: 'rejectedLogRecords' | 'rejectedSpans',
  rejected: number,
  message: string,
): Answer {
  if (form === 'json')
    return json(
      200,
      rejected === 0 ? {} : { partialSuccess: { [rejectedName]: String(rejected), errorMessage: message } },
    );
  const pbf = new PbfWriter();
  if (rejected > 0)
    pbf.writeMessage(
      1,
      (_: unknown, partial) => {
        partial.writeVarintField(1, rejected);
        partial.writeStringField(2, message);
      },
      null,
    );
  return protobuf(200, pbf);
}

/** 429 and 503 are sent again, with what Retry-After says; everything else is final. */
export function refused(form: Form, error: Rejection | Unavailable): Answer {
  const status = error instanceof Rejection ? error.status : 503;
  const code = codeOf(status);
  if (form === 'json') return json(status, { code, message: error.message });
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, code);
  pbf.writeStringField(2, error.message);
  return protobuf(status, pbf);
}

/** Numbers of https://grpc.io/docs/guides/status-codes/. */
function codeOf(status: number): number {
  switch (status) {
    case 403:
      return 7;
    case 404:
      return 5;
    case 429:
      return 8;
    case 503:
      return 14;
    default:
      return 3;
  }
}

function json(status: number, body: unknown): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function protobuf(status: number, pbf: PbfWriter): Answer {
  return { status, headers: { 'content-type': 'application/x-protobuf' }, body: Buffer.from(pbf.finish()) };
}
