/**
 * Searches of logs and of issues that people keep: for each other, found by everyone of the organization and changed by
 * whoever may write; or for themselves alone. What is kept is what the page has in its address, so that using one is
 * opening an address.
 */
import type * as z from 'zod';
import type {
  SavedQuery,
  SavedQueryRequest,
  SavedQueryScreen,
  SavedQueryUpdate,
  SavedQueryView,
} from '#contract/saved-queries.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import type { Clock } from '#server/platform/clock.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { isUniqueViolation } from '#server/store/metadata/unique-violation.ts';

/** Of one organization or one person: a menu of more is no help. */
export const SAVED_QUERIES_MAX = 500;
/** Tabs of one page, for all or for one person: more do not fit beside each other. */
export const PINNED_MAX = 20;

export interface SavedQueryStores {
  db: MetadataDb;
  clock: Clock;
}

/** Whose alone a search is: of nobody, or of the person who asks; a token may belong to no person. */
const owners = (viewer: Viewer) => ['', ...(viewer.userId === null ? [] : [viewer.userId])];

function ownQueries(db: MetadataDb, viewer: Viewer) {
  return db
    .selectFrom('saved_query')
    .leftJoin('project', 'project.id', 'saved_query.project_id')
    .where('saved_query.organization_id', '=', viewer.organization.id)
    .where('saved_query.owner_id', 'in', owners(viewer))
    .select([
      'saved_query.id as id',
      'saved_query.screen as screen',
      'saved_query.owner_id as owner_id',
      'saved_query.pinned_at as pinned_at',
      'saved_query.name as name',
      'project.slug as project',
      'saved_query.view as view',
      'saved_query.created_at as created_at',
      'saved_query.updated_at as updated_at',
    ]);
}

export async function listSavedQueries(
  { db }: SavedQueryStores,
  viewer: Viewer,
  screen: SavedQueryScreen,
): Promise<SavedQuery[]> {
  const rows = await ownQueries(db, viewer)
    .where('saved_query.screen', '=', screen)
    .limit(2 * SAVED_QUERIES_MAX)
    .execute();
  const place = (row: { pinned_at: number | null }) => row.pinned_at ?? Number.POSITIVE_INFINITY;
  // Engines have different ideas of the order of names.
  return rows
    .sort((a, b) => (place(a) === place(b) ? a.name.localeCompare(b.name, 'en') : place(a) - place(b)))
    .map(shown);
}

/** Throws the refusal unless there may be one more. */
async function checkRoom(
  db: MetadataDb,
  of: { organization_id: number; screen: SavedQueryScreen; owner_id: string },
  pinned: boolean,
): Promise<void> {
  const { kept, tabs } = await db
    .selectFrom('saved_query')
    .select((row) => [row.fn.countAll<number>().as('kept'), row.fn.count<number>('pinned_at').as('tabs')])
    .where('organization_id', '=', of.organization_id)
    .where('screen', '=', of.screen)
    .where('owner_id', '=', of.owner_id)
    .executeTakeFirstOrThrow();
  if (kept >= SAVED_QUERIES_MAX) throw reject('limit_reached', `${SAVED_QUERIES_MAX} saved queries`);
  if (pinned && tabs >= PINNED_MAX) throw reject('limit_reached', `${PINNED_MAX} tabs`);
}

export interface NewSavedQuery
  extends Pick<z.output<typeof SavedQueryRequest>, 'name' | 'view' | 'screen' | 'personal' | 'pinned'> {
  projectId: number | null;
}

export async function saveQuery(
  stores: SavedQueryStores,
  viewer: Viewer,
  { name, view, screen, personal, pinned, projectId }: NewSavedQuery,
): Promise<SavedQuery> {
  const { db, clock } = stores;
  const now = clock.now();
  const of = { organization_id: viewer.organization.id, screen, owner_id: ownerOf(viewer, personal) };
  await checkRoom(db, of, pinned);
  const { id } = await unlessTaken(
    db
      .insertInto('saved_query')
      .values({
        ...of,
        project_id: projectId,
        name,
        view: JSON.stringify(view),
        user_id: viewer.userId,
        pinned_at: pinned ? now : null,
        created_at: now,
        updated_at: now,
      })
      .returning('id')
      .executeTakeFirstOrThrow(),
  );
  return findSavedQuery(stores, viewer, id);
}

function ownerOf(viewer: Viewer, personal: boolean): string {
  if (!personal) return '';
  if (viewer.userId === null)
    throw reject('request_invalid', 'personal: this token belongs to no person; save the search for all');
  return viewer.userId;
}

/** Whether the search is the viewer's alone. */
export async function isOwn({ db }: SavedQueryStores, viewer: Viewer, id: number): Promise<boolean> {
  const row = await ownQueries(db, viewer).where('saved_query.id', '=', id).executeTakeFirst();
  return row !== undefined && row.owner_id !== '';
}

export async function changeSavedQuery(
  stores: SavedQueryStores,
  viewer: Viewer,
  id: number,
  { name, view, pinned }: SavedQueryUpdate,
): Promise<SavedQuery> {
  const { db, clock } = stores;
  const before = await findSavedQuery(stores, viewer, id);
  if (pinned && !before.pinned) {
    const of = { organization_id: viewer.organization.id, screen: before.screen };
    await checkRoom(db, { ...of, owner_id: ownerOf(viewer, before.personal) }, true);
  }
  const now = clock.now();
  await unlessTaken(
    db
      .updateTable('saved_query')
      .set({
        ...(name === undefined ? {} : { name }),
        ...(view === undefined ? {} : { view: JSON.stringify(view) }),
        ...(pinned === undefined || pinned === before.pinned ? {} : { pinned_at: pinned ? now : null }),
        updated_at: now,
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
    .where('owner_id', 'in', owners(viewer))
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
  screen: SavedQueryScreen;
  owner_id: string;
  pinned_at: number | null;
  name: string;
  project: string | null;
  view: string;
  created_at: number;
  updated_at: number;
}): SavedQuery {
  return {
    id: String(row.id),
    screen: row.screen,
    name: row.name,
    personal: row.owner_id !== '',
    pinned: row.pinned_at !== null,
    project: row.project,
    view: JSON.parse(row.view) as SavedQueryView,
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  };
}
