/** What listeners hear after a batch can be queried: live screens now, alerts later. */
import type { LiveMessage } from '#contract/live.ts';
import type { OutcomeCount } from '#server/record/outcome.ts';
import type { Batch } from './batch.ts';
import type { Committed } from './commit.ts';

export interface BatchStored {
  /** One per project with events. */
  messages: LiveMessage[];
  /** Summed per kind and outcome, for the metrics. */
  counts: { kind: OutcomeCount['kind']; outcome: OutcomeCount['outcome']; quantity: number }[];
  /** When the first of its log records came; null without any. */
  logsReceivedFrom: number | null;
}

export function storedMessages(batch: Batch, committed: Committed): BatchStored {
  const entries = committed.issues.map((issue, index) => ({ issue, result: committed.results[index]! }));
  const messages = [...Map.groupBy(entries, ({ issue }) => issue.project)].map(
    ([project, of]): LiveMessage => {
      const newest = of.reduce((a, b) => (b.issue.lastSeen >= a.issue.lastSeen ? b : a));
      return {
        type: 'batch',
        projectId: String(project),
        issueIds: [...new Set(of.map(({ result }) => String(result.issueId)))],
        newIssueIds: [
          ...new Set(of.filter(({ result }) => result.isNew).map(({ result }) => String(result.issueId))),
        ],
        events: of.reduce((sum, { issue }) => sum + issue.count, 0),
        lastTitle: newest.issue.title,
        lastIssueId: String(newest.result.issueId),
      };
    },
  );
  const counts = [...Map.groupBy(batch.counts, ({ kind, outcome }) => `${kind}:${outcome}`).values()].map(
    (of) => ({
      kind: of[0]!.kind,
      outcome: of[0]!.outcome,
      quantity: of.reduce((sum, { quantity }) => sum + quantity, 0),
    }),
  );
  return { messages, counts, logsReceivedFrom: batch.logsReceivedFrom };
}
