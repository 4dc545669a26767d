/** Entries of feedback with what one may do to them, in pages. The page of all feedback and the issue's are made of it. */
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Feedback, FeedbackStatus } from '#contract/feedback.ts';
import { api } from '#web/client.ts';
import { useMay } from '#web/session.ts';
import { Button } from '#web/ui/button.tsx';
import { ConfirmDialog } from '#web/ui/confirm-dialog.tsx';
import { cx } from '#web/ui/cx.ts';
import { ErrorState } from '#web/ui/error-state.tsx';
import { useShortcuts } from '#web/ui/shortcuts.ts';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { toast } from '#web/ui/toast.tsx';
import { FeedbackEntry } from './feedback-entry.tsx';
import { feedbackQuery } from './feedback-queries.ts';
import type { FeedbackSearch } from './feedback-search.ts';

interface FeedbackListProps {
  search: FeedbackSearch;
  /** Only what is about this issue. */
  issue?: string;
  /** So many and no more; all of them when it is not set. */
  max?: number;
  /** Keys walk the list: where it is all of the page. */
  withKeys?: boolean;
  empty: ReactNode;
}

export function FeedbackList({ search, issue, max, withKeys, empty }: FeedbackListProps) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage, isPlaceholderData } =
    useInfiniteQuery(feedbackQuery(search, issue));
  const items = data?.pages.flatMap((page) => page.items).slice(0, max) ?? [];
  const mayChange = useMay('event:write');
  const mayDelete = useMay('event:admin');
  const queryClient = useQueryClient();
  const [active, setActive] = useState(-1);
  const [deleting, setDeleting] = useState<Feedback | null>(null);
  const changed = () => {
    queryClient.invalidateQueries({ queryKey: ['feedback'] });
    queryClient.invalidateQueries({ queryKey: ['issue'] });
  };
  const failed = (problem: Error) => toast({ message: problem.message, tone: 'danger' });
  const mark = useMutation({
    mutationFn: ({ id, status }: { id: string; status: FeedbackStatus }) =>
      api.markFeedback({ ids: [id], status }),
    onSuccess: changed,
    onError: failed,
  });
  const remove = useMutation({
    mutationFn: (feedback: Feedback) => api.deleteFeedback(feedback.id),
    onSuccess: () => {
      setDeleting(null);
      changed();
    },
    onError: failed,
  });
  const markActive = (status: FeedbackStatus) => {
    const feedback = items[active];
    if (feedback && mayChange) mark.mutate({ id: feedback.id, status });
  };
  useShortcuts(
    withKeys
      ? {
          j: () => setActive(Math.min(active + 1, items.length - 1)),
          k: () => setActive(Math.max(active - 1, 0)),
          e: () => markActive('resolved'),
          r: () => markActive('read'),
          u: () => markActive('unread'),
        }
      : {},
  );
  if (error && !data)
    return <ErrorState error={error} retry={refetch} what="The feedback could not be loaded" />;
  if (!data) return <SkeletonLines lines={6} className="p-6" />;
  if (items.length === 0) return empty;
  return (
    <>
      <ul aria-label="Feedback" className={cx(isPlaceholderData && 'opacity-60')}>
        {items.map((feedback, at) => (
          <FeedbackEntry
            key={feedback.id}
            feedback={feedback}
            ofIssue={issue !== undefined}
            withProject={issue === undefined && !search.project}
            active={at === active}
            {...(mayChange && {
              onMark: (status: FeedbackStatus) => mark.mutate({ id: feedback.id, status }),
            })}
            {...(mayDelete && { onDelete: () => setDeleting(feedback) })}
          />
        ))}
      </ul>
      {hasNextPage && max === undefined && (
        <Button className="m-4" disabled={isFetchingNextPage} onClick={() => fetchNextPage()}>
          {isFetchingNextPage ? 'Loading…' : 'Older feedback'}
        </Button>
      )}
      {deleting && (
        <ConfirmDialog
          title="Delete this feedback?"
          verb="Delete"
          busy={remove.isPending}
          onConfirm={() => remove.mutate(deleting)}
          onClose={() => setDeleting(null)}
        >
          What <bdi>{deleting.name || deleting.email || 'the user'}</bdi> wrote is gone for everybody, with
          its screenshots.
        </ConfirmDialog>
      )}
    </>
  );
}
