/** One entry of an issue's history as a sentence. */
import type { IssueDetail } from '#contract/issues.ts';
import { mergeSentence } from './merge-sentence.ts';
import {
  archivedSentence,
  escalatedSentence,
  regressedSentence,
  resolvedSentence,
  returnedSentence,
  undoneSentence,
} from './workflow-sentence.ts';

type Entry = IssueDetail['activity'][number];

/** Of an issue that was merged into this one, the sentence says which. */
export function activitySentence(entry: Pick<Entry, 'kind' | 'by' | 'data'>): string {
  const { mergedFrom } = entry.data;
  const sentence = sentenceOf(entry);
  return typeof mergedFrom === 'string' ? `${mergedFrom}: ${sentence}` : sentence;
}

function sentenceOf({ kind, by, data }: Pick<Entry, 'kind' | 'by' | 'data'>): string {
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
    case 'imported':
      return `${who} imported it from ${data.from}`;
    case 'undone':
      return undoneSentence(who, data);
    case 'unassigned':
      return data.deleted === true
        ? `Nobody’s any more: ${who} deleted the team ${data.assignee}`
        : `${who} took the assignment away`;
    case 'comment':
      return `${who} said`;
    case 'comment_deleted':
      return `${who} deleted a comment`;
    case 'shared':
      return `${who} made a public link to it`;
    case 'unshared':
      return `${who} took the public link back`;
    case 'linked':
      return `${who} linked it to ${data.link}`;
    case 'link_created':
      return `${who} created ${data.link} for it`;
    case 'unlinked':
      return `${who} took the link to ${data.link} away`;
    case 'merged':
    case 'unmerged':
      return mergeSentence(kind, who, data);
  }
}
