/**
 * What people and programs do to releases: make them, say what is in them and where they run, finalize and delete them.
 * A request is taken whole or refused whole; other organizations are never touched.
 */
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb, MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
import { type DeployRow, findRelease, type ReleaseRow } from './releases.ts';

/** Characters of a version, as at Sentry. */
export const VERSION_CHARS_MAX = 250;
/** Commits of one release. sentry-cli sends twenty of a first release; the rest is what happened since the last one. */
export const COMMITS_MAX = 2_000;
/** Changed files that are kept of one commit: a commit that moves more says nothing about an error. */
export const FILES_OF_COMMIT_MAX = 2_000;
/** Characters kept of a message: its first lines say what it is about. */
const MESSAGE_CHARS_MAX = 4_000;
/** Repositories of an organization. */
export const REPOSITORIES_MAX = 1_000;
/** Deploys of one release. */
const DEPLOYS_MAX = 1_000;

export interface ReleaseStores {
  db: MetadataDb;
  now: number;
}

export interface CommitInput {
  sha: string;
  repository: string;
  authorName: string;
  authorEmail: string;
  message: string;
  committedAt: number | null;
  files: [path: string, change: 'A' | 'M' | 'D'][];
}

export interface ReleaseChange {
  url?: string | undefined;
  startedAt?: number | null | undefined;
  releasedAt?: number | null | undefined;
  /** The newest first; replace those that are there. */
  commits?: readonly CommitInput[] | undefined;
  /** Projects it is in besides. */
  projects?: readonly number[] | undefined;
}

/** Any characters that can be seen; throws the refusal that says what is wrong. */
export function checkVersion(version: string): string {
  const problem =
    version.trim() === ''
      ? 'a release needs a version that is not empty'
      : version.trim() !== version
        ? 'a version neither begins nor ends with a space'
        : version === '.' || version === '..'
          ? 'a version that is "." or ".." cannot stand in an address'
          : version.length > VERSION_CHARS_MAX
            ? `a version has at most ${VERSION_CHARS_MAX} characters, this one has ${version.length}`
            : /\p{Cc}/u.test(version)
              ? 'a version has no control characters, such as ends of lines'
              : null;
  if (problem) throw reject('request_invalid', problem);
  return version;
}

/** Makes the release, or finds it; either way it is then as the change says. */
export async function makeRelease(
  { db, now }: ReleaseStores,
  organizationId: number,
  version: string,
  change: ReleaseChange & { projects: readonly number[] },
): Promise<{ release: ReleaseRow; isNew: boolean }> {
  checkVersion(version);
  return db.transaction().execute(async (transaction) => {
    const made = await transaction
      .insertInto('release')
      .values({
        organization_id: organizationId,
        version,
        created_at: now,
        started_at: null,
        released_at: null,
      })
      .onConflict((conflict) => conflict.columns(['organization_id', 'version']).doNothing())
      .returning('id')
      .executeTakeFirst();
    const release = await findRelease(transaction, organizationId, version);
    await apply(transaction, release, change, now);
    return {
      release: await findRelease(transaction, organizationId, version),
      isNew: made !== undefined,
    };
  });
}

/** Throws the refusal when there is no such release. */
export async function changeRelease(
  { db, now }: ReleaseStores,
  release: ReleaseRow,
  change: ReleaseChange,
): Promise<ReleaseRow> {
  return db.transaction().execute(async (transaction) => {
    await apply(transaction, release, change, now);
    return findRelease(transaction, release.organization_id, release.version);
  });
}

async function apply(
  transaction: MetadataTransaction,
  { id, organization_id }: ReleaseRow,
  { url, startedAt, releasedAt, commits, projects = [] }: ReleaseChange,
  now: number,
): Promise<void> {
  const set = {
    ...(url === undefined ? {} : { url }),
    ...(startedAt === undefined ? {} : { started_at: startedAt }),
    ...(releasedAt === undefined ? {} : { released_at: releasedAt }),
  };
  if (Object.keys(set).length > 0)
    await transaction.updateTable('release').set(set).where('id', '=', id).execute();
  const places = [...new Set(projects)].map((project_id) => ({
    ...{ release_id: id, project_id, added_at: now },
    ...{ first_event_at: null, last_event_at: null },
  }));
  for (const part of statementParts(places, 5))
    await transaction
      .insertInto('release_project')
      .values(part)
      .onConflict((conflict) => conflict.columns(['release_id', 'project_id']).doNothing())
      .execute();
  if (commits) await replaceCommits(transaction, { id, organization_id }, commits, now);
}

