/** The comment at the end of a generated file that says where its source map is. */

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
