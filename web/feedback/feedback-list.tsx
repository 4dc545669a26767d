/** Entries of feedback with what one may do to them, in pages. The page of all feedback and the issue's are made of it. */
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Feedback, FeedbackStatus } from '#contract/feedback.ts';
import { api } from '#web/client.ts';
import { useMay } from '#web/session.ts';
import { ConfirmDialog } from '#web/ui/confirm-dialog.tsx';
import { cx } from '#web/ui/cx.ts';
import { ErrorState } from '#web/ui/error-state.tsx';
import { MoreButton } from '#web/ui/more-button.tsx';
import { useShortcuts } from '#web/ui/shortcuts.ts';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { useListKeys } from '#web/ui/use-list-keys.ts';
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
  const [deleting, setDeleting] = useState<Feedback | null>(null);
  const changed = () => {
    queryClient.invalidateQueries({ queryKey: ['feedback'] });
    queryClient.invalidateQueries({ queryKey: ['issue'] });
  };
  const mark = useMutation({
    mutationFn: ({ id, status }: { id: string; status: FeedbackStatus }) =>
      api.markFeedback({ ids: [id], status }),
    onSuccess: changed,
  });
  const remove = useMutation({
    mutationFn: (feedback: Feedback) => api.deleteFeedback(feedback.id),
    onSuccess: () => {
      setDeleting(null);
      changed();
    },
  });
  const { active, list } = useListKeys<HTMLUListElement>({ count: withKeys ? items.length : undefined });
  const markActive = (status: FeedbackStatus) => {
    const feedback = items[active];
    if (feedback && mayChange) mark.mutate({ id: feedback.id, status });
  };
  useShortcuts(
    withKeys
      ? {
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
      <ul ref={list} aria-label="Feedback" className={cx(isPlaceholderData && 'opacity-60')}>
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
      {max === undefined && (
        <MoreButton pages={{ hasNextPage, isFetchingNextPage, fetchNextPage }}>Older feedback</MoreButton>
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
