/** Bookmarks: each person's own, told to nobody. */
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';

/** Of one person: a list of more finds nothing again. */
const BOOKMARKS_MAX = 5_000;

export async function setBookmark(
  { db, now }: { db: MetadataDb; now: number },
  issueId: number,
  userId: string | null,
  isBookmarked: boolean,
): Promise<void> {
  if (userId === null) throw reject('request_invalid', 'a token that no person owns has no bookmarks');
  if (!isBookmarked) {
    await db
      .deleteFrom('issue_bookmark')
      .where('issue_id', '=', issueId)
      .where('user_id', '=', userId)
      .execute();
    return;
  }
  const { kept } = await db
    .selectFrom('issue_bookmark')
    .select((of) => of.fn.countAll<number>().as('kept'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  if (kept >= BOOKMARKS_MAX) throw reject('limit_reached', `${BOOKMARKS_MAX} bookmarks`);
  await db
    .insertInto('issue_bookmark')
    .values({ issue_id: issueId, user_id: userId, created_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
