/**
 * `/api/:project/minidump/`: what crashpad, breakpad and Electron post when a native program dies: a form with
 * the minidump, or the minidump alone. It becomes a fatal event with the dump attached; the stack is not read
 * out of the dump by this version.
 */
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Decoded, IngestRequest, Route } from '#server/ingest/protocol.ts';
import type { AcceptedRecord } from '#server/record/accepted.ts';
import { reject } from '#server/record/rejections.ts';
import { answerText } from './answers.ts';
import { attachmentMeta } from './attachment.ts';
import { keep } from './contents.ts';
import { credentialsOf } from './credentials.ts';
import { newEventId, readEventId } from './event-id.ts';
import type { JsonObject } from './json.ts';
import { ATTACHMENT_BYTES_MAX } from './limits.ts';
import { type FormFile, readForm } from './multipart.ts';
import { crashEvent, isMinidump, minidumpTime } from './native-crash.ts';
import { senderOf } from './sender.ts';
import { eventOfFields } from './sentry-fields.ts';

export const minidumpRoute: Route = {
  method: 'POST',
  path: '/api/:project/minidump/',
  credentials: (request) => credentialsOf(request),
  decode: decodeMinidump,
  answer: answerText,
};

const FIELD = 'upload_file_minidump';
/** Content types of a body that is the dump itself. */
const RAW_TYPES = /^application\/(?:octet-stream|x-dmp)\b/i;

async function decodeMinidump(request: IngestRequest): Promise<Decoded> {
  if (request.body.length === 0) throw reject('body_empty');
  const { fields, files } = RAW_TYPES.test(request.headers['content-type'] ?? '')
    ? {
        fields: [],
        files: [{ field: FIELD, filename: 'minidump.dmp', contentType: '', bytes: request.body }],
      }
    : await readForm(request);
  const dump = files.find(({ field }) => field === FIELD);
  if (!dump) throw reject('minidump_missing');
  const bytes = unpack(dump.bytes);
  if (!isMinidump(bytes)) throw reject('minidump_invalid');

  const sent = eventOfFields(fields);
  const eventId = readEventId(sent.event_id) ?? newEventId();
  const records = [
    keep('event', 'event', encode(crashEvent('minidump', sent, minidumpTime(bytes)))),
    attachment({ ...dump, filename: dump.filename.replace(/\.(?:gz|zst)$/, ''), bytes }, 'event.minidump'),
    ...files.filter((file) => file !== dump).map((file) => attachment(file, typeOfField(file.field))),
  ];
  return { request: { ...senderOf(request), eventId, records }, counts: [] };
}

/** Reporters on slow lines compress the dump inside of the form. Bounded as an attachment is. */
function unpack(bytes: Buffer): Buffer {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const isZstd = bytes.length > 4 && bytes.readUInt32LE(0) === 0xfd2fb528;
  if (!isGzip && !isZstd) return bytes;
  try {
    const limits = { maxOutputLength: ATTACHMENT_BYTES_MAX };
    return isGzip ? gunzipSync(bytes, limits) : zstdDecompressSync(bytes, limits);
  } catch (cause) {
    if (cause instanceof RangeError)
      throw reject('item_too_large', `minidump, at most ${ATTACHMENT_BYTES_MAX} bytes`, { cause });
    throw reject('minidump_invalid', 'it begins as gzip or zstd and does not decompress', { cause });
  }
}

function typeOfField(field: string): string {
  return field === 'view-hierarchy.json' ? 'event.view_hierarchy' : 'event.attachment';
}

export function attachment({ filename, field, contentType, bytes }: FormFile, type: string): AcceptedRecord {
  return keep('attachment', 'attachment', bytes, { ...attachmentMeta(filename || field, contentType, type) });
}

function encode(event: JsonObject): Buffer {
  return Buffer.from(JSON.stringify(event));
}
