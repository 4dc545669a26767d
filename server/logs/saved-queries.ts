/**
 * Searches that people keep for each other: found by everyone of the organization, changed by whoever may write. What is
 * kept is what the page of logs has in its address, so that using one is opening an address.
 */
import type {
  SavedQuery,
  SavedQueryRequest,
  SavedQueryUpdate,
  SavedQueryView,
} from '#contract/saved-queries.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import type { Clock } from '#server/platform/clock.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { isUniqueViolation } from '#server/store/metadata/unique-violation.ts';

/** Of one organization: a menu of more is no help. */
export const SAVED_QUERIES_MAX = 500;

export interface SavedQueryStores {
  db: MetadataDb;
  clock: Clock;
}

function ownQueries(db: MetadataDb, viewer: Viewer) {
  return db
    .selectFrom('saved_query')
    .leftJoin('project', 'project.id', 'saved_query.project_id')
    .where('saved_query.organization_id', '=', viewer.organization.id)
    .select([
      'saved_query.id as id',
      'saved_query.name as name',
      'project.slug as project',
      'saved_query.view as view',
      'saved_query.created_at as created_at',
      'saved_query.updated_at as updated_at',
    ]);
}

export async function listSavedQueries({ db }: SavedQueryStores, viewer: Viewer): Promise<SavedQuery[]> {
  const rows = await ownQueries(db, viewer).limit(SAVED_QUERIES_MAX).execute();
  // Engines have different ideas of the order of names.
  return rows.map(shown).sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

export async function saveQuery(
  stores: SavedQueryStores,
  viewer: Viewer,
  { name, view, projectId }: Pick<SavedQueryRequest, 'name' | 'view'> & { projectId: number | null },
): Promise<SavedQuery> {
  const { db, clock } = stores;
  const { kept } = await db
    .selectFrom('saved_query')
    .select((of) => of.fn.countAll<number>().as('kept'))
    .where('organization_id', '=', viewer.organization.id)
    .executeTakeFirstOrThrow();
  if (kept >= SAVED_QUERIES_MAX) throw reject('limit_reached', `${SAVED_QUERIES_MAX} saved queries`);
  const now = clock.now();
  const { id } = await unlessTaken(
    db
      .insertInto('saved_query')
      .values({
        organization_id: viewer.organization.id,
        project_id: projectId,
        name,
        view: JSON.stringify(view),
        user_id: viewer.userId,
        created_at: now,
        updated_at: now,
      })
      .returning('id')
      .executeTakeFirstOrThrow(),
  );
  return findSavedQuery(stores, viewer, id);
}

export async function changeSavedQuery(
  stores: SavedQueryStores,
  viewer: Viewer,
  id: number,
  { name, view }: SavedQueryUpdate,
): Promise<SavedQuery> {
  await unlessTaken(
    stores.db
      .updateTable('saved_query')
      .set({
        ...(name === undefined ? {} : { name }),
        ...(view === undefined ? {} : { view: JSON.stringify(view) }),
        updated_at: stores.clock.now(),
      })
      .where('organization_id', '=', viewer.organization.id)
      .where('id', '=', id)
      .execute(),
  );
  return findSavedQuery(stores, viewer, id);
}

export async function deleteSavedQuery({ db }: SavedQueryStores, viewer: Viewer, id: number): Promise<void> {
  const { numDeletedRows } = await db
    .deleteFrom('saved_query')
    .where('organization_id', '=', viewer.organization.id)
    .where('id', '=', id)
    .executeTakeFirst();
  if (numDeletedRows === 0n) throw reject('not_found');
}

async function findSavedQuery({ db }: SavedQueryStores, viewer: Viewer, id: number): Promise<SavedQuery> {
  const row = await ownQueries(db, viewer).where('saved_query.id', '=', id).executeTakeFirst();
  if (!row) throw reject('not_found');
  return shown(row);
}

async function unlessTaken<T>(statement: Promise<T>): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    throw isUniqueViolation(error)
      ? reject('conflict', 'a saved query with this name', { cause: error })
      : error;
  }
}

function shown(row: {
  id: number;
  name: string;
  project: string | null;
  view: string;
  created_at: number;
  updated_at: number;
}): SavedQuery {
  return {
    id: String(row.id),
    name: row.name,
    project: row.project,
    view: JSON.parse(row.view) as SavedQueryView,
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  };
}
