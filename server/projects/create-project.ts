/** Creates a project with its first ingest key, both or neither. */
import { assert } from '#server/platform/assert.ts';
import type { Clock } from '#server/platform/clock.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { countProjects, insertKey, insertProject, type ProjectRow } from './project-queries.ts';
import { newPublicKey, numberedSlug, PROJECTS_MAX, slugOf } from './projects.ts';

/** Label of the key every project is born with. */
const FIRST_KEY_LABEL = 'Default';
/** The id that the first start promises: people write DSNs down before they have seen one. */
const FIRST_PROJECT_ID = 1;

export async function createProject(
  options: { db: MetadataDb; clock: Clock },
  organizationId: number,
  wanted: { name: string; slug?: string; platform: string },
): Promise<ProjectRow> {
  const { db, clock } = options;
  if ((await countProjects(db, organizationId)) >= PROJECTS_MAX)
    throw reject('limit_reached', `${PROJECTS_MAX} projects`);
  return db.transaction().execute(async (transaction) => {
    const project = await insertWithFreeSlug(transaction, wanted, {
      organization_id: organizationId,
      name: wanted.name,
      platform: wanted.platform,
      created_at: clock.now(),
    });
    await insertFirstKey(transaction, project.id, newPublicKey(), clock.now());
    return project;
  });
}

/** For the first start, inside its transaction: project 1 with the key that was asked for. */
export async function createFirstProject(
  transaction: MetadataDb,
  clock: Clock,
  organizationId: number,
  publicKey: string,
): Promise<void> {
  const now = clock.now();
  await insertProject(transaction, {
    id: FIRST_PROJECT_ID,
    organization_id: organizationId,
    slug: 'default',
    name: 'Default',
    platform: '',
    created_at: now,
  });
  await insertFirstKey(transaction, FIRST_PROJECT_ID, publicKey || newPublicKey(), now);
}

/** A slug that was asked for must be free; one made from the name is numbered until it is. */
async function insertWithFreeSlug(
  db: MetadataDb,
  wanted: { name: string; slug?: string },
  columns: { organization_id: number; name: string; platform: string; created_at: number },
): Promise<ProjectRow> {
  if (wanted.slug !== undefined) {
    const project = await insertProject(db, { ...columns, slug: wanted.slug });
    if (!project) throw reject('conflict', 'a project with this slug');
    return project;
  }
  const base = slugOf(wanted.name);
  for (let attempt = 1; attempt <= PROJECTS_MAX + 1; attempt++) {
    const project = await insertProject(db, { ...columns, slug: numberedSlug(base, attempt) });
    if (project) return project;
  }
  assert(false, 'more slugs are taken than there may be projects');
}

async function insertFirstKey(
  db: MetadataDb,
  projectId: number,
  publicKey: string,
  now: number,
): Promise<void> {
  await insertKey(db, {
    project_id: projectId,
    public_key: publicKey,
    label: FIRST_KEY_LABEL,
    rate_limit_count: null,
    rate_limit_window_seconds: null,
    created_at: now,
  });
}
