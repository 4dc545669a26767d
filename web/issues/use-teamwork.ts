/** Giving issues to somebody, bookmarks, following: at once on the page, and back when the server refuses. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Issue, IssueDetail, IssueSelection } from '#contract/issues.ts';
import type { Assignee, IssueMarks } from '#contract/teamwork.ts';
import { api } from '#web/client.ts';
import { fullNumber } from '#web/ui/number.ts';
import { toast } from '#web/ui/toast.tsx';
import { assigneeName } from './assignee-choices.tsx';
import { changeRows, type Pages } from './issue-cache.ts';

type Target = Pick<Issue, 'id' | 'shortId'>;

/** The server takes this many ids in one request. */
const IDS_MAX = 100;

export function useTeamwork() {
  const queryClient = useQueryClient();

  function show(ids: readonly string[], marks: Partial<IssueMarks>) {
    const meant = new Set(ids);
    queryClient.setQueriesData<Pages>({ queryKey: ['issues'] }, (data) =>
      changeRows(data, (issue) => (meant.has(issue.id) ? { ...issue, ...marks } : issue)),
    );
    for (const id of ids)
      queryClient.setQueryData<IssueDetail>(['issue', id], (issue) => issue && { ...issue, ...marks });
  }

  /** What the activity and the followers are now, the server knows. */
  const ask = (ids: readonly string[]) => {
    for (const id of ids) queryClient.invalidateQueries({ queryKey: ['issue', id], exact: true });
  };
  const failed = () => queryClient.invalidateQueries({ queryKey: ['issues'] });

  const assign = useMutation({
    mutationFn: async ({ issues, to }: { issues: readonly Target[]; to: Assignee | null }) => {
      const ids = issues.map(({ id }) => id);
      for (let start = 0; start < ids.length; start += IDS_MAX)
        await api.assignIssues({ ids: ids.slice(start, start + IDS_MAX) }, to);
    },
    onMutate: ({ issues, to }) =>
      show(
        issues.map(({ id }) => id),
        { assignee: to },
      ),
    onSuccess: (_, { issues, to }) => {
      const what = issues.length === 1 ? issues[0]!.shortId : `${issues.length} issues`;
      toast({ message: to ? `${what}: assigned to ${assigneeName(to)}` : `${what}: nobody’s now` });
    },
    onError: failed,
    onSettled: (_, __, { issues }) => ask(issues.map(({ id }) => id)),
  });

  const assignMatching = useMutation({
    mutationFn: ({ matching, to }: { matching: IssueSelection; to: Assignee | null }) =>
      api.assignIssues({ matching }, to),
    onSuccess: ({ left }, { to }) =>
      toast({
        message: `${to ? `Assigned to ${assigneeName(to)}` : 'Nobody’s now'}${left > 0 ? `; ${fullNumber(left)} more are left: do it again` : ''}`,
      }),
    onSettled: () => {
      failed();
      queryClient.invalidateQueries({ queryKey: ['issue'] });
    },
  });

  const bookmark = useMutation({
    mutationFn: ({ id, on }: { id: string; on: boolean }) => api.setBookmark(id, on),
    onMutate: ({ id, on }) => show([id], { bookmarked: on }),
    onError: (_, { id }) => {
      failed();
      ask([id]);
    },
  });

  const follow = useMutation({
    mutationFn: ({ id, on }: { id: string; on: boolean }) => api.setFollowing(id, on),
    onMutate: ({ id, on }) =>
      queryClient.setQueryData<IssueDetail>(['issue', id], (issue) => issue && { ...issue, following: on }),
    onSettled: (_, __, { id }) => ask([id]),
  });

  return {
    assign: assign.mutate,
    /** All that a search finds. */
    assignMatching: assignMatching.mutate,
    bookmark: bookmark.mutate,
    follow: follow.mutate,
  };
}
