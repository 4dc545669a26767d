/** What happened to the issue itself, and what people say about it. */
import {
  Archive,
  Check,
  Flag,
  History,
  Import,
  Link2,
  Merge,
  MessageSquare,
  MessageSquareX,
  RotateCcw,
  Share2,
  Sparkles,
  Split,
  TrendingUp,
  Undo2,
  Unlink2,
  UserCheck,
  UserX,
} from 'lucide-react';
import type { IssueDetail } from '#contract/issues.ts';
import { Card } from '#web/ui/card.tsx';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { activitySentence } from './activity-sentence.ts';
import { CommentEntry } from './comment-entry.tsx';
import { NewComment } from './new-comment.tsx';

type Kind = IssueDetail['activity'][number]['kind'];

const ICONS: Record<Kind, typeof Check> = {
  first_seen: Sparkles,
  regressed: RotateCcw,
  resolved: Check,
  archived: Archive,
  reopened: Undo2,
  assigned: UserCheck,
  unassigned: UserX,
  escalated: TrendingUp,
  returned: Undo2,
  prioritized: Flag,
  imported: Import,
  undone: History,
  comment: MessageSquare,
  comment_deleted: MessageSquareX,
  shared: Share2,
  unshared: Share2,
  linked: Link2,
  link_created: Link2,
  unlinked: Unlink2,
  merged: Merge,
  unmerged: Split,
};

export function ActivityTab({ issue }: { issue: IssueDetail }) {
  return (
    <div className="max-w-3xl">
      <Card title="Activity">
        <div className="mb-4">
          <NewComment issueId={issue.id} />
        </div>
        <ol className="flex flex-col gap-3">
          {issue.activity.map((entry) => {
            if (entry.kind === 'comment')
              return <CommentEntry key={entry.id} issueId={issue.id} entry={entry} />;
            const Icon = ICONS[entry.kind];
            return (
              <li key={entry.id} className="flex items-start gap-2.5 text-sm">
                <span
                  aria-hidden
                  className="flex size-6 shrink-0 items-center justify-center rounded-full bg-sunken text-ink-soft ring-1 ring-line"
                >
                  <Icon className="size-3.5" />
                </span>
                <p className="min-w-0 flex-1 pt-0.5 [overflow-wrap:anywhere]">
                  <bdi>{activitySentence(entry)}</bdi>
                </p>
                <RelativeTime time={entry.at} className="shrink-0 pt-0.5 text-xs text-ink-faint" />
              </li>
            );
          })}
          {issue.activity.length === 0 && (
            <li className="text-sm text-ink-faint">Nothing has happened to it yet.</li>
          )}
        </ol>
      </Card>
    </div>
  );
}
