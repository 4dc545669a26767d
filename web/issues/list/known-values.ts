/** Values to suggest, from the issues on the page: what one sees is what one wants to narrow down to. */
import type { IssueListItem } from '#contract/issues.ts';
import { splitTitle } from '#web/issues/issue-title.ts';

/** Enough for every release of a fortnight; suggestions show fewer anyway. */
const VALUES_MAX = 50;

export function knownValues(issues: readonly IssueListItem[]): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, Set<string>>();
  const add = (key: string, value: string) => {
    const known = values.get(key) ?? new Set();
    if (value !== '' && known.size < VALUES_MAX) known.add(value);
    values.set(key, known);
  };
  for (const issue of issues) {
    add('release', issue.lastRelease);
    add('release', issue.firstRelease);
    add('platform', issue.platform);
    add('logger', issue.logger);
    add('error.type', splitTitle(issue).type);
    add('culprit', issue.culprit);
  }
  return new Map([...values].map(([key, known]) => [key, [...known]]));
}
