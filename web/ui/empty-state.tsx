/** A page with nothing on it says why, and what to do next. */
import type { ReactNode } from 'react';

interface EmptyStateProps {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  /** It is all there is on the page, so its title is the page's. */
  wholePage?: boolean;
}

export function EmptyState({ icon, title, children, actions, wholePage }: EmptyStateProps) {
  const Heading = wholePage ? 'h1' : 'h2';
  return (
    <div className="mx-auto flex w-full max-w-md min-w-0 flex-col items-center gap-3 px-6 py-14 text-center">
      {icon && <div className="text-ink-faint [&_svg]:size-8 [&_svg]:stroke-[1.5]">{icon}</div>}
      <Heading className="text-[1rem] font-semibold text-balance">{title}</Heading>
      {children && (
        <div className="flex w-full min-w-0 flex-col gap-2 text-sm text-pretty text-ink-soft">{children}</div>
      )}
      {actions && <div className="mt-1 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}
