/** What a channel was sent, newest first: when, what, what was answered, when it is tried again. */
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Delivery } from '#contract/channels.ts';
import { api } from '#web/client.ts';
import { useMay } from '#web/session.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { MoreButton } from '#web/ui/more-button.tsx';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { deliveriesQuery } from './channel-queries.ts';
import { answerWords, statusLook, whatWords } from './channel-words.ts';

interface DeliveriesProps {
  channelId: string;
  onShow: (deliveryId: string) => void;
}

export function Deliveries({ channelId, onShow }: DeliveriesProps) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    deliveriesQuery(channelId),
  );
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card title="Deliveries" note="newest first, kept for 30 days" flush>
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The deliveries could not be loaded" />
      ) : !data ? (
        <SkeletonLines lines={6} className="p-4" />
      ) : items.length === 0 ? (
        <p className="px-4 py-3 text-sm text-ink-faint">
          Nothing was sent yet. A test shows whether it works.
        </p>
      ) : (
        <ul aria-label="Deliveries">
          {items.map((delivery) => (
            <Row key={delivery.id} channelId={channelId} delivery={delivery} onShow={onShow} />
          ))}
        </ul>
      )}
      <MoreButton pages={{ hasNextPage, isFetchingNextPage, fetchNextPage }}>Older deliveries</MoreButton>
    </Card>
  );
}

function Row({ channelId, delivery, onShow }: DeliveriesProps & { delivery: Delivery }) {
  const { id, at, what, title, notifications, status, attempts, answerStatus, answer, nextTryAt } = delivery;
  const mayChange = useMay('org:admin');
  const queryClient = useQueryClient();
  const retry = useMutation({
    mutationFn: () => api.retryDelivery(channelId, id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['channels'] }),
  });
  const { word, tone } = statusLook(status);
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-1 border-b border-line px-4 py-2.5 last:border-0">
      <div className="min-w-0 flex-1 basis-56">
        <p className="flex flex-wrap items-center gap-2 text-sm">
          <Badge tone={tone}>{word}</Badge>
          {whatWords(what) && <Badge>{whatWords(what)}</Badge>}
          {what === 'test' ? (
            <bdi className="min-w-0 flex-1 basis-40 [overflow-wrap:anywhere]">{title}</bdi>
          ) : (
            <button
              type="button"
              className="min-w-0 flex-1 basis-40 text-left [overflow-wrap:anywhere] text-accent hover:underline pointer-coarse:min-h-11"
              onClick={() => onShow(id)}
            >
              <bdi>{title}</bdi>
            </button>
          )}
        </p>
        <p className="text-xs text-ink-faint [overflow-wrap:anywhere]">
          <RelativeTime time={at} />
          {notifications > 1 && <> · {notifications} notifications</>}
          {attempts > 1 && <> · {attempts} tries</>}
          {attempts > 0 && (
            <>
              {' '}
              · answer: <bdi>{answerWords(answerStatus, answer)}</bdi>
            </>
          )}
          {nextTryAt && (
            <>
              {' '}
              · next try <RelativeTime time={nextTryAt} />
            </>
          )}
        </p>
      </div>
      {mayChange && status !== 'delivered' && what !== 'test' && (
        <Button size="small" disabled={retry.isPending} onClick={() => retry.mutate()}>
          Try now
        </Button>
      )}
    </li>
  );
}
