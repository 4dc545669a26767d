/** Says something about the issue. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '#web/client.ts';
import { useMay } from '#web/session.ts';
import { CommentBox } from './comment-box.tsx';
import { issueQuery } from './issue-queries.ts';

export function NewComment({ issueId }: { issueId: string }) {
  const mayWrite = useMay('event:write');
  const queryClient = useQueryClient();
  /** Each comment gets a box of its own, so that it begins empty. */
  const [sent, setSent] = useState(0);
  const add = useMutation({
    mutationFn: (text: string) => api.comment(issueId, text),
    meta: { shownInForm: true },
    onSuccess: () => {
      setSent((count) => count + 1);
      return queryClient.invalidateQueries(issueQuery(issueId));
    },
  });
  if (!mayWrite) return null;
  return (
    <CommentBox
      key={sent}
      label="Say something about it"
      verb="Comment"
      busy={add.isPending}
      error={add.error}
      onSend={add.mutate}
    />
  );
}
