/**
 * One record by its id, and what the same service on the same host said just before and after it. It is looked for
 * in growing windows of time, because the neighbours of a line are mostly seconds away.
 */
import type { LogSurroundings } from '#contract/api.ts';
import { reject } from '#server/record/rejections.ts';
import { LOG_COLUMNS, type LogStores, readLogId, type StoredLog, TIE_BREAK, toLogRecord } from './logs.ts';

export const SURROUNDING_LINES_MAX = 100;

const MINUTE_NS = 60_000_000_000n;
/** How far from the record is looked, one after the other. What is a day away explains it no more. */
const REACHES_NS = [MINUTE_NS, 60n * MINUTE_NS, 24n * 60n * MINUTE_NS];
/** 2262, the last moment the engine's nanoseconds can say. */
const LAST_NS = 9_223_372_036_854_775_807n;

export async function surroundings(
  stores: LogStores,
  visible: readonly number[],
  id: string,
  lines: number,
): Promise<LogSurroundings> {
  const { project, at, tie } = readLogId(id);
  const projects = visible.filter((each) => each === project);
  if (projects.length === 0 || at >= LAST_NS) throw reject('not_found', 'no log record has this id');
  const [record] = await stores.telemetry.select<StoredLog>(
    projects,
    `SELECT ${LOG_COLUMNS} FROM logs
      WHERE project_id IN {projects:Array(UInt32)} AND timestamp = fromUnixTimestamp64Nano({at:Int64})
        AND (${TIE_BREAK}) = {tie:UInt64} LIMIT 1`,
    { params: { at: String(at), tie } },
  );
  if (!record) throw reject('not_found', 'no log record has this id, or it is older than records are kept');
  const [older, newer] = await Promise.all(
    (['older', 'newer'] as const).map((side) => neighbours(stores, projects, record, side, lines)),
  );
  return { record: toLogRecord(record), older: older!.map(toLogRecord), newer: newer!.map(toLogRecord) };
}

async function neighbours(
  stores: LogStores,
  projects: readonly number[],
  { at, tie, service, host }: StoredLog,
  side: 'older' | 'newer',
  lines: number,
): Promise<StoredLog[]> {
  if (lines === 0) return [];
  const [sign, order] = side === 'older' ? ['<', 'DESC'] : ['>', 'ASC'];
  const middle = BigInt(at);
  let found: StoredLog[] = [];
  for (const reach of REACHES_NS) {
    const since = side === 'older' ? (middle > reach ? middle - reach : 0n) : middle;
    const until = side === 'older' ? middle : middle + reach < LAST_NS ? middle + reach : LAST_NS;
    found = await stores.telemetry.select<StoredLog>(
      projects,
      `SELECT ${LOG_COLUMNS} FROM logs
        WHERE project_id IN {projects:Array(UInt32)} AND service = {service:String} AND host = {host:String}
          AND timestamp >= fromUnixTimestamp64Nano({since:Int64}) AND timestamp <= fromUnixTimestamp64Nano({until:Int64})
          AND (toUnixTimestamp64Nano(timestamp), ${TIE_BREAK}) ${sign} ({at:Int64}, {tie:UInt64})
        ORDER BY timestamp ${order}, ${TIE_BREAK} ${order} LIMIT {lines:UInt32}`,
      { params: { service, host, since: String(since), until: String(until), at, tie, lines } },
    );
    if (found.length === lines) break;
  }
  return found;
}
