/** Entries go when they are older than they are kept, and the oldest when there are too many; nothing else removes one. */
import type { MetadataDb } from '#server/store/metadata/metadata.ts';

const DAY_MS = 86_400_000;
/** Of all organizations: some 500 bytes each, indexes included. */
export const ENTRIES_MAX = 500_000;
/** Removed by one statement, so that others can write in between. */
const PART = 5_000;

export async function forgetEntries(
  db: MetadataDb,
  now: number,
  days: number,
  entriesMax = ENTRIES_MAX,
): Promise<void> {
  const tooMany = await db
    .selectFrom('audit_entry')
    .select('id')
    .orderBy('id', 'desc')
    .offset(entriesMax)
    .limit(1)
    .executeTakeFirst();
  while (true) {
    const rows = await db
      .selectFrom('audit_entry')
      .select('id')
      .where((of) => of.or([of('at', '<', now - days * DAY_MS), of('id', '<=', tooMany?.id ?? 0)]))
      .limit(PART)
      .execute();
    if (rows.length === 0) return;
    await db
      .deleteFrom('audit_entry')
      .where(
        'id',
        'in',
        rows.map(({ id }) => id),
      )
      .execute();
  }
}
