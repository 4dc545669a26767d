/** The frame of the pages for those who are not signed in: one quiet card. */
import type { ReactNode } from 'react';
import { Logo } from '#web/ui/logo.tsx';
import { usePageTitle } from '#web/ui/use-page-title.ts';

export function FrontPage({
  title,
  lead,
  children,
}: {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
}) {
  usePageTitle(title);
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center px-4 py-10">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex items-center justify-center gap-2.5">
          <Logo className="size-9" />
          <span className="text-xl font-semibold tracking-tight">Tandem</span>
        </div>
        <div className="flex flex-col gap-4 rounded-xl border border-line bg-surface p-6">
          <div className="flex flex-col gap-1">
            <h1 className="text-lg font-semibold tracking-tight">{title}</h1>
            {lead && <p className="text-sm text-ink-soft">{lead}</p>}
          </div>
          {children}
        </div>
      </div>
    </main>
  );
}
