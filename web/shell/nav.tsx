/** The ways between screens: a bar on the left, and on a phone one on top and one at the bottom. */
import { Link, useNavigate, useRouterState } from '@tanstack/react-router';
import {
  Bell,
  ChartColumn,
  ChartGantt,
  CircleAlert,
  Ellipsis,
  Keyboard,
  MessageSquare,
  Package,
  PanelLeftClose,
  PanelLeftOpen,
  ScrollText,
  Search,
  Settings,
  Timer,
} from 'lucide-react';
import { IconButton } from '#web/ui/button.tsx';
import { cx } from '#web/ui/cx.ts';
import { Kbd } from '#web/ui/kbd.tsx';
import { Logo } from '#web/ui/logo.tsx';
import { Menu, MenuItem } from '#web/ui/menu.tsx';
import { ProjectSwitcher } from './project-switcher.tsx';
import { useCurrentProject } from './use-current-project.ts';
import { UserMenu } from './user-menu.tsx';

const LINKS = [
  { to: '/issues', label: 'Issues', icon: CircleAlert },
  { to: '/logs', label: 'Logs', icon: ScrollText },
  { to: '/traces', label: 'Traces', icon: ChartGantt },
  { to: '/releases', label: 'Releases', icon: Package },
  { to: '/feedback', label: 'Feedback', icon: MessageSquare },
  { to: '/alerts', label: 'Alerts', icon: Bell },
  { to: '/monitors', label: 'Monitors', icon: Timer },
  { to: '/usage', label: 'Usage', icon: ChartColumn },
  { to: '/settings/{-$section}', label: 'Settings', icon: Settings },
] as const;

interface SideBarProps {
  narrow: boolean;
  onNarrow: (narrow: boolean) => void;
  onPalette: () => void;
  onHelp: () => void;
}

export function SideBar({ narrow, onNarrow, onPalette, onHelp }: SideBarProps) {
  const row = cx('flex items-center gap-2', narrow && 'flex-col');
  return (
    <header
      className={cx(
        'fixed inset-y-0 left-0 z-20 hidden flex-col gap-3 border-r border-line bg-surface py-3 md:flex',
        narrow ? 'w-14 items-center px-2' : 'w-52 px-3',
      )}
    >
      <div className={cx(row, 'h-8 justify-between', narrow && 'h-auto')}>
        <Link
          to="/issues"
          className="flex items-center gap-2 rounded-md px-1 font-semibold"
          aria-label="Tandem, to the issues"
        >
          <Logo className="size-6" />
          {!narrow && <span className="text-[1rem] tracking-tight">Tandem</span>}
        </Link>
        <IconButton
          label={narrow ? 'Widen the navigation' : 'Narrow the navigation'}
          onClick={() => onNarrow(!narrow)}
        >
          {narrow ? <PanelLeftOpen aria-hidden /> : <PanelLeftClose aria-hidden />}
        </IconButton>
      </div>
      <ProjectSwitcher narrow={narrow} />
      <nav aria-label="Screens" className="flex flex-col gap-0.5">
        <Links
          className={cx('h-8 gap-2.5 rounded-md px-2 text-sm', narrow && 'w-9 justify-center px-0')}
          wordless={narrow}
        />
      </nav>
      <div className="mt-auto flex flex-col gap-2">
        <button
          type="button"
          onClick={onPalette}
          aria-label={narrow ? 'Go to a screen, project or issue' : undefined}
          title="Go to a screen, project or issue (Ctrl K)"
          className={cx(
            'flex h-8 items-center gap-2 rounded-md px-2 text-sm text-ink-soft hover:bg-hover hover:text-ink',
            narrow && 'w-9 justify-center px-0',
          )}
        >
          <Search aria-hidden className="size-4 shrink-0" />
          {!narrow && (
            <>
              <span>Go to</span>
              <span className="ml-auto flex gap-0.5">
                <Kbd>Ctrl</Kbd>
                <Kbd>K</Kbd>
              </span>
            </>
          )}
        </button>
        <div className={cx(row, 'justify-between border-t border-line pt-2')}>
          <UserMenu narrow={narrow} />
          <IconButton label="Keyboard shortcuts (?)" onClick={onHelp}>
            <Keyboard aria-hidden />
          </IconButton>
        </div>
      </div>
    </header>
  );
}

export function TopBar({ onPalette }: { onPalette: () => void }) {
  return (
    <header className="sticky top-0 z-20 flex h-12 items-center gap-2 border-b border-line bg-surface px-3 md:hidden">
      <Link to="/issues" aria-label="Tandem, to the issues" className="shrink-0 rounded-md">
        <Logo className="size-7" />
      </Link>
      <div className="min-w-0 flex-1">
        <ProjectSwitcher />
      </div>
      <IconButton label="Search and commands" onClick={onPalette}>
        <Search aria-hidden />
      </IconButton>
      <UserMenu narrow />
    </header>
  );
}

/** As many as a thumb hits on a narrow phone; the others are behind the last. */
const PHONE_LINKS = 4;

export function PhoneBar() {
  const item = 'min-w-13 flex-1 flex-col justify-center gap-0.5 text-2xs';
  const others = LINKS.slice(PHONE_LINKS);
  const isElsewhere = useRouterState({
    select: ({ location }) => others.some(({ to }) => location.pathname.includes(to.split('/')[1]!)),
  });
  return (
    <nav
      aria-label="Screens"
      className="fixed inset-x-0 bottom-0 z-20 flex h-14 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      <Links of={LINKS.slice(0, PHONE_LINKS)} className={item} />
      <Menu
        align="end"
        trigger={
          <button
            type="button"
            className={cx(
              'flex items-center font-medium',
              item,
              isElsewhere ? 'bg-accent-soft text-accent-strong' : 'text-ink-soft',
            )}
          >
            <Ellipsis aria-hidden className="size-4 shrink-0" />
            Menu
          </button>
        }
      >
        <OtherScreens />
      </Menu>
    </nav>
  );
}

function OtherScreens() {
  const navigate = useNavigate();
  const project = useCurrentProject();
  return LINKS.slice(PHONE_LINKS).map(({ to, label, icon: Icon }) => (
    <MenuItem key={to} onSelect={() => navigate({ to, params: {}, search: searchOf(to, project) })}>
      <Icon aria-hidden />
      {label}
    </MenuItem>
  ));
}

/** The project that one looks at stays chosen; settings are of all. */
const searchOf = (to: (typeof LINKS)[number]['to'], project: string) =>
  to === '/settings/{-$section}' ? {} : { project: project || undefined };

interface LinksProps {
  of?: readonly (typeof LINKS)[number][];
  className: string;
  wordless?: boolean;
}

function Links({ of = LINKS, className, wordless }: LinksProps) {
  const project = useCurrentProject();
  return of.map(({ to, label, icon: Icon }) => (
    <Link
      key={to}
      to={to}
      search={searchOf(to, project)}
      params={{}}
      activeOptions={{ includeSearch: false }}
      aria-label={wordless ? label : undefined}
      title={wordless ? label : undefined}
      className={cx('flex items-center font-medium transition-colors', className)}
      activeProps={{ className: 'bg-accent-soft text-accent-strong' }}
      inactiveProps={{ className: 'text-ink-soft hover:bg-hover hover:text-ink' }}
    >
      <Icon aria-hidden className="size-4 shrink-0" />
      {!wordless && label}
    </Link>
  ));
}
