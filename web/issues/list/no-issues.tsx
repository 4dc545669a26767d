/** Why the list is empty, and what to do next: wait for a first event, look further back, or ask for less. */
import { Link, useNavigate } from '@tanstack/react-router';
import { CircleCheck, Radio, SearchX } from 'lucide-react';
import { useSession } from '#web/session.ts';
import { Button, buttonClass } from '#web/ui/button.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { DEFAULT_QUERY, type ListSearch, PERIODS, tidySearch } from './list-search.ts';

export function NoIssues({ search }: { search: ListSearch }) {
  const session = useSession();
  const navigate = useNavigate();
  const change = (next: ListSearch) =>
    navigate({ to: '/issues', search: tidySearch({ ...search, ...next }) });
  const projects =
    session?.projects.filter((project) => !search.project || project.slug === search.project) ?? [];
  const waiting =
    projects.length > 0 && projects.every((project) => !project.firstEventAt) ? projects[0] : undefined;

  if (waiting)
    return (
      <EmptyState
        icon={<Radio aria-hidden />}
        title={`${waiting.name} has not sent anything yet`}
        actions={
          <Link to="/projects/$slug/setup" params={{ slug: waiting.slug }} className={buttonClass('primary')}>
            Set up {waiting.name}
          </Link>
        }
      >
        <p>Paste three lines into the program, and its first error appears here by itself.</p>
      </EmptyState>
    );

  const period = PERIODS.find((each) => each.value === (search.period ?? '14d'))?.label ?? '';
  const wider = (
    <Button onClick={() => change({ period: '90d' })} disabled={search.period === '90d'}>
      Look at 90 days
    </Button>
  );
  if ((search.query ?? DEFAULT_QUERY) === DEFAULT_QUERY)
    return (
      <EmptyState
        icon={<CircleCheck aria-hidden />}
        title={`No unresolved issues in the last ${period}`}
        actions={
          <>
            {wider}
            <Button onClick={() => change({ query: '' })}>Show resolved and archived</Button>
          </>
        }
      >
        <p>Nothing that was not dealt with has happened.</p>
      </EmptyState>
    );
  return (
    <EmptyState
      icon={<SearchX aria-hidden />}
      title={`No issue of the last ${period} matches`}
      actions={
        <>
          {wider}
          <Button onClick={() => change({ query: DEFAULT_QUERY })}>Clear the search</Button>
        </>
      }
    >
      <p>Words are looked for in title, culprit, message and stack; key:value in the events themselves.</p>
    </EmptyState>
  );
}
