/** What an issue is made of: its hashes, some to be taken out; what looks like it, to be merged; how to keep kinds apart. */
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Merge, Split, Undo2 } from 'lucide-react';
import { useState } from 'react';
import type { IssueHash, IssueHashes } from '#contract/grouping.ts';
import type { IssueDetail } from '#contract/issues.ts';
import { api } from '#web/client.ts';
import { useMay } from '#web/session.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Button, buttonClass } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { FormProblem } from '#web/ui/form-problem.tsx';
import { counted, fullNumber } from '#web/ui/number.ts';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { LookAlikes } from './look-alikes.tsx';
import { MergeDialog } from './merge-dialog.tsx';
import { type MergeTarget, useMerge } from './use-merge.ts';

export function MergeTab({ issue }: { issue: IssueDetail }) {
  const [merging, setMerging] = useState<readonly MergeTarget[] | null>(null);
  const navigate = useNavigate();
  const mayWrite = useMay('event:write');
  const { merge } = useMerge();
  const follow = (kept: { id: string }) =>
    navigate({
      to: '/issues/$issueId/{-$tab}',
      params: { issueId: kept.id, tab: 'grouping' },
      replace: true,
    });
  const { data, error, refetch } = useQuery({
    queryKey: ['issue', issue.id, 'hashes'],
    queryFn: ({ signal }) => api.issueHashes(issue.id, signal),
  });
  if (error && !data)
    return <ErrorState error={error} retry={refetch} what="The hashes could not be loaded" />;
  if (!data) return <SkeletonLines lines={10} />;
  return (
    <div className="grid items-start gap-4 lg:max-xl:grid-cols-2">
      <div className="flex min-w-0 flex-col gap-4">
        <Hashes issue={issue} hashes={data} />
        {data.merged.length > 0 && <Merged issue={issue} merged={data.merged} />}
        {data.splits.length > 0 && <Splits issue={issue} splits={data.splits} />}
      </div>
      <div className="flex min-w-0 flex-col gap-2">
        <FormProblem error={merge.error} />
        <LookAlikes
          issue={issue}
          onMerge={mayWrite ? (other) => setMerging(other ? [issue, other] : [issue]) : undefined}
          onJoin={
            mayWrite && !merge.isPending
              ? (other) =>
                  merge.mutate(
                    {
                      issues: [issue, other],
                      into: (other.events > issue.events ? other : issue).id,
                    },
                    { onSuccess: follow },
                  )
              : undefined
          }
        />
      </div>
      {merging && (
        <MergeDialog
          issues={merging}
          onClose={() => setMerging(null)}
          onMerged={(kept) => {
            setMerging(null);
            follow(kept);
          }}
        />
      )}
    </div>
  );
}

function Hashes({ issue, hashes: { hashes, total } }: { issue: IssueDetail; hashes: IssueHashes }) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const mayWrite = useMay('event:write');
  const { unmerge } = useMerge();
  const navigate = useNavigate();
  const several = hashes.length > 1;
  const taken = hashes.filter(({ hash }) => chosen.has(hash));

  async function takeOut() {
    const kept = await unmerge.mutateAsync({ from: issue.id, hashes: taken.map(({ hash }) => hash) });
    navigate({ to: '/issues/$issueId/{-$tab}', params: { issueId: kept.id, tab: 'grouping' } });
  }
  return (
    <Card
      title={counted(total, 'hash', 'hashes')}
      note={total > hashes.length ? `the ${hashes.length} with the most events` : undefined}
      flush
    >
      <p className="px-4 pt-3 text-sm text-ink-soft">
        {several
          ? 'Events with one of these hashes are in this issue. Take some out, and they are an issue of their own, with all their events.'
          : 'All events of this issue have the same hash. A fingerprint rule can keep later ones apart.'}
      </p>
      <ul className="mt-2 divide-y divide-line border-t border-line">
        {hashes.map((hash) => (
          <HashRow
            key={hash.hash}
            hash={hash}
            issueId={issue.id}
            selectable={several && mayWrite}
            selected={chosen.has(hash.hash)}
            onSelect={(on) => {
              const next = new Set(chosen);
              if (on) next.add(hash.hash);
              else next.delete(hash.hash);
              setChosen(next);
            }}
          />
        ))}
      </ul>
      {several && mayWrite && (
        <div className="flex flex-wrap items-center justify-end gap-3 border-t border-line px-4 py-2">
          <p className="mr-auto text-xs text-ink-faint" aria-live="polite">
            {taken.length === hashes.length
              ? 'One must stay.'
              : taken.length > 0 &&
                `${counted(
                  taken.reduce((sum, { events }) => sum + events, 0),
                  'event',
                )} chosen`}
          </p>
          <Button
            size="small"
            disabled={taken.length === 0 || taken.length === hashes.length || unmerge.isPending}
            onClick={takeOut}
          >
            <Split aria-hidden />
            {unmerge.isPending ? 'Taking out…' : 'Take out'}
          </Button>
        </div>
      )}
    </Card>
  );
}

