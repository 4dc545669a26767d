/** Cron monitors in Sentry's API: `sentry-cli monitors list`, and what dashboards read. */
import type { FastifyPluginAsync } from 'fastify';
import type { MonitorConfig } from '#contract/monitors.ts';
import { readCursor, writeCursor } from '#server/issues/cursor.ts';
import { iso, projectIds, visibleProjects } from '#server/issues/issues.ts';
import type { EnvironmentRow } from '#server/monitors/judge.ts';
import { monitorPage, readCheckIns } from '#server/monitors/monitor-queries.ts';
import { environmentsOf, type FoundMonitor } from '#server/monitors/monitors.ts';
import { readMonitorConfig } from '#server/record/monitor-config.ts';
import { reject } from '#server/record/rejections.ts';
import type { SentryApi } from './sentry-api.ts';
import { linkPages, ONE_PAGE, pageCursor, pageLimit, type SentryRequest, serve } from './sentry-request.ts';

export function monitorRoutes(api: SentryApi): FastifyPluginAsync {
  return async (app) => {
    serve(app, 'GET', '/api/0/organizations/:org/monitors/', 'event:read', async (request) => {
      const { query, viewer } = request;
      const cursor = pageCursor(query, 'monitors');
      const { monitors, nextCursor } = await monitorPage(api, viewer, {
        project: query.get('projectSlug') ?? query.get('project') ?? '',
        query: (query.get('query') ?? '').slice(0, 200),
        cursor: cursor ? writeCursor(cursor) : '',
        limit: pageLimit(query),
      });
      linkPages(api, request, {
        ...ONE_PAGE,
        hasNext: nextCursor !== null,
        hasPrevious: cursor !== null,
        next: nextCursor === null ? null : readCursor(nextCursor, 'monitors'),
      });
      const environments = await environmentsOf(
        api.metadata.db,
        monitors.map(({ row }) => row.id),
      );
      return monitors.map((monitor) => monitorShape(monitor, environments.get(monitor.row.id) ?? []));
    });

    serve(app, 'GET', '/api/0/organizations/:org/monitors/:slug/', 'event:read', async (request) => {
      const monitor = await monitorOfSlug(api, request);
      const environments = await environmentsOf(api.metadata.db, [monitor.row.id]);
      return monitorShape(monitor, environments.get(monitor.row.id) ?? []);
    });

    serve(app, 'GET', '/api/0/organizations/:org/monitors/:slug/checkins/', 'event:read', async (request) => {
      const monitor = await monitorOfSlug(api, request);
      const cursor = pageCursor(request.query, 'check-ins');
      const { items, nextCursor } = await readCheckIns(api, monitor, {
        environment: (request.query.get('environment') ?? '').slice(0, 64),
        cursor: cursor ? writeCursor(cursor) : '',
        limit: pageLimit(request.query),
      });
      linkPages(api, request, {
        ...ONE_PAGE,
        hasNext: nextCursor !== null,
        hasPrevious: cursor !== null,
        next: nextCursor === null ? null : readCursor(nextCursor, 'check-ins'),
      });
      return items.map((item) => ({
        id: item.checkInId,
        environment: item.environment,
        // Late is a word of ours.
        status: item.status === 'late' ? 'ok' : item.status,
        duration: item.durationMs,
        dateCreated: item.startedAt,
        dateAdded: item.startedAt,
        expectedTime: item.expectedAt,
        monitorConfig: configShape(readMonitorConfig(monitor.row.config)),
      }));
    });
  };
}

/** A slug is unique in its project only: of several, the first project's that the viewer may see. */
async function monitorOfSlug(api: SentryApi, { viewer, params }: SentryRequest): Promise<FoundMonitor> {
  const projects = await visibleProjects(api, viewer);
  const row = await api.metadata.db
    .selectFrom('monitor')
    .selectAll()
    .where('project_id', 'in', [0, ...projectIds(projects)])
    .where('slug', '=', (params.slug ?? '').toLowerCase())
    .orderBy('project_id')
    .executeTakeFirst();
  const project = row && projects.find(({ id }) => id === String(row.project_id));
  if (!project) throw reject('not_found', 'no such monitor');
  return { row, project };
}

function monitorShape({ row, project }: FoundMonitor, environments: readonly EnvironmentRow[]) {
  const isMuted = row.muted === 1;
  return {
    id: String(row.id),
    slug: row.slug,
    name: row.slug,
    status: row.paused === 1 ? 'disabled' : 'active',
    isMuted,
    isUpserting: true,
    type: 'cron_job',
    config: configShape(readMonitorConfig(row.config)),
    dateCreated: iso(row.created_at),
    owner: null,
    project: { id: project.id, slug: project.slug, name: project.name, platform: project.platform || null },
    environments: environments.map((environment) => ({
      name: environment.environment,
      status: environment.status === 'waiting' ? 'active' : environment.status === 'ok' ? 'ok' : 'error',
      isMuted,
      dateCreated: iso(row.created_at),
      lastCheckIn: iso(environment.last_check_in_at),
      nextCheckIn: orNull(environment.next_expected_at),
      nextCheckInLatest: orNull(environment.due_at),
      activeIncident: null,
    })),
  };
}

const orNull = (time: number | null) => (time === null ? null : iso(time));

function configShape(config: MonitorConfig) {
  const { schedule } = config;
  return {
    schedule_type: schedule?.type ?? 'crontab',
    schedule:
      schedule === null
        ? null
        : schedule.type === 'crontab'
          ? schedule.value
          : [schedule.value, schedule.unit],
    timezone: schedule?.type === 'crontab' ? schedule.timezone : 'UTC',
    checkin_margin: config.marginMinutes,
    max_runtime: config.maxRuntimeMinutes,
    failure_issue_threshold: config.failureThreshold,
    recovery_threshold: config.recoveryThreshold,
    alert_rule_id: null,
  };
}