async function replaceCommits(
  transaction: MetadataTransaction,
  release: Pick<ReleaseRow, 'id' | 'organization_id'>,
  commits: readonly CommitInput[],
  now: number,
): Promise<void> {
  if (commits.length > COMMITS_MAX)
    throw reject('request_invalid', `at most ${COMMITS_MAX} commits of one release, not ${commits.length}`);
  const names = [...new Set(commits.map(({ repository }) => repository))].sort();
  const repositories = await findRepositories(transaction, release.organization_id, names, now);
  await transaction.deleteFrom('release_commit').where('release_id', '=', release.id).execute();
  const rows = commits.map((commit, position) => ({
    release_id: release.id,
    position,
    repository_id: repositories.get(commit.repository)!,
    sha: commit.sha,
    author_name: commit.authorName,
    author_email: commit.authorEmail,
    message: commit.message.slice(0, MESSAGE_CHARS_MAX),
    committed_at: commit.committedAt,
    files: JSON.stringify(commit.files.slice(0, FILES_OF_COMMIT_MAX)),
  }));
  for (const part of statementParts(rows, 9))
    await transaction.insertInto('release_commit').values(part).execute();
}

/** Ids of repositories by name; those that are not known are made. */
export async function findRepositories(
  transaction: MetadataTransaction,
  organization_id: number,
  names: readonly string[],
  now: number,
): Promise<Map<string, number>> {
  const known = new Map<string, number>();
  const find = async () => {
    for (const part of statementParts(names, 1)) {
      const rows = await transaction
        .selectFrom('repository')
        .select(['id', 'name'])
        .where('organization_id', '=', organization_id)
        .where('name', 'in', part)
        .execute();
      for (const { id, name } of rows) known.set(name, id);
    }
  };
  await find();
  const fresh = names.filter((name) => !known.has(name));
  if (fresh.length === 0) return known;
  const { there } = await transaction
    .selectFrom('repository')
    .select((of) => of.fn.countAll<number>().as('there'))
    .where('organization_id', '=', organization_id)
    .executeTakeFirstOrThrow();
  if (Number(there) + fresh.length > REPOSITORIES_MAX)
    throw reject('limit_reached', `${REPOSITORIES_MAX} repositories`);
  await transaction
    .insertInto('repository')
    .values(fresh.map((name) => ({ organization_id, name, created_at: now })))
    .onConflict((conflict) => conflict.columns(['organization_id', 'name']).doNothing())
    .execute();
  await find();
  return known;
}

export async function addDeploy(
  { db, now }: ReleaseStores,
  release: ReleaseRow,
  deploy: {
    environment: string;
    name: string;
    url: string;
    startedAt: number | null;
    finishedAt: number | null;
  },
): Promise<DeployRow> {
  const { there } = await db
    .selectFrom('deploy')
    .select((of) => of.fn.countAll<number>().as('there'))
    .where('release_id', '=', release.id)
    .executeTakeFirstOrThrow();
  if (Number(there) >= DEPLOYS_MAX) throw reject('limit_reached', `${DEPLOYS_MAX} deploys of one release`);
  return db
    .insertInto('deploy')
    .values({
      release_id: release.id,
      environment: deploy.environment,
      name: deploy.name,
      url: deploy.url,
      started_at: deploy.startedAt,
      finished_at: deploy.finishedAt ?? now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** With its commits and deploys. One that issues began in stays: they would name what is not there. */
export async function deleteRelease(
  { db }: Pick<ReleaseStores, 'db'>,
  release: ReleaseRow,
  projects: readonly number[],
): Promise<void> {
  const began = await db
    .selectFrom('issue')
    .select('id')
    .where('project_id', 'in', [0, ...projects])
    .where('first_release', '=', release.version)
    .limit(1)
    .executeTakeFirst();
  if (began) throw reject('release_in_use');
  await db.deleteFrom('release').where('id', '=', release.id).execute();
}
