/** A program for tests to kill: opens an engine in the directory it is given, stores a row, tells the engine's pid. */
import { createLog } from '#server/platform/log.ts';
import { prepareTelemetry } from '#server/store/telemetry/prepare.ts';
import { createTelemetryStore } from '#server/store/telemetry/telemetry-store.ts';
import { eventRow, jsonLines } from '#server/store/telemetry/test-rows.ts';
import { openEmbeddedEngine } from './embedded.ts';

const engine = await openEmbeddedEngine({
  directory: process.argv[2]!,
  memoryBytesMax: 1_000_000_000,
  log: createLog('silent'),
});
await prepareTelemetry(engine.address);
await createTelemetryStore(engine.address).insert('events', jsonLines([eventRow()]), 'one');
console.log(engine.pid);
