/**
 * Issues as the read side knows them: what it reads from, whose issues one may see, and a row as people see it.
 * What is always true here: an issue is found only through the projects of the viewer's organization.
 */
import type { Issue } from '#contract/issues.ts';
import type { ProjectSummary } from '#contract/people.ts';
import type { ReleaseHealth } from '#contract/releases.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Comparison } from '#server/query/search-filter.ts';
import type { Period } from '#server/query/trend.ts';
import type { EventPayload } from '#server/record/event.ts';
import { EXPECTED_KINDS } from '#server/record/expected.ts';
import { reject } from '#server/record/rejections.ts';
import type { Severity } from '#server/record/severity.ts';
import type { FrameReport } from '#server/record/symbolication.ts';
import type { BlobStore } from '#server/store/blobs/blobs.ts';
import type { MetadataStore } from '#server/store/metadata/metadata.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import type { ReadActiveUsers } from './active-users.ts';
import { type IssueRow, readSubstate } from './lifecycle.ts';
import { parseShortId, shortId } from './short-id.ts';
import { usersExact } from './upsert.ts';

/** What the routes of issues and the compatible APIs over them are given by main. */
export interface IssueStores {
  metadata: MetadataStore;
  /** Refuses what reads too much; see store/telemetry/refuse-cut-short.ts. */
  telemetry: TelemetryStore;
  blobs: BlobStore;
  clock: Clock;
  /**
   * Makes stacks of generated code readable with what was uploaded since, and says why the rest is not. Changes the event
   * given. Absent: events are shown as they were stored.
   */
  readStacks?(project: number, event: EventPayload): Promise<FrameReport[]>;
  /** Users who did anything lately, by project; those of which nobody is known are left out. */
  readActiveUsers: ReadActiveUsers;
  releases: ReleaseLookups;
  /** The projects of an organization. */
  listProjects(organizationId: number): Promise<ProjectSummary[]>;
  /** Names of the organization's people by user id. */
  peopleNames(organizationId: number): Promise<ReadonlyMap<string, string>>;
}

/** What is asked of releases by whoever searches issues, or looks at the impact of one. */
export interface ReleaseLookups {
  /** The versions of releases of the projects that a search means. */
  meant(projects: readonly number[], which: WhichReleases): Promise<string[]>;
  health(
    projects: readonly number[],
    versions: readonly string[],
    period: Period,
  ): Promise<Map<string, ReleaseHealth>>;
}

export type WhichReleases =
  /** The newest of each project. */
  | { is: 'latest' }
  /** Of which a part of the version reads like this, whatever its case. */
  | { is: 'like'; part: 'version' | 'package' | 'build'; matches: (text: string) => boolean }
  /** Whose version stands so to this one, in the order of releases. */
  | { is: 'compare'; operator: Comparison; version: string };

/** An issue with the project it belongs to. */
export interface FoundIssue {
  row: IssueRow;
  project: ProjectSummary;
}

/** The projects a viewer may see; with a slug or an id only that one, which must be among them. */
export async function visibleProjects(
  stores: Pick<IssueStores, 'listProjects'>,
  viewer: Viewer,
  slugOrId = '',
): Promise<ProjectSummary[]> {
  const projects = await stores.listProjects(viewer.organization.id);
  if (slugOrId === '') return projects;
  const named = projects.find(({ slug, id }) => slug === slugOrId || id === slugOrId);
  if (!named) throw reject('not_found', `no project "${slugOrId}"`);
  return [named];
}

export const projectIds = (projects: readonly ProjectSummary[]) =>
  projects.map((project) => Number(project.id));

/** The issue with this id or short id. Throws the refusal when there is none that the viewer may see. */
export async function findIssue(
  stores: IssueStores,
  viewer: Viewer,
  idOrShortId: string,
): Promise<FoundIssue> {
  const projects = await visibleProjects(stores, viewer);
  const issues = stores.metadata.db.selectFrom('issue').selectAll();
  const short = parseShortId(idOrShortId);
  const shortIn = short && projects.find(({ slug }) => slug === short.slug);
  const row = await (short
    ? issues.where('project_id', '=', Number(shortIn?.id ?? 0)).where('number', '=', short.number)
    : issues.where('id', '=', issueId(idOrShortId))
  ).executeTakeFirst();
  const project = row && projects.find(({ id }) => id === String(row.project_id));
  const into = row
    ? undefined
    : await mergedInto(
        stores,
        short ? null : issueId(idOrShortId),
        Number(shortIn?.id ?? 0),
        short?.number ?? 0,
      );
  if (into !== undefined) return findIssue(stores, viewer, String(into));
  if (!project) throw reject('not_found', `no issue ${idOrShortId.slice(0, 100)}`);
  return { row, project };
}

