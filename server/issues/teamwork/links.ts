/** What an issue is linked to, as its page shows it. Links are made in server/trackers. */
import type { Selectable } from 'kysely';
import type { IssueLink } from '#contract/trackers.ts';
import { iso } from '#server/issues/issues.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import type { IssueLinkTable } from '#server/store/metadata/schema.ts';

/** The oldest first; as many as may be made. */
export async function readLinks(db: MetadataDb, issueId: number): Promise<IssueLink[]> {
  const rows = await db
    .selectFrom('issue_link')
    .selectAll()
    .where('issue_id', '=', issueId)
    .orderBy('id')
    .execute();
  return rows.map(toLink);
}

export const toLink = ({
  id,
  kind,
  url,
  name,
  title,
  state,
  created_at,
}: Selectable<IssueLinkTable>): IssueLink => ({
  ...{ id: String(id), kind, url, name, title, state },
  at: iso(created_at),
});