interface HashRowProps {
  hash: IssueHash;
  issueId: string;
  selectable: boolean;
  selected: boolean;
  onSelect: (on: boolean) => void;
}

function HashRow({ hash, issueId, selectable, selected, onSelect }: HashRowProps) {
  const { example } = hash;
  return (
    <li className="flex items-start gap-3 px-4 py-2.5">
      {selectable && (
        <label className="relative mt-0.5 flex size-5 shrink-0 cursor-pointer items-center justify-center before:absolute before:-inset-2">
          <span className="sr-only">Choose hash {hash.hash}</span>
          <input
            type="checkbox"
            className="size-4 cursor-pointer accent-accent"
            checked={selected}
            onChange={(event) => onSelect(event.target.checked)}
          />
        </label>
      )}
      <div className="min-w-0 flex-1">
        {example ? (
          <Link
            to="/issues/$issueId/{-$tab}"
            params={{ issueId, tab: 'stack' }}
            search={{ event: example.eventId }}
            className="block truncate text-sm font-medium hover:underline"
            title="Its newest event"
          >
            <bdi>{example.title}</bdi>
          </Link>
        ) : (
          <span className="text-sm text-ink-faint">Its events are older than what is kept</span>
        )}
        {example?.culprit && (
          <bdi className="block truncate font-mono text-2xs text-ink-soft">{example.culprit}</bdi>
        )}
        <span className="flex min-w-0 flex-wrap items-center gap-x-2 text-xs text-ink-faint">
          <span className="flex min-w-0 items-center font-mono text-2xs">
            <span className="truncate max-sm:max-w-32">{hash.hash}</span>
            <CopyButton text={hash.hash} what="hash" />
          </span>
          {hash.mergedFrom && <Badge>from {hash.mergedFrom}</Badge>}
        </span>
      </div>
      <div className="shrink-0 text-right text-sm">
        {fullNumber(hash.events)}
        <span className="block text-xs text-ink-faint">
          {hash.lastSeen && <RelativeTime time={hash.lastSeen} />}
        </span>
      </div>
    </li>
  );
}

function Merged({ issue, merged }: { issue: IssueDetail; merged: IssueHashes['merged'] }) {
  const mayWrite = useMay('event:write');
  const { unmerge } = useMerge();
  return (
    <Card title="Merged into this one" flush>
      <ul className="divide-y divide-line">
        {merged.map(({ shortId, title, mergedAt, hashes }) => (
          <li key={shortId} className="flex items-center gap-3 px-4 py-2">
            <div className="min-w-0 flex-1">
              <bdi className="block truncate text-sm">{title}</bdi>
              <span className="text-xs text-ink-faint">
                {shortId} · <RelativeTime time={mergedAt} />
              </span>
            </div>
            {mayWrite && (
              <Button
                size="small"
                disabled={unmerge.isPending}
                onClick={() => unmerge.mutate({ from: issue.id, hashes })}
                aria-label={`Take out ${shortId} again`}
              >
                <Undo2 aria-hidden />
                Take out
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Splits({ issue, splits }: { issue: IssueDetail; splits: IssueHashes['splits'] }) {
  return (
    <Card title="Keep kinds apart">
      <p className="text-sm text-ink-soft">
        What differs between the newest events of this issue. A rule keeps later events apart by it; what it
        would do is shown before it is saved.
      </p>
      <ul className="mt-2 flex flex-wrap gap-2">
        {splits.map(({ by, values, rule }) => (
          <li key={by}>
            <Link
              to="/settings/projects/$slug/{-$tab}"
              params={{ slug: issue.project.slug, tab: 'grouping' }}
              search={{ rule }}
              className={buttonClass('secondary', 'small')}
              title={rule}
            >
              <Merge aria-hidden className="rotate-180" />
              <bdi>{by}</bdi>
              <span className="text-ink-faint">{fullNumber(values)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}
