/**
 * The second half of a batch: its spooled rows go into the telemetry store, part by part, each under a token
 * that is the same at every try. Waits out an engine that is away; a row or block the engine refuses is found by
 * halving and kept aside, so that one row cannot stop all that follow.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '#server/platform/log.ts';
import { Unavailable } from '#server/platform/rejection.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { bytesOfRows, type SpoolPart } from './spool.ts';

/** Tries of a part before its rows are suspected: the engine may fail once for reasons of its own. */
const TRIES_BEFORE_HALVING = 3;

export interface InsertDeps {
  telemetry: TelemetryStore;
  log: Log;
  /** Between tries while the engine is away. */
  retryMs: number;
  /** True once the program stops; the batch stays pending then. */
  stopped: () => boolean;
  /** Keeps one refused row or block aside. It may throw, and is asked again; the same twice is kept once. */
  refusedRow: (part: HeldPart, error: unknown) => Promise<void>;
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
      await deps.telemetry.insert(part.table, part.rows, token, part.blocks ? 'Native' : 'JSONEachRow');
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
  const whole = { ...part, rows: await bytesOfRows(part) };
  const halves = whole.blocks ? halvesOfBlocks(whole, whole.blocks) : halvesOfLines(whole);
  if (!halves) return keepAside(whole, error, deps);
  const left = await insertPart(halves[0], `${token}.0`, deps);
  return left && insertPart(halves[1], `${token}.1`, deps);
}

/** A part whose rows are in memory. */
export interface HeldPart extends SpoolPart {
  rows: Buffer;
}

type Halves = [HeldPart, HeldPart];

/** Undefined for a single line. */
function halvesOfLines(part: HeldPart): Halves | undefined {
  const { rows } = part;
  const middle = rows.indexOf(0x0a, Math.floor(rows.byteLength / 2) - 1) + 1;
  const first = middle > 0 && middle < rows.byteLength ? middle : rows.indexOf(0x0a) + 1;
  if (first <= 0 || first >= rows.byteLength) return undefined;
  return [
    { ...part, rows: rows.subarray(0, first) },
    { ...part, rows: rows.subarray(first) },
  ];
}

/** Undefined for a single block. */
function halvesOfBlocks(part: HeldPart, blocks: readonly number[]): Halves | undefined {
  if (blocks.length < 2) return undefined;
  const middle = Math.floor(blocks.length / 2);
  const bytes = blocks.slice(0, middle).reduce((sum, length) => sum + length, 0);
  return [
    { ...part, rows: part.rows.subarray(0, bytes), blocks: blocks.slice(0, middle) },
    { ...part, rows: part.rows.subarray(bytes), blocks: blocks.slice(middle) },
  ];
}

/** Waits out a metadata store that is away, as the insert waits out the engine. */
async function keepAside(part: HeldPart, error: unknown, deps: InsertDeps): Promise<boolean> {
  while (!deps.stopped()) {
    try {
      await deps.refusedRow(part, error);
      return true;
    } catch (failure) {
      deps.log.warn(
        { error: failure, table: part.table },
        'a refused row could not be kept yet; trying again',
      );
    }
    await sleep(deps.retryMs);
  }
  return false;
}
