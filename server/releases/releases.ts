/**
 * Releases as the read side knows them: rows with what hangs on them. What is always true here: a release is found only
 * in the viewer's organization, and what it says of projects it says of theirs.
 */
import type { Selectable } from 'kysely';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import type { DeployTable, ReleaseCommitTable, ReleaseTable } from '#server/store/metadata/schema.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
import { inOrder, isOlder, packageOf } from './release-order.ts';

export type ReleaseRow = Selectable<ReleaseTable>;
export type DeployRow = Selectable<DeployTable>;
export type CommitRow = Selectable<ReleaseCommitTable> & { repository: string };

/** The date that decides the order of releases without versions; see release-order.ts. */
export const dateOf = (row: Pick<ReleaseRow, 'created_at' | 'released_at'>) =>
  row.released_at ?? row.created_at;

/** Throws the refusal when there is none. With a project, only one that the project has. */
export async function findRelease(
  db: MetadataDb,
  organizationId: number,
  version: string,
  projectId?: number,
): Promise<ReleaseRow> {
  let query = db
    .selectFrom('release')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('version', '=', version);
  if (projectId !== undefined)
    query = query.where((of) =>
      of.exists(
        of
          .selectFrom('release_project')
          .select('release_id')
          .whereRef('release_id', '=', 'release.id')
          .where('project_id', '=', projectId),
      ),
    );
  const row = await query.executeTakeFirst();
  if (!row) throw reject('not_found', `no release "${version.slice(0, 250)}"`);
  return row;
}

/** What hangs on a release. */
export interface ReleaseFacts {
  projects: {
    projectId: number;
    addedAt: number;
    firstEventAt: number | null;
    lastEventAt: number | null;
    /** Issues that began in it. */
    newIssues: number;
  }[];
  commitCount: number;
  lastCommit: CommitRow | null;
  authors: { name: string; email: string }[];
  deployCount: number;
  lastDeploy: DeployRow | null;
}

/** Names shown of those who wrote a release. */
const AUTHORS_MAX = 20;

/** The facts of some releases by id, in a handful of statements; of these projects alone. */
export async function readFacts(
  db: MetadataDb,
  rows: readonly ReleaseRow[],
  projects: readonly number[],
): Promise<Map<number, ReleaseFacts>> {
  const facts = new Map(rows.map(({ id }) => [id, emptyFacts()]));
  for (const part of statementParts(rows, 2)) {
    const ids = part.map(({ id }) => id);
    await addProjects(db, part, projects, facts);
    await addCommits(db, ids, facts);
    await addDeploys(db, ids, facts);
  }
  return facts;
}

const emptyFacts = (): ReleaseFacts => ({
  projects: [],
  commitCount: 0,
  lastCommit: null,
  authors: [],
  deployCount: 0,
  lastDeploy: null,
});

async function addProjects(
  db: MetadataDb,
  rows: readonly ReleaseRow[],
  projects: readonly number[],
  facts: ReadonlyMap<number, ReleaseFacts>,
): Promise<void> {
  const own = [0, ...projects];
  const began = await db
    .selectFrom('issue')
    .select((of) => ['project_id', 'first_release', of.fn.countAll<number>().as('issues')])
    .where('project_id', 'in', own)
    .where(
      'first_release',
      'in',
      rows.map(({ version }) => version),
    )
    .groupBy(['project_id', 'first_release'])
    .execute();
  const newIssues = new Map(
    began.map(({ project_id, first_release, issues }) => [`${project_id}:${first_release}`, Number(issues)]),
  );
  const versions = new Map(rows.map(({ id, version }) => [id, version]));
  const places = await db
    .selectFrom('release_project')
    .selectAll()
    .where('release_id', 'in', [...versions.keys()])
    .where('project_id', 'in', own)
    .orderBy('project_id')
    .execute();
  for (const place of places)
    facts.get(place.release_id)!.projects.push({
      projectId: place.project_id,
      addedAt: place.added_at,
      firstEventAt: place.first_event_at,
      lastEventAt: place.last_event_at,
      newIssues: newIssues.get(`${place.project_id}:${versions.get(place.release_id)}`) ?? 0,
    });
}

