/**
 * Bundles go by hand, with their project, and when nothing has needed them for as long as the program keeps events: code
 * of last year may still be running, so it is not their age that counts.
 */
import type { BlobStore } from '#server/store/blobs/blobs.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { removeUnnamed } from './assemble.ts';

interface Stores {
  db: MetadataDb;
  blobs: BlobStore;
}

/** False when the project has no such bundle. */
export async function deleteBundle(stores: Stores, project: number, id: number): Promise<boolean> {
  const { db } = stores;
  const files = await db
    .selectFrom('artifact_file')
    .select('blob')
    .where('bundle_id', '=', id)
    .where('project_id', '=', project)
    .execute();
  const gone = await db
    .deleteFrom('artifact_bundle')
    .where('id', '=', id)
    .where('project_id', '=', project)
    .executeTakeFirst();
  if (gone.numDeletedRows === 0n) return false;
  await removeUnnamed(
    stores,
    files.map(({ blob }) => blob),
  );
  return true;
}

export async function deleteBundlesOf(stores: Stores, project: number): Promise<void> {
  await deleteAll(stores, () =>
    stores.db
      .selectFrom('artifact_bundle')
      .select(['id', 'project_id'])
      .where('project_id', '=', project)
      .limit(BUNDLES_PER_LOOK)
      .execute(),
  );
}

export async function deleteUnused(stores: Stores, before: number): Promise<void> {
  await deleteAll(stores, () =>
    stores.db
      .selectFrom('artifact_bundle')
      .select(['id', 'project_id'])
      .where('used_at', '<', before)
      .limit(BUNDLES_PER_LOOK)
      .execute(),
  );
}

const BUNDLES_PER_LOOK = 100;

async function deleteAll(
  stores: Stores,
  next: () => Promise<{ id: number; project_id: number }[]>,
): Promise<void> {
  for (;;) {
    const bundles = await next();
    if (bundles.length === 0) return;
    for (const { id, project_id } of bundles) await deleteBundle(stores, project_id, id);
  }
}
