/** Compressed parts inside of a body, which the listener cannot know of: bounded as the plain part would be. */
import type { IngestRequest } from '#server/ingest/protocol.ts';
import { Rejection } from '#server/platform/rejection.ts';
import { type RejectionCode, reject } from '#server/record/rejections.ts';

/** Throws item_too_large above the limit, and the given code when the bytes do not decompress. */
export async function unpack(
  request: Pick<IngestRequest, 'unpack'>,
  part: Buffer,
  {
    encoding,
    bytesMax,
    broken,
  }: { encoding: 'gzip' | 'deflate' | 'zstd'; bytesMax: number; broken: RejectionCode },
): Promise<Buffer> {
  try {
    return await request.unpack(part, encoding, bytesMax);
  } catch (cause) {
    if (!(cause instanceof Rejection)) throw cause;
    if (cause.code === 'encoding_invalid') throw reject(broken, `it is not whole ${encoding}`, { cause });
    if (cause.code !== 'decompressed_too_large') throw cause;
    throw reject('item_too_large', `unpacked, at most ${bytesMax} bytes`, { cause });
  }
}
