/** Compressed parts inside of a body, which the listener cannot know of: bounded as the plain part would be. */
import { promisify } from 'node:util';
import { gunzip, inflate, zstdDecompress } from 'node:zlib';
import { type RejectionCode, reject } from '#server/record/rejections.ts';

const UNPACK = { gzip: promisify(gunzip), zlib: promisify(inflate), zstd: promisify(zstdDecompress) };

/** Throws item_too_large above the limit, and the given code when the bytes do not decompress. */
export async function unpack(
  packed: Buffer,
  format: keyof typeof UNPACK,
  bytesMax: number,
  broken: RejectionCode,
): Promise<Buffer> {
  try {
    return await UNPACK[format](packed, { maxOutputLength: bytesMax });
  } catch (cause) {
    if (cause instanceof RangeError)
      throw reject('item_too_large', `unpacked, at most ${bytesMax} bytes`, { cause });
    throw reject(broken, `it is not whole ${format}`, { cause });
  }
}
