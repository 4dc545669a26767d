/** Which project one looks at. */
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { ChevronsUpDown, Layers, Plus } from 'lucide-react';
import { useSession } from '#web/session.ts';
import { cx } from '#web/ui/cx.ts';
import { Menu, MenuChoices, MenuItem, MenuLine } from '#web/ui/menu.tsx';
import { useCurrentProject } from './use-current-project.ts';

/** Stands for "all": Radix takes no empty value. */
const ALL = '*';

export function ProjectSwitcher({ narrow }: { narrow?: boolean }) {
  const session = useSession();
  const slug = useCurrentProject();
  const navigate = useNavigate();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const projects = session?.projects ?? [];
  const name = slug ? (projects.find((project) => project.slug === slug)?.name ?? slug) : 'All projects';

  function choose(value: string) {
    const project = value === ALL ? undefined : value;
    // The rest of the address stays: the same question, asked of another project.
    if (path === '/usage') navigate({ from: '/usage', to: '/usage', search: (old) => ({ ...old, project }) });
    else if (path === '/issues')
      navigate({ from: '/issues', to: '/issues', search: (old) => ({ ...old, project }) });
    else if (path === '/logs')
      navigate({ from: '/logs', to: '/logs', search: (old) => ({ ...old, project, record: undefined }) });
    else if (path === '/logs/sql')
      navigate({ from: '/logs/sql', to: '/logs/sql', search: (old) => ({ ...old, project }) });
    else if (path === '/traces')
      navigate({ from: '/traces', to: '/traces', search: (old) => ({ ...old, project }) });
    else if (path === '/feedback')
      navigate({ from: '/feedback', to: '/feedback', search: (old) => ({ ...old, project }) });
    else if (path === '/monitors')
      navigate({ from: '/monitors', to: '/monitors', search: (old) => ({ ...old, project }) });
    else if (path === '/alerts')
      navigate({ from: '/alerts', to: '/alerts', search: (old) => ({ ...old, project }) });
    else if (path === '/releases')
      navigate({ from: '/releases', to: '/releases', search: (old) => ({ ...old, project }) });
    else navigate({ to: '/issues', search: { project } });
  }

  return (
    <Menu
      className="w-60"
      trigger={
        <button
          type="button"
          aria-label={narrow ? `Project: ${name}` : undefined}
          title={narrow ? name : undefined}
          className={cx(
            'flex h-9 w-full min-w-0 items-center gap-2 rounded-md border border-line px-2 text-left text-sm hover:bg-hover',
            narrow && 'w-9 justify-center px-0',
          )}
        >
          {slug ? (
            <ProjectInitial name={name} />
          ) : (
            <Layers aria-hidden className="size-4 shrink-0 text-ink-faint" />
          )}
          {!narrow && (
            <>
              <span className="sr-only">Project: </span>
              <span className="min-w-0 flex-1 truncate font-medium">{name}</span>
              <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-ink-faint" />
            </>
          )}
        </button>
      }
    >
      <MenuChoices
        value={slug || ALL}
        onChange={choose}
        choices={[
          { value: ALL, label: 'All projects' },
          ...projects.map((project) => ({
            value: project.slug,
            label: project.name,
            note: project.firstEventAt ? undefined : 'no events yet',
          })),
        ]}
      />
      <MenuLine />
      <MenuItem onSelect={() => navigate({ to: '/settings/{-$section}', params: { section: 'projects' } })}>
        <Plus aria-hidden />
        New project
      </MenuItem>
    </Menu>
  );
}

function ProjectInitial({ name }: { name: string }) {
  return (
    <span
      aria-hidden
      className="flex size-5 shrink-0 items-center justify-center rounded bg-accent-soft text-2xs font-bold text-accent-strong uppercase"
    >
      {[...name][0]}
    </span>
  );
}
