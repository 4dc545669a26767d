/**
 * Content-Encoding -> plain bytes. It starts when the whole compressed body is there, so a sender who goes away
 * in the middle never leaves a zlib handle behind. Output is bounded by the body limit, and for large
 * output by a ratio: nothing real compresses as a bomb does.
 */
import type { Transform } from 'node:stream';
import zlib from 'node:zlib';
import type { MemoryLease } from './memory-budget.ts';
import type { Reject } from './reject.ts';

/**
 * More than two encodings on top of each other are refused. No client sends even two on purpose; a proxy that
 * compresses again makes two.
 */
const ENCODINGS_MAX = 2;

/** Compressed bytes up to which the body is inflated at once: 10 µs against 48 µs through the thread pool. */
const SYNC_INPUT_BYTES_MAX = 64 * 1024;

/** Output up to which that is true; more (about 1 ms of zlib) goes to the thread pool, off the event loop. */
const SYNC_OUTPUT_BYTES_MAX = 512 * 1024;

/**
 * Up to this output no ratio is asked for. Above it, output may be 250 times the input: repetitive JSON logs
 * reach about 100, gzip cannot pass 1,032, brotli and zstd bombs reach 10,000 and more.
 */
const RATIO_FREE_OUTPUT_BYTES = 16 * 1024 * 1024;
const RATIO_MAX = 250;

/** Bytes of one piece of output. Each piece is a trip to the thread pool; zlib's own default is 16 KiB. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Largest zstd window, log2 of bytes: 8 MiB, what RFC 9659 allows in Content-Encoding. A frame may ask
 * for 2 GiB, and the decoder would take that memory before the first byte comes out.
 */
const ZSTD_PARAMS = { [zlib.constants.ZSTD_d_windowLogMax]: 23 };

interface Coder {
  sync(body: Buffer, options: { maxOutputLength: number }): Buffer;
  stream(body: Buffer): Transform;
}

const CODERS: Record<string, Coder> = {
  gzip: {
    sync: (body, options) => zlib.gunzipSync(body, options),
    stream: () => zlib.createGunzip({ chunkSize: CHUNK_BYTES }),
  },
  deflate: {
    sync: (body, options) =>
      hasZlibHeader(body) ? zlib.inflateSync(body, options) : zlib.inflateRawSync(body, options),
    stream: (body) =>
      hasZlibHeader(body)
        ? zlib.createInflate({ chunkSize: CHUNK_BYTES })
        : zlib.createInflateRaw({ chunkSize: CHUNK_BYTES }),
  },
  br: {
    sync: (body, options) => zlib.brotliDecompressSync(body, options),
    stream: () => zlib.createBrotliDecompress({ chunkSize: CHUNK_BYTES }),
  },
  zstd: {
    sync: (body, options) => zlib.zstdDecompressSync(body, { ...options, params: ZSTD_PARAMS }),
    stream: () => zlib.createZstdDecompress({ chunkSize: CHUNK_BYTES, params: ZSTD_PARAMS }),
  },
};
CODERS['x-gzip'] = CODERS.gzip!;

/** The encodings of the header in the order they must be undone. Throws when one is not known. */
export function readEncodings(header: string | undefined, reject: Reject): string[] {
  if (!header) return [];
  const names = header
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  if (names.length > ENCODINGS_MAX) throw reject('encoding_unknown', `more than ${ENCODINGS_MAX} encodings`);
  for (const name of names)
    if (!Object.hasOwn(CODERS, name)) throw reject('encoding_unknown', JSON.stringify(name.slice(0, 40)));
  return names.reverse();
}

/** Undoes the encodings. What it holds is taken from the lease. */
export async function decompress(
  body: Buffer,
  encodings: readonly string[],
  bytesMax: number,
  lease: MemoryLease,
  reject: Reject,
): Promise<Buffer> {
  let bytes = body;
  for (const encoding of encodings) {
    if (bytes.length === 0) break;
    const input = bytes;
    bytes = await undo(input, encoding, bytesMax, lease, reject);
    lease.give(input.length);
  }
  return bytes;
}

/** Undoes one encoding that is known. What comes out is taken from the lease. */
export async function undo(
  input: Buffer,
  encoding: string,
  bytesMax: number,
  lease: MemoryLease,
  reject: Reject,
): Promise<Buffer> {
  const coder = CODERS[encoding]!;
  if (input.length <= SYNC_INPUT_BYTES_MAX) {
    const output = undoAtOnce(coder, input, Math.min(bytesMax, SYNC_OUTPUT_BYTES_MAX), reject);
    if (output !== null) {
      lease.take(output.length);
      return output;
    }
  }
  const ratioBytesMax = Math.max(RATIO_FREE_OUTPUT_BYTES, input.length * RATIO_MAX);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Leaving the loop in any way destroys the stream, and with it the zlib handle.
    for await (const chunk of coder.stream(input).end(input)) {
      size += chunk.length;
      if (size > bytesMax) throw reject('decompressed_too_large', `the limit is ${bytesMax} bytes`);
      if (size > ratioBytesMax)
        throw reject('compression_ratio', `${input.length} bytes became more than ${ratioBytesMax}`);
      lease.take(chunk.length);
      chunks.push(chunk);
    }
  } catch (error) {
    throw isZlibError(error) ? reject('encoding_invalid', '', { cause: error }) : error;
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size);
}

/** Null when the output is larger than may be made on the event loop. */
function undoAtOnce(coder: Coder, input: Buffer, maxOutputLength: number, reject: Reject): Buffer | null {
  try {
    return coder.sync(input, { maxOutputLength });
  } catch (error) {
    if (error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') return null;
    throw isZlibError(error) ? reject('encoding_invalid', '', { cause: error }) : error;
  }
}

/**
 * "deflate" is zlib by the standard (RFC 9110 8.4.1.2) and raw deflate from some clients. A zlib header has 8 in
 * the low nibble and is a multiple of 31 (RFC 1950 2.2); raw data never begins so, it would be a stored block
 * with non-zero padding.
 */
function hasZlibHeader(body: Buffer): boolean {
  return body.length >= 2 && (body[0]! & 0x0f) === 8 && body.readUInt16BE(0) % 31 === 0;
}

/** zlib's, brotli's and zstd's complaints about the bytes carry a code and a number; ours are Rejections. */
function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && 'errno' in error && typeof error.errno === 'number';
}
