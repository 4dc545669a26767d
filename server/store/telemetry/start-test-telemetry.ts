/** For tests of every area that needs telemetry: a real embedded engine with its tables, in a directory of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '#server/platform/log.ts';
import type { TelemetryAddress } from './address.ts';
import { type EmbeddedEngine, openEmbeddedEngine } from './engine/embedded.ts';
import { prepareTelemetry } from './prepare.ts';
import type { TelemetryStore } from './telemetry.ts';
import { createTelemetryStore } from './telemetry-store.ts';

export interface TestTelemetry {
  store: TelemetryStore;
  /** Plain data: another process or thread makes its own store from it. */
  address: TelemetryAddress;
  engine: EmbeddedEngine;
  directory: string;
  stop(): Promise<void>;
}

/** Start it in beforeAll, stop it in afterAll: 0.4 s and 300 MB each. */
export async function startTestTelemetry(): Promise<TestTelemetry> {
  const directory = await mkdtemp(join(tmpdir(), 'tandem-telemetry-'));
  const engine = await openEmbeddedEngine({
    directory,
    memoryBytesMax: 1_000_000_000,
    log: createLog('fatal'),
  });
  await prepareTelemetry(engine.address);
  const store = createTelemetryStore(engine.address);
  return {
    store,
    address: engine.address,
    engine,
    directory,
    async stop() {
      await store.close();
      await engine.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
