/** The issues that a line belongs to: of the error it tells of, or by its span, trace or request. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Bug } from 'lucide-react';
import { buttonClass } from '#web/ui/button.tsx';
import { linksQuery } from './logs-queries.ts';

/** Others are found by the search for the trace. */
const ISSUES_SHOWN = 3;

export function LineErrors({ recordId }: { recordId: string }) {
  const { data } = useQuery(linksQuery(recordId));
  const issues = new Map(data?.errors.map((error) => [error.issue.id, error]).reverse());
  const link = buttonClass('secondary', 'small');
  return [...issues.values()]
    .reverse()
    .slice(0, ISSUES_SHOWN)
    .map(({ eventId, issue, why }) => (
      <span key={issue.id} className="flex gap-1.5">
        <Link
          to="/issues/$issueId/{-$tab}"
          params={{ issueId: issue.id }}
          search={{ event: eventId }}
          title={`${issue.title} (${why === 'record' ? 'this line tells of it' : `same ${why}`})`}
          className={link}
        >
          <Bug aria-hidden />
          Issue {issue.shortId}
        </Link>
        <Link
          to="/issues/$issueId/{-$tab}"
          params={{ issueId: issue.id, tab: 'story' }}
          search={{ event: eventId, line: `log-${recordId}` }}
          title={`This line in the story of ${issue.shortId}`}
          className={link}
        >
          Story
        </Link>
      </span>
    ));
}
