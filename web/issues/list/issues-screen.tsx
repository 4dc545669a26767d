/** Issues: what goes wrong, the latest first. Everything one chooses here stands in the address. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate, useRouterState } from '@tanstack/react-router';
import { ArrowUp, Info } from 'lucide-react';
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react';
import type { Issue, IssueUpdate } from '#contract/issues.ts';
import type { Assignee } from '#contract/teamwork.ts';
import { ApiError } from '#web/client.ts';
import { statusOf, withStatus } from '#web/issues/search-query.ts';
import { useIssueActions } from '#web/issues/use-issue-actions.ts';
import { useSuggestions } from '#web/issues/use-suggestions.ts';
import { useTeamwork } from '#web/issues/use-teamwork.ts';
import { changeKeys } from '#web/issues/workflow/change-keys.ts';
import { ReadOnly } from '#web/read-only.tsx';
import { SavedMenu } from '#web/saved/saved-menu.tsx';
import { useMay, useSession } from '#web/session.ts';
import { Button } from '#web/ui/button.tsx';
import { ConfirmDialog } from '#web/ui/confirm-dialog.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { ChoiceMenu } from '#web/ui/menu.tsx';
import { counted } from '#web/ui/number.ts';
import { SearchBar } from '#web/ui/search-bar.tsx';
import { Segmented } from '#web/ui/segmented.tsx';
import { useShortcuts } from '#web/ui/shortcuts.ts';
import { usePageTitle } from '#web/ui/use-page-title.ts';
import { useRecent } from '#web/ui/use-recent.ts';
import { WindowList } from '#web/ui/window-list.tsx';
import { IssueListSkeleton } from './issue-list-skeleton.tsx';
import { IssueRow } from './issue-row.tsx';
import { issuesQuery } from './issues-query.ts';
import { knownValues } from './known-values.ts';
import { ListHeader } from './list-header.tsx';
import { DEFAULT_QUERY, type ListSearch, PERIODS, SORTS, tidySearch } from './list-search.ts';
import { NoIssues } from './no-issues.tsx';
import { isShown, searchOf, viewOf } from './saved-view.ts';
import { SEARCH_KEYS } from './search-keys.ts';
import { useLiveIssues } from './use-live-issues.ts';
import { useSelection } from './use-selection.ts';
import { ViewTabs } from './view-tabs.tsx';

/** Height of a row before it is measured: two lines of text and their space. */
const ROW_PX = 63;

const route = getRouteApi('/shell/issues');
const MergeDialog = lazy(async () => ({
  default: (await import('#web/issues/merge/merge-dialog.tsx')).MergeDialog,
}));
const STATUSES = [
  { value: 'unresolved', label: 'Unresolved' },
  { value: 'resolved', label: 'Resolved' },
  { value: 'archived', label: 'Archived' },
  { value: 'all', label: 'All' },
] as const;

