/** The head of a screen of one thing: where it is, what it is called, how it stands, what one does with it. */
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';

interface DetailHeadProps {
  /** A link to the list that it is of. */
  parent: ReactNode;
  /** Behind the link: the project. */
  context?: ReactNode;
  title: ReactNode;
  badges?: ReactNode;
  actions?: ReactNode;
  /** Below. */
  children?: ReactNode;
}

export function DetailHead({ parent, context, title, badges, actions, children }: DetailHeadProps) {
  return (
    <header className="flex flex-col gap-2 px-4 pt-3 pb-3 md:px-6">
      <nav
        aria-label="Where this is"
        className="flex items-center gap-1 text-xs text-ink-faint [&>a]:hover:text-ink [&>a]:hover:underline"
      >
        {parent}
        {context && (
          <>
            <ChevronRight aria-hidden className="size-3.5 shrink-0" />
            <span className="text-ink-soft">{context}</span>
          </>
        )}
      </nav>
      <div className="flex flex-wrap items-center gap-2">
        <h1 className="flex min-w-0 items-center gap-1 text-xl leading-7 font-semibold tracking-tight [overflow-wrap:anywhere]">
          {title}
        </h1>
        {badges}
        {actions && <div className="flex flex-wrap items-center gap-2 md:ml-auto">{actions}</div>}
      </div>
      {children}
    </header>
  );
}
