/**
 * `/api/:project/store/` and `/api/store/`: one event per request, before envelopes (SDKs until about 2020).
 * The body is JSON, or what raven sends: base64 of zlib of JSON, with no header that says so.
 */
import { inflateSync } from 'node:zlib';
import type { Decoded, IngestRequest, Route } from '#server/ingest/protocol.ts';
import { reject } from '#server/record/rejections.ts';
import { answerId } from './answers.ts';
import { credentialsOf } from './credentials.ts';
import { decodeEvent } from './event.ts';
import { newEventId } from './event-id.ts';
import { EVENT_BYTES_MAX } from './limits.ts';
import { senderOf } from './sender.ts';

export const storeRoutes: Route[] = ['/api/:project/store/', '/api/store/'].map((path) => ({
  method: 'POST',
  path,
  credentials: (request) => credentialsOf(request),
  decode: decodeStore,
  answer: answerId,
}));

function decodeStore(request: IngestRequest): Decoded {
  const payload = unpack(request.body);
  if (payload.length > EVENT_BYTES_MAX)
    throw reject('item_too_large', `event, at most ${EVENT_BYTES_MAX} bytes`);
  const { records, counts, eventId } = decodeEvent(payload);
  return { request: { ...senderOf(request), eventId: eventId ?? newEventId(), records }, counts };
}

/** Told apart by the first bytes: JSON opens with `{`, zlib with 0x78, and base64 of zlib with `eJ`. */
function unpack(body: Buffer): Buffer {
  if (body.length === 0) throw reject('body_empty');
  if (body[0] === 0x78) return inflate(body);
  if (body[0] === 0x65 && body[1] === 0x4a) return inflate(Buffer.from(body.toString('latin1'), 'base64'));
  return body;
}

function inflate(packed: Buffer): Buffer {
  try {
    return inflateSync(packed, { maxOutputLength: EVENT_BYTES_MAX });
  } catch (cause) {
    if (cause instanceof RangeError)
      throw reject('item_too_large', `event, at most ${EVENT_BYTES_MAX} bytes`, { cause });
    throw reject('encoding_invalid', 'the body is not zlib', { cause });
  }
}
