/**
 * What stands around every screen: the ways to the others, the project one looks at, whether the program is
 * well, messages, and the keys that work everywhere.
 */
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { cx } from '#web/ui/cx.ts';
import { useShortcuts } from '#web/ui/shortcuts.ts';
import { Toaster } from '#web/ui/toast.tsx';
import { useStored } from '#web/ui/use-stored.ts';
import { PhoneBar, SideBar, TopBar } from './nav.tsx';
import { StatusBanner } from './status-banner.tsx';
import { useFollowLive } from './use-follow-live.ts';
import { useFreshBuild } from './use-fresh-build.ts';
import { useOpenPalette } from './use-open-palette.ts';

const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));
const Help = lazy(async () => ({ default: (await import('./help.tsx')).Help }));

export function Shell() {
  const [open, setOpen] = useState<'palette' | 'help' | null>(null);
  const [width, setWidth] = useStored('nav', ['wide', 'narrow']);
  const navigate = useNavigate();
  const loading = useRouterState({ select: (state) => state.isLoading });
  useFollowLive();
  useFreshBuild();
  useOpenPalette(() => setOpen('palette'));
  useShortcuts({
    '?': () => setOpen('help'),
    'g i': () => navigate({ to: '/issues' }),
    'g l': () => navigate({ to: '/logs' }),
    'g t': () => navigate({ to: '/traces' }),
    'g r': () => navigate({ to: '/releases' }),
    'g a': () => navigate({ to: '/alerts' }),
    'g m': () => navigate({ to: '/monitors' }),
    'g f': () => navigate({ to: '/feedback' }),
    'g u': () => navigate({ to: '/usage' }),
    'g s': () => navigate({ to: '/settings/{-$section}', params: {} }),
  });

  return (
    <>
      <a
        href="#content"
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-md bg-accent px-3 py-1.5 text-sm text-accent-ink focus:translate-y-0"
      >
        Skip to the content
      </a>
      <SideBar
        narrow={width === 'narrow'}
        onNarrow={(narrow) => setWidth(narrow ? 'narrow' : 'wide')}
        onPalette={() => setOpen('palette')}
        onHelp={() => setOpen('help')}
      />
      <TopBar onPalette={() => setOpen('palette')} />
      <div
        className={cx('flex min-h-dvh flex-col pb-14 md:pb-0', width === 'narrow' ? 'md:pl-14' : 'md:pl-52')}
      >
        <div
          aria-hidden
          className={cx(
            'fixed inset-x-0 top-0 z-50 h-0.5 origin-left bg-accent transition-opacity duration-300',
            loading ? 'opacity-100 delay-200' : 'opacity-0',
          )}
        />
        <StatusBanner />
        <main id="content" tabIndex={-1} className="flex min-w-0 flex-1 flex-col outline-none">
          <Outlet />
        </main>
      </div>
      <PhoneBar />
      <Toaster />
      <Suspense>
        {open === 'palette' && <Palette onClose={() => setOpen(null)} onHelp={() => setOpen('help')} />}
        {open === 'help' && <Help onClose={() => setOpen(null)} />}
      </Suspense>
    </>
  );
}
