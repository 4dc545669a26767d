/**
 * The second half of a batch: its spooled rows go into the telemetry store, part by part, each under a token
 * that is the same at every try. Waits out an engine that is away; a row the engine refuses is found by
 * halving and kept aside, so that one row cannot stop all that follow.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '#server/platform/log.ts';
import { Unavailable } from '#server/platform/rejection.ts';
import type { TelemetryStore, TelemetryTable } from '#server/store/telemetry/telemetry.ts';
import type { SpoolPart } from './spool.ts';

/** Tries of a part before its rows are suspected: the engine may fail once for reasons of its own. */
const TRIES_BEFORE_HALVING = 3;

export interface InsertDeps {
  telemetry: TelemetryStore;
  log: Log;
  /** Between tries while the engine is away. */
  retryMs: number;
  /** True once the program stops; the batch stays pending then. */
  stopped: () => boolean;
  /** Keeps one refused row aside. It may throw, and is asked again; the same row twice is kept once. */
  refusedRow: (table: TelemetryTable, line: Uint8Array, error: unknown) => Promise<void>;
}

/**
 * The ledger last: what it calls stored can be queried. Resolves to false when it gave up because the program stops.
 */
export async function insertParts(
  parts: readonly SpoolPart[],
  token: string,
  deps: InsertDeps,
): Promise<boolean> {
  const insert = (part: SpoolPart) => insertPart(part, `${token}-${part.table}`, deps);
  const isLedger = ({ table }: SpoolPart) => table === 'outcomes';
  const records = await Promise.all(parts.filter((part) => !isLedger(part)).map(insert));
  if (!records.every(Boolean)) return false;
  const ledger = await Promise.all(parts.filter(isLedger).map(insert));
  return ledger.every(Boolean);
}

async function insertPart(part: SpoolPart, token: string, deps: InsertDeps): Promise<boolean> {
  for (let refusals = 0; ; ) {
    try {
      await deps.telemetry.insert(part.table, part.jsonLines, token);
      return true;
    } catch (error) {
      if (!(error instanceof Unavailable)) refusals += 1;
      deps.log.warn({ error, table: part.table, token }, 'telemetry insert failed; trying again');
      if (refusals === TRIES_BEFORE_HALVING) return insertHalves(part, token, error, deps);
    }
    if (deps.stopped()) return false;
    await sleep(deps.retryMs);
  }
}

async function insertHalves(
  part: SpoolPart,
  token: string,
  error: unknown,
  deps: InsertDeps,
): Promise<boolean> {
  const { jsonLines } = part;
  const middle = jsonLines.indexOf(0x0a, Math.floor(jsonLines.byteLength / 2) - 1) + 1;
  const first = middle > 0 && middle < jsonLines.byteLength ? middle : jsonLines.indexOf(0x0a) + 1;
  if (first <= 0 || first >= jsonLines.byteLength) {
    return keepAside(part, error, deps);
  }
  const left = await insertPart({ ...part, jsonLines: jsonLines.subarray(0, first) }, `${token}.0`, deps);
  return left && insertPart({ ...part, jsonLines: jsonLines.subarray(first) }, `${token}.1`, deps);
}

/** Waits out a metadata store that is away, as the insert waits out the engine. */
async function keepAside(
  { table, jsonLines }: SpoolPart,
  error: unknown,
  deps: InsertDeps,
): Promise<boolean> {
  while (!deps.stopped()) {
    try {
      await deps.refusedRow(table, jsonLines, error);
      return true;
    } catch (failure) {
      deps.log.warn({ error: failure, table }, 'a refused row could not be kept yet; trying again');
    }
    await sleep(deps.retryMs);
  }
  return false;
}
