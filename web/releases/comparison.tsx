/** The numbers of a release, and by how much they differ from those of the one before. */
import { Link } from '@tanstack/react-router';
import type { ReleaseDetail } from '#contract/releases.ts';
import { cx } from '#web/ui/cx.ts';
import { compactNumber, counted, fullNumber } from '#web/ui/number.ts';
import { differenceText, healthTone, shareText, type Tone } from './shares.ts';
import { VersionText } from './version-text.tsx';

const TONES: Record<Tone, string> = {
  good: 'text-good',
  warn: 'text-warn',
  danger: 'text-danger',
  plain: '',
};

export function Comparison({ release }: { release: ReleaseDetail }) {
  const { health, previous } = release;
  const before = previous?.health;
  return (
    <section aria-label="Health" className="rounded-lg border border-line bg-surface p-4">
      <dl className="grid grid-cols-2 gap-x-4 gap-y-4 sm:grid-cols-3 lg:grid-cols-5">
        <Figure
          name="Crash-free sessions"
          value={shareText(health.crashFreeSessions)}
          tone={healthTone(health.crashFreeSessions)}
          note={counted(health.sessions, 'session')}
          change={differenceText(health.crashFreeSessions, before?.crashFreeSessions ?? null)}
        />
        <Figure
          name="Crash-free users"
          value={shareText(health.crashFreeUsers)}
          tone={healthTone(health.crashFreeUsers)}
          note={counted(health.users, 'user')}
          change={differenceText(health.crashFreeUsers, before?.crashFreeUsers ?? null)}
        />
        <Figure
          name="Adoption"
          value={shareText(health.adoption)}
          note={`of all ${health.adoptionOf}`}
          change={differenceText(health.adoption, before?.adoption ?? null)}
        />
        <Figure
          name="Events"
          value={compactNumber(health.events)}
          title={fullNumber(health.events)}
          note={counted(health.eventUsers, 'user')}
          change={before ? `before ${compactNumber(before.events)}` : ''}
        />
        <Figure
          name="New issues"
          value={compactNumber(release.newIssues)}
          title={fullNumber(release.newIssues)}
          note="began in it"
          change={previous ? `before ${compactNumber(previous.newIssues)}` : ''}
        />
      </dl>
      {previous && (
        <p className="mt-3 border-t border-line pt-2 text-xs text-ink-faint">
          Compared with{' '}
          <Link
            to="/releases/$version"
            params={{ version: previous.version }}
            className="text-accent underline underline-offset-2"
          >
            <VersionText version={previous.version} />
          </Link>{' '}
          in the same period.
        </p>
      )}
    </section>
  );
}

interface FigureProps {
  name: string;
  value: string;
  title?: string;
  tone?: Tone;
  note: string;
  change: string;
}

function Figure({ name, value, title, tone = 'plain', note, change }: FigureProps) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-ink-faint">{name}</dt>
      <dd>
        <span title={title} className={cx('text-xl leading-7 font-semibold tracking-tight', TONES[tone])}>
          {value}
        </span>
        <span className="block text-xs text-ink-faint">{note}</span>
        {change && <span className="block text-xs text-ink-soft">{change}</span>}
      </dd>
    </div>
  );
}
