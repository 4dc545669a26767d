/** A row of a list of things: what it is, and on its right what one does with it; on a phone below it. */
import type { ReactNode } from 'react';

interface ListRowProps {
  /** A picture. */
  before?: ReactNode;
  /** Buttons. */
  actions?: ReactNode;
  children: ReactNode;
}

export function ListRow({ before, actions, children }: ListRowProps) {
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-4 py-2.5 last:border-0">
      {before}
      <div className="min-w-0 flex-1 basis-56">{children}</div>
      {actions && <span className="flex flex-wrap items-center gap-1">{actions}</span>}
    </li>
  );
}
