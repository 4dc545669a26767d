/** For tests: a request of this protocol with what the listener would fill in. */
import type { IngestRequest } from '#server/ingest/protocol.ts';

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
    ...parts,
    body: Buffer.from(body as string),
  };
}
