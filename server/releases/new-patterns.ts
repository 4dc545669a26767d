/** Patterns of logs that came with a release: no log record of the release before it has them. */
import type { ReleasePatterns } from '#contract/releases.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';

const PATTERNS_MAX = 20;
/** How long after its first event, and before, logs are compared, ms: what is new shows in the first days. */
const SPAN_MS = 7 * 24 * 60 * 60 * 1000;

export interface PatternQuestion {
  projects: readonly number[];
  version: string;
  previous: string | null;
  /** When the release began, ms. */
  began: number;
}

export async function newPatterns(
  { telemetry, templateOf }: { telemetry: TelemetryStore; templateOf(body: string): string },
  { projects, version, previous, began }: PatternQuestion,
): Promise<ReleasePatterns> {
  if (previous === null) return { items: null };
  const params = { version, previous, from: began - SPAN_MS, to: began + SPAN_MS };
  const within = `project_id IN {projects:Array(UInt32)} AND timestamp >= fromUnixTimestamp64Milli({from:Int64})
    AND timestamp < fromUnixTimestamp64Milli({to:Int64})`;
  const [there] = await telemetry.select<{ there: number }>(
    projects,
    `SELECT 1 AS there FROM logs WHERE ${within} AND release = {previous:String} LIMIT 1`,
    { params },
  );
  if (!there) return { items: null };
  const rows = await telemetry.select<{ id: string; records: number; body: string }>(
    projects,
    `SELECT toString(pattern_id) AS id, count() AS records, any(body) AS body FROM logs
      WHERE ${within} AND release = {version:String} AND pattern_id NOT IN (
        SELECT DISTINCT pattern_id FROM logs WHERE ${within} AND release = {previous:String})
      GROUP BY pattern_id ORDER BY records DESC, pattern_id LIMIT ${PATTERNS_MAX}`,
    { params },
  );
  return {
    items: rows.map(({ id, records, body }) => ({
      id,
      records: Number(records),
      template: templateOf(body),
    })),
  };
}
