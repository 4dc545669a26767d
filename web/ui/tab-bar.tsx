/** The sides of one thing as tabs that are addresses; on a phone the present one is scrolled into sight. */
import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import { useEntryInSight } from './use-entry-in-sight.ts';

interface TabBarProps {
  /** What the tabs are of, for those who do not see them. */
  label: string;
  /** `data-entry` of the present one. */
  current: string;
  className?: string;
  /** Links, each with `data-entry` and tabClass. */
  children: ReactNode;
}

export function TabBar({ label, current, className, children }: TabBarProps) {
  const bar = useEntryInSight<HTMLElement>(current);
  return (
    <nav ref={bar} aria-label={label} className={cx('flex overflow-x-auto border-b border-line', className)}>
      {children}
    </nav>
  );
}

export function tabClass(isCurrent: boolean): string {
  return cx(
    '-mb-px flex h-10 shrink-0 items-center gap-1.5 border-b-2 px-2 text-sm font-medium transition-colors md:px-3',
    isCurrent ? 'border-accent text-ink' : 'border-transparent text-ink-soft hover:text-ink',
  );
}
