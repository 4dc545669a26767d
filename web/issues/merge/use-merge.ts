/** Merging issues, and taking out again what was merged: with the way back in a message. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Issue } from '#contract/issues.ts';
import { api } from '#web/client.ts';
import { counted } from '#web/ui/number.ts';
import { toast } from '#web/ui/toast.tsx';

export type MergeTarget = Pick<Issue, 'id' | 'shortId' | 'title' | 'events' | 'users' | 'project'>;

export function useMerge() {
  const queryClient = useQueryClient();
  const refresh = () => {
    queryClient.invalidateQueries({ queryKey: ['issues'] });
    queryClient.invalidateQueries({ queryKey: ['issue'] });
  };

  const unmerge = useMutation({
    mutationFn: ({ from, hashes }: { from: string; hashes: string[] }) => api.unmergeIssue(from, hashes),
    onSuccess: (issue) => {
      toast({ message: `${issue.shortId} has ${counted(issue.events, 'event')} now` });
      refresh();
    },
  });

  /** Each of them comes back by itself, with its short id. */
  const undo = useMutation({
    mutationFn: async ({ from, shortIds }: { from: string; shortIds: readonly string[] }) => {
      const { merged } = await api.issueHashes(from);
      for (const { shortId, hashes } of merged)
        if (shortIds.includes(shortId)) await api.unmergeIssue(from, hashes);
    },
    onSuccess: () => {
      toast({ message: 'As they were before' });
      refresh();
    },
  });

  const merge = useMutation({
    mutationFn: ({ issues, into }: { issues: readonly MergeTarget[]; into: string }) =>
      api.mergeIssues(
        issues.map(({ id }) => id),
        into,
      ),
    meta: { shownInForm: true },
    onSuccess: (kept, { issues }) => {
      const shortIds = issues.filter(({ id }) => id !== kept.id).map(({ shortId }) => shortId);
      toast({
        message: `Merged ${shortIds.length === 1 ? shortIds[0] : counted(shortIds.length, 'issue')} into ${kept.shortId}`,
        action: { label: 'Undo', run: () => undo.mutate({ from: kept.id, shortIds }) },
      });
      refresh();
    },
  });

  return { merge, unmerge };
}
