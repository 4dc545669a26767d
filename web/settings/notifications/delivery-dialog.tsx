/** One message that was sent, with every notification that went in it. */
import { useQuery } from '@tanstack/react-query';
import type { DeliveryDetail } from '#contract/channels.ts';
import { Badge, type Tone } from '#web/ui/badge.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { keyed } from '#web/ui/keyed.ts';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { safeUrl } from '#web/ui/safe-url.ts';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { deliveryQuery } from './channel-queries.ts';

interface DeliveryDialogProps {
  channelId: string;
  deliveryId: string;
  onClose: () => void;
}

type Entry = DeliveryDetail['entries'][number];

export function DeliveryDialog({ channelId, deliveryId, onClose }: DeliveryDialogProps) {
  const { data, error, refetch } = useQuery(deliveryQuery(channelId, deliveryId));
  return (
    <Dialog open onClose={onClose} title={data?.title ?? 'Delivery'}>
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The delivery could not be loaded" />
      ) : !data ? (
        <SkeletonLines lines={5} />
      ) : (
        <>
          <ul aria-label="Notifications" className="max-h-[60vh] overflow-y-auto">
            {keyed(data.entries, ({ title, at }) => `${title} ${at}`).map(({ key, item }) => (
              <EntryRow key={key} entry={item} />
            ))}
          </ul>
          {data.more > 0 && <p className="text-sm text-ink-faint">and {data.more} more</p>}
        </>
      )}
    </Dialog>
  );
}

function EntryRow({ entry: { title, state, priority, rule, reason, at, url } }: { entry: Entry }) {
  const address = safeUrl(url);
  return (
    <li className="border-b border-line py-2 text-sm last:border-0">
      <p className="flex flex-wrap items-center gap-2">
        <Badge tone={toneOf(state, priority)}>{state === 'resolved' ? 'resolved' : priority}</Badge>
        {address ? (
          <a href={address} className="min-w-0 text-accent [overflow-wrap:anywhere] hover:underline">
            <bdi>{title}</bdi>
          </a>
        ) : (
          <bdi className="min-w-0 [overflow-wrap:anywhere]">{title}</bdi>
        )}
      </p>
      <p className="text-xs text-ink-faint [overflow-wrap:anywhere]">
        <bdi>{rule}</bdi> · <bdi>{reason}</bdi> · <RelativeTime time={at} />
      </p>
    </li>
  );
}

function toneOf(state: Entry['state'], priority: Entry['priority']): Tone {
  if (state === 'resolved') return 'good';
  return ({ critical: 'danger', warning: 'warn', info: 'info' } as const)[priority];
}
