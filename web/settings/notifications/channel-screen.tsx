/** One channel: how it does, what it was sent and what was answered. The delivery that is looked into stands in the address. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Channel } from '#contract/channels.ts';
import { api } from '#web/client.ts';
import { useMay } from '#web/session.ts';
import { SettingsFrame } from '#web/settings/settings-frame.tsx';
import { Badge } from '#web/ui/badge.tsx';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { ConfirmDialog } from '#web/ui/confirm-dialog.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { toast } from '#web/ui/toast.tsx';
import { ChannelForm } from './channel-form.tsx';
import { channelKindsQuery, channelQuery } from './channel-queries.ts';
import { timingWords } from './channel-words.ts';
import { Deliveries } from './deliveries.tsx';
import { DeliveryDialog } from './delivery-dialog.tsx';
import { TestButton } from './test-button.tsx';

const route = getRouteApi('/shell/settings/notifications/$id');

export function ChannelScreen() {
  const { id } = route.useParams();
  const { delivery } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: channel, error, refetch } = useQuery(channelQuery(id));
  const show = (next: string | undefined) => navigate({ search: { delivery: next } });
  return (
    <SettingsFrame
      section="notifications"
      title={channel?.name ?? 'Channel'}
      lead={
        <Link
          to="/settings/{-$section}"
          params={{ section: 'notifications' }}
          className="text-accent underline underline-offset-2"
        >
          All channels
        </Link>
      }
    >
      {error && !channel ? (
        <ErrorState error={error} retry={refetch} what="The channel could not be loaded" />
      ) : !channel ? (
        <SkeletonLines lines={6} />
      ) : (
        <>
          <ChannelCard channel={channel} />
          <Deliveries channelId={id} onShow={show} />
          {delivery && (
            <DeliveryDialog channelId={id} deliveryId={delivery} onClose={() => show(undefined)} />
          )}
        </>
      )}
    </SettingsFrame>
  );
}

function ChannelCard({ channel }: { channel: Channel }) {
  const { id, name, kind, paused, failingSince, lastDeliveredAt, lastProblem, waiting, timing } = channel;
  const mayChange = useMay('org:admin');
  const queryClient = useQueryClient();
  const navigate = route.useNavigate();
  const [open, setOpen] = useState<'form' | 'delete' | null>(null);
  const label = useQuery(channelKindsQuery).data?.items.find((each) => each.kind === kind)?.label ?? kind;
  const changed = () => queryClient.invalidateQueries({ queryKey: ['channels'] });
  const pause = useMutation({
    mutationFn: () => api.updateChannel(id, { paused: !paused }),
    onSuccess: changed,
  });
  const remove = useMutation({
    mutationFn: () => api.deleteChannel(id),
    onSuccess: () => {
      toast({ message: `Deleted ${name}` });
      queryClient.removeQueries({ queryKey: ['channels', 'one', id] });
      queryClient.invalidateQueries({ queryKey: ['channels', 'list'] });
      navigate({ to: '/settings/{-$section}', params: { section: 'notifications' } });
    },
  });
  return (
    <Card>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <p className="flex min-w-0 flex-1 basis-56 flex-wrap items-center gap-2 text-sm">
          <Badge>{label}</Badge>
          {paused && <Badge tone="warn">Paused</Badge>}
          {failingSince ? (
            <Badge tone="danger">Failing</Badge>
          ) : (
            lastDeliveredAt && <Badge tone="good">Works</Badge>
          )}
          <span className="text-ink-soft">
            {lastDeliveredAt ? (
              <>
                Last delivered <RelativeTime time={lastDeliveredAt} />
              </>
            ) : (
              'Nothing delivered yet'
            )}
            {timingWords(timing) && <> · {timingWords(timing)}</>}
            {waiting > 0 && <> · {waiting} waiting</>}
          </span>
        </p>
        {mayChange && (
          <>
            <span className="flex flex-wrap items-center gap-1">
              <Button size="small" onClick={() => setOpen('form')}>
                Change
              </Button>
              <Button size="small" disabled={pause.isPending} onClick={() => pause.mutate()}>
                {paused ? 'Go on' : 'Pause'}
              </Button>
              <Button size="small" look="quiet-danger" onClick={() => setOpen('delete')}>
                Delete
              </Button>
            </span>
            <TestButton id={id} name={name} />
          </>
        )}
      </div>
      {failingSince && (
        <p className="mt-2 text-sm text-danger [overflow-wrap:anywhere]">
          Failing since <RelativeTime time={failingSince} />: <bdi>{lastProblem || 'no answer'}</bdi>
        </p>
      )}
      {open === 'form' && <ChannelForm channel={channel} onClose={() => setOpen(null)} />}
      {open === 'delete' && (
        <ConfirmDialog
          title={`Delete ${name}?`}
          verb="Delete"
          busy={remove.isPending}
          onConfirm={() => remove.mutate()}
          onClose={() => setOpen(null)}
        >
          What waits for it is not sent, and alert rules tell it nothing any more.
        </ConfirmDialog>
      )}
    </Card>
  );
}
