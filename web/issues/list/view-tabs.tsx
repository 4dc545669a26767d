/** Saved searches that are pinned, as tabs over the list; the first is the list as one finds it. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { savedQueriesQuery } from '#web/saved/saved-query.ts';
import { revealBidi } from '#web/ui/reveal-bidi.ts';
import { TabBar, tabClass } from '#web/ui/tab-bar.tsx';
import type { ListSearch } from './list-search.ts';
import { isShown, searchOf } from './saved-view.ts';

export function ViewTabs({ search }: { search: ListSearch }) {
  const { data = [] } = useQuery(savedQueriesQuery('issues'));
  // Of another project a tab would lead away from the one that is chosen.
  const pinned = data.filter(
    ({ pinned: isPinned, project }) =>
      isPinned && (project === null || !search.project || project === search.project),
  );
  if (pinned.length === 0) return null;
  const here: ListSearch = search.project ? { project: search.project } : {};
  const shown = pinned.find((query) => isShown(query, search));
  const isUsual = !shown && Object.keys(search).every((key) => key === 'project');
  return (
    <TabBar
      label="Saved searches"
      current={shown?.id ?? (isUsual ? 'usual' : '')}
      className="-mx-4 px-2 md:-mx-6 md:px-4"
    >
      <Link
        to="/issues"
        search={here}
        data-entry="usual"
        aria-current={isUsual ? 'page' : undefined}
        className={tabClass(isUsual)}
      >
        All unresolved
      </Link>
      {pinned.map((query) => (
        <Link
          key={query.id}
          to="/issues"
          search={searchOf(query, search)}
          data-entry={query.id}
          aria-current={query === shown ? 'page' : undefined}
          title={query.personal ? 'Only you see this tab' : undefined}
          className={tabClass(query === shown)}
        >
          <bdi className="max-w-48 truncate">{revealBidi(query.name)}</bdi>
        </Link>
      ))}
    </TabBar>
  );
}
