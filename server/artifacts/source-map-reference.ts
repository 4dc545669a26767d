/** The comment at the end of a generated file that says where its source map is, or holds it. */

/** Bytes at the end of a file in which the comment is looked for; a map inside of it begins before. */
const TAIL_BYTES = 64 * 1024;

/** The last reference of the file, as written; empty when there is none, or the map is inside of the file. */
export function sourceMapReference(file: Uint8Array): string {
  const tail = Buffer.from(file.buffer, file.byteOffset, file.byteLength).toString(
    'latin1',
    Math.max(0, file.byteLength - TAIL_BYTES),
  );
  const found = tail.matchAll(/\/[/*][#@][ \t]?sourceMappingURL=([^\s'"*]{1,2048})/g);
  const reference = [...found].at(-1)?.[1] ?? '';
  return reference.startsWith('data:') ? '' : Buffer.from(reference, 'latin1').toString();
}

const INLINE = Buffer.from('sourceMappingURL=data:');
/** `application/json;charset=utf-8;base64,`: longer than any that is sent. */
const MEDIA_TYPE_BYTES_MAX = 100;

/** The map inside of the file, unpacked; null when there is none that can be read. */
export function inlineSourceMap(file: Uint8Array): Buffer | null {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const at = bytes.lastIndexOf(INLINE);
  if (at < 0) return null;
  const start = at + INLINE.byteLength;
  const comma = bytes.indexOf(',', start);
  if (comma < 0 || comma > start + MEDIA_TYPE_BYTES_MAX) return null;
  const mediaType = bytes.toString('latin1', start, comma);
  if (!/^application\/json(?:;|$)/i.test(mediaType)) return null;
  const text = bytes.toString('latin1', comma + 1);
  const data = text.slice(0, text.search(/[\s"'*]|$/));
  if (/;base64$/i.test(mediaType)) return Buffer.from(data, 'base64');
  try {
    return Buffer.from(decodeURIComponent(data));
  } catch {
    return null;
  }
}
