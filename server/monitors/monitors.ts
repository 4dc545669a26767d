/**
 * Monitors as people see them: found only through the projects of the viewer's organization, each with how it and its
 * environments stand now.
 */
import type { Selectable } from 'kysely';
import type { Monitor, MonitorEnvironment, MonitorState } from '#contract/monitors.ts';
import type { ProjectSummary } from '#contract/people.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { type IssueStores, iso, issueId, visibleProjects } from '#server/issues/issues.ts';
import { readMonitorConfig } from '#server/record/monitor-config.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import type { MonitorTable } from '#server/store/metadata/schema.ts';
import { type EnvironmentRow, LATE_MS } from './judge.ts';

export type MonitorStores = Pick<
  IssueStores,
  'metadata' | 'telemetry' | 'blobs' | 'clock' | 'listProjects' | 'peopleNames'
>;
export type MonitorRow = Selectable<MonitorTable>;

export interface FoundMonitor {
  row: MonitorRow;
  project: ProjectSummary;
}

/** The monitor of an id. Throws the refusal when there is none that the viewer may see. */
export async function findMonitor(stores: MonitorStores, viewer: Viewer, id: string): Promise<FoundMonitor> {
  const projects = await visibleProjects(stores, viewer);
  const row = await stores.metadata.db
    .selectFrom('monitor')
    .selectAll()
    .where('id', '=', issueId(id))
    .executeTakeFirst();
  const project = row && projects.find((one) => one.id === String(row.project_id));
  if (!project) throw reject('not_found', `no monitor ${id.slice(0, 100)}`);
  return { row, project };
}

export async function environmentsOf(
  db: MetadataDb,
  monitorIds: readonly number[],
): Promise<ReadonlyMap<number, EnvironmentRow[]>> {
  if (monitorIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('monitor_environment')
    .selectAll()
    .where('monitor_id', 'in', monitorIds)
    .orderBy('environment')
    .execute();
  return Map.groupBy(rows, (row) => row.monitor_id);
}

export function toMonitor(
  { row, project }: FoundMonitor,
  environments: readonly EnvironmentRow[],
  now: number,
): Monitor {
  const { problems, ...config } = readMonitorConfig(row.config);
  const shown = environments.map((environment) => toEnvironment(environment, row.paused === 1, now));
  const next = environments.flatMap(({ next_expected_at }) => next_expected_at ?? []);
  return {
    id: String(row.id),
    slug: row.slug,
    project: { id: project.id, slug: project.slug, name: project.name },
    state: row.paused === 1 ? 'paused' : worstOf(shown),
    paused: row.paused === 1,
    muted: row.muted === 1,
    config,
    configProblems: problems,
    environments: shown,
    lastCheckInAt: row.last_check_in_at === null ? null : iso(row.last_check_in_at),
    nextExpectedAt: next.length === 0 ? null : iso(Math.min(...next)),
    createdAt: iso(row.created_at),
  };
}

function toEnvironment(row: EnvironmentRow, isPaused: boolean, now: number): MonitorEnvironment {
  const { next_expected_at, due_at } = row;
  const isLate = next_expected_at !== null && now > next_expected_at + LATE_MS;
  return {
    name: row.environment,
    state: isPaused
      ? 'paused'
      : isLate && (row.status === 'ok' || row.status === 'waiting')
        ? 'late'
        : row.status,
    lastCheckInAt: iso(row.last_check_in_at),
    nextExpectedAt: next_expected_at === null ? null : iso(next_expected_at),
    // Zero: a person changed something, and the watch takes notice of it in a moment.
    dueAt: due_at === null || due_at === 0 ? null : iso(due_at),
    failures: row.failures,
  };
}

const WORST_FIRST: readonly MonitorState[] = ['error', 'timeout', 'missed', 'late', 'ok', 'waiting'];

function worstOf(environments: readonly MonitorEnvironment[]): MonitorState {
  return WORST_FIRST.find((state) => environments.some((one) => one.state === state)) ?? 'waiting';
}
