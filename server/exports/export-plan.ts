/**
 * Into which parts a project is taken away: one for each noun, and for what grows with time one for each day, or less where
 * a day holds more than one wants to fetch again when it fails in the middle.
 */
import { type ExportPart, type ExportPlan, TIMED_PARTS, WHOLE_PARTS } from '#contract/exports.ts';
import type { ProjectSummary } from '#contract/people.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { countWhole } from './whole-parts.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Records of one part: half of what the export of logs gives at once, for more may come while it is made. */
const PART_RECORDS_MAX = 500_000;
/** Hours in ten years, which is as long as anything is kept. */
const BUCKETS_MAX = 90_000;

/** Column of the time by which a table is divided. */
const TIMES = { events: 'timestamp', sessions: 'started', spans: 'timestamp', logs: 'timestamp' } as const;
export type TimedTable = keyof typeof TIMES;

const LEFT: ExportPlan['left'] = [
  { what: 'tokens, passwords and credentials', why: 'they are secrets; none is ever exported' },
  { what: 'public links to issues', why: 'who has such a link sees the issue; make new ones' },
  { what: 'files of source maps', why: 'builds upload them again; the list of them is in artifacts' },
  {
    what: 'events that were only counted in a flood',
    why: 'they were never stored; the counts of the issues have them',
  },
];

export async function planExport(
  stores: { db: MetadataDb; telemetry: TelemetryStore; version: string },
  { id, slug, name }: ProjectSummary,
  now: number,
): Promise<ExportPlan> {
  const project = Number(id);
  const parts: ExportPart[] = [];
  for (const kind of WHOLE_PARTS)
    parts.push({ kind, from: null, to: null, records: await countWhole(stores.db, project, kind) });
  for (const table of [...TIMED_PARTS, 'logs'] as const) {
    const hours = await counts(stores.telemetry, project, table, { unit: 'hour', from: 0, to: now + DAY_MS });
    for (const { from, to, records, isWhole } of group(hours, HOUR_MS, DAY_MS))
      if (isWhole) parts.push(part(table, from, to, records));
      else parts.push(...(await split(stores.telemetry, project, table, from, to)));
  }
  return {
    project: { id, slug, name },
    version: stores.version,
    until: new Date(now).toISOString(),
    parts,
    left: LEFT,
  };
}

const part = (kind: TimedTable, from: number, to: number, records: number): ExportPart => ({
  kind,
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
  records,
});

/** An hour with too much in it, by the second. */
async function split(
  telemetry: TelemetryStore,
  project: number,
  table: TimedTable,
  from: number,
  to: number,
): Promise<ExportPart[]> {
  const seconds = await counts(telemetry, project, table, { unit: 'second', from, to });
  return group(seconds, 1000, HOUR_MS).map((each) => part(table, each.from, each.to, each.records));
}

interface Bucket {
  at: number;
  records: number;
}

function counts(
  telemetry: TelemetryStore,
  project: number,
  table: TimedTable,
  { unit, from, to }: { unit: 'hour' | 'second'; from: number; to: number },
): Promise<Bucket[]> {
  const start = `toUnixTimestamp(date_trunc('${unit}', ${TIMES[table]}))`;
  return telemetry.select<Bucket>(
    [project],
    `SELECT toFloat64(${start}) * 1000 AS at, count() AS records FROM ${table}
      WHERE project_id IN {projects:Array(UInt32)}
        AND ${TIMES[table]} >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
        AND ${TIMES[table]} < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
      GROUP BY at ORDER BY at`,
    { params: { from, to }, rowsMax: BUCKETS_MAX, timeoutMs: 60_000 },
  );
}

/** Neighbouring buckets of one `frame` together, as long as they are not too many; `isWhole` false: one alone is. */
export function group(
  buckets: readonly Bucket[],
  bucketMs: number,
  frameMs: number,
  recordsMax = PART_RECORDS_MAX,
): { from: number; to: number; records: number; isWhole: boolean }[] {
  return [...Map.groupBy(buckets, ({ at }) => Math.floor(at / frameMs))].flatMap(([frame, within]) => {
    const records = within.reduce((sum, bucket) => sum + bucket.records, 0);
    const from = frame * frameMs;
    if (records <= recordsMax) return [{ from, to: from + frameMs, records, isWhole: true }];
    const pieces: { from: number; to: number; records: number; isWhole: boolean }[] = [];
    for (const bucket of within) {
      const last = pieces.at(-1);
      const to = bucket.at + bucketMs;
      if (last && last.records + bucket.records <= recordsMax) {
        last.to = to;
        last.records += bucket.records;
      } else
        pieces.push({ from: bucket.at, to, records: bucket.records, isWhole: bucket.records <= recordsMax });
    }
    return pieces;
  });
}
