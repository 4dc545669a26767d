/** What `process` makes of a push: the columns that the engine gets. */

import { lokiProtocol } from '#server/ingest/loki/loki.ts';
import type { Decoded } from '#server/ingest/protocol.ts';
import { logRows } from '#server/process/logs/log-rows.ts';
import type { NativePart } from '#server/store/telemetry/native-columns.ts';

export function rowsOfPush(push: Buffer): NativePart {
  const decoded = lokiProtocol.routes[0]!.decode({
    method: 'POST',
    path: '',
    params: {},
    query: new URLSearchParams(),
    clientIp: '',
    receivedAt: Date.now(),
    headers: { 'content-type': 'application/json' },
    body: push,
    unpack: async (bytes) => bytes,
  }) as Decoded;
  const [record] = decoded.request.records;
  return logRows(record!.payload, { project: 1, receivedAt: Date.now(), source: 'loki' });
}
