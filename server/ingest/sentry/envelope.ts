/**
 * `/api/:project/envelope/`, the route every current SDK uses, and the tunnel, where a page posts envelopes to
 * its own server and the project is known only from the `dsn` in the envelope header.
 */
import type { Credentials, Decoded, Held, IngestRequest, Route } from '#server/ingest/protocol.ts';
import { Rejection } from '#server/platform/rejection.ts';
import { reject } from '#server/record/rejections.ts';
import { answerId } from './answers.ts';
import { holds } from './contents.ts';
import { credentialsOf } from './credentials.ts';
import { firstLine, readEnvelope, readHeader } from './envelope-reader.ts';
import { newEventId, readEventId } from './event-id.ts';
import { itemTypeOf } from './item-types.ts';
import { decodeItems, isPrimary } from './items.ts';
import { isObject, type JsonObject } from './json.ts';
import { senderOf } from './sender.ts';

export const envelopeRoutes: Route[] = ['/api/:project/envelope/', '/api/tunnel/', '/tunnel'].map((path) => ({
  method: 'POST',
  path,
  credentials: envelopeCredentials,
  holds: heldInEnvelope,
  decode: decodeEnvelope,
  answer: answerId,
}));

/** The header is parsed here only when it mentions a DSN, which SDKs send through a tunnel only. */
function envelopeCredentials(request: IngestRequest): Credentials {
  const line = firstLine(request.body);
  return credentialsOf(request, line.includes('"dsn"') ? readHeader(line, 'the first line').dsn : undefined);
}

/** Only the header lines are read. */
function heldInEnvelope({ body }: IngestRequest): Held[] {
  try {
    return readEnvelope(body).items.map((item) => {
      const { kind, count } = itemTypeOf(item);
      return { kind, quantity: count(item), bytes: item.payload.length };
    });
  } catch (error) {
    if (error instanceof Rejection) return holds('unknown')({ body });
    throw error;
  }
}

export function decodeEnvelope(request: IngestRequest): Decoded {
  if (request.body.length === 0) throw reject('body_empty');
  const { header, items } = readEnvelope(request.body);
  const headerId = readEventId(header.event_id);
  const { records, counts, eventId } = decodeItems(items, headerId !== undefined, request);
  return {
    request: {
      ...senderOf(request, header.sdk),
      sentAt: readSentAt(header),
      trace: isObject(header.trace) ? header.trace : undefined,
      eventId: headerId ?? eventId ?? (records.some(isPrimary) ? newEventId() : undefined),
      records,
    },
    counts,
  };
}

/** RFC 3339, by the sender's clock. What cannot be read is as good as absent: it only corrects clock drift. */
function readSentAt(header: JsonObject): number | undefined {
  const time = typeof header.sent_at === 'string' ? Date.parse(header.sent_at) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
