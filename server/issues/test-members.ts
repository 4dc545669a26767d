/** For tests: members of the first organization, Ada, Grace and Linus, with the columns of better-auth that we read. */
import type { MetadataDb } from '#server/store/metadata/metadata.ts';

export const TEST_MEMBERS = new Map([
  ['ada', 'Ada Lovelace'],
  ['grace', 'Grace Hopper'],
  ['linus', 'Linus'],
]);

export async function insertTestMembers(db: MetadataDb): Promise<void> {
  await db.schema
    .createTable('user')
    .ifNotExists()
    .addColumn('id', 'text')
    .addColumn('name', 'text')
    .addColumn('email', 'text')
    .execute();
  for (const [id, name] of TEST_MEMBERS) {
    await db
      .withTables<{ user: { id: string; name: string; email: string } }>()
      .insertInto('user')
      .values({ id, name, email: `${id}@example.com` })
      .execute();
    await db
      .insertInto('member')
      .values({ organization_id: 1, user_id: id, role: 'owner', created_at: 0 })
      .execute();
  }
}
