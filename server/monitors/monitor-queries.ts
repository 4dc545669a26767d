/** What the Monitors screens read: the list, one monitor, its check-ins. */
import { type SqlBool, sql } from 'kysely';
import type * as z from 'zod';
import type {
  CheckIn,
  CheckInList,
  MonitorDetail,
  MonitorIncident,
  MonitorList,
  MonitorListQuery,
} from '#contract/monitors.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { readCursor, writeCursor } from '#server/issues/cursor.ts';
import { iso, projectIds, visibleProjects } from '#server/issues/issues.ts';
import { shortId } from '#server/issues/short-id.ts';
import { likeAnywhere } from '#server/query/like.ts';
import { readGaps } from './gaps.ts';
import { type CheckInRow, LATE_MS } from './judge.ts';
import { environmentsOf, type FoundMonitor, type MonitorStores, toMonitor } from './monitors.ts';
import { type Period, readTimelines, spanOf, timelineOf } from './timelines.ts';

/** Incidents shown with a monitor; the newest. */
const INCIDENTS_SHOWN = 50;

export async function listMonitors(
  stores: MonitorStores,
  viewer: Viewer,
  query: z.output<typeof MonitorListQuery>,
): Promise<MonitorList> {
  const now = stores.clock.now();
  const { db } = stores.metadata;
  const { monitors, nextCursor } = await monitorPage(stores, viewer, query);
  const ids = monitors.map(({ row }) => row.id);
  const span = spanOf(query.period, now);
  const [environments, timelines] = await Promise.all([
    environmentsOf(db, ids),
    readTimelines(db, ids, span),
  ]);
  return {
    items: monitors.map((monitor) => ({
      ...toMonitor(monitor, environments.get(monitor.row.id) ?? [], now),
      timeline: timelineOf(timelines.get(monitor.row.id) ?? [], span),
    })),
    nextCursor,
  };
}

/** A page by name, then by id; for every API that lists monitors. */
export async function monitorPage(
  stores: MonitorStores,
  viewer: Viewer,
  {
    project,
    query,
    cursor,
    limit,
  }: Pick<z.output<typeof MonitorListQuery>, 'project' | 'query' | 'cursor' | 'limit'>,
): Promise<{ monitors: FoundMonitor[]; nextCursor: string | null }> {
  const projects = await visibleProjects(stores, viewer, project);
  if (projects.length === 0) return { monitors: [], nextCursor: null };
  const after = readCursor(cursor, 'monitors');
  const rows = await stores.metadata.db
    .selectFrom('monitor')
    .selectAll()
    .where('project_id', 'in', projectIds(projects))
    .$if(query !== '', (page) =>
      page.where(sql<SqlBool>`slug like ${likeAnywhere([query.toLowerCase()])} escape '\\'`),
    )
    // Names may be long, and are no numbers: pages go on by how many came before.
    .orderBy('slug')
    .orderBy('id')
    .offset(after?.value ?? 0)
    .limit(limit + 1)
    .execute();
  const byId = new Map(projects.map((one) => [Number(one.id), one]));
  const place = { list: 'monitors', way: 'after', value: (after?.value ?? 0) + limit, id: '0' } as const;
  return {
    monitors: rows.slice(0, limit).map((row) => ({ row, project: byId.get(row.project_id)! })),
    nextCursor: rows.length > limit ? writeCursor(place) : null,
  };
}

export async function readMonitor(
  stores: MonitorStores,
  monitor: FoundMonitor,
  period: Period,
): Promise<MonitorDetail> {
  const now = stores.clock.now();
  const { db } = stores.metadata;
  const { id } = monitor.row;
  const span = spanOf(period, now);
  const [environments, timelines, gaps, incidents] = await Promise.all([
    environmentsOf(db, [id]),
    readTimelines(db, [id], span),
    readGaps(db, span.from),
    incidentsOf(stores, monitor),
  ]);
  const byEnvironment = Map.groupBy(timelines.get(id) ?? [], ({ environment }) => environment);
  const rows = environments.get(id) ?? [];
  return {
    ...toMonitor(monitor, rows, now),
    timelines: rows.map(({ environment }) => ({
      environment,
      timeline: timelineOf(byEnvironment.get(environment) ?? [], span),
    })),
    gaps: gaps.map(({ from, to }) => ({ from: iso(Math.max(from, span.from)), to: iso(to) })),
    incidents,
  };
}

async function incidentsOf(
  { metadata }: MonitorStores,
  { row, project }: FoundMonitor,
): Promise<MonitorIncident[]> {
  const rows = await metadata.db
    .selectFrom('monitor_incident as incident')
    .leftJoin('issue', 'issue.id', 'incident.issue_id')
    .select([
      'incident.id',
      'incident.environment',
      'incident.started_at',
      'incident.ended_at',
      'issue.id as issue_id',
      'issue.number',
      'issue.title',
      'issue.status',
    ])
    .where('incident.monitor_id', '=', row.id)
    .orderBy('incident.started_at', 'desc')
    .orderBy('incident.id', 'desc')
    .limit(INCIDENTS_SHOWN)
    .execute();
  return rows.map((one) => ({
    id: String(one.id),
    environment: one.environment,
    startedAt: iso(one.started_at),
    endedAt: one.ended_at === null ? null : iso(one.ended_at),
    issue:
      one.issue_id === null
        ? null
        : {
            id: String(one.issue_id),
            shortId: shortId(project.slug, one.number!),
            title: one.title!,
            status: one.status!,
          },
  }));
}

export async function readCheckIns(
  { metadata }: MonitorStores,
  { row }: FoundMonitor,
  { environment, cursor, limit }: { environment: string; cursor: string; limit: number },
): Promise<CheckInList> {
  const after = readCursor(cursor, 'check-ins');
  const rows = await metadata.db
    .selectFrom('check_in')
    .selectAll()
    .where('monitor_id', '=', row.id)
    .$if(environment !== '', (page) => page.where('environment', '=', environment))
    .$if(after !== null, (page) =>
      page.where((of) =>
        of.or([
          of('started_at', '<', after!.value),
          of.and([of('started_at', '=', after!.value), of('id', '<', Number(after!.id))]),
        ]),
      ),
    )
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(toCheckIn),
    nextCursor:
      rows.length > limit && last
        ? writeCursor({ list: 'check-ins', way: 'after', value: last.started_at, id: String(last.id) })
        : null,
  };
}

export function toCheckIn(row: CheckInRow): CheckIn {
  const isLate =
    row.status === 'ok' && row.expected_at !== null && row.started_at - row.expected_at > LATE_MS;
  return {
    id: String(row.id),
    checkInId: row.check_in_id,
    environment: row.environment,
    status: isLate ? 'late' : row.status,
    release: row.release,
    traceId: row.trace_id,
    startedAt: iso(row.started_at),
    expectedAt: row.expected_at === null ? null : iso(row.expected_at),
    durationMs: row.duration_ms,
    eventId: row.event_id || null,
  };
}
