/** What of the disk is a project's, and what retention removed of it. */
import type { ProjectStored } from '#contract/projects.ts';
import type { ProjectRetention } from '#server/record/retention.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';

const DAY_MS = 86_400_000;

/** Lines of removals: a month of five a day. */
const REMOVALS_MAX = 150;

const TABLE_OF_KIND = { event: 'events', log: 'logs', span: 'spans' } as const;

/**
 * Bytes are a share: rows of a project weigh as much as those of others. To know better, each row would have to be
 * read, and what is compressed together has no bytes of its own.
 */
export async function readStored(
  { db, telemetry }: { db: MetadataDb; telemetry: TelemetryStore },
  { project, logDays, issueLogs }: ProjectRetention,
  now: number,
): Promise<ProjectStored> {
  const [tables, rows, longer, removals] = await Promise.all([
    telemetry.diskUsage(),
    telemetry.select<{ kind: keyof typeof TABLE_OF_KIND; levels: string; rows: number }>(
      [project],
      `SELECT 'event' AS kind, '' AS levels, count() AS rows FROM events WHERE project_id IN {projects:Array(UInt32)}
      UNION ALL
      SELECT 'span' AS kind, '' AS levels, count() AS rows FROM spans WHERE project_id IN {projects:Array(UInt32)}
      UNION ALL
      SELECT 'log' AS kind,
        multiIf(severity_number BETWEEN 1 AND 8, 'debug', severity_number >= 17, 'error', 'info') AS levels,
        count() AS rows
      FROM logs WHERE project_id IN {projects:Array(UInt32)} GROUP BY levels`,
    ),
    issueLogs === null
      ? null
      : telemetry.select<{ rows: number }>(
          [project],
          `SELECT count() AS rows FROM logs WHERE project_id IN {projects:Array(UInt32)}
            AND timestamp < fromUnixTimestamp64Milli(multiIf(severity_number BETWEEN 1 AND 8, {debug:Int64},
              severity_number >= 17, {error:Int64}, {info:Int64}), 'UTC')`,
          { params: limitsOf(logDays, now) },
        ),
    db
      .selectFrom('removal')
      .select((of) => [
        'removed_on',
        'kind',
        'levels',
        of.fn.sum<number>('rows').as('rows'),
        of.fn.min('partition_day').as('from'),
        of.fn.max('partition_day').as('to'),
      ])
      .where('project_id', '=', project)
      .groupBy(['removed_on', 'kind', 'levels'])
      .orderBy('removed_on', 'desc')
      .orderBy('kind')
      .orderBy('levels')
      .limit(REMOVALS_MAX)
      .execute(),
  ]);
  return {
    kinds: rows
      .filter((each) => each.rows > 0)
      .map((each) => ({ ...each, bytes: shareOf(each.rows, TABLE_OF_KIND[each.kind], tables) }))
      .toSorted((a, b) => b.bytes - a.bytes),
    issueLogs: longer && {
      rows: longer[0]?.rows ?? 0,
      bytes: shareOf(longer[0]?.rows ?? 0, 'logs', tables),
    },
    removals: removals.map(({ removed_on: removedOn, ...removal }) => ({
      ...removal,
      removedOn,
      rows: Number(removal.rows),
    })),
  };
}

/** What is older is there for an issue only; for up to a day also because retention has yet to come by. */
function limitsOf(logDays: ProjectRetention['logDays'], now: number): Record<string, number> {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  return Object.fromEntries(Object.entries(logDays).map(([group, days]) => [group, today - days * DAY_MS]));
}

function shareOf(
  rows: number,
  table: string,
  tables: { table: string; rows: number; bytes: number }[],
): number {
  const whole = tables.find((each) => each.table === table);
  return whole && whole.rows > 0 ? Math.round((whole.bytes * Math.min(rows, whole.rows)) / whole.rows) : 0;
}
