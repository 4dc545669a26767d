/**
 * `/api/:project/store/` and `/api/store/`: one event per request, before envelopes (SDKs until about 2020).
 * The body is JSON, or what raven sends: base64 of zlib of JSON, with no header that says so.
 */
import type { Decoded, IngestRequest, Route } from '#server/ingest/protocol.ts';
import { reject } from '#server/record/rejections.ts';
import { answerId } from './answers.ts';
import { holds } from './contents.ts';
import { credentialsOf } from './credentials.ts';
import { decodeEvent } from './event.ts';
import { newEventId } from './event-id.ts';
import { EVENT_BYTES_MAX } from './limits.ts';
import { senderOf } from './sender.ts';
import { unpack } from './unpack.ts';

export const storeRoutes: Route[] = ['/api/:project/store/', '/api/store/'].map((path) => ({
  method: 'POST',
  path,
  credentials: (request) => credentialsOf(request),
  holds: holds('event'),
  decode: decodeStore,
  answer: answerId,
}));

const INFLATE = { encoding: 'deflate', bytesMax: EVENT_BYTES_MAX, broken: 'encoding_invalid' } as const;

async function decodeStore(request: IngestRequest): Promise<Decoded> {
  if (request.body.length === 0) throw reject('body_empty');
  const payload = await plain(request);
  if (payload.length > EVENT_BYTES_MAX)
    throw reject('item_too_large', `event, at most ${EVENT_BYTES_MAX} bytes`);
  const { records, counts, eventId } = decodeEvent(payload);
  return { request: { ...senderOf(request), eventId: eventId ?? newEventId(), records }, counts };
}

/** Told apart by the first bytes: JSON opens with `{`, zlib with 0x78, and base64 of zlib with `eJ`. */
function plain(request: IngestRequest): Buffer | Promise<Buffer> {
  const { body } = request;
  const inflate = (part: Buffer) => unpack(request, part, INFLATE);
  if (body[0] === 0x78) return inflate(body);
  if (body[0] === 0x65 && body[1] === 0x4a) return inflate(Buffer.from(body.toString('latin1'), 'base64'));
  return body;
}
