/**
 * How far behind the program is, as one level that the door acts on. The least dear goes first: bulk (spans,
 * logs, profiles), then sessions and attachments, errors last. Measured once a second, not per request.
 */
import type { Log } from '#server/platform/log.ts';
import type { RecordKind } from '#server/record/outcome.ts';

/** 0: all is well. Each further level takes one more group of kinds back. */
export type PressureLevel = 0 | 1 | 2 | 3;

/** Kinds that are refused from this level on. */
const REFUSED_FROM: Record<RecordKind, PressureLevel> = {
  log: 1,
  span: 1,
  transaction: 1,
  profile: 1,
  replay: 1,
  metric: 1,
  unknown: 1,
  session: 2,
  attachment: 2,
  check_in: 2,
  event: 3,
  security: 3,
  feedback: 3,
};

export function isRefusedAt(level: PressureLevel, kind: RecordKind): boolean {
  return level > 0 && level >= REFUSED_FROM[kind];
}

export interface PressureReading {
  /** Bytes in the journal that process has not worked through. */
  backlogBytes: number;
  diskFreeBytes: number;
  /** False while the telemetry engine is away: the backlog can only grow. */
  engineReady: boolean;
}

const MEBIBYTE = 1024 * 1024;

/**
 * Backlog at which each level begins. Process works through some 10 MiB/s: level 1 is a minute and a half behind, level
 * 3 a quarter of an hour, and the journal has not yet filled a small disk.
 */
const BACKLOG_BYTES = [1024 * MEBIBYTE, 4096 * MEBIBYTE, 10_240 * MEBIBYTE] as const;

/**
 * Free disk below which the first levels begin. There is no third: on a full disk the journal itself refuses
 * everything with 503, and takes events until then.
 */
const DISK_FREE_BYTES = [2048 * MEBIBYTE, 1024 * MEBIBYTE] as const;

/** With the engine away, this part of the backlog limits: it comes back to work that it can finish. */
const ENGINE_AWAY_PART = 1 / 4;

export function pressureLevel(reading: PressureReading): PressureLevel {
  const part = reading.engineReady ? 1 : ENGINE_AWAY_PART;
  const byBacklog = BACKLOG_BYTES.filter((limit) => reading.backlogBytes > limit * part).length;
  const byDisk = DISK_FREE_BYTES.filter((limit) => reading.diskFreeBytes < limit).length;
  return Math.max(byBacklog, byDisk) as PressureLevel;
}

export interface Pressure {
  readonly level: PressureLevel;
  close(): void;
}

const MEASURE_EVERY_MS = 1000;

/** Measures until closed. A measurement that fails leaves the level as it was, and is logged. */
export function createPressure(measure: () => Promise<PressureReading>, log: Log): Pressure {
  let level: PressureLevel = 0;
  let measuring = false;
  const timer = setInterval(async () => {
    if (measuring) return;
    measuring = true;
    try {
      const now = pressureLevel(await measure());
      if (now !== level) log.warn({ from: level, to: now }, 'the pressure on the front door changed');
      level = now;
    } catch (error) {
      log.error({ err: error }, 'the pressure on the front door could not be measured');
    } finally {
      measuring = false;
    }
  }, MEASURE_EVERY_MS);
  return {
    get level() {
      return level;
    },
    close: () => clearInterval(timer),
  };
}
