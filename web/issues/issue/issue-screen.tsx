/** One issue: what it is, whom it hits, and its sides as tabs. Tab and occurrence stand in the address. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useCanGoBack, useNavigate, useRouter } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { IssueUpdate } from '#contract/issues.ts';
import { useMergedAddress } from '#web/issues/merge/use-merged-address.ts';
import { useIssueActions } from '#web/issues/use-issue-actions.ts';
import { changeKeys } from '#web/issues/workflow/change-keys.ts';
import { useMay } from '#web/session.ts';
import { ConfirmDialog } from '#web/ui/confirm-dialog.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { type Shortcuts, useShortcuts } from '#web/ui/shortcuts.ts';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { usePageTitle } from '#web/ui/use-page-title.ts';
import { EventTab } from './event-tab.tsx';
import { ImportedLine } from './imported-line.tsx';
import { IssueHeader } from './issue-header.tsx';
import { IssueImpact } from './issue-impact.tsx';
import { issueQuery } from './issue-queries.ts';
import { IssueSkeleton } from './issue-skeleton.tsx';
import { IssueTabs } from './issue-tabs.tsx';
import { isOfOneEvent, readTab, TABS, type TabId } from './tabs.ts';

/** The sides that one goes to from the first. */
const OccurrencesTab = lazy(async () => ({
  default: (await import('./occurrences-tab.tsx')).OccurrencesTab,
}));
const TagsTab = lazy(async () => ({ default: (await import('./tags-tab.tsx')).TagsTab }));
const UsersTab = lazy(async () => ({ default: (await import('./users-tab.tsx')).UsersTab }));
const GroupingTab = lazy(async () => ({ default: (await import('./grouping-tab.tsx')).GroupingTab }));
const ActivityTab = lazy(async () => ({ default: (await import('./activity-tab.tsx')).ActivityTab }));

const route = getRouteApi('/shell/issues/$issueId/{-$tab}');

export function IssueScreen() {
  const { issueId, tab: tabText } = route.useParams();
  const { event = 'latest', query = '' } = route.useSearch();
  const tab = readTab(tabText);
  const navigate = useNavigate();
  const router = useRouter();
  const canGoBack = useCanGoBack();
  const actions = useIssueActions();
  const mayWrite = useMay('event:write');
  const [deleting, setDeleting] = useState(false);
  const { data: issue, error, refetch } = useQuery(issueQuery(issueId));
  useMergedAddress(issueId, issue);
  usePageTitle(issue ? `${issue.shortId} ${issue.title.slice(0, 80)}` : 'Issue');

  const change = (wanted: IssueUpdate) => issue && actions.change([issue], wanted);
  const goToTab = (id: TabId) =>
    navigate({
      to: '/issues/$issueId/{-$tab}',
      params: { issueId, tab: id },
      search: (old) => ({ event: old.event }),
      resetScroll: false,
    });
  const tabKeys: Shortcuts = Object.fromEntries(
    TABS.map((each, index) => [String(index + 1), () => goToTab(each.id)]),
  );
  useShortcuts({
    ...tabKeys,
    0: () => goToTab(tab === 'raw' ? 'stack' : 'raw'),
    ...(mayWrite && changeKeys(change)),
    esc: () => (canGoBack ? router.history.back() : navigate({ to: '/issues' })),
  });

  if (error && !issue)
    return <ErrorState error={error} retry={refetch} what="The issue could not be loaded" wholePage />;
  if (!issue) return <IssueSkeleton />;
  return (
    <>
      <IssueHeader issue={issue} onChange={change} onDelete={() => setDeleting(true)} />
      <IssueImpact issue={issue} />
      <ImportedLine imported={issue.imported} />
      <IssueTabs issue={issue} tab={tab} />
      <div className="flex-1 px-4 py-4 md:px-6">
        {isOfOneEvent(tab) && tab !== 'grouping' && (
          <EventTab issueId={issue.id} eventId={event} newestId={issue.lastEventId} tab={tab} />
        )}
        <Suspense fallback={<SkeletonLines lines={12} />}>
          {tab === 'occurrences' && (
            <OccurrencesTab issueId={issue.id} project={issue.project.slug} query={query} />
          )}
          {tab === 'tags' && <TagsTab issue={issue} />}
          {tab === 'users' && <UsersTab issue={issue} />}
          {tab === 'activity' && <ActivityTab issue={issue} />}
          {tab === 'grouping' && <GroupingTab issue={issue} eventId={event} />}
        </Suspense>
      </div>
      {deleting && (
        <ConfirmDialog
          title={`Delete ${issue.shortId}?`}
          verb="Delete"
          busy={actions.removing}
          onClose={() => setDeleting(false)}
          onConfirm={async () => {
            await actions.remove([issue]);
            navigate({ to: '/issues', replace: true });
          }}
        >
          Its events and attachments are deleted with it. This cannot be taken back. If the same error happens
          again, it begins as a new issue.
        </ConfirmDialog>
      )}
    </>
  );
}
