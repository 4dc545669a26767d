/**
 * Releases as the read side knows them: rows with what hangs on them. What is always true here: a release is found only
 * in the viewer's organization, and what it says of projects it says of theirs.
 */
import type { Selectable } from 'kysely';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import type { DeployTable, ReleaseCommitTable, ReleaseTable } from '#server/store/metadata/schema.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';

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
