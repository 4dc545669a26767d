/**
 * Repositories of an organization, and where the paths of a project's stack traces lie in them. A repository is known by
 * its name as soon as a commit names it; links to its code begin when somebody says where it is looked at.
 */
import type { Selectable } from 'kysely';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb, MetadataTransaction } from '#server/store/metadata/metadata.ts';
import type { CodeMappingTable, RepositoryTable } from '#server/store/metadata/schema.ts';
import { isUniqueViolation } from '#server/store/metadata/unique-violation.ts';
import { hostOf } from './code-links.ts';
import { findRepositories, REPOSITORIES_MAX, type ReleaseStores } from './release-writes.ts';

export type RepositoryRow = Selectable<RepositoryTable>;
export type MappingRow = Selectable<CodeMappingTable> & { repository: RepositoryRow };

/** Of one project: a build of many modules has hundreds. */
export const MAPPINGS_MAX = 1_000;

export async function readRepositories(db: MetadataDb, organizationId: number): Promise<RepositoryRow[]> {
  return db
    .selectFrom('repository')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .orderBy('name')
    .limit(REPOSITORIES_MAX)
    .execute();
}

export interface RepositoryInput {
  name: string;
  host: RepositoryRow['host'];
  url: string;
  template: string;
}

export async function addRepository(
  { db, now }: ReleaseStores,
  organizationId: number,
  given: RepositoryInput,
): Promise<RepositoryRow> {
  return db.transaction().execute(async (transaction) => {
    const known = transaction
      .selectFrom('repository')
      .select('id')
      .where('organization_id', '=', organizationId);
    if (await known.where('name', '=', given.name).executeTakeFirst())
      throw reject('conflict', 'a repository with this name');
    const id = (await findRepositories(transaction, organizationId, [given.name], now)).get(given.name)!;
    return setRepository(transaction, organizationId, id, given);
  });
}

export async function changeRepository(
  { db }: Pick<ReleaseStores, 'db'>,
  organizationId: number,
  id: number,
  given: RepositoryInput,
): Promise<RepositoryRow> {
  try {
    return await setRepository(db, organizationId, id, given);
  } catch (error) {
    throw isUniqueViolation(error)
      ? reject('conflict', 'a repository with this name', { cause: error })
      : error;
  }
}

async function setRepository(
  db: MetadataDb | MetadataTransaction,
  organizationId: number,
  id: number,
  given: RepositoryInput,
): Promise<RepositoryRow> {
  const row = await db
    .updateTable('repository')
    .set({ name: given.name, host: given.host, url: given.url, template: given.template })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  if (!row) throw reject('not_found', 'no such repository');
  return row;
}

/** With its code mappings, and the commits of releases that lie in it. */
export async function deleteRepository(db: MetadataDb, organizationId: number, id: number): Promise<void> {
  const { numDeletedRows } = await db
    .deleteFrom('repository')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (numDeletedRows === 0n) throw reject('not_found', 'no such repository');
}

/** The mappings of a project, those that are tried first first: the longest stack root. */
export async function readMappings(db: MetadataDb, projectId: number): Promise<MappingRow[]> {
  const rows = await db
    .selectFrom('code_mapping')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('stack_root')
    .limit(MAPPINGS_MAX)
    .execute();
  if (rows.length === 0) return [];
  const ids = [...new Set(rows.map((row) => row.repository_id))];
  const repositories = await db.selectFrom('repository').selectAll().where('id', 'in', ids).execute();
  const byId = new Map(repositories.map((repository) => [repository.id, repository]));
  return rows
    .flatMap((row) => {
      const repository = byId.get(row.repository_id);
      return repository ? [{ ...row, repository }] : [];
    })
    .sort((a, b) => b.stack_root.length - a.stack_root.length);
}

export interface MappingInput {
  stackRoot: string;
  sourceRoot: string;
}

/**
 * Adds mappings of a project, or changes those with the same stack root. All of them or none. Says of each whether it was
 * there.
 */
export async function putMappings(
  { db, now }: ReleaseStores,
  organizationId: number,
  projectId: number,
  given: { repository: string; defaultBranch: string; mappings: readonly MappingInput[] },
): Promise<('created' | 'updated')[]> {
  return db.transaction().execute(async (transaction) => {
    const { repository, defaultBranch: default_branch, mappings } = given;
    const repositories = await findRepositories(transaction, organizationId, [repository], now);
    const repository_id = repositories.get(repository)!;
    await guessHost(transaction, repository_id);
    const there = await transaction
      .selectFrom('code_mapping')
      .select('stack_root')
      .where('project_id', '=', projectId)
      .execute();
    const known = new Set(there.map(({ stack_root }) => stack_root));
    const fresh = new Set(mappings.map(({ stackRoot }) => stackRoot).filter((root) => !known.has(root)));
    if (known.size + fresh.size > MAPPINGS_MAX)
      throw reject('limit_reached', `${MAPPINGS_MAX} code mappings of one project`);
    const statuses: ('created' | 'updated')[] = [];
    for (const { stackRoot: stack_root, sourceRoot: source_root } of mappings) {
      const changed = { repository_id, source_root, default_branch };
      await transaction
        .insertInto('code_mapping')
        .values({ project_id: projectId, stack_root, created_at: now, ...changed })
        .onConflict((conflict) => conflict.columns(['project_id', 'stack_root']).doUpdateSet(changed))
        .execute();
      statuses.push(known.has(stack_root) ? 'updated' : 'created');
      known.add(stack_root);
    }
    return statuses;
  });
}

/** `owner/name` with nothing else said is looked at on GitHub, where most are; people can say otherwise. */
async function guessHost(transaction: MetadataTransaction, id: number): Promise<void> {
  const row = await transaction
    .selectFrom('repository')
    .select(['name', 'url'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  if (row.url !== '') return;
  const url = /^[\w.-]+\/[\w.-]+$/.test(row.name) ? `https://github.com/${row.name}` : '';
  if (url !== '')
    await transaction
      .updateTable('repository')
      .set({ url, host: hostOf(url) })
      .where('id', '=', id)
      .execute();
}

export async function deleteMapping(db: MetadataDb, projectId: number, id: number): Promise<void> {
  const { numDeletedRows } = await db
    .deleteFrom('code_mapping')
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (numDeletedRows === 0n) throw reject('not_found', 'no such code mapping');
}
