/**
 * How the occurrences differ among each other: for every tag the values it has, the most common first. What the
 * comparison with healthy traffic found is marked when that has arrived.
 */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { FoundDifference } from '#contract/differences.ts';
import type { TagDistribution } from '#contract/issues.ts';
import { api } from '#web/client.ts';
import { liftMark, liftText, qText } from '#web/issues/differences/difference-words.ts';
import { type DifferencesChoice, useDifferences } from '#web/issues/differences/use-differences.ts';
import { tagTermText } from '#web/issues/search-query.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Card } from '#web/ui/card.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { counted, fullNumber, percent } from '#web/ui/number.ts';
import { SkeletonLines } from '#web/ui/skeleton.tsx';

/** Values that are over-represented, by their key and value. */
type Found = ReadonlyMap<string, FoundDifference>;
const pairOf = (key: string, value: string) => `${key}:${value}`;

interface TagDistributionsProps {
  issueId: string;
  choice: DifferencesChoice;
}

export function TagDistributions({ issueId, choice }: TagDistributionsProps) {
  const { period } = choice;
  const { data, error, refetch } = useQuery({
    queryKey: ['issue', issueId, 'tags', period],
    queryFn: ({ signal }) => api.issueTags(issueId, period, signal),
    placeholderData: keepPreviousData,
  });
  const { data: differences } = useDifferences(issueId, choice);
  if (error && !data) return <ErrorState error={error} retry={refetch} what="The tags could not be loaded" />;
  if (!data) return <SkeletonLines lines={10} />;
  if (data.tags.length === 0)
    return (
      <EmptyState title="No tags in this time">
        <p>
          Tags are what the program says about itself: browser, customer, feature flag. Set them in the SDK
          with setTag.
        </p>
      </EmptyState>
    );
  const same = data.tags.filter((tag) => tag.distinctValues === 1 && tag.events === data.events);
  const found: Found = new Map(
    differences?.differences.map((one) => [pairOf(one.key, one.value), one] as const),
  );
  return (
    <div className="flex flex-col gap-3">
      <div className="flex min-h-7 flex-wrap items-center gap-x-3">
        <h2 className="text-sm font-semibold">Every tag</h2>
        <p className="text-xs text-ink-faint">
          {data.sampled ? 'the newest ' : 'all '}
          {counted(data.events, 'event')}
          {data.others > 0 &&
            `; the mark in a bar is the share among ${counted(data.others, 'event')} of other issues`}
        </p>
      </div>
      {same.length > 0 && <SameInAll tags={same} others={data.others} found={found} />}
      <div className="grid gap-3 md:grid-cols-2 xl:grid-cols-1">
        {data.tags
          .filter((tag) => !same.includes(tag))
          .map((tag) => (
            <TagCard
              key={tag.key}
              tag={tag}
              events={data.events}
              others={data.others}
              issueId={issueId}
              found={found}
            />
          ))}
      </div>
    </div>
  );
}

/** Tags with one value in every event have no distribution: a line of each is enough. */
function SameInAll({
  tags,
  others: allOthers,
  found,
}: {
  tags: readonly TagDistribution[];
  others: number;
  found: Found;
}) {
  return (
    <Card title="The same in all of them">
      <dl className="grid grid-cols-[minmax(0,auto)_minmax(0,1fr)_auto] items-baseline gap-x-4 gap-y-1 text-xs">
        {tags.flatMap(({ key, top }) =>
          top.map(({ value, others }) => (
            <div key={key} className="col-span-full grid grid-cols-subgrid items-center">
              <dt className="truncate font-mono text-ink-soft">
                <bdi>{key}</bdi>
              </dt>
              <dd className="min-w-0 [overflow-wrap:anywhere]">
                <bdi>{value}</bdi>
              </dd>
              <dd className="flex items-center gap-2 text-ink-faint">
                {allOthers > 0 && `${percent(others, allOthers)} of others`}
                <Over of={found.get(pairOf(key, value))} />
              </dd>
            </div>
          )),
        )}
      </dl>
    </Card>
  );
}

function TagCard({
  tag,
  events,
  others: allOthers,
  issueId,
  found,
}: {
  tag: TagDistribution;
  events: number;
  others: number;
  issueId: string;
  found: Found;
}) {
  const others = tag.distinctValues - tag.top.length;
  return (
    <Card
      title={<bdi className="font-mono text-xs [overflow-wrap:anywhere]">{tag.key}</bdi>}
      note={tag.events < events ? `in ${percent(tag.events, events)} of the events` : undefined}
    >
      <ul className="flex flex-col gap-1.5">
        {tag.top.map(({ value, events: count, users, others: ofOthers }) => (
          <li key={value} className="relative text-xs">
            <Link
              to="/issues/$issueId/{-$tab}"
              params={{ issueId, tab: 'occurrences' }}
              search={{ query: tagTermText(tag.key, value) }}
              title={titleOf(count, users, ofOthers, allOthers)}
              className="relative flex items-center gap-3 overflow-hidden rounded bg-sunken px-2 py-1 hover:ring-1 hover:ring-accent"
            >
              <span
                aria-hidden
                className="absolute inset-y-0 left-0 bg-accent-soft"
                style={{ width: `${(count / Math.max(1, tag.events)) * 100}%` }}
              />
              {allOthers > 0 && ofOthers > 0 && (
                <span
                  aria-hidden
                  className="absolute bottom-0 h-2 w-0.5 bg-ink-soft"
                  style={{ left: `${Math.min(99.5, (ofOthers / allOthers) * 100)}%` }}
                />
              )}
              <bdi className="relative min-w-0 flex-1 truncate">
                {value || <i className="text-ink-faint">empty</i>}
              </bdi>
              <Over of={found.get(pairOf(tag.key, value))} />
              {users > 0 && (
                <span className="relative shrink-0 text-ink-soft max-sm:hidden">
                  {counted(users, 'user')}
                </span>
              )}
              <span className="relative shrink-0 font-medium">{percent(count, tag.events)}</span>
            </Link>
          </li>
        ))}
      </ul>
      {others > 0 && <p className="mt-2 text-xs text-ink-faint">and {fullNumber(others)} other values</p>}
    </Card>
  );
}

/** That a value is over-represented, and how much; the list of what is different has the counts. */
function Over({ of }: { of: FoundDifference | undefined }) {
  if (!of) return null;
  return (
    <span className="relative flex">
      <Badge
        tone="warn"
        title={`${liftText(of.lift)}, ${qText(of.q)}: see what is more often than in healthy traffic`}
      >
        {liftMark(of.lift)}
      </Badge>
    </span>
  );
}

function titleOf(events: number, users: number, others: number, allOthers: number): string {
  return [
    `${counted(events, 'event')}${users > 0 ? ` of ${counted(users, 'user')}` : ''}`,
    ...(allOthers > 0 ? [`${percent(others, allOthers)} of the events of other issues`] : []),
    'Shows these occurrences',
  ].join('. ');
}
