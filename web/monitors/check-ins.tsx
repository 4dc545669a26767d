/** The check-ins of a monitor, newest first: when, how it went, for how long, and what it was expected for. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { CheckIn } from '#contract/monitors.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Card } from '#web/ui/card.tsx';
import { cx } from '#web/ui/cx.ts';
import { ErrorState } from '#web/ui/error-state.tsx';
import { ChoiceMenu } from '#web/ui/menu.tsx';
import { MoreButton } from '#web/ui/more-button.tsx';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { ScrollArea } from '#web/ui/scroll-area.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { absoluteTime } from '#web/ui/time.ts';
import { checkInsQuery } from './monitors-queries.ts';
import { checkInLook, runtimeWords } from './words.ts';

interface CheckInsProps {
  id: string;
  environments: readonly string[];
  environment: string | undefined;
  onEnvironment: (environment: string | undefined) => void;
}

/** The choice of all of them; no environment has an empty name. */
const ALL = '';

export function CheckIns({ id, environments, environment = ALL, onEnvironment }: CheckInsProps) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage, isPlaceholderData } =
    useInfiniteQuery(checkInsQuery(id, environment));
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  const choices = [
    { value: ALL, label: 'all' },
    ...environments.map((name) => ({ value: name, label: name })),
  ];
  return (
    <Card
      title="Check-ins"
      note="newest first"
      actions={
        environments.length > 1 && (
          <ChoiceMenu
            label="Environment"
            value={environment}
            choices={choices}
            onChange={(next) => onEnvironment(next || undefined)}
          />
        )
      }
      flush
    >
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The check-ins could not be loaded" />
      ) : !data ? (
        <SkeletonLines lines={6} className="p-4" />
      ) : items.length === 0 ? (
        <p className="px-4 py-3 text-sm text-ink-faint">None are kept any more.</p>
      ) : (
        <ScrollArea label="Check-ins" className="overflow-x-auto">
          <table className={cx('w-full text-sm', isPlaceholderData && 'opacity-60')}>
            <thead className="text-left text-xs text-ink-faint">
              <tr className="border-b border-line">
                <th className="px-4 py-1.5 font-normal">Status</th>
                <th className="px-2 py-1.5 font-normal">Began</th>
                <th className="px-2 py-1.5 text-right font-normal">Took</th>
                <th className="px-2 py-1.5 font-normal">Expected</th>
                {environments.length > 1 && <th className="px-2 py-1.5 font-normal">Environment</th>}
                <th className="px-4 py-1.5 font-normal">Release</th>
              </tr>
            </thead>
            <tbody>
              {items.map((checkIn) => (
                <Row key={checkIn.id} checkIn={checkIn} withEnvironment={environments.length > 1} />
              ))}
            </tbody>
          </table>
        </ScrollArea>
      )}
      <MoreButton pages={{ hasNextPage, isFetchingNextPage, fetchNextPage }}>Older check-ins</MoreButton>
    </Card>
  );
}

function Row({ checkIn, withEnvironment }: { checkIn: CheckIn; withEnvironment: boolean }) {
  const { status, startedAt, expectedAt, durationMs, environment, release, traceId } = checkIn;
  const { word, tone } = checkInLook(status);
  const isMissed = status === 'missed';
  return (
    <tr className="border-b border-line last:border-0">
      <td className="px-4 py-1.5">
        <Badge tone={tone}>{word}</Badge>
      </td>
      <td className="px-2 py-1.5 whitespace-nowrap">
        {isMissed ? <span className="text-ink-faint">not</span> : <RelativeTime time={startedAt} />}
        {/^[0-9a-f]{32}$/.test(traceId) && (
          <Link
            to="/traces/$traceId"
            params={{ traceId }}
            className="ml-2 text-xs text-accent hover:underline"
          >
            trace
          </Link>
        )}
      </td>
      <td className="px-2 py-1.5 text-right whitespace-nowrap tabular-nums">
        {durationMs === null || status === 'in_progress' ? '' : runtimeWords(durationMs)}
      </td>
      <td className="px-2 py-1.5 whitespace-nowrap text-ink-soft">
        {expectedAt && absoluteTime(expectedAt)}
      </td>
      {withEnvironment && (
        <td className="px-2 py-1.5">
          <bdi>{environment}</bdi>
        </td>
      )}
      <td className="max-w-40 truncate px-4 py-1.5 text-ink-soft" title={release}>
        <bdi>{release}</bdi>
      </td>
    </tr>
  );
}