async function addCommits(
  db: MetadataDb,
  ids: readonly number[],
  facts: ReadonlyMap<number, ReleaseFacts>,
): Promise<void> {
  const authors = await db
    .selectFrom('release_commit')
    .select((of) => ['release_id', 'author_name', 'author_email', of.fn.countAll<number>().as('commits')])
    .where('release_id', 'in', ids)
    .groupBy(['release_id', 'author_name', 'author_email'])
    .orderBy('release_id')
    .orderBy('commits', 'desc')
    .orderBy('author_email')
    .execute();
  for (const { release_id, author_name: name, author_email: email, commits } of authors) {
    const of = facts.get(release_id)!;
    of.commitCount += Number(commits);
    if ((name || email) && of.authors.length < AUTHORS_MAX) of.authors.push({ name, email });
  }
  for (const commit of await selectCommits(db)
    .where('release_id', 'in', ids)
    .where('position', '=', 0)
    .execute())
    facts.get(commit.release_id)!.lastCommit = commit;
}

async function addDeploys(
  db: MetadataDb,
  ids: readonly number[],
  facts: ReadonlyMap<number, ReleaseFacts>,
): Promise<void> {
  const counted = await db
    .selectFrom('deploy')
    .select((of) => ['release_id', of.fn.countAll<number>().as('deploys'), of.fn.max('id').as('last')])
    .where('release_id', 'in', ids)
    .groupBy('release_id')
    .execute();
  const lasts = counted.map(({ last }) => Number(last));
  for (const { release_id, deploys } of counted) facts.get(release_id)!.deployCount = Number(deploys);
  if (lasts.length === 0) return;
  for (const deploy of await db.selectFrom('deploy').selectAll().where('id', 'in', lasts).execute())
    facts.get(deploy.release_id)!.lastDeploy = deploy;
}

export const selectCommits = (db: MetadataDb) =>
  db
    .selectFrom('release_commit')
    .innerJoin('repository', 'repository.id', 'release_commit.repository_id')
    .selectAll('release_commit')
    .select('repository.name as repository');

/** The commits of a release, the newest first. */
export async function readCommits(db: MetadataDb, releaseId: number): Promise<CommitRow[]> {
  return selectCommits(db).where('release_id', '=', releaseId).orderBy('position').execute();
}

/** Shown of one release, the newest first. */
const DEPLOYS_SHOWN_MAX = 100;

export async function readDeploys(db: MetadataDb, releaseId: number): Promise<DeployRow[]> {
  return db
    .selectFrom('deploy')
    .selectAll()
    .where('release_id', '=', releaseId)
    .orderBy('id', 'desc')
    .limit(DEPLOYS_SHOWN_MAX)
    .execute();
}

/** What an event's release says about a resolution, of one project. */
export interface ReleaseOrder {
  isOlder(version: string, other: string): boolean;
  /** The release that was added last, for events that name none; null: the project has none. */
  newest: { version: string; date: number } | null;
}

/**
 * The order of the named versions, by project, in one statement. A version that is not known is one that is yet to come:
 * it has no date before it is.
 */
