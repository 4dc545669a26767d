/** A titled surface. The title is a heading, so that screen readers can walk the page by it. */
import type { ReactNode } from 'react';
import { cx } from './cx.ts';

interface CardProps {
  id?: string;
  title?: ReactNode;
  /** Beside the title, small: a count, a unit. */
  note?: ReactNode;
  actions?: ReactNode;
  className?: string;
  /** Content reaches the edges, as tables do. */
  flush?: boolean;
  children: ReactNode;
}

export function Card({ id, title, note, actions, className, flush, children }: CardProps) {
  return (
    <section
      id={id}
      className={cx('min-w-0 scroll-mt-16 rounded-lg border border-line bg-surface', className)}
    >
      {(title || actions) && (
        <header className="flex min-h-11 flex-wrap items-center gap-x-2 gap-y-1 border-b border-line px-4 py-1.5">
          <h2 className="text-sm font-semibold">{title}</h2>
          {note && <span className="text-xs text-ink-faint">{note}</span>}
          {actions && <div className="ml-auto flex flex-wrap items-center gap-1">{actions}</div>}
        </header>
      )}
      <div className={flush ? undefined : 'px-4 py-3'}>{children}</div>
    </section>
  );
}
