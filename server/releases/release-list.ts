/** Pages of releases, the newest first: by when they were released, else first heard of. */
import { sql } from 'kysely';
import type { Cursor } from '#server/issues/cursor.ts';
import { likeAnywhere } from '#server/query/like.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { dateOf, type ReleaseRow } from './releases.ts';

export interface ReleasePageQuery {
  organizationId: number;
  /** Releases of any of them. Null: all of the organization, those of no project too. */
  projects: readonly number[] | null;
  /** Part of the version; empty: any. */
  query: string;
  cursor: Cursor | null;
  limit: number;
}

export interface ReleasePage {
  releases: ReleaseRow[];
  next: Cursor | null;
}

/** The list that cursors belong to. */
export const RELEASE_LIST = 'releases';

const DATE = sql<number>`coalesce(release.released_at, release.created_at)`;

export async function releasePage(db: MetadataDb, asked: ReleasePageQuery): Promise<ReleasePage> {
  const { organizationId, projects, query, cursor, limit } = asked;
  let rows = db
    .selectFrom('release')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .orderBy(DATE, 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (projects)
    rows = rows.where('id', 'in', (of) =>
      of
        .selectFrom('release_project')
        .select('release_id')
        .where('project_id', 'in', [0, ...projects]),
    );
  if (query !== '')
    rows = rows.where(sql<boolean>`lower(version) like ${likeAnywhere([query.toLowerCase()])} escape '\\'`);
  if (cursor)
    rows = rows.where(
      sql<boolean>`(${DATE} < ${cursor.value} or (${DATE} = ${cursor.value} and id < ${Number(cursor.id)}))`,
    );
  const found = await rows.execute();
  const releases = found.slice(0, limit);
  const last = releases.at(-1);
  return {
    releases,
    next:
      last && found.length > limit
        ? { list: RELEASE_LIST, way: 'after', value: dateOf(last), id: String(last.id) }
        : null,
  };
}

/** Releases that are looked at for the one before another: the newest of a project. */
const NEIGHBOURS_MAX = 1_000;

/** The newest releases that share a project with a release. */
export async function releasesBeside(
  db: MetadataDb,
  organizationId: number,
  projects: readonly number[],
): Promise<ReleaseRow[]> {
  const page = { organizationId, projects, query: '', cursor: null, limit: NEIGHBOURS_MAX };
  return (await releasePage(db, page)).releases;
}

/**
 * The newest release that is older than this one, shares a project with it and has commits: those of this one begin
 * there. By when they were made, as a release that was finalized later may have been begun before.
 */
export async function releaseWithCommitsBefore(
  db: MetadataDb,
  { id, organization_id, created_at }: ReleaseRow,
): Promise<ReleaseRow | undefined> {
  return db
    .selectFrom('release')
    .selectAll()
    .where('organization_id', '=', organization_id)
    .where('id', '!=', id)
    .where('created_at', '<=', created_at)
    .where('id', 'in', (of) =>
      of
        .selectFrom('release_project as own')
        .innerJoin('release_project as other', 'other.project_id', 'own.project_id')
        .select('other.release_id')
        .where('own.release_id', '=', id),
    )
    .where((of) =>
      of.exists(of.selectFrom('release_commit').select('position').whereRef('release_id', '=', 'release.id')),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}
