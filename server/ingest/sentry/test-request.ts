/** For tests: a request of this protocol with what the listener would fill in. */
import { undo } from '#server/http/decompress.ts';
import { createMemoryBudget } from '#server/http/memory-budget.ts';
import type { IngestRequest } from '#server/ingest/protocol.ts';
import { Rejection } from '#server/platform/rejection.ts';
import type { AcceptedRecord } from '#server/record/accepted.ts';
import { reject } from '#server/record/rejections.ts';

export const KEY = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';

export function requestOf(body: Buffer | string, parts: Partial<IngestRequest> = {}): IngestRequest {
  return {
    method: 'POST',
    path: '/api/1/envelope/',
    params: { project: '1' },
    query: new URLSearchParams(),
    headers: {},
    clientIp: '198.51.100.7',
    receivedAt: 1_764_000_000_000,
    unpack: (part, encoding, bytesMax) =>
      undo(part, encoding, bytesMax, createMemoryBudget(Number.POSITIVE_INFINITY).lease(), reject),
    ...parts,
    body: Buffer.from(body as string),
  };
}

/** The code of the refusal that `act` ends in, or `taken`. Anything else thrown is thrown on. */
export async function refusalOf(act: () => unknown): Promise<string> {
  try {
    await act();
    return 'taken';
  } catch (error) {
    if (error instanceof Rejection) return error.code;
    throw error;
  }
}

/** The JSON of a record. */
export function jsonOf(record: AcceptedRecord | undefined): Record<string, unknown> {
  return JSON.parse(Buffer.from(record!.payload).toString());
}

/** A form as crash reporters write it. */
export function formOf(parts: { name: string; filename?: string; body: Buffer | string }[]): {
  body: Buffer;
  headers: Record<string, string>;
} {
  const chunks = parts.flatMap(({ name, filename, body }) => [
    Buffer.from(
      `--boundary\r\nContent-Disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}\r\n\r\n`,
    ),
    Buffer.from(body as string),
    Buffer.from('\r\n'),
  ]);
  return {
    body: Buffer.concat([...chunks, Buffer.from('--boundary--\r\n')]),
    headers: { 'content-type': 'multipart/form-data; boundary=boundary' },
  };
}
