/** Opens telemetry where the configuration says: the embedded engine in the data directory, or a server's address. */
import { join } from 'node:path';
import type { Log } from '#server/platform/log.ts';
import { parseTelemetryUrl, type TelemetryAddress } from './address.ts';
import { openEmbeddedEngine } from './engine/embedded.ts';
import { prepareTelemetry } from './prepare.ts';
import type { TelemetryStore } from './telemetry.ts';
import { createTelemetryStore } from './telemetry-store.ts';

export interface Telemetry {
  store: TelemetryStore;
  /** For the thread that processes: it makes a client of its own. */
  address: TelemetryAddress;
  /** `restarting`: the embedded engine died and comes back; a server's state is not watched here. */
  readonly state: 'ready' | 'restarting' | 'stopped';
  close(): Promise<void>;
}

export async function openTelemetry(options: {
  url: string;
  dataDirectory: string;
  memoryBytesMax: number;
  log: Log;
}): Promise<Telemetry> {
  const { url, dataDirectory, memoryBytesMax, log } = options;
  const engine = url
    ? null
    : await openEmbeddedEngine({ directory: join(dataDirectory, 'telemetry'), memoryBytesMax, log });
  const address = engine?.address ?? parseTelemetryUrl(url);
  try {
    const { brokenParts } = await prepareTelemetry(address);
    for (const part of brokenParts) log.warn({ part }, 'a damaged piece of a telemetry table was put aside');
  } catch (error) {
    await engine?.stop();
    throw error;
  }
  const store = createTelemetryStore(address);
  return {
    store,
    address,
    get state() {
      return engine?.state ?? 'ready';
    },
    async close() {
      await store.close();
      await engine?.stop();
    },
  };
}
