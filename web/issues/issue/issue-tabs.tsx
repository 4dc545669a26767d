/** The sides of an issue as tabs; on a phone the present one is scrolled into sight. */
import { Link } from '@tanstack/react-router';
import type { IssueDetail } from '#contract/issues.ts';
import { cx } from '#web/ui/cx.ts';
import { compactNumber } from '#web/ui/number.ts';
import { useEntryInSight } from '#web/ui/use-entry-in-sight.ts';
import { TABS, type TabId } from './tabs.ts';

export function IssueTabs({ issue, tab }: { issue: IssueDetail; tab: TabId }) {
  const bar = useEntryInSight<HTMLElement>(tab);
  const counts: Partial<Record<TabId, string>> = {
    occurrences: compactNumber(issue.events),
    users: `${compactNumber(issue.users)}${issue.usersExact ? '' : '+'}`,
  };
  return (
    <nav
      ref={bar}
      aria-label="Sides of the issue"
      className="sticky top-12 z-10 flex overflow-x-auto border-b border-line bg-canvas px-2 md:top-0 md:px-4"
    >
      {TABS.map((each) => (
        <Link
          key={each.id}
          data-entry={each.id}
          to="/issues/$issueId/{-$tab}"
          params={{ issueId: issue.id, tab: each.id }}
          search={(old) => ({ event: old.event })}
          resetScroll={false}
          aria-current={each.id === tab ? 'page' : undefined}
          className={cx(
            '-mb-px flex h-10 shrink-0 items-center gap-1.5 border-b-2 px-2 text-sm font-medium transition-colors md:px-3',
            each.id === tab ? 'border-accent text-ink' : 'border-transparent text-ink-soft hover:text-ink',
          )}
        >
          {each.label}
          {counts[each.id] && (
            <span className="rounded-full bg-sunken px-1.5 text-2xs text-ink-soft">{counts[each.id]}</span>
          )}
        </Link>
      ))}
    </nav>
  );
}
