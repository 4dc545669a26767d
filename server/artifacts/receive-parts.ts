/**
 * The form that uploaders send pieces in: read as it arrives, one piece after the other handed on, so that an upload takes
 * no more memory than its request is allowed to have. The parser is busboy's, the bounds and the refusals are ours.
 */
import type { IncomingMessage } from 'node:http';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import { reject } from '#server/record/rejections.ts';
import { CHUNK_BYTES, CHUNKS_PER_REQUEST, UPLOAD_BYTES_MAX } from './artifacts.ts';
import type { UploadedPart } from './upload-chunks.ts';

/** Boundaries and headers of the parts, beside the pieces themselves. */
const FORM_BYTES_MAX = 64 * 1024;

/** Resolves when `take` has had every piece. Throws its refusal, or that of the form. */
export function receiveParts(
  raw: IncomingMessage,
  take: (part: UploadedPart) => Promise<void>,
): Promise<void> {
  return new Promise((resolve, fail) => {
    let parser: ReturnType<typeof Busboy>;
    let taken: Promise<unknown> = Promise.resolve();
    const refuse = (error: unknown) => {
      raw.unpipe();
      raw.resume();
      fail(error);
    };
    const invalid = (cause: unknown) =>
      refuse(reject('multipart_invalid', cause instanceof Error ? cause.message : '', { cause }));
    try {
      parser = new Busboy({
        headers: { ...raw.headers, 'content-type': raw.headers['content-type'] ?? '' } as BusboyHeaders,
        isPartAFile: () => true,
        // A piece that does not compress is a little longer as gzip.
        limits: { files: CHUNKS_PER_REQUEST, fields: 0, fileSize: CHUNK_BYTES + FORM_BYTES_MAX },
      });
    } catch (cause) {
      invalid(cause);
      return;
    }
    let size = 0;
    raw.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > UPLOAD_BYTES_MAX + FORM_BYTES_MAX)
        refuse(reject('body_too_large', `at most ${UPLOAD_BYTES_MAX} bytes of pieces in one request`));
    });
    raw.on('error', invalid);
    raw.on('close', () => {
      if (!raw.complete) refuse(reject('body_incomplete', `${size} bytes arrived`));
    });
    parser
      .on('file', (field, stream, filename) => {
        const chunks: Buffer[] = [];
        stream
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('limit', () =>
            refuse(reject('chunk_invalid', `it is larger than the ${CHUNK_BYTES} bytes of a piece`)),
          )
          .on('error', invalid)
          .on('end', () => {
            const bytes = Buffer.concat(chunks);
            const part = { name: filename ?? '', isGzip: field === 'file_gzip', bytes };
            taken = taken.then(() => take(part));
            taken.catch(refuse);
          });
      })
      .on('filesLimit', () =>
        refuse(reject('too_many_items', `at most ${CHUNKS_PER_REQUEST} pieces in one request`)),
      )
      .on('error', invalid)
      .on('finish', () => taken.then(() => resolve(), refuse));
    raw.pipe(parser);
  });
}
