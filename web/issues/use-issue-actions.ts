/** Resolve, archive, bring back, prioritize, delete: at once on the page, with the way back in a message. */
import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Issue, IssueDetail, IssueSelection, IssueUpdate } from '#contract/issues.ts';
import type { IssuesChanged } from '#contract/workflow.ts';
import { api } from '#web/client.ts';
import { counted, fullNumber } from '#web/ui/number.ts';
import { toast } from '#web/ui/toast.tsx';
import { changeRows, type Pages, withChange } from './issue-cache.ts';
import { doneWords } from './workflow/change-words.ts';

export type ActionTarget = Pick<
  Issue,
  'id' | 'shortId' | 'status' | 'substate' | 'priority' | 'resolution' | 'archival'
>;

/** The server takes this many ids in one request. */
const IDS_MAX = 100;

const nameOf = (issues: readonly ActionTarget[]) =>
  issues.length === 1 ? (issues[0]?.shortId ?? '') : `${issues.length} issues`;

async function inParts<Answer>(ids: readonly string[], run: (ids: string[]) => Promise<Answer>) {
  const answers: Answer[] = [];
  for (let start = 0; start < ids.length; start += IDS_MAX)
    answers.push(await run(ids.slice(start, start + IDS_MAX)));
  return answers;
}

const undoIds = (answers: readonly IssuesChanged[]) => answers.flatMap(({ undo }) => (undo ? [undo.id] : []));

/** What was not done, and why. */
function restWords(answers: readonly IssuesChanged[]): string {
  const sum = (of: 'left' | 'skipped') => answers.reduce((all, answer) => all + answer[of], 0);
  const left = sum('left') > 0 ? `. ${fullNumber(sum('left'))} more wait for the next time` : '';
  const skipped =
    sum('skipped') > 0 ? `. ${fullNumber(sum('skipped'))} stayed: their project has no release` : '';
  return left + skipped;
}

export function useIssueActions() {
  const queryClient = useQueryClient();
  const lists: QueryKey = ['issues'];

  function show(ids: ReadonlySet<string>, shown: <T extends ActionTarget>(issue: T) => T) {
    queryClient.setQueriesData<Pages>({ queryKey: lists }, (data) =>
      changeRows(data, (issue) => (ids.has(issue.id) ? shown(issue) : issue)),
    );
    for (const id of ids)
      queryClient.setQueryData<IssueDetail>(['issue', id], (issue) => issue && shown(issue));
  }
  const showBefore = (issues: readonly ActionTarget[]) => {
    for (const { id, status, substate, priority, resolution, archival } of issues)
      show(new Set([id]), (issue) => ({ ...issue, status, substate, priority, resolution, archival }));
  };
  const refresh = (issues: readonly ActionTarget[]) => {
    for (const { id } of issues) queryClient.invalidateQueries({ queryKey: ['issue', id], exact: true });
  };

  const update = useMutation({
    mutationFn: ({ issues, change }: { issues: readonly ActionTarget[]; change: IssueUpdate }) =>
      inParts(
        issues.map((issue) => issue.id),
        (ids) => api.updateIssues({ ids, ...change }),
      ),
    onMutate: ({ issues, change }) =>
      show(new Set(issues.map((issue) => issue.id)), (issue) => withChange(issue, change)),
    onSuccess: (answers, { issues, change }) => {
      const rest = restWords(answers);
      toast({
        message: doneWords(change, nameOf(issues)) + rest,
        action: { label: 'Undo', run: () => undo.mutate({ ids: undoIds(answers), issues }) },
      });
      if (rest !== '') queryClient.invalidateQueries({ queryKey: lists });
    },
    onError: (_, { issues }) => showBefore(issues),
    onSettled: (_, __, { issues }) => refresh(issues),
  });

  /** All that a search finds, whether or not it is on the page. */
  const updateMatching = useMutation({
    mutationFn: ({ matching, change }: { matching: IssueSelection; change: IssueUpdate }) =>
      api.updateIssues({ matching, ...change }),
    onSuccess: (answer, { change }) => {
      toast({
        message: doneWords(change, counted(answer.changed, 'issue')) + restWords([answer]),
        ...(answer.undo && {
          action: { label: 'Undo', run: () => undo.mutate({ ids: undoIds([answer]), issues: [] }) },
        }),
      });
      queryClient.invalidateQueries({ queryKey: lists });
    },
  });

  /** Each issue gets back what it had; the server knows it. */
  const undo = useMutation({
    mutationFn: async ({ ids }: { ids: readonly string[]; issues: readonly ActionTarget[] }) => {
      const sum = { restored: 0, left: 0 };
      for (const id of ids) {
        const { restored, left } = await api.undoIssues(id);
        sum.restored += restored;
        sum.left += left;
      }
      return sum;
    },
    onMutate: ({ issues }) => showBefore(issues),
    onSuccess: ({ left }, { issues }) => {
      if (left > 0) toast({ message: `${counted(left, 'issue')} changed since, and stayed as they are.` });
      if (left > 0 || issues.length === 0) queryClient.invalidateQueries({ queryKey: lists });
    },
    onSettled: (_, __, { issues }) => refresh(issues),
  });

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
    /** Issues that have the status already are left alone, unless it is said how. */
    change(issues: readonly ActionTarget[], change: IssueUpdate) {
      const isPlain = change.resolve === undefined && change.archive === undefined;
      const changing =
        change.status !== undefined && isPlain
          ? issues.filter((issue) => issue.status !== change.status)
          : issues;
      if (changing.length > 0) update.mutate({ issues: changing, change });
    },
    changeMatching: (matching: IssueSelection, change: IssueUpdate) =>
      updateMatching.mutate({ matching, change }),
    remove: remove.mutateAsync,
    removing: remove.isPending,
  };
}
