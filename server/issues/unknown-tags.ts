/**
 * Why a search found nothing: a tag that no event has is mostly a key that was misspelt. Asked only for an empty page, so
 * that it does not look like an answer.
 */
import { Rejection } from '#server/platform/rejection.ts';
import { type SearchFilter, searchTerms } from '#server/query/search-filter.ts';
import { canonicalKey, explicitTag, isTag, nearestKey } from './event-fields.ts';
import { ISSUE_FIELDS } from './issue-fields.ts';
import type { IssueStores } from './issues.ts';

/** Tags asked about; a search has one or two. */
const TAGS_MAX = 5;
/** An explanation is not waited for longer, ms. */
const ANSWER_MS_MAX = 1_000;
/** Keys that a misspelt one is compared with. */
const KEYS_MAX = 500;

/** A sentence for each tag of the search that no event since then has. */
export async function unknownTags(
  { telemetry }: Pick<IssueStores, 'telemetry'>,
  projects: readonly number[],
  filter: SearchFilter,
  since: number,
): Promise<string[]> {
  const tags = new Set<string>();
  for (const term of searchTerms(filter)) {
    if (term.is === 'text' || (!explicitTag(term.key) && ISSUE_FIELDS.has(canonicalKey(term.key)))) continue;
    if (isTag(term.key)) tags.add(explicitTag(term.key) ?? term.key);
  }
  if (tags.size === 0) return [];
  try {
    const rows = await telemetry.select<{ key: string }>(
      projects,
      `SELECT DISTINCT arrayJoin(mapKeys(tags)) AS key FROM events
        WHERE project_id IN {projects:Array(UInt32)} AND timestamp >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
        LIMIT ${KEYS_MAX}`,
      { params: { since }, timeoutMs: ANSWER_MS_MAX },
    );
    const there = new Set(rows.map(({ key }) => key));
    // More keys than are read: that one is not among them says nothing.
    if (there.size === KEYS_MAX) return [];
    return [...tags]
      .filter((tag) => !there.has(tag))
      .slice(0, TAGS_MAX)
      .map((tag) => `No event of the period has the tag "${tag}"${nearestKey(tag, there) || '.'}`);
  } catch (error) {
    if (error instanceof Rejection && error.code === 'query_too_costly') return [];
    throw error;
  }
}
