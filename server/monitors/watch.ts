/**
 * The watch over cron monitors, a turn every second: what is new is judged, failures are told as events, incidents
 * find their issues and resolve them when they are over. Nothing is kept in memory that a restart would miss. What
 * is missed is decided only up to a time before which everything accepted has been processed: a check-in that waits
 * in the journal is not a missed one.
 */
import type { Log } from '#server/platform/log.ts';
import { repeatedly } from '#server/platform/repeatedly.ts';
import type { AcceptedRequest } from '#server/record/accepted.ts';
import type { MetadataDb, MetadataStore } from '#server/store/metadata/metadata.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { type GapsOptions, hasMonitors, openGaps } from './gaps.ts';
import type { Gap } from './judge.ts';
import { judgeMonitor } from './judge-monitor.ts';
import { settleIncidents } from './settle-incidents.ts';
import { tellFailures } from './tell-failures.ts';

const TURN_MS = 1_000;
/** A request is in the journal this long after it arrived, ms: decoding it and the disk's answer. */
const ARRIVAL_MS = 2_000;
/** Monitors judged in one turn; the others in the next. */
const MONITORS_PER_TURN = 200;

export interface WatchDeps extends GapsOptions {
  metadata: MetadataStore;
  telemetry: TelemetryStore;
  log: Log;
  /** Takes an event of the program's own; resolves when it is durable. */
  accept(request: AcceptedRequest): Promise<void>;
  /** Marks what is accepted by now; the answer says whether all of it has been processed. */
  mark(): () => boolean;
}

export async function startWatch(deps: WatchDeps): Promise<{ stop(): Promise<void> }> {
  const watch = await openWatch(deps);
  const turns = repeatedly(watch.turn, TURN_MS, (error) =>
    deps.log.warn({ err: error }, 'the monitors could not be looked at; trying again'),
  );
  return {
    async stop() {
      await turns.stop();
      await watch.close();
    },
  };
}

/** A turn at a time. */
export async function openWatch(
  deps: Omit<WatchDeps, 'log'>,
): Promise<{ turn(): Promise<void>; close(): Promise<void> }> {
  const { clock, metadata } = deps;
  const gaps = await openGaps(metadata.db, deps);
  const watermark = createWatermark(deps);
  return {
    async turn() {
      // A program without monitors asks one thing a second.
      if (!(await hasMonitors(metadata.db))) return;
      const until = watermark();
      const known = await gaps.read();
      if (until !== null) await judgeAll(metadata, until, known);
      await tellFailures(metadata.db, deps.accept, clock.now());
      await settleIncidents(deps);
    },
    close: gaps.close,
  };
}

/** The time before which everything accepted has been processed; null: not known yet. */
function createWatermark({ clock, mark }: Pick<WatchDeps, 'clock' | 'mark'>): () => number | null {
  let until: number | null = null;
  let marked: { at: number; isProcessed(): boolean } | null = null;
  return () => {
    if (marked?.isProcessed()) {
      until = marked.at - ARRIVAL_MS;
      marked = null;
    }
    if (marked === null) {
      marked = { at: clock.now(), isProcessed: mark() };
      if (marked.isProcessed()) {
        until = marked.at - ARRIVAL_MS;
        marked = null;
      }
    }
    return until;
  };
}

async function judgeAll(metadata: MetadataStore, until: number, gaps: readonly Gap[]): Promise<void> {
  for (const monitor of await monitorsToJudge(metadata.db, until))
    await judgeMonitor(metadata, monitor, { until, gaps });
}

/** Those of which something is new or due: three looks at indexes that are empty nearly always. */
async function monitorsToJudge(db: MetadataDb, until: number): Promise<{ id: number; project: number }[]> {
  const checkIns = db.selectFrom('check_in').select('monitor_id').distinct().limit(MONITORS_PER_TURN);
  const fresh = await checkIns.where('judged', '=', 0).execute();
  const late = await checkIns.where('timeout_at', '<=', until).execute();
  const due = await db
    .selectFrom('monitor_environment')
    .select('monitor_id')
    .distinct()
    .where('due_at', '<=', until)
    .limit(MONITORS_PER_TURN)
    .execute();
  const ids = new Set([...fresh, ...late, ...due].map(({ monitor_id }) => monitor_id));
  if (ids.size === 0) return [];
  return await db
    .selectFrom('monitor')
    .select(['id', 'project_id as project'])
    .where('id', 'in', [...ids].slice(0, MONITORS_PER_TURN))
    .execute();
}
