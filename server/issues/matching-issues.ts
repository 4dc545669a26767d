/** A search put to the issues of some projects: the condition that a page, a count or a change of many goes on with. */
import type { Expression, SqlBool } from 'kysely';
import type { SearchFilter } from '#server/query/search-filter.ts';
import { askEvents } from './ask-events.ts';
import { issueCondition } from './issue-search.ts';
import type { IssueStores } from './issues.ts';
import type { Asker } from './teamwork/people-search.ts';

/** `notices` collects what was cut short. */
export function matchingIssues(
  stores: Pick<IssueStores, 'metadata' | 'telemetry' | 'releases' | 'clock'>,
  projects: readonly number[],
  {
    filter,
    seenSince,
    notices,
    asker,
  }: { filter: SearchFilter; seenSince: number; notices: Set<string>; asker?: Asker | undefined },
): Promise<Expression<SqlBool>> {
  const now = stores.clock.now();
  return issueCondition(filter, {
    db: stores.metadata.db,
    projects,
    releases: stores.releases,
    ask: askEvents(stores, projects, { from: seenSince, now }, notices),
    notices,
    now,
    asker,
  });
}
