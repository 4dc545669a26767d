/** Whom it happened to, and what they wrote about it. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ScrollText } from 'lucide-react';
import { useCallback } from 'react';
import type { AffectedUsers, IssueDetail } from '#contract/issues.ts';
import { api } from '#web/client.ts';
import { buttonClass } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { counted, fullNumber } from '#web/ui/number.ts';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { termText } from '#web/ui/search-terms.ts';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { WindowList } from '#web/ui/window-list.tsx';
import { WrittenFeedback } from './written-feedback.tsx';

type User = AffectedUsers['items'][number];

const ROW_PX = 53;
const COLUMNS = 'grid grid-cols-[minmax(0,1fr)_4rem_5rem_2rem] gap-x-3 px-4';

export function UsersTab({ issue }: { issue: IssueDetail }) {
  return (
    <div className="flex flex-col gap-4">
      {issue.feedback.length > 0 && <WrittenFeedback issue={issue} />}
      <AllUsers issue={issue} />
    </div>
  );
}

function AllUsers({ issue }: { issue: IssueDetail }) {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['issue', issue.id, 'users'],
    queryFn: ({ pageParam, signal }) => api.issueUsers(issue.id, pageParam, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    staleTime: 60_000,
  });
  const onMore = useCallback(() => {
    if (!isFetchingNextPage) fetchNextPage();
  }, [isFetchingNextPage, fetchNextPage]);
  if (error && !data)
    return <ErrorState error={error} retry={refetch} what="The users could not be loaded" />;
  if (!data) return <SkeletonLines lines={10} />;
  const users = data.pages.flatMap((page) => page.items);
  const total = data.pages[0]?.total ?? users.length;
  if (users.length === 0)
    return (
      <EmptyState title="No event names a user">
        <p>
          Call setUser in the SDK with an id, an e-mail address or a name, and this page shows who is
          affected.
        </p>
      </EmptyState>
    );
  return (
    <Card title={counted(total, 'user')} note={issue.usersExact ? undefined : 'at least'} flush>
      <div aria-hidden className={`${COLUMNS} border-b border-line py-2 text-xs text-ink-faint`}>
        <span>User</span>
        <span className="text-right">Events</span>
        <span className="text-right">Last seen</span>
        <span className="text-right">Logs</span>
      </div>
      <WindowList
        label="Users"
        items={users}
        keyOf={(user) => user.key}
        rowPx={ROW_PX}
        total={total}
        more={hasNextPage}
        onMore={onMore}
        row={(user) => <UserRow user={user} issueId={issue.id} />}
      />
    </Card>
  );
}

/** The occurrences of one user are asked for by what is known best about them. */
function userTerm({ id, email, username, ip }: User): string {
  if (id) return termText('user.id', id);
  if (email) return termText('user.email', email);
  if (username) return termText('user.username', username);
  return termText('user.ip', ip);
}

function UserRow({ user, issueId }: { user: User; issueId: string }) {
  const name = user.username || user.email || user.id || user.ip || 'Unknown';
  const rest = [user.email, user.id, user.ip].filter((each) => each !== '' && each !== name);
  return (
    <div className={`${COLUMNS} relative min-h-13 items-center border-b border-line text-xs hover:bg-hover`}>
      <div className="min-w-0">
        <Link
          to="/issues/$issueId/{-$tab}"
          params={{ issueId, tab: 'occurrences' }}
          search={{ query: userTerm(user) }}
          title="Occurrences of this user"
          className="block truncate text-sm font-medium after:absolute after:inset-0"
        >
          <bdi>{name}</bdi>
        </Link>
        {rest.length > 0 && <bdi className="block truncate text-ink-faint">{rest.join(' · ')}</bdi>}
      </div>
      <span className="text-right text-sm">{fullNumber(user.events)}</span>
      <RelativeTime time={user.lastSeen} className="relative z-10 text-right text-ink-soft" />
      <Link
        to="/issues/$issueId/{-$tab}"
        params={{ issueId, tab: 'story' }}
        search={{ user: user.key }}
        title="What this user did around the error, in all services"
        aria-label={`Logs of ${name}`}
        className={`${buttonClass('ghost', 'small')} relative z-10 justify-self-end`}
      >
        <ScrollText aria-hidden />
      </Link>
    </div>
  );
}