/** Where an issue went that was merged, by its id or by the number that it had in its project. */
async function mergedInto(
  { metadata: { db } }: IssueStores,
  id: number | null,
  project: number,
  number: number,
): Promise<number | undefined> {
  const merged = db.selectFrom('merged_issue').select('issue_id');
  const row = await (id === null
    ? merged.where('project_id', '=', project).where('number', '=', number)
    : merged.where('id', '=', id)
  ).executeTakeFirst();
  return row?.issue_id;
}

/** Those of the issues that exist and that the viewer may see, in the order of the ids. */
export async function findIssues(
  stores: IssueStores,
  viewer: Viewer,
  ids: readonly string[],
): Promise<FoundIssue[]> {
  const projects = new Map(
    (await visibleProjects(stores, viewer)).map((project) => [Number(project.id), project]),
  );
  const rows = await stores.metadata.db
    .selectFrom('issue')
    .selectAll()
    .where('id', 'in', [0, ...ids.map(issueId)])
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return [...new Set(ids.map(issueId))].flatMap((id) => {
    const row = byId.get(id);
    const project = row && projects.get(row.project_id);
    return project ? [{ row, project }] : [];
  });
}

/** The number of an issue id in an address; what is none finds nothing. */
export const issueId = (text: string) => (/^\d{1,15}$/.test(text) ? Number(text) : 0);

/** The grouping hashes that point to each of the issues. */
export async function hashesOf(
  stores: { metadata: Pick<MetadataStore, 'db'> },
  issueIds: readonly number[],
): Promise<Map<number, string[]>> {
  if (issueIds.length === 0) return new Map();
  const rows = await stores.metadata.db
    .selectFrom('issue_hash')
    .select(['issue_id', 'hash'])
    .where('issue_id', 'in', issueIds)
    .orderBy('created_at')
    .orderBy('hash')
    .execute();
  const hashes = new Map<number, string[]>(issueIds.map((id) => [id, []]));
  for (const { issue_id, hash } of rows) hashes.get(issue_id)!.push(hash);
  return hashes;
}

/** The issue that a grouping hash points to; null when there is none any more. */
export async function issueOfHash(
  stores: Pick<IssueStores, 'metadata'>,
  project: number,
  hash: string,
): Promise<number | null> {
  const row = await stores.metadata.db
    .selectFrom('issue_hash')
    .select('issue_id')
    .where('project_id', '=', project)
    .where('hash', '=', hash)
    .executeTakeFirst();
  return row?.issue_id ?? null;
}

/** A row as the API shows it. */
export function toIssue({ row, project }: FoundIssue, now: number): Issue {
  return {
    id: String(row.id),
    shortId: shortId(project.slug, row.number),
    project: { id: project.id, slug: project.slug, name: project.name },
    title: row.title,
    culprit: row.culprit,
    type: row.type,
    level: row.level as Severity,
    platform: row.platform,
    logger: row.logger,
    status: row.status,
    substate: readSubstate(row, now),
    priority: row.priority,
    resolution: resolutionOf(row),
    archival: archivalOf(row),
    unhandled: row.unhandled === 1,
    expected: EXPECTED_KINDS.find((kind) => kind === row.expected) ?? null,
    firstSeen: iso(row.first_seen),
    lastSeen: iso(row.last_seen),
    events: row.event_count,
    users: row.user_count,
    usersExact: usersExact(row),
    firstRelease: row.first_release,
    lastRelease: row.last_release,
    lastEventId: row.last_event_id,
  };
}

function resolutionOf(row: IssueRow): Issue['resolution'] {
  if (row.status !== 'resolved') return null;
  const names = { '': 'now', release: 'release', next_release: 'nextRelease', commit: 'commit' } as const;
  return {
    in: names[row.resolved_in],
    release: row.resolved_release,
    commit: row.resolved_commit,
    repository: row.resolved_repository,
    at: iso(row.resolved_at ?? row.substate_at),
  };
}

function archivalOf(row: IssueRow): Issue['archival'] {
  if (row.status !== 'archived') return null;
  const until = row.archived_until || 'forever';
  const isCounted = until === 'events' || until === 'users';
  const seen = (until === 'events' ? row.event_count : row.user_count) - (row.archived_from ?? 0);
  return {
    until,
    at: until === 'time' ? iso(row.archived_limit!) : null,
    count: isCounted ? row.archived_limit : null,
    windowMinutes: row.archived_window_ms === null ? null : row.archived_window_ms / 60_000,
    seen: isCounted && row.archived_window_ms === null ? seen : null,
  };
}

export const iso = (timestamp: number) => new Date(timestamp).toISOString();
