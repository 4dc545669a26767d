/**
 * What one user wrote, where, and about what. All of it is a stranger's words: text, never markup, with the direction
 * of its letters kept to itself.
 */
import { Link } from '@tanstack/react-router';
import { Check, MailOpen, OctagonX, RotateCcw } from 'lucide-react';
import type { Feedback, FeedbackStatus } from '#contract/feedback.ts';
import { Attachments } from '#web/attachments/attachments.tsx';
import { Badge, type Tone } from '#web/ui/badge.tsx';
import { Button } from '#web/ui/button.tsx';
import { cx } from '#web/ui/cx.ts';
import { ExternalLink } from '#web/ui/external-link.tsx';
import { MenuItem, MoreMenu } from '#web/ui/menu.tsx';
import { RelativeTime } from '#web/ui/relative-time.tsx';

const STATUS: Readonly<Record<FeedbackStatus, { word: string; tone: Tone }>> = {
  unread: { word: 'Unread', tone: 'accent' },
  read: { word: 'Read', tone: 'neutral' },
  resolved: { word: 'Resolved', tone: 'good' },
  spam: { word: 'Spam', tone: 'warn' },
};
const SOURCES: Readonly<Record<string, string>> = { widget: 'feedback widget', crash_dialog: 'crash dialog' };

interface FeedbackEntryProps {
  feedback: Feedback;
  /** On the page of its issue, the issue need not be named. */
  ofIssue?: boolean;
  withProject?: boolean;
  active?: boolean;
  /** Absent: one may only look. */
  onMark?: (status: FeedbackStatus) => void;
  onDelete?: () => void;
}

export function FeedbackEntry({
  feedback,
  ofIssue,
  withProject,
  active,
  onMark,
  onDelete,
}: FeedbackEntryProps) {
  const { name, email, message, status, at, attachments } = feedback;
  const { word, tone } = STATUS[status];
  return (
    <li
      className={cx(
        'flex flex-col gap-2 border-b border-line px-4 py-3 last:border-0',
        !ofIssue && 'md:px-6',
        active && 'shadow-[inset_3px_0_0_var(--accent)]',
      )}
    >
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <Badge tone={tone}>{word}</Badge>
        <bdi className="min-w-0 text-sm font-semibold [overflow-wrap:anywhere]">
          {name || email || 'A user'}
        </bdi>
        {name && email && (
          <bdi className="min-w-0 text-xs text-ink-faint [overflow-wrap:anywhere]">{email}</bdi>
        )}
        <RelativeTime time={at} className="text-xs text-ink-faint" />
        {onMark && (
          <span className="ml-auto flex items-center gap-1">
            {status !== 'resolved' && (
              <Button size="small" onClick={() => onMark('resolved')}>
                <Check aria-hidden />
                Resolve
              </Button>
            )}
            <MoreMenu label={`More to do with what ${name || 'this user'} wrote`}>
              {status !== 'read' && (
                <MenuItem onSelect={() => onMark('read')}>
                  <MailOpen aria-hidden />
                  Mark as read
                </MenuItem>
              )}
              {status !== 'unread' && (
                <MenuItem onSelect={() => onMark('unread')}>
                  <RotateCcw aria-hidden />
                  Mark as unread
                </MenuItem>
              )}
              {status !== 'spam' && (
                <MenuItem onSelect={() => onMark('spam')}>
                  <OctagonX aria-hidden />
                  It is spam
                </MenuItem>
              )}
              {onDelete && (
                <MenuItem danger onSelect={onDelete}>
                  Delete
                </MenuItem>
              )}
            </MoreMenu>
          </span>
        )}
      </div>
      <p className="max-w-prose text-sm whitespace-pre-wrap [overflow-wrap:anywhere]">
        <bdi>{message}</bdi>
      </p>
      <Facts feedback={feedback} ofIssue={ofIssue} withProject={withProject} />
      {attachments.length > 0 && (
        <div className="max-w-2xl rounded-md border border-line">
          <Attachments attachments={attachments} openPicture />
        </div>
      )}
    </li>
  );
}

function Facts({
  feedback,
  ofIssue,
  withProject,
}: Pick<FeedbackEntryProps, 'feedback' | 'ofIssue' | 'withProject'>) {
  const { issue, eventId, traceId, replayId, url, source, environment, release, project } = feedback;
  return (
    <p className="flex flex-wrap gap-x-3 gap-y-1 text-xs text-ink-faint">
      {issue && (
        <Link
          to="/issues/$issueId/{-$tab}"
          params={{ issueId: issue.id, tab: eventId && ofIssue ? 'stack' : undefined }}
          search={eventId ? { event: eventId } : {}}
          className="min-w-0 text-accent hover:underline"
        >
          {ofIssue ? (
            'Its event'
          ) : (
            <bdi className="[overflow-wrap:anywhere]">{`${issue.shortId} ${issue.title}`}</bdi>
          )}
        </Link>
      )}
      {!issue && eventId && <span title={eventId}>about an event that is not here</span>}
      {traceId && (
        <Link to="/traces/$traceId" params={{ traceId }} className="text-accent hover:underline">
          Its trace
        </Link>
      )}
      {replayId && <span title={replayId}>with a replay, which is not kept</span>}
      {url && <ExternalLink url={url} />}
      {source && <bdi>{SOURCES[source] ?? source}</bdi>}
      {environment && <bdi>{environment}</bdi>}
      {release && <bdi className="[overflow-wrap:anywhere]">{release}</bdi>}
      {withProject && <span>{project.name}</span>}
    </p>
  );
}
