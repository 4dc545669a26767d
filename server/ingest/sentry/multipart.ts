/**
 * A multipart form, read from the whole body in memory: text fields and files, bounded. Crash reporters send
 * these; the parser is busboy's, the bounds and the refusals are ours.
 */
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import type { IngestRequest } from '#server/ingest/protocol.ts';
import { reject } from '#server/record/rejections.ts';
import { ATTACHMENT_BYTES_MAX } from './limits.ts';

export interface FormFile {
  field: string;
  filename: string;
  contentType: string;
  bytes: Buffer;
}

export interface Form {
  /** In the order sent; a name may come again. */
  fields: [string, string][];
  files: FormFile[];
}

/** Crashpad sends some dozen annotations; a thousand is a mistake. */
const FIELDS_MAX = 1_000;
const FILES_MAX = 100;
/** A `sentry` field holds an event, a crashpad annotation 20 KiB. */
const FIELD_BYTES_MAX = 1024 * 1024;
const NAME_BYTES_MAX = 1_024;
/** All fields together: they make one event of at most 1 MiB, and JSON that is escaped or indented is longer than that. */
const FIELDS_CHARS_MAX = 4 * 1024 * 1024;

/** Throws multipart_invalid, too_many_items or item_too_large. */
export function readForm(request: Pick<IngestRequest, 'headers' | 'body'>): Promise<Form> {
  const form: Form = { fields: [], files: [] };
  return new Promise((resolve, fail) => {
    const refuse = (cause: unknown) =>
      fail(reject('multipart_invalid', cause instanceof Error ? cause.message : '', { cause }));
    const tooMany = () =>
      fail(reject('too_many_items', `at most ${FIELDS_MAX} fields and ${FILES_MAX} files`));
    const parser = openParser(request, refuse);
    if (parser === undefined) return;
    let chars = 0;
    // A part without a name comes with undefined, whatever busboy's types say.
    parser
      .on('field', (name, value, _, isTruncated) => {
        chars += value.length;
        if (isTruncated) fail(reject('item_too_large', `field ${name}, at most ${FIELD_BYTES_MAX} bytes`));
        else if (chars > FIELDS_CHARS_MAX)
          fail(reject('item_too_large', `all fields, at most ${FIELDS_CHARS_MAX} characters`));
        else form.fields.push([name ?? '', value]);
      })
      .on('file', (field, stream, filename, _, contentType) => {
        const chunks: Buffer[] = [];
        stream
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('limit', () =>
            fail(reject('item_too_large', `file ${filename}, at most ${ATTACHMENT_BYTES_MAX} bytes`)),
          )
          .on('error', refuse)
          .on('end', () =>
            form.files.push({
              field: field ?? '',
              filename: filename ?? '',
              contentType,
              bytes: Buffer.concat(chunks),
            }),
          );
      })
      .on('fieldsLimit', tooMany)
      .on('filesLimit', tooMany)
      .on('error', refuse)
      .on('finish', () => resolve(form));
    parser.end(request.body);
  });
}

/** The parser's constructor throws for a content type without boundary. */
function openParser({ headers }: Pick<IngestRequest, 'headers'>, refuse: (cause: unknown) => void) {
  try {
    return new Busboy({
      headers: { ...headers, 'content-type': headers['content-type'] ?? '' } as BusboyHeaders,
      // Crashpad sends files without a content type and fields without a file name.
      isPartAFile: (_, contentType, filename) =>
        filename !== undefined || contentType === 'application/octet-stream',
      limits: {
        fields: FIELDS_MAX,
        files: FILES_MAX,
        fieldSize: FIELD_BYTES_MAX,
        fieldNameSize: NAME_BYTES_MAX,
        fileSize: ATTACHMENT_BYTES_MAX,
      },
    });
  } catch (cause) {
    refuse(cause);
    return undefined;
  }
}
