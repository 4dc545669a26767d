/** The issues behind expected errors: what one would look at before filtering a kind of them. */
import type { ExpectedCost } from '#contract/filters.ts';
import type { ExpectedKind } from '#server/record/expected.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';

/** Issues named for each kind. */
const ISSUES_MAX = 3;

type NamedIssues = NonNullable<ExpectedCost['issues']>;

export async function issuesOfKinds(
  db: MetadataDb,
  projectId: number,
  kinds: readonly ExpectedKind[],
): Promise<Map<ExpectedKind, NamedIssues>> {
  const found = new Map<ExpectedKind, NamedIssues>();
  for (const kind of kinds) {
    const rows = await db
      .selectFrom('issue')
      .select(['id', 'title', 'event_count'])
      .where('project_id', '=', projectId)
      .where('expected', '=', kind)
      .orderBy('event_count', 'desc')
      .orderBy('id')
      .limit(ISSUES_MAX)
      .execute();
    found.set(
      kind,
      rows.map(({ id, title, event_count }) => ({ id: String(id), title, events: event_count })),
    );
  }
  return found;
}
