/** What is in a release: its commits, with who wrote them, and the files each changed. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReleaseCommit, ReleaseDetail } from '#contract/releases.ts';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { counted } from '#web/ui/number.ts';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { safeUrl } from '#web/ui/safe-url.ts';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { releaseCommitsQuery } from './releases-queries.ts';

/** Before one asks for the rest. */
const SHOWN = 20;

export function ReleaseCommits({ release }: { release: ReleaseDetail }) {
  const [all, setAll] = useState(false);
  const { data, error, refetch } = useQuery({
    ...releaseCommitsQuery(release.version),
    enabled: release.commits > 0,
  });
  return (
    <Card title="Commits" note={release.commits > 0 ? String(release.commits) : undefined} flush>
      {release.commits === 0 ? (
        <p className="px-4 py-3 text-sm text-ink-faint">
          None told. <code>sentry-cli releases set-commits VERSION --auto</code> says what is in it.
        </p>
      ) : error && !data ? (
        <ErrorState error={error} retry={refetch} what="The commits could not be loaded" />
      ) : !data ? (
        <SkeletonLines lines={4} className="p-4" />
      ) : (
        <>
          <ol aria-label="Commits">
            {data.slice(0, all ? undefined : SHOWN).map((commit) => (
              <CommitLine key={commit.sha + commit.repository} commit={commit} />
            ))}
          </ol>
          {!all && data.length > SHOWN && (
            <div className="p-3">
              <Button size="small" onClick={() => setAll(true)}>
                All {data.length} commits
              </Button>
            </div>
          )}
        </>
      )}
    </Card>
  );
}

function CommitLine({ commit }: { commit: ReleaseCommit }) {
  const [subject = ''] = commit.message.split('\n', 1);
  return (
    <li className="border-b border-line px-4 py-2 text-sm last:border-0">
      <bdi className="block [overflow-wrap:anywhere]">
        {subject || <span className="text-ink-faint">no message</span>}
      </bdi>
      <span className="flex flex-wrap items-center gap-x-2 text-xs text-ink-faint">
        <CommitHash sha={commit.sha} url={commit.url} />
        <bdi title={commit.authorEmail}>{commit.authorName || commit.authorEmail || 'no author'}</bdi>
        {commit.committedAt && <RelativeTime time={commit.committedAt} />}
      </span>
      {commit.files.length > 0 && (
        <details className="mt-1 text-xs">
          <summary className="cursor-pointer text-ink-faint hover:text-ink">
            {counted(commit.files.length, 'file')}
          </summary>
          <ul className="mt-1 flex flex-col gap-0.5">
            {commit.files.map(([path, change]) => (
              <li key={path} className="flex gap-2 font-mono text-2xs">
                <span className="w-3 shrink-0 text-ink-faint">{change}</span>
                <bdi className="min-w-0 [overflow-wrap:anywhere]">{path}</bdi>
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}

function CommitHash({ sha, url }: { sha: string; url: string | null }) {
  const href = url && safeUrl(url);
  const short = <bdi className="font-mono">{sha.slice(0, 10)}</bdi>;
  return href ? (
    <a href={href} target="_blank" rel="noopener noreferrer" className="text-accent hover:underline">
      {short}
      <span className="sr-only"> (opens another site)</span>
    </a>
  ) : (
    short
  );
}
