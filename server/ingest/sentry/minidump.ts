/**
 * `/api/:project/minidump/`: what crashpad, breakpad and Electron post when a native program dies: a form with
 * the minidump, or the minidump alone. It becomes a fatal event with the dump attached, and with what the headers of
 * the dump say; stacks are not walked.
 */
import type { Decoded, IngestRequest, Route } from '#server/ingest/protocol.ts';
import { reject } from '#server/record/rejections.ts';
import { answerText } from './answers.ts';
import { attachmentOf } from './attachment.ts';
import { holds } from './contents.ts';
import { credentialsOf } from './credentials.ts';
import { eventRecord } from './event.ts';
import { newEventId, readEventId } from './event-id.ts';
import { ATTACHMENT_BYTES_MAX } from './limits.ts';
import { readMinidump } from './minidump-reader.ts';
import { readForm } from './multipart.ts';
import { crashEvent, isMinidump, minidumpTime } from './native-crash.ts';
import { readNativeFiles } from './native-files.ts';
import { senderOf } from './sender.ts';
import { eventOfFields } from './sentry-fields.ts';
import { unpack } from './unpack.ts';

export const minidumpRoute: Route = {
  method: 'POST',
  path: '/api/:project/minidump/',
  credentials: (request) => credentialsOf(request),
  holds: holds('event'),
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
  const bytes = await unpackDump(request, dump.bytes);
  if (!isMinidump(bytes)) throw reject('minidump_invalid');

  const { event: packed, rest } = readNativeFiles(files.filter((file) => file !== dump));
  const sent = eventOfFields(fields, packed);
  const eventId = readEventId(sent.event_id) ?? newEventId();
  const name = dump.filename.replace(/\.(?:gz|zst)$/, '') || FIELD;
  const records = [
    eventRecord(crashEvent('minidump', sent, minidumpTime(bytes), readMinidump(bytes))),
    attachmentOf(bytes, name, dump.contentType, 'event.minidump'),
    ...rest.map((file) =>
      attachmentOf(file.bytes, file.filename || file.field, file.contentType, typeOfField(file.field)),
    ),
  ];
  return { request: { ...senderOf(request), eventId, records }, counts: [] };
}

/** Reporters on slow lines compress the dump inside of the form. */
function unpackDump(request: IngestRequest, bytes: Buffer): Buffer | Promise<Buffer> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const isZstd = bytes.length > 4 && bytes.readUInt32LE(0) === 0xfd2fb528;
  return isGzip || isZstd
    ? unpack(request, bytes, {
        encoding: isGzip ? 'gzip' : 'zstd',
        bytesMax: ATTACHMENT_BYTES_MAX,
        broken: 'minidump_invalid',
      })
    : bytes;
}

function typeOfField(field: string): string {
  return field === 'view-hierarchy.json' ? 'event.view_hierarchy' : 'event.attachment';
}
