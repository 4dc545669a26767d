/** Releases as the screens show them: lists with their health, and one with the release before it to compare with. */
import type { PERIODS } from '#contract/issues.ts';
import type { ProjectSummary } from '#contract/people.ts';
import type {
  Release,
  ReleaseCommit,
  ReleaseDetail,
  ReleaseHealth,
  ReleaseIssues,
  ReleaseList,
} from '#contract/releases.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { readCursor, writeCursor } from '#server/issues/cursor.ts';
import { type IssueStores, iso, projectIds, visibleProjects } from '#server/issues/issues.ts';
import { commitShape } from './event-code.ts';
import { readHealth, readReleaseTrends } from './release-health.ts';
import { issuesOfRelease } from './release-issues.ts';
import { RELEASE_LIST, releasePage, releasesBeside } from './release-list.ts';
import { inOrder, packageOf } from './release-order.ts';
import {
  dateOf,
  findRelease,
  type ReleaseFacts,
  type ReleaseRow,
  readCommits,
  readDeploys,
  readFacts,
} from './releases.ts';
import { readRepositories } from './repositories.ts';

type Period = (typeof PERIODS)[number];

export async function listReleases(
  stores: IssueStores,
  viewer: Viewer,
  asked: { project: string; query: string; period: Period; cursor: string; limit: number },
): Promise<ReleaseList> {
  const projects = await visibleProjects(stores, viewer, asked.project);
  const page = await releasePage(stores.metadata.db, {
    organizationId: viewer.organization.id,
    projects: asked.project === '' ? null : projectIds(projects),
    query: asked.query,
    cursor: readCursor(asked.cursor, RELEASE_LIST),
    limit: asked.limit,
  });
  return {
    items: await withHealth(stores, page.releases, projects, asked.period),
    nextCursor: page.next && writeCursor(page.next),
  };
}

async function withHealth(
  stores: IssueStores,
  rows: readonly ReleaseRow[],
  projects: readonly ProjectSummary[],
  period: Period,
): Promise<(Release & { health: ReleaseHealth })[]> {
  const ids = projectIds(projects);
  const question = { projects: ids, period, now: stores.clock.now() };
  const versions = rows.map(({ version }) => version);
  const [facts, health] = await Promise.all([
    readFacts(stores.metadata.db, rows, ids),
    readHealth(stores.telemetry, question, versions),
  ]);
  return rows.map((row) => ({
    ...toRelease(row, facts.get(row.id)!, projects),
    health: health.get(row.version)!,
  }));
}

function toRelease(row: ReleaseRow, facts: ReleaseFacts, projects: readonly ProjectSummary[]): Release {
  const firsts = facts.projects.flatMap(({ firstEventAt }) => firstEventAt ?? []);
  const lasts = facts.projects.flatMap(({ lastEventAt }) => lastEventAt ?? []);
  const own = new Set(facts.projects.map(({ projectId }) => String(projectId)));
  return {
    version: row.version,
    url: row.url,
    createdAt: iso(row.created_at),
    releasedAt: row.released_at === null ? null : iso(row.released_at),
    projects: projects.filter(({ id }) => own.has(id)).map(({ id, slug, name }) => ({ id, slug, name })),
    firstEventAt: firsts.length > 0 ? iso(Math.min(...firsts)) : null,
    lastEventAt: lasts.length > 0 ? iso(Math.max(...lasts)) : null,
    newIssues: facts.projects.reduce((sum, { newIssues }) => sum + newIssues, 0),
    commits: facts.commitCount,
    authors: facts.authors,
    deploys: facts.deployCount,
    lastDeploy: facts.lastDeploy && toDeploy(facts.lastDeploy),
  };
}

const toDeploy = (row: NonNullable<ReleaseFacts['lastDeploy']>) => ({
  id: String(row.id),
  environment: row.environment,
  name: row.name,
  url: row.url,
  startedAt: row.started_at === null ? null : iso(row.started_at),
  finishedAt: iso(row.finished_at),
});

interface Placed {
  release: ReleaseRow;
  projects: ProjectSummary[];
  previous: ReleaseRow | null;
  next: ReleaseRow | null;
}

/** The release with those before and after it, among the newest of its package in the same projects. */
async function place(stores: IssueStores, viewer: Viewer, version: string, project: string): Promise<Placed> {
  const { db } = stores.metadata;
  const projects = await visibleProjects(stores, viewer, project);
  const release = await findRelease(db, viewer.organization.id, version);
  const facts = (await readFacts(db, [release], projectIds(projects))).get(release.id)!;
  const own = facts.projects.map(({ projectId }) => projectId);
  const beside = await releasesBeside(db, viewer.organization.id, own);
  const name = packageOf(version);
  const ordered = inOrder(
    [...beside.filter(({ id }) => id !== release.id), release]
      .filter((row) => packageOf(row.version) === name)
      .map((row) => ({ row, version: row.version, date: dateOf(row) })),
  );
  const at = ordered.findIndex(({ row }) => row.id === release.id);
  return {
    release,
    projects,
    previous: ordered[at - 1]?.row ?? null,
    next: ordered[at + 1]?.row ?? null,
  };
}

export async function readRelease(
  stores: IssueStores,
  viewer: Viewer,
  version: string,
  asked: { project: string; period: Period },
): Promise<ReleaseDetail> {
  const { release, projects, previous, next } = await place(stores, viewer, version, asked.project);
  const question = { projects: projectIds(projects), period: asked.period, now: stores.clock.now() };
  const [[shown, before], trends, deploys] = await Promise.all([
    withHealth(stores, previous ? [release, previous] : [release], projects, asked.period),
    readReleaseTrends(stores.telemetry, question, release.version),
    readDeploys(stores.metadata.db, release.id),
  ]);
  return {
    ...shown!,
    ...trends,
    previous: before ?? null,
    next: next?.version ?? null,
    deployList: deploys.map(toDeploy),
  };
}

export async function readReleaseIssues(
  stores: IssueStores,
  viewer: Viewer,
  version: string,
  project: string,
): Promise<ReleaseIssues> {
  const { release, projects, next } = await place(stores, viewer, version, project);
  const reign = { from: dateOf(release), to: next ? dateOf(next) : Number.MAX_SAFE_INTEGER };
  return issuesOfRelease(stores, release, projects, reign);
}

/** Files told of one commit; the rest is at the code host. */
const FILES_SHOWN_MAX = 100;

export async function readReleaseCommits(
  { metadata: { db } }: Pick<IssueStores, 'metadata'>,
  viewer: Viewer,
  version: string,
): Promise<ReleaseCommit[]> {
  const release = await findRelease(db, viewer.organization.id, version);
  const [commits, repositories] = await Promise.all([
    readCommits(db, release.id),
    readRepositories(db, viewer.organization.id),
  ]);
  const byId = new Map(repositories.map((repository) => [repository.id, repository]));
  return commits.map((commit) => ({
    ...commitShape(commit, byId.get(commit.repository_id)),
    files: (JSON.parse(commit.files) as [string, string][]).slice(0, FILES_SHOWN_MAX),
  }));
}

/** The release before, for what is compared with it elsewhere. */
export async function previousVersion(
  stores: IssueStores,
  viewer: Viewer,
  version: string,
  project: string,
): Promise<{ release: ReleaseRow; previous: string | null; projects: number[] }> {
  const { release, previous, projects } = await place(stores, viewer, version, project);
  return { release, previous: previous?.version ?? null, projects: projectIds(projects) };
}
