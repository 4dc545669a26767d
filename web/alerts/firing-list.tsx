/** What fired, the newest first: of one rule or of all. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { History } from 'lucide-react';
import type { AlertFiring } from '#contract/alerts.ts';
import { Badge } from '#web/ui/badge.tsx';
import { cx } from '#web/ui/cx.ts';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { MoreButton } from '#web/ui/more-button.tsx';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { firingsQuery } from './alerts-queries.ts';
import { TOLD } from './words.ts';

interface FiringListProps {
  rule?: string;
  project?: string | undefined;
}

export function FiringList({ rule, project }: FiringListProps) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    firingsQuery({ ...(rule ? { rule } : {}), ...(project ? { project } : {}) }),
  );
  if (error && !data)
    return <ErrorState error={error} retry={refetch} what="What fired could not be loaded" />;
  if (!data) return <SkeletonLines lines={4} className="p-4" />;
  const firings = data.pages.flatMap(({ items }) => items);
  if (firings.length === 0)
    return (
      <EmptyState icon={<History aria-hidden />} title="Nothing has fired">
        <p>What fires stands here with its value, for 90 days after it is over.</p>
      </EmptyState>
    );
  return (
    <>
      <ul aria-label="What fired">
        {firings.map((firing) => (
          <Fired key={firing.id} firing={firing} isOfOneRule={rule !== undefined} />
        ))}
      </ul>
      <MoreButton pages={{ hasNextPage, isFetchingNextPage, fetchNextPage }} className="m-3 self-center">
        Earlier ones
      </MoreButton>
    </>
  );
}

function Fired({ firing, isOfOneRule }: { firing: AlertFiring; isOfOneRule: boolean }) {
  return (
    <li
      className={cx(
        'flex flex-col gap-1 border-b border-line px-4 py-2.5 last:border-b-0',
        !isOfOneRule && 'md:px-6',
      )}
    >
      <p className="min-w-0 text-sm [overflow-wrap:anywhere]">
        <span className="mr-2">
          <Badge tone={firing.endedAt ? 'neutral' : 'danger'}>{firing.endedAt ? 'Over' : 'Firing'}</Badge>
        </span>
        <bdi className="font-medium">
          {firing.issue ? (
            <Link
              to="/issues/$issueId/{-$tab}"
              params={{ issueId: firing.issue.id }}
              className="hover:underline"
            >
              {firing.title}
            </Link>
          ) : (
            firing.title
          )}
        </bdi>
        {firing.issue && <span className="ml-2 text-xs text-ink-faint">{firing.issue.shortId}</span>}
      </p>
      <p className="text-xs [overflow-wrap:anywhere] text-ink-soft">
        <bdi>{firing.reason}</bdi>
      </p>
      <p className="flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-ink-faint">
        <span>
          <RelativeTime time={firing.startedAt} />
          {firing.endedAt && (
            <>
              , over <RelativeTime time={firing.endedAt} />
            </>
          )}
        </span>
        <span>{firing.timesTold > 1 ? `told ${firing.timesTold} times` : TOLD[firing.told]}</span>
        {!isOfOneRule && (
          <Link to="/alerts/$id" params={{ id: firing.rule.id }} className="hover:text-ink hover:underline">
            <bdi>{firing.rule.name}</bdi>
          </Link>
        )}
      </p>
    </li>
  );
}
