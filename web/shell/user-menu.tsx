/** The person: their settings, the look, and the way out. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { LogOut, MonitorCog, Moon, Sun, UserRound } from 'lucide-react';
import { api } from '#web/client.ts';
import { useSession } from '#web/session.ts';
import { cx } from '#web/ui/cx.ts';
import { Menu, MenuItem, MenuLine } from '#web/ui/menu.tsx';
import { setTheme, type ThemeChoice, useTheme } from '#web/ui/theme.ts';

const THEMES: Record<ThemeChoice, { next: ThemeChoice; label: string; icon: typeof Sun }> = {
  system: { next: 'light', label: 'Look: as the system', icon: MonitorCog },
  light: { next: 'dark', label: 'Look: light', icon: Sun },
  dark: { next: 'system', label: 'Look: dark', icon: Moon },
};

export function UserMenu({ narrow }: { narrow?: boolean }) {
  const session = useSession();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const theme = THEMES[useTheme()];
  const signOut = useMutation({
    mutationFn: api.signOut,
    onSuccess: async () => {
      await navigate({ to: '/sign-in' });
      queryClient.clear();
    },
  });
  const name = session?.user.name || session?.user.email || '…';
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={narrow ? `Account of ${name}` : undefined}
          title="Account"
          className={cx(
            'flex h-8 min-w-0 items-center gap-2 rounded-md px-1.5 text-sm text-ink-soft hover:bg-hover hover:text-ink',
            narrow && 'px-1',
          )}
        >
          <span
            aria-hidden
            className="flex size-6 shrink-0 items-center justify-center rounded-full bg-sunken text-2xs font-semibold text-ink-soft uppercase ring-1 ring-line-strong"
          >
            {[...name][0]}
          </span>
          {!narrow && <span className="truncate">{name}</span>}
        </button>
      }
    >
      {session && (
        <div className="px-2 py-1.5 text-xs text-ink-faint">
          <div className="max-w-56 truncate text-sm font-medium text-ink">{session.user.name}</div>
          <div className="max-w-56 truncate">{session.user.email}</div>
          <div className="mt-1">
            {session.organization.name} · Tandem {session.version}
          </div>
        </div>
      )}
      <MenuLine />
      <MenuItem onSelect={() => navigate({ to: '/settings/{-$section}', params: { section: 'account' } })}>
        <UserRound aria-hidden />
        Account
      </MenuItem>
      <MenuItem onSelect={() => setTheme(theme.next)}>
        <theme.icon aria-hidden />
        {theme.label}
      </MenuItem>
      <MenuLine />
      <MenuItem onSelect={() => signOut.mutate()}>
        <LogOut aria-hidden />
        Sign out
      </MenuItem>
    </Menu>
  );
}
