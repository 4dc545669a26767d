/** Where an issue was before it came here, and what was counted there: kept beside our own counts, which are exact. */
import type { ImportedFrom } from '#contract/issues.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';

/** Issues of other trackers that are one here: shown, the largest first. */
const SHOWN_MAX = 20;

export async function readImportedFrom(db: MetadataDb, issueId: number): Promise<ImportedFrom[]> {
  const rows = await db
    .selectFrom('issue_import')
    .selectAll()
    .where('issue_id', '=', issueId)
    .orderBy('event_count', 'desc')
    .orderBy('source_issue')
    .limit(SHOWN_MAX)
    .execute();
  return rows.map((row) => ({
    source: row.source,
    shortId: row.short_id,
    url: row.url,
    events: row.event_count,
    users: row.user_count,
    importedAt: new Date(row.imported_at).toISOString(),
  }));
}