export async function readReleaseOrders(
  db: MetadataDb,
  wanted: ReadonlyMap<number, { versions: ReadonlySet<string>; newest: boolean }>,
): Promise<Map<number, ReleaseOrder>> {
  const dates = new Map<string, number>();
  const key = (project: number, version: string) => `${project}:${version}`;
  const all = [...new Set([...wanted.values()].flatMap(({ versions }) => [...versions]))];
  for (const part of statementParts(all, 1)) {
    const rows = await db
      .selectFrom('project')
      .innerJoin('release', 'release.organization_id', 'project.organization_id')
      .select(['project.id as project', 'release.version', 'release.created_at', 'release.released_at'])
      .where('project.id', 'in', [...wanted.keys()])
      .where('release.version', 'in', part)
      .execute();
    for (const row of rows) dates.set(key(row.project, row.version), dateOf(row));
  }
  const orders = new Map<number, ReleaseOrder>();
  for (const [project, { newest }] of wanted) {
    const at = (version: string) => ({
      version,
      date: dates.get(key(project, version)) ?? Number.POSITIVE_INFINITY,
    });
    orders.set(project, {
      isOlder: (version, other) => isOlder(at(version), at(other)),
      newest: newest ? ((await newestReleases(db, project, 1))[0] ?? null) : null,
    });
  }
  return orders;
}

/** The releases a project got last, the newest first. */
async function newestReleases(db: MetadataDb, project: number, limit: number) {
  const rows = await db
    .selectFrom('release_project')
    .innerJoin('release', 'release.id', 'release_project.release_id')
    .select(['release.version', 'release.created_at', 'release.released_at', 'release_project.added_at'])
    .where('release_project.project_id', '=', project)
    .orderBy('release_project.added_at', 'desc')
    .orderBy('release.id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ version: row.version, date: row.released_at ?? row.added_at }));
}

/** Among so many of the newest the current one is looked for: a hundred days of five releases a day. */
const RECENT_RELEASES = 500;

/**
 * The releases of a project that an issue can be resolved in, the newest first, so that the first is the current one:
 * those of the package that the issue was last seen in, so that another program in the same project does not decide.
 * Asks once for a project, however many issues of it are looked at.
 */
export function releasesToResolveIn(db: MetadataDb) {
  const recent = new Map<number, ReturnType<typeof newestReleases>>();
  const known = new Map<string, string[]>();
  return async (project: number, lastRelease: string): Promise<readonly string[]> => {
    const asked = recent.get(project) ?? newestReleases(db, project, RECENT_RELEASES);
    recent.set(project, asked);
    const newest = await asked;
    const key = `${project}:${lastRelease === '' ? '' : `@${packageOf(lastRelease)}`}`;
    const versions = known.get(key) ?? ofPackage(newest, lastRelease);
    known.set(key, versions);
    return versions;
  };
}

function ofPackage(newest: readonly { version: string; date: number }[], lastRelease: string): string[] {
  const of = (version: string) => newest.filter((one) => packageOf(one.version) === packageOf(version));
  const own = lastRelease === '' ? [] : of(lastRelease);
  const chosen = own.length > 0 || newest.length === 0 ? own : of(newest[0]!.version);
  return inOrder(chosen)
    .map(({ version }) => version)
    .reverse();
}

/** Where a commit is: not in a repository we know, in no release yet (empty), or first in a release of that version. */
export async function releaseOfCommit(
  db: MetadataDb,
  organizationId: number,
  { commit, repository }: { commit: string; repository: string },
): Promise<string | null> {
  const known = await db
    .selectFrom('repository')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('name', '=', repository)
    .executeTakeFirst();
  if (!known) return null;
  const rows = await db
    .selectFrom('release_commit')
    .innerJoin('release', 'release.id', 'release_commit.release_id')
    .select(['release.version', 'release.created_at', 'release.released_at', 'release_commit.sha'])
    .where('release_commit.repository_id', '=', known.id)
    .where((of) =>
      of(of.fn<string>('substr', ['release_commit.sha', of.lit(1), of.lit(commit.length)]), '=', commit),
    )
    .execute();
  return inOrder(rows.map((row) => ({ version: row.version, date: dateOf(row) })))[0]?.version ?? '';
}

export async function repositoryNames(db: MetadataDb, organizationId: number): Promise<string[]> {
  const rows = await db
    .selectFrom('repository')
    .select('name')
    .where('organization_id', '=', organizationId)
    .orderBy('name')
    .execute();
  return rows.map(({ name }) => name);
}