export function IssuesScreen() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const session = useSession();
  const actions = useIssueActions();
  const teamwork = useTeamwork();
  const mayWrite = useMay('event:write');
  const { data, error, isPending, isFetchingNextPage, hasNextPage, fetchNextPage, refetch } =
    useInfiniteQuery(issuesQuery(search));
  const { unseen, showUnseen } = useLiveIssues(search);
  const savedTrigger = useRef<HTMLButtonElement>(null);
  const [deleting, setDeleting] = useState<readonly Issue[] | null>(null);
  const [merging, setMerging] = useState<readonly Issue[] | null>(null);
  usePageTitle('Issues');

  const query = search.query ?? DEFAULT_QUERY;
  const status = statusOf(query);
  const first = data?.pages[0];
  // What was just resolved leaves the list of the unresolved at once, and comes back in place when undone.
  const issues = useMemo(
    () =>
      (data?.pages ?? [])
        .flatMap((page) => page.items)
        .filter((issue) => status === null || status === 'all' || issue.status === status),
    [data, status],
  );
  const visit = useRouterState({ select: ({ location }) => location.state.__TSR_key ?? '' });
  const { selected, activeId, move, activate, toggle, toggleActive, selectAll, targets } = useSelection(
    issues,
    visit,
  );
  const change = (next: ListSearch) =>
    navigate({ to: '/issues', search: tidySearch({ ...search, ...next }) });
  const values = useMemo(() => knownValues(issues), [issues]);
  const suggestions = useSuggestions(search.project ?? '', SEARCH_KEYS, values);
  const [recent, addRecent] = useRecent('issues');
  const onMore = useCallback(() => {
    if (!isFetchingNextPage) fetchNextPage();
  }, [isFetchingNextPage, fetchNextPage]);

  // All that the search finds: of this search alone, and only while the whole page is selected.
  const [everythingOf, setEverythingOf] = useState<string | null>(null);
  const searched = JSON.stringify([search.project, query, search.period]);
  const everything = everythingOf === searched && selected.size > 0 && selected.size === issues.length;

  function changeSelected(wanted: IssueUpdate) {
    if (everything) actions.changeMatching({ project: search.project, query, period: search.period }, wanted);
    else actions.change(targets(), wanted);
    setEverythingOf(null);
    selectAll(false);
  }
  function assignSelected(to: Assignee | null) {
    const matching = { project: search.project, query, period: search.period };
    if (everything) teamwork.assignMatching({ matching, to });
    else teamwork.assign({ issues: targets(), to });
    setEverythingOf(null);
    selectAll(false);
  }
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    enter: () =>
      activeId !== null && navigate({ to: '/issues/$issueId/{-$tab}', params: { issueId: activeId } }),
    ...(mayWrite && {
      x: toggleActive,
      m: () => selected.size > 1 && setMerging(targets()),
      ...changeKeys(changeSelected),
    }),
    s: () => savedTrigger.current?.focus(),
    '.': () => unseen > 0 && showUnseen(),
    esc: () => selectAll(false),
  });

  const activeIndex = activeId === null ? -1 : issues.findIndex((issue) => issue.id === activeId);
  const showProject = !search.project && (session?.projects.length ?? 0) > 1;
  const unreadable = error instanceof ApiError && error.code === 'query_invalid';
  return (
    <>
      <header className="flex flex-col gap-3 px-4 pt-4 pb-3 md:px-6">
        <div className="flex items-center gap-3">
          <h1 className="text-lg font-semibold tracking-tight">Issues</h1>
          {unseen > 0 && (
            <Button size="small" look="primary" className="rounded-full" onClick={showUnseen}>
              <ArrowUp aria-hidden />
              {unseen} new
            </Button>
          )}
        </div>
        <ViewTabs search={search} />
        <SearchBar
          label="Search issues"
          placeholder="Search: level:error user.id:42 “timed out” !release:web@1.0"
          keys={suggestions.keys}
          query={query}
          onSearch={(next) => {
            if (next !== DEFAULT_QUERY) addRecent(next);
            change({ query: next });
          }}
          refusal={unreadable ? error.message : null}
          values={suggestions.values}
          recent={recent}
          onTyped={suggestions.onTyped}
        />
        <div className="flex flex-wrap items-center gap-2">
          <Segmented
            label="Status"
            value={status ?? ''}
            choices={STATUSES}
            onChange={(next) => next && change({ query: withStatus(query, next) })}
            className="max-w-full overflow-x-auto"
          />
          <div className="ml-auto flex gap-2 max-sm:w-full max-sm:flex-wrap">
            <SavedMenu
              page={{
                screen: 'issues',
                project: search.project,
                view: viewOf(search),
                kept: 'The words, the order and the period.',
                tabs: true,
                isShown: (saved) => isShown(saved, search),
              }}
              onOpen={(saved) => navigate({ to: '/issues', search: searchOf(saved, search) })}
              trigger={savedTrigger}
            />
            <ChoiceMenu
              label="Sort"
              value={search.sort ?? 'lastSeen'}
              choices={SORTS}
              onChange={(sort) => change({ sort })}
              align="end"
            />
            <ChoiceMenu
              label="Last"
              value={search.period ?? '14d'}
              choices={PERIODS}
              onChange={(period) => change({ period })}
              align="end"
            />
          </div>
        </div>
        <ReadOnly scope="event:write" what="resolve or archive issues" />
        {first?.notices.map((notice) => (
          <p key={notice} className="flex items-center gap-1.5 text-xs text-info">
            <Info aria-hidden className="size-3.5 shrink-0" />
            {notice}
          </p>
        ))}
      </header>
      <ListHeader
        loaded={issues.length}
        total={first?.total}
        selected={selected.size}
        selectable={mayWrite}
        onSelectAll={selectAll}
        everything={everything}
        onEverything={() => setEverythingOf(searched)}
        onChange={changeSelected}
        onMerge={() => setMerging(targets())}
        onAssign={assignSelected}
        onDelete={() => setDeleting(targets())}
      />
      {unreadable ? (
        <EmptyState title="The search cannot be read">
          <p>The place is marked in the search above. Change it and press Enter.</p>
        </EmptyState>
      ) : error && !data ? (
        <ErrorState error={error} retry={refetch} what="The issues could not be loaded" />
      ) : isPending ? (
        <IssueListSkeleton />
      ) : issues.length === 0 ? (
        <NoIssues search={search} />
      ) : (
        <>
          <WindowList
            label="Issues"
            items={issues}
            keyOf={(issue) => issue.id}
            rowPx={ROW_PX}
            total={first?.total ?? issues.length}
            more={hasNextPage}
            onMore={onMore}
            activeIndex={activeIndex}
            row={(issue) => (
              <IssueRow
                issue={issue}
                selected={selected.has(issue.id)}
                selectable={mayWrite}
                active={issue.id === activeId}
                showProject={showProject}
                onOpen={activate}
                onSelect={toggle}
              />
            )}
          />
          <p className="px-4 py-4 text-center text-xs text-ink-faint" aria-live="polite">
            {isFetchingNextPage
              ? 'Loading more…'
              : hasNextPage
                ? ''
                : `That is all: ${counted(first?.total ?? issues.length, 'issue')}.`}
          </p>
        </>
      )}
      {merging && (
        <Suspense>
          <MergeDialog
            issues={merging}
            onClose={() => setMerging(null)}
            onMerged={() => {
              selectAll(false);
              setMerging(null);
            }}
          />
        </Suspense>
      )}
      {deleting && (
        <ConfirmDialog
          title={`Delete ${deleting.length === 1 ? deleting[0]?.shortId : counted(deleting.length, 'issue')}?`}
          verb="Delete"
          busy={actions.removing}
          onClose={() => setDeleting(null)}
          onConfirm={async () => {
            await actions.remove(deleting);
            selectAll(false);
            setDeleting(null);
          }}
        >
          Their events and attachments are deleted with them. This cannot be taken back. If the same error
          happens again, it begins as a new issue.
        </ConfirmDialog>
      )}
    </>
  );
}
