/** For tests: two organisations, the first with the projects shop (1) and web (2), the second with other (3). */
import type { MetadataDb } from '#server/store/metadata/metadata.ts';

export async function insertTestProjects(db: MetadataDb): Promise<void> {
  const organizations = ['ours', 'theirs'];
  await db
    .insertInto('organization')
    .values(organizations.map((slug, at) => ({ id: at + 1, slug, name: slug, created_at: 0 })))
    .execute();
  const projects = [
    ['shop', 1],
    ['web', 1],
    ['other', 2],
  ] as const;
  await db
    .insertInto('project')
    .values(
      projects.map(([slug, organization_id], at) => ({
        id: at + 1,
        organization_id,
        slug,
        name: `The ${slug}`,
        platform: 'node',
        created_at: 0,
        first_event_at: null,
      })),
    )
    .execute();
}
