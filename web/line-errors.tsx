/** The issues that a line belongs to: of the error it tells of, or by its span, trace or request. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Bug } from 'lucide-react';
import { api } from '#web/client.ts';
import { buttonClass } from '#web/ui/button.tsx';

/** Its errors may come a moment later than the line. */
const linksQuery = (id: string) =>
  queryOptions({
    queryKey: ['logs', 'links', id],
    queryFn: ({ signal }) => api.logLinks(id, signal),
    staleTime: 30_000,
    retry: false,
  });

/** Others are found by the search for the trace. */
const ISSUES_SHOWN = 3;

export function LineErrors({ recordId }: { recordId: string }) {
  const { data } = useQuery(linksQuery(recordId));
  const link = buttonClass('secondary', 'small');
  const errors = data?.errors ?? [];
  const shown = errors
    .filter(({ issue }, index) => errors.findIndex((other) => other.issue.id === issue.id) === index)
    .slice(0, ISSUES_SHOWN);
  return shown.map(({ eventId, issue, why }) => (
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
