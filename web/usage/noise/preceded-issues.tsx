/** Which issues a pattern goes before: what would be missing when they come back. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { api } from '#web/client.ts';
import { ErrorState } from '#web/ui/error-state.tsx';
import { counted, fullNumber } from '#web/ui/number.ts';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { tieWords } from './words.ts';

export const precededQuery = (slug: string, pattern: string, contains: string) => ({
  queryKey: ['noise-check', slug, pattern, contains],
  queryFn: ({ signal }: { signal: AbortSignal }) => api.noiseCheck(slug, pattern, contains, signal),
});

/** Issues listed; the rest is counted. */
const SHOWN = 6;

interface PrecededProps {
  slug: string;
  pattern: string;
  /** Only records with this text. */
  contains: string;
}

export function PrecededIssues({ slug, pattern, contains }: PrecededProps) {
  const { data, error, refetch } = useQuery(precededQuery(slug, pattern, contains));
  if (error && !data)
    return (
      <ErrorState
        error={error}
        retry={refetch}
        what="It could not be looked up which issues it goes before"
      />
    );
  if (!data) return <SkeletonLines lines={3} />;
  const { issues, issuesInAll, events, days, minutesShare } = data;
  const lookedAt = `Looked at ${counted(events, 'occurrence')} of the last ${fullNumber(days)} days.`;
  if (issuesInAll === 0)
    return (
      <p className="flex items-start gap-2 text-sm text-good">
        <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0" />
        It goes before no issue. {lookedAt}
      </p>
    );
  return (
    <div className="rounded-md bg-warn-soft px-3 py-2 text-sm">
      <p className="flex items-start gap-2 font-medium text-warn">
        <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
        It goes before {counted(issuesInAll, 'issue')}: these lines may be what explains them.
      </p>
      <ul className="mt-1.5 flex flex-col gap-1.5">
        {issues.slice(0, SHOWN).map((issue) => (
          <li key={issue.id} className="text-ink">
            <Link
              to="/issues/$issueId/{-$tab}"
              params={{ issueId: issue.id }}
              target="_blank"
              className="underline-offset-2 hover:underline"
            >
              <span className="mr-1.5 font-mono text-xs">{issue.shortId}</span>
              <bdi>{issue.title}</bdi>
            </Link>
            <p className="text-xs text-ink-soft">
              {fullNumber(issue.preceded)} of {counted(issue.occurrences, 'occurrence')}:{' '}
              {tieWords(issue.ties)}
            </p>
          </li>
        ))}
      </ul>
      {issuesInAll > SHOWN && (
        <p className="mt-1.5 text-xs text-ink-soft">and {fullNumber(issuesInAll - SHOWN)} more</p>
      )}
      <p className="mt-1.5 text-xs text-ink-soft">
        {lookedAt}
        {minutesShare !== null &&
          ` The pattern is there in ${Math.round(minutesShare * 100)} % of the minutes of its services${minutesShare > 0.5 ? ', so that it stands before nearly everything there' : ''}.`}
      </p>
    </div>
  );
}
