/** What all pages of the settings share: their names on the left, one page on the right. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { cx } from '#web/ui/cx.ts';
import { useEntryInSight } from '#web/ui/use-entry-in-sight.ts';
import { usePageTitle } from '#web/ui/use-page-title.ts';
import { SECTIONS, type SectionId } from './sections.ts';

interface SettingsFrameProps {
  section: SectionId;
  title: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export function SettingsFrame({ section, title, lead, actions, children }: SettingsFrameProps) {
  usePageTitle('Settings');
  const bar = useEntryInSight<HTMLElement>(section);
  return (
    <div className="mx-auto grid w-full max-w-5xl gap-x-8 gap-y-4 px-4 py-4 md:grid-cols-[10rem_minmax(0,1fr)] md:px-6 md:py-6">
      <nav
        ref={bar}
        aria-label="Settings"
        className="-mx-1 flex gap-1 overflow-x-auto p-1 md:flex-col md:overflow-visible"
      >
        {SECTIONS.map((each) => (
          <Link
            key={each.id}
            data-entry={each.id}
            to="/settings/{-$section}"
            params={{ section: each.id }}
            aria-current={each.id === section ? 'page' : undefined}
            className={cx(
              'flex h-8 shrink-0 items-center rounded-md px-2.5 text-sm pointer-coarse:h-10',
              each.id === section
                ? 'bg-sunken font-medium text-ink ring-1 ring-line'
                : 'text-ink-soft hover:bg-hover hover:text-ink',
            )}
          >
            {each.label}
          </Link>
        ))}
      </nav>
      <div className="flex min-w-0 flex-col gap-4">
        <header className="flex flex-wrap items-start gap-3">
          <div className="min-w-0 flex-1">
            <h1 className="text-lg font-semibold tracking-tight [overflow-wrap:anywhere]">{title}</h1>
            {lead && <p className="mt-0.5 max-w-prose text-sm text-ink-soft">{lead}</p>}
          </div>
          {actions}
        </header>
        {children}
      </div>
    </div>
  );
}
