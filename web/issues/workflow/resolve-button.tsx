/** Resolve: at once, or in a release or a commit, so that what older programs still send stays quiet. */
import { useQuery } from '@tanstack/react-query';
import { Check, GitCommitHorizontal, Milestone, Rocket, Tag } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { IssueUpdate } from '#contract/issues.ts';
import type { ResolveIn } from '#contract/workflow.ts';
import { MenuItem, MenuLine, MenuNote } from '#web/ui/menu.tsx';
import { choicesQuery } from './choices-query.ts';
import { SplitButton } from './split-button.tsx';

// Looked at by few: not in the first view of the screen.
const ResolveReleaseDialog = lazy(async () => ({
  default: (await import('./resolve-release-dialog.tsx')).ResolveReleaseDialog,
}));
const ResolveCommitDialog = lazy(async () => ({
  default: (await import('./resolve-commit-dialog.tsx')).ResolveCommitDialog,
}));

interface ResolveButtonProps {
  onChange: (change: IssueUpdate) => void;
  /** Of one issue: its own releases are offered. */
  issueId?: string;
  size?: 'small' | 'medium';
  look?: 'primary' | 'secondary';
}

export function ResolveButton({ onChange, issueId, size, look }: ResolveButtonProps) {
  const [asking, setAsking] = useState<'release' | 'commit' | null>(null);
  const resolve = (resolveIn: ResolveIn) => onChange({ status: 'resolved', resolve: resolveIn });
  return (
    <>
      <SplitButton
        look={look}
        size={size}
        title="Resolve (e)"
        onPress={() => onChange({ status: 'resolved' })}
        face={
          <>
            <Check aria-hidden />
            Resolve
          </>
        }
        listLabel="In which release"
      >
        <MenuNote>Events of older releases stay quiet; the same or a newer one brings it back.</MenuNote>
        <MenuItem onSelect={() => resolve({ in: 'currentRelease' })}>
          <Tag aria-hidden />
          <span>
            In the current release
            {issueId && <CurrentRelease issueId={issueId} />}
          </span>
        </MenuItem>
        <MenuItem onSelect={() => resolve({ in: 'nextRelease' })}>
          <Rocket aria-hidden />
          In the next release
        </MenuItem>
        {issueId && (
          <>
            <MenuItem onSelect={() => setAsking('release')}>
              <Milestone aria-hidden />
              In another release…
            </MenuItem>
            <MenuItem onSelect={() => setAsking('commit')}>
              <GitCommitHorizontal aria-hidden />
              In a commit…
            </MenuItem>
          </>
        )}
        <MenuLine />
        <MenuItem onSelect={() => resolve({ in: 'now' })}>
          <Check aria-hidden />
          Whatever the release
        </MenuItem>
      </SplitButton>
      <Suspense>
        {issueId && asking === 'release' && (
          <ResolveReleaseDialog issueId={issueId} onResolve={resolve} onClose={() => setAsking(null)} />
        )}
        {issueId && asking === 'commit' && (
          <ResolveCommitDialog issueId={issueId} onResolve={resolve} onClose={() => setAsking(null)} />
        )}
      </Suspense>
    </>
  );
}

function CurrentRelease({ issueId }: { issueId: string }) {
  const { data } = useQuery(choicesQuery(issueId));
  if (!data) return null;
  return (
    <bdi className="block max-w-56 truncate text-xs text-ink-faint">
      {data.current ?? 'none is known yet'}
    </bdi>
  );
}
