/** One release of the list: its name and age, how many use it, how well it does, what is new in it. */
import { Link } from '@tanstack/react-router';
import type { ReleaseList } from '#contract/releases.ts';
import { Badge } from '#web/ui/badge.tsx';
import { cx } from '#web/ui/cx.ts';
import { compactNumber, counted, fullNumber } from '#web/ui/number.ts';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { healthTone, shareText, type Tone } from './shares.ts';
import { VersionText } from './version-text.tsx';

/** Shared with the header, so that names and numbers line up. */
export const COLUMNS =
  'grid gap-x-4 gap-y-2 px-4 md:grid-cols-[minmax(0,1fr)_8rem_6rem_6rem_5rem_5rem] md:px-6';

const TONES: Record<Tone, string> = {
  good: 'text-good',
  warn: 'text-warn',
  danger: 'text-danger',
  plain: 'text-ink-faint',
};

interface ReleaseRowProps {
  release: ReleaseList['items'][number];
  project: string | undefined;
  active: boolean;
}

export function ReleaseRow({ release, project, active }: ReleaseRowProps) {
  const { health } = release;
  return (
    <li
      className={cx(
        COLUMNS,
        'relative grid-cols-3 items-center border-b border-line py-2.5 hover:bg-hover',
        'has-[a:focus-visible]:bg-hover',
        active && 'shadow-[inset_3px_0_0_var(--accent)]',
      )}
    >
      <div className="col-span-3 min-w-0 md:col-span-1">
        <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
          <Link
            to="/releases/$version"
            params={{ version: release.version }}
            search={{ project }}
            data-row-focus
            className="min-w-0 text-sm font-semibold outline-none after:absolute after:inset-0"
          >
            <VersionText version={release.version} />
          </Link>
          {release.lastDeploy && <Badge tone="info">{release.lastDeploy.environment}</Badge>}
        </div>
        <div className="flex min-w-0 flex-wrap gap-x-2 text-xs text-ink-faint">
          <span>
            {release.releasedAt ? 'released ' : 'first seen '}
            <RelativeTime time={release.releasedAt ?? release.createdAt} />
          </span>
          {release.commits > 0 && <span>{counted(release.commits, 'commit')}</span>}
          {!project && release.projects.length > 0 && (
            <span className="truncate">{release.projects.map(({ name }) => name).join(', ')}</span>
          )}
        </div>
      </div>
      <Cell name="Adoption">
        <span className="flex items-center gap-2">
          <span aria-hidden className="hidden h-1.5 flex-1 overflow-hidden rounded-full bg-sunken md:block">
            <span
              className="block h-full rounded-full bg-bar-strong"
              style={{ width: `${(health.adoption ?? 0) * 100}%` }}
            />
          </span>
          <span title={`of all ${health.adoptionOf} in the period`} className="text-right md:w-12">
            {shareText(health.adoption)}
          </span>
        </span>
      </Cell>
      <Cell name="Crash-free sessions">
        <span
          title={counted(health.sessions, 'session')}
          className={TONES[healthTone(health.crashFreeSessions)]}
        >
          {shareText(health.crashFreeSessions)}
        </span>
      </Cell>
      <Cell name="Crash-free users">
        <span title={counted(health.users, 'user')} className={TONES[healthTone(health.crashFreeUsers)]}>
          {shareText(health.crashFreeUsers)}
        </span>
      </Cell>
      <Cell name="Events">
        <span title={fullNumber(health.events)}>{compactNumber(health.events)}</span>
      </Cell>
      <Cell name="New issues">
        <span title={fullNumber(release.newIssues)} className={cx(release.newIssues > 0 && 'font-semibold')}>
          {compactNumber(release.newIssues)}
        </span>
      </Cell>
    </li>
  );
}

/** On a phone a number needs its name beside it; wide, the header has it. */
function Cell({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="min-w-0 text-sm md:text-right">
      <span className="block text-2xs text-ink-faint md:sr-only">{name}</span>
      {children}
    </div>
  );
}
