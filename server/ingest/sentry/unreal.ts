/**
 * `/api/:project/unreal/:key/`: the crash reporter of the Unreal Engine. The body is zlib of a container:
 * header, files, and the header again, now filled in. Strings are u32 length and bytes, numbers little-endian.
 * It becomes one event from CrashContext.runtime-xml, and every file an attachment.
 * Fact source: what CrashReportClient writes (FCrashUpload in the engine), read by symbolic-unreal.
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
import { isMinidump } from './native-crash.ts';
import { senderOf } from './sender.ts';
import { unpack } from './unpack.ts';
import { CONTEXT_FILE, unrealEvent } from './unreal-context.ts';

export const unrealRoute: Route = {
  method: 'POST',
  path: '/api/:project/unreal/:key/',
  credentials: (request) => credentialsOf(request),
  holds: holds('event'),
  decode: decodeUnreal,
  answer: answerText,
};

/** A report has about six files. */
const FILES_MAX = 100;

interface UnrealFile {
  name: string;
  bytes: Buffer;
}

async function decodeUnreal(request: IngestRequest): Promise<Decoded> {
  if (request.body.length === 0) throw reject('body_empty');
  const container = await unpack(request, request.body, {
    encoding: 'deflate',
    bytesMax: ATTACHMENT_BYTES_MAX,
    broken: 'crash_report_invalid',
  });
  const files = readFiles(container);
  const context = files.find(({ name }) => name === CONTEXT_FILE)?.bytes;
  const event = unrealEvent(context, request.query.get('UserID'));
  const eventId = readEventId(event.event_id) ?? newEventId();
  const records = [
    eventRecord(event),
    ...files.map((file) => attachmentOf(file.bytes, file.name, undefined, typeOf(file))),
  ];
  return { request: { ...senderOf(request), eventId, records }, counts: [] };
}

/** The number of files is only known from the last four bytes: the first header was written before the files. */
function readFiles(container: Buffer): UnrealFile[] {
  const reader = createReader(container);
  const fileCount = container.length >= 4 ? container.readInt32LE(container.length - 4) : -1;
  if (fileCount < 0 || fileCount > FILES_MAX) throw reject('crash_report_invalid', `0 to ${FILES_MAX} files`);
  readHeader();
  const files = Array.from({ length: fileCount }, () => {
    reader.number(); // Its index.
    return { name: reader.text(), bytes: reader.bytes() };
  });
  readHeader();
  return files;

  function readHeader() {
    reader.text(); // Directory,
    reader.text(); // file name,
    reader.number(); // bytes when uncompressed,
    reader.number(); // files.
  }
}

/** Reads on from where it stopped; throws crash_report_invalid at the end. */
function createReader(container: Buffer) {
  let at = 0;
  const take = (length: number): Buffer => {
    if (length < 0 || at + length > container.length)
      throw reject('crash_report_invalid', `cut short at byte ${at}`);
    at += length;
    return container.subarray(at - length, at);
  };
  const number = () => take(4).readInt32LE(0);
  const bytes = () => take(number());
  const text = () => bytes().toString('utf8').replace(/\0+$/, '');
  return { number, bytes, text };
}

function typeOf({ name, bytes }: UnrealFile): string {
  if (name === CONTEXT_FILE) return 'unreal.context';
  if (name.endsWith('.log')) return 'unreal.logs';
  if (isMinidump(bytes)) return 'event.minidump';
  return bytes.subarray(0, 20).toString('latin1').startsWith('Incident Identifier:')
    ? 'event.applecrashreport'
    : 'event.attachment';
}
