/** One comment in the activity: drawn, changed by who wrote it, deleted by them or by whoever may delete issues. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { IssueDetail } from '#contract/issues.ts';
import type { CommentData } from '#contract/teamwork.ts';
import { api } from '#web/client.ts';
import { useMay, useSession } from '#web/session.ts';
import { Avatar } from '#web/ui/avatar.tsx';
import { Button, IconButton } from '#web/ui/button.tsx';
import { ConfirmDialog } from '#web/ui/confirm-dialog.tsx';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { RichText } from '#web/ui/rich-text-view.tsx';
import { CommentBox } from './comment-box.tsx';
import { issueQuery } from './issue-queries.ts';

type Entry = IssueDetail['activity'][number];

export function CommentEntry({ issueId, entry }: { issueId: string; entry: Entry }) {
  const me = useSession()?.user;
  const mayWrite = useMay('event:write');
  const mayDelete = useMay('event:admin');
  const queryClient = useQueryClient();
  const [doing, setDoing] = useState<'reading' | 'changing' | 'deleting'>('reading');
  const changed = () => {
    setDoing('reading');
    return queryClient.invalidateQueries(issueQuery(issueId));
  };
  const change = useMutation({
    mutationFn: (text: string) => api.changeComment(issueId, entry.id, text),
    meta: { shownInForm: true },
    onSuccess: changed,
  });
  const remove = useMutation({
    mutationFn: () => api.deleteComment(issueId, entry.id),
    onSuccess: changed,
  });
  const { text, mentions, editedAt } = entry.data as CommentData;
  const isMine = mayWrite && entry.userId !== null && entry.userId === me?.id;
  const who = entry.by ?? 'Someone who has left';
  return (
    <li className="flex items-start gap-2.5 text-sm">
      <Avatar name={who} />
      <article
        aria-label={`Comment of ${who}`}
        className="min-w-0 flex-1 rounded-lg border border-line bg-raised"
      >
        <header className="flex min-h-9 items-center gap-2 border-b border-line px-3 text-xs text-ink-faint">
          <bdi className="min-w-0 truncate font-semibold text-ink">{who}</bdi>
          <RelativeTime time={entry.at} className="shrink-0" />
          {editedAt && <span title={new Date(editedAt).toLocaleString()}>edited</span>}
          <span className="ml-auto flex">
            {isMine && (
              <IconButton label="Change the comment" onClick={() => setDoing('changing')}>
                <Pencil aria-hidden />
              </IconButton>
            )}
            {mayWrite && (isMine || mayDelete) && (
              <IconButton label="Delete the comment" onClick={() => setDoing('deleting')}>
                <Trash2 aria-hidden />
              </IconButton>
            )}
          </span>
        </header>
        <div className="px-3 py-2">
          {doing === 'changing' ? (
            <CommentBox
              label="Your comment"
              initial={text}
              verb="Save"
              busy={change.isPending}
              error={change.error}
              onSend={change.mutate}
              cancel={
                <Button size="small" onClick={() => setDoing('reading')}>
                  Cancel
                </Button>
              }
            />
          ) : (
            <RichText text={text} marked={mentions} />
          )}
        </div>
      </article>
      {doing === 'deleting' && (
        <ConfirmDialog
          title="Delete the comment?"
          verb="Delete"
          busy={remove.isPending}
          onConfirm={() => remove.mutate()}
          onClose={() => setDoing('reading')}
        >
          What it says is gone then; that there was one stays in the activity.
        </ConfirmDialog>
      )}
    </li>
  );
}
