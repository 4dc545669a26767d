/** Resolve, archive, bring back, delete: at once on the page, with the way back in a message. */
import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Issue, IssueDetail } from '#contract/issues.ts';
import { api } from '#web/client.ts';
import { toast } from '#web/ui/toast.tsx';
import { changeRows, type Pages, withStatus } from './issue-cache.ts';

export type ActionTarget = Pick<Issue, 'id' | 'shortId' | 'status'>;

/** The server takes this many ids in one request. */
const IDS_MAX = 100;

const DONE: Record<Issue['status'], string> = {
  resolved: 'Resolved',
  archived: 'Archived',
  unresolved: 'Back to unresolved:',
};

const nameOf = (issues: readonly ActionTarget[]) =>
  issues.length === 1 ? (issues[0]?.shortId ?? '') : `${issues.length} issues`;

async function inParts(ids: readonly string[], run: (ids: string[]) => Promise<unknown>) {
  for (let start = 0; start < ids.length; start += IDS_MAX) await run(ids.slice(start, start + IDS_MAX));
}

export function useIssueActions() {
  const queryClient = useQueryClient();
  const lists: QueryKey = ['issues'];

  function show(ids: ReadonlySet<string>, status: Issue['status']) {
    queryClient.setQueriesData<Pages>({ queryKey: lists }, (data) =>
      changeRows(data, (issue) => (ids.has(issue.id) ? withStatus(issue, status) : issue)),
    );
    for (const id of ids)
      queryClient.setQueryData<IssueDetail>(['issue', id], (issue) => issue && withStatus(issue, status));
  }

  const update = useMutation({
    mutationFn: ({
      issues,
      status,
    }: {
      issues: readonly ActionTarget[];
      status: Issue['status'];
      silent?: boolean;
    }) =>
      inParts(
        issues.map((issue) => issue.id),
        (ids) => api.updateIssues(ids, { status }),
      ),
    onMutate: ({ issues, status }) => show(new Set(issues.map((issue) => issue.id)), status),
    onSuccess: (_, { issues, status, silent }) => {
      if (!silent)
        toast({
          message: `${DONE[status]} ${nameOf(issues)}`,
          action: { label: 'Undo', run: () => undo(issues) },
        });
    },
    onError: (_, { issues }) => {
      for (const issue of issues) show(new Set([issue.id]), issue.status);
    },
    onSettled: (_, __, { issues }) => {
      for (const { id } of issues) queryClient.invalidateQueries({ queryKey: ['issue', id], exact: true });
    },
  });

  /** Each issue goes back to the status it had. */
  function undo(issues: readonly ActionTarget[]) {
    for (const status of ['unresolved', 'resolved', 'archived'] as const) {
      const group = issues.filter((issue) => issue.status === status);
      if (group.length > 0) update.mutate({ issues: group, status, silent: true });
    }
  }

  const remove = useMutation({
    mutationFn: (issues: readonly ActionTarget[]) =>
      inParts(
        issues.map((issue) => issue.id),
        (ids) => api.deleteIssues(ids),
      ),
    onSuccess: (_, issues) => {
      const gone = new Set(issues.map((issue) => issue.id));
      queryClient.setQueriesData<Pages>({ queryKey: lists }, (data) =>
        changeRows(data, (issue) => (gone.has(issue.id) ? null : issue)),
      );
      toast({ message: `Deleted ${nameOf(issues)}` });
    },
  });

  return {
    /** Issues that have the status already are left alone. */
    setStatus(issues: readonly ActionTarget[], status: Issue['status']) {
      const changing = issues.filter((issue) => issue.status !== status);
      if (changing.length > 0) update.mutate({ issues: changing, status });
    },
    remove: remove.mutateAsync,
    removing: remove.isPending,
  };
}
