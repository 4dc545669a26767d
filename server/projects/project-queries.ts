/** SQL of projects and ingest keys. Every query names the organization or a project found through it. */
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { PROJECTS_MAX } from './projects.ts';

const PROJECT = ['id', 'slug', 'name', 'platform', 'created_at', 'first_event_at'] as const;
const KEY = [
  'id',
  'project_id',
  'public_key',
  'label',
  'enabled',
  'rate_limit_count',
  'rate_limit_window_seconds',
  'created_at',
] as const;

export type ProjectRow = Awaited<ReturnType<typeof selectProjects>>[number];
export type KeyRow = Awaited<ReturnType<typeof selectKeys>>[number];

export async function selectProjects(db: MetadataDb, organizationId: number) {
  return db
    .selectFrom('project')
    .select(PROJECT)
    .where('organization_id', '=', organizationId)
    .orderBy('slug')
    .limit(PROJECTS_MAX)
    .execute();
}

export async function selectProject(db: MetadataDb, organizationId: number, slug: string) {
  return db
    .selectFrom('project')
    .select(PROJECT)
    .where('organization_id', '=', organizationId)
    .where('slug', '=', slug)
    .executeTakeFirst();
}

export async function countProjects(db: MetadataDb, organizationId: number): Promise<number> {
  const { projects } = await db
    .selectFrom('project')
    .select((of) => of.fn.countAll<number>().as('projects'))
    .where('organization_id', '=', organizationId)
    .executeTakeFirstOrThrow();
  return projects;
}

/** Undefined when the slug is taken. */
export async function insertProject(
  db: MetadataDb,
  project: {
    id?: number;
    organization_id: number;
    slug: string;
    name: string;
    platform: string;
    created_at: number;
  },
) {
  return db
    .insertInto('project')
    .values({ ...project, first_event_at: null })
    .onConflict((conflict) => conflict.columns(['organization_id', 'slug']).doNothing())
    .returning(PROJECT)
    .executeTakeFirst();
}

export async function updateProject(
  db: MetadataDb,
  id: number,
  change: { slug?: string; name?: string; platform?: string },
) {
  return db.updateTable('project').set(change).where('id', '=', id).returning(PROJECT).executeTakeFirst();
}

/** JSON: project-limits.ts reads it. */
export async function selectSettings(db: MetadataDb, id: number): Promise<string> {
  const row = await db.selectFrom('project').select('settings').where('id', '=', id).executeTakeFirst();
  if (!row) throw reject('not_found');
  return row.settings;
}

/** Of every project of the program, whatever its organization. */
export async function selectAllSettings(db: MetadataDb) {
  return db.selectFrom('project').select(['id', 'settings']).orderBy('id').execute();
}

export async function updateProjectSettings(db: MetadataDb, id: number, settings: string): Promise<void> {
  await db.updateTable('project').set({ settings }).where('id', '=', id).execute();
}

export async function selectKeys(db: MetadataDb, projectId: number) {
  return db.selectFrom('ingest_key').select(KEY).where('project_id', '=', projectId).orderBy('id').execute();
}

export async function insertKey(
  db: MetadataDb,
  key: {
    project_id: number;
    public_key: string;
    label: string;
    rate_limit_count: number | null;
    rate_limit_window_seconds: number | null;
    created_at: number;
    enabled?: 0 | 1;
    dsn_project?: string;
  },
) {
  return db.insertInto('ingest_key').values(key).returning(KEY).executeTakeFirstOrThrow();
}

export async function updateKey(
  db: MetadataDb,
  projectId: number,
  id: number,
  change: {
    label?: string;
    enabled?: 0 | 1;
    rate_limit_count?: number | null;
    rate_limit_window_seconds?: number | null;
  },
) {
  return db
    .updateTable('ingest_key')
    .set(change)
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .returning(KEY)
    .executeTakeFirst();
}

export async function deleteKey(db: MetadataDb, projectId: number, id: number): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('ingest_key')
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** With the settings of its project, which hold its quotas. */
export async function selectKeyByPublicKey(db: MetadataDb, publicKey: string) {
  return db
    .selectFrom('ingest_key')
    .innerJoin('project', 'project.id', 'ingest_key.project_id')
    .select([
      'ingest_key.id',
      'ingest_key.project_id',
      'ingest_key.dsn_project',
      'ingest_key.enabled',
      'ingest_key.rate_limit_count',
      'ingest_key.rate_limit_window_seconds',
      'project.settings',
    ])
    .where('ingest_key.public_key', '=', publicKey)
    .executeTakeFirst();
}

/** The oldest key that works, of the project with this slug; of the oldest organization that has one. */
export async function selectFirstKeyOfProject(db: MetadataDb, slug: string) {
  return db
    .selectFrom('ingest_key')
    .innerJoin('project', 'project.id', 'ingest_key.project_id')
    .select('ingest_key.public_key')
    .where('project.slug', '=', slug)
    .where('ingest_key.enabled', '=', 1)
    .orderBy('project.organization_id')
    .orderBy('ingest_key.id')
    .limit(1)
    .executeTakeFirst();
}

/** The oldest key that works, of the oldest project. */
export async function selectFirstKey(db: MetadataDb) {
  return db
    .selectFrom('ingest_key')
    .select(KEY)
    .where('enabled', '=', 1)
    .orderBy('project_id')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
}
