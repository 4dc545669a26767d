/**
 * When the program could not take check-ins: it was not running, the machine slept, or the disk took no more. What
 * fell into such a gap is not held against a job. The time up to which the program was there is written down now and
 * then, so that the next start knows when the last one ended, however it ended.
 */
import type { Clock } from '#server/platform/clock.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import type { Gap } from './judge.ts';

/** How often the heart beats in memory, and how long it may have stood still without being missed, ms. */
const BEAT_MS = 1_000;
const STILL_MS_MAX = 15_000;
/** How often the time is written down: a crash is a gap that is longer by at most this. */
const WRITE_EVERY_MS = 10_000;
/** Gaps are shown, and asked for, for this long; the longest margin and the longest run are 40 days. */
const KEPT_MS = 45 * 86_400_000;
/** Gaps looked at in one turn. A program that is started again every hour of 40 days has fewer. */
const GAPS_MAX = 2_000;

const SETTING = 'monitors_watched_until';

export interface Gaps {
  /** All that are known, those of this moment too. */
  read(): Promise<Gap[]>;
  /** Writes down that the program was there until now. */
  close(): Promise<void>;
}

export interface GapsOptions {
  clock: Clock;
  /** False while senders are refused. */
  isTaking(): boolean;
  /** How long the heart may stand still, ms; for tests, whose clock jumps. */
  stillMsMax?: number;
}

export async function openGaps(
  db: MetadataDb,
  { clock, isTaking, stillMsMax = STILL_MS_MAX }: GapsOptions,
): Promise<Gaps> {
  const since = await readUntil(db);
  const started = clock.now();
  let waiting: Gap[] = since === null || since >= started ? [] : [{ from: since, to: started }];
  let alive = started;
  let written = 0;
  const beat = () => {
    const now = clock.now();
    if (!isTaking()) return;
    // A clock that was set back is no gap.
    if (now - alive > stillMsMax) waiting.push({ from: alive, to: now });
    alive = now;
  };
  const timer = setInterval(beat, BEAT_MS);
  timer.unref();

  const write = async () => {
    const gaps = waiting;
    if (gaps.length > 0) {
      await writeGaps(db, gaps, clock.now() - KEPT_MS);
      waiting = waiting.slice(gaps.length);
    }
    // An idle program without monitors leaves the disk alone.
    if (await hasMonitors(db)) await writeUntil(db, alive);
    written = clock.now();
  };

  return {
    async read() {
      if (waiting.length > 0 || clock.now() - written >= WRITE_EVERY_MS) await write();
      const gaps = await readGaps(db, clock.now() - KEPT_MS);
      return isTaking() ? gaps : [...gaps, { from: alive, to: clock.now() }];
    },
    async close() {
      clearInterval(timer);
      beat();
      await write();
    },
  };
}

/** Newest first. */
export async function readGaps(db: MetadataDb, since: number): Promise<Gap[]> {
  const rows = await db
    .selectFrom('watch_gap')
    .select(['from_at as from', 'to_at as to'])
    .where('to_at', '>', since)
    .orderBy('from_at', 'desc')
    .limit(GAPS_MAX)
    .execute();
  return rows;
}

async function writeGaps(db: MetadataDb, gaps: readonly Gap[], before: number): Promise<void> {
  await db.deleteFrom('watch_gap').where('to_at', '<', before).execute();
  for (const { from, to } of gaps)
    await db
      .insertInto('watch_gap')
      .values({ from_at: from, to_at: to })
      .onConflict((conflict) => conflict.column('from_at').doUpdateSet({ to_at: to }))
      .execute();
}

export async function hasMonitors(db: MetadataDb): Promise<boolean> {
  return (await db.selectFrom('monitor').select('id').limit(1).executeTakeFirst()) !== undefined;
}

async function readUntil(db: MetadataDb): Promise<number | null> {
  const row = await db.selectFrom('setting').select('value').where('name', '=', SETTING).executeTakeFirst();
  return row ? Number(row.value) : null;
}

async function writeUntil(db: MetadataDb, at: number): Promise<void> {
  const value = String(at);
  await db
    .insertInto('setting')
    .values({ name: SETTING, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}
