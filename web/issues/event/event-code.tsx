/** Who may have broken it, and who owns it: the commits that changed files of the stack, and the rule that decides. */
import { Link } from '@tanstack/react-router';
import { GitCommitHorizontal, UserRound } from 'lucide-react';
import type { EventCode } from '#contract/code.ts';
import { Card } from '#web/ui/card.tsx';
import { cx } from '#web/ui/cx.ts';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { safeUrl } from '#web/ui/safe-url.ts';

export function EventCodeCards({ code }: { code: EventCode }) {
  return (
    <>
      {code.suspectCommits.length > 0 && (
        <Card
          id="suspects"
          title={code.suspectCommits.length === 1 ? 'Suspect commit' : 'Suspect commits'}
          flush
        >
          <ol aria-label="Suspect commits">
            {code.suspectCommits.map((commit) => (
              <Suspect key={commit.sha + commit.repository} commit={commit} />
            ))}
          </ol>
          <p className="border-t border-line px-4 py-2 text-xs text-ink-faint">
            Of the release it began in,{' '}
            <Link
              to="/releases/$version"
              params={{ version: code.suspectRelease }}
              className="[overflow-wrap:anywhere] text-accent underline underline-offset-2"
            >
              <bdi>{code.suspectRelease}</bdi>
            </Link>
            .
          </p>
        </Card>
      )}
      {code.ownership && <Owners ownership={code.ownership} />}
    </>
  );
}

function Suspect({ commit }: { commit: EventCode['suspectCommits'][number] }) {
  const [subject = ''] = commit.message.split('\n', 1);
  const href = commit.url && safeUrl(commit.url);
  const words = <bdi className="[overflow-wrap:anywhere]">{subject || commit.sha.slice(0, 10)}</bdi>;
  return (
    <li className="flex gap-2 border-b border-line px-4 py-2 text-sm last:border-0">
      <GitCommitHorizontal aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-faint" />
      <div className="min-w-0">
        {href ? (
          <a href={href} target="_blank" rel="noopener noreferrer" className="text-accent hover:underline">
            {words}
            <span className="sr-only"> (opens another site)</span>
          </a>
        ) : (
          words
        )}
        <span className="flex flex-wrap gap-x-2 text-xs text-ink-faint">
          <bdi title={commit.authorEmail} className="text-ink-soft">
            {commit.authorName || commit.authorEmail || 'no author'}
          </bdi>
          {commit.committedAt && <RelativeTime time={commit.committedAt} />}
          <bdi className="font-mono">{commit.sha.slice(0, 10)}</bdi>
        </span>
        <ul className="mt-0.5 text-2xs">
          {commit.files.map((path) => (
            <li key={path} className="font-mono [overflow-wrap:anywhere] text-ink-soft">
              <bdi>{path}</bdi>
            </li>
          ))}
        </ul>
      </div>
    </li>
  );
}

function Owners({ ownership }: { ownership: NonNullable<EventCode['ownership']> }) {
  return (
    <Card id="owners" title="Owners">
      {ownership.owners.length === 0 ? (
        <p className="text-sm text-ink-faint">The rule says that nobody owns it.</p>
      ) : (
        <ul className="flex flex-col gap-1 text-sm">
          {ownership.owners.map(({ name, person }) => (
            <li key={name} className="flex items-center gap-1.5">
              <UserRound
                aria-hidden
                className={cx('size-4 shrink-0', person ? 'text-accent' : 'text-ink-faint')}
              />
              <bdi className="min-w-0 [overflow-wrap:anywhere]">{person ? person.name : name}</bdi>
              {!person && <span className="shrink-0 text-xs text-ink-faint">not known here</span>}
            </li>
          ))}
        </ul>
      )}
      <p className="mt-1.5 text-xs text-ink-faint">
        {ownership.in === 'codeowners' ? 'CODEOWNERS' : 'Rules'}, line {ownership.line}:{' '}
        <bdi className="font-mono [overflow-wrap:anywhere]">{ownership.rule}</bdi>
      </p>
    </Card>
  );
}
