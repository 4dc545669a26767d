/** The issue of the exception that a line tells of; nothing for lines without one. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Bug } from 'lucide-react';
import { revealBidi } from '#web/ui/reveal-bidi.ts';
import { issueOfLogQuery } from './logs-queries.ts';

export function LineIssue({ id }: { id: string }) {
  const { data } = useQuery(issueOfLogQuery(id));
  if (!data?.issue) return null;
  const { shortId, title, eventId, id: issueId } = data.issue;
  return (
    <p className="flex items-center gap-2 rounded-lg border border-line bg-surface px-3 py-2 text-sm">
      <Bug aria-hidden className="size-4 shrink-0 text-ink-faint" />
      <span className="min-w-0 [overflow-wrap:anywhere]">
        Issue{' '}
        <Link
          to="/issues/$issueId/{-$tab}"
          params={{ issueId }}
          search={{ event: eventId }}
          className="font-medium text-accent hover:underline"
        >
          <bdi>{shortId}</bdi>
        </Link>{' '}
        <bdi className="text-ink-soft">{revealBidi(title)}</bdi>
      </span>
    </p>
  );
}
