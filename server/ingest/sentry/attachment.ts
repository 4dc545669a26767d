/** Attachments: raw bytes that go on as they came, with a name and types that are a stranger's words. */
import type { AcceptedRecord, AttachmentMeta } from '#server/record/accepted.ts';
import { type Contents, keep } from './contents.ts';
import type { Item } from './envelope-reader.ts';
import { textOf } from './json.ts';

/** The longest file name of the common file systems, in characters. */
const NAME_CHARS_MAX = 255;
const TYPE_CHARS_MAX = 100;
const MEDIA_TYPE = /^[\w.+-]+\/[\w.+-]+(?:;[\x20-\x7e]*)?$/;

/** The item of an envelope has them in its header. */
export function decodeAttachment({ header, payload }: Item): Contents {
  const { filename, content_type, attachment_type } = header;
  return { records: [attachmentOf(payload, filename, content_type, attachment_type)], counts: [] };
}

/** No control characters, bounded, and a content type only if it looks like one. */
export function attachmentOf(
  bytes: Uint8Array,
  name: unknown,
  contentType: unknown,
  attachmentType: unknown = 'event.attachment',
): AcceptedRecord {
  const type = textOf(contentType);
  const meta: AttachmentMeta = {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must go.
    name: (textOf(name)?.replace(/[\u0000-\u001f\u007f]/g, '') || 'unnamed').slice(0, NAME_CHARS_MAX),
    contentType: type && MEDIA_TYPE.test(type) ? type.slice(0, TYPE_CHARS_MAX) : 'application/octet-stream',
    attachmentType: (textOf(attachmentType) ?? 'event.attachment').slice(0, TYPE_CHARS_MAX),
  };
  return keep('attachment', 'attachment', bytes, { ...meta });
}
