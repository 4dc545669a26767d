/** An attachment item: raw bytes, with its name and types in the item header. */
import type { AttachmentMeta } from '#server/record/accepted.ts';
import { type Contents, keep } from './contents.ts';
import type { Item } from './envelope-reader.ts';
import { textOf } from './json.ts';

/** The longest file name of the common file systems, in characters. */
const NAME_CHARS_MAX = 255;
const TYPE_CHARS_MAX = 100;
export const DEFAULT_CONTENT_TYPE = 'application/octet-stream';

export function decodeAttachment({ header, payload }: Item): Contents {
  const meta = attachmentMeta(header.filename, header.content_type, header.attachment_type);
  return { records: [keep('attachment', 'attachment', payload, { ...meta })], counts: [] };
}

/** Names and types are a stranger's words: no control characters, bounded, and a type only if it looks like one. */
export function attachmentMeta(name: unknown, contentType: unknown, attachmentType: unknown): AttachmentMeta {
  const type = textOf(contentType);
  return {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must go.
    name: (textOf(name)?.replace(/[\u0000-\u001f\u007f]/g, '') || 'unnamed').slice(0, NAME_CHARS_MAX),
    contentType:
      type && /^[\w.+-]+\/[\w.+-]+(?:;[\x20-\x7e]*)?$/.test(type)
        ? type.slice(0, TYPE_CHARS_MAX)
        : DEFAULT_CONTENT_TYPE,
    attachmentType: (textOf(attachmentType) ?? 'event.attachment').slice(0, TYPE_CHARS_MAX),
  };
}
