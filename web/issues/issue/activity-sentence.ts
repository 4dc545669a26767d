/** One entry of an issue's history as a sentence. */
import type { IssueDetail } from '#contract/issues.ts';
import {
  archivedSentence,
  escalatedSentence,
  regressedSentence,
  resolvedSentence,
  returnedSentence,
  undoneSentence,
} from './workflow-sentence.ts';

type Entry = IssueDetail['activity'][number];

export function activitySentence({ kind, by, data }: Pick<Entry, 'kind' | 'by' | 'data'>): string {
  const release = ['inRelease', 'in_release', 'release']
    .map((key) => data[key])
    .find((value) => typeof value === 'string' && value !== '');
  const inRelease = release ? ` in release ${release}` : '';
  const who = by ?? 'Someone';
  switch (kind) {
    case 'first_seen':
      return `Seen for the first time${inRelease}`;
    case 'regressed':
      return regressedSentence(data);
    case 'resolved':
      if (typeof data.monitor === 'string') return `Resolved: the monitor ${data.monitor} is well again`;
      return resolvedSentence(who, data);
    case 'archived':
      return archivedSentence(who, data);
    case 'reopened':
      return `${who} brought it back to unresolved`;
    case 'assigned': {
      const assignee = typeof data.assignee === 'string' ? data.assignee : 'somebody';
      return typeof data.rule === 'string'
        ? `Assigned to ${assignee} by the rule ${data.rule}`
        : `${who} assigned it to ${assignee}`;
    }
    case 'escalated':
      return escalatedSentence(data);
    case 'returned':
      return returnedSentence(data);
    case 'prioritized':
      return `${who} changed the priority from ${data.from} to ${data.to}`;
    case 'undone':
      return undoneSentence(who, data);
    case 'unassigned':
      return `${who} took the assignment away`;
  }
}
