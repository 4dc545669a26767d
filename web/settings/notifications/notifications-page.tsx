/** Notifications: the channels by which people are told, how each of them does, and adding one. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { Channel } from '#contract/channels.ts';
import { ReadOnly } from '#web/read-only.tsx';
import { useMay } from '#web/session.ts';
import { SettingsFrame } from '#web/settings/settings-frame.tsx';
import { Badge } from '#web/ui/badge.tsx';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { counted } from '#web/ui/number.ts';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { ChannelForm } from './channel-form.tsx';
import { channelKindsQuery, channelsQuery, rulesOfChannelsQuery } from './channel-queries.ts';
import { timingWords } from './channel-words.ts';
import { PersonalCard } from './personal-card.tsx';
import { TestButton } from './test-button.tsx';

export function NotificationsPage() {
  const mayChange = useMay('org:admin');
  const [isAdding, setAdding] = useState(false);
  const { data, error, refetch } = useQuery(channelsQuery);
  const rules = useQuery(rulesOfChannelsQuery).data;
  const kinds = useQuery(channelKindsQuery).data?.items ?? [];
  const labels = new Map(kinds.map(({ kind, label }) => [kind, label]));
  return (
    <SettingsFrame
      section="notifications"
      title="Notifications"
      lead="Where people are told. Alert rules choose among these channels."
      actions={
        mayChange && (
          <Button look="primary" onClick={() => setAdding(true)}>
            <Plus aria-hidden />
            New channel
          </Button>
        )
      }
    >
      <ReadOnly scope="org:admin" what="change channels" />
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The channels could not be loaded" />
      ) : (
        <Card title="Channels" flush>
          {!data ? (
            <SkeletonLines lines={3} className="p-4" />
          ) : data.items.length === 0 ? (
            <p className="px-4 py-3 text-sm text-ink-faint">
              None yet. Add the chat, the mailbox or the pager of whoever should know first, and send a test.
            </p>
          ) : (
            <ul aria-label="Channels">
              {data.items.map((channel) => (
                <ChannelRow
                  key={channel.id}
                  channel={channel}
                  label={labels.get(channel.kind) ?? channel.kind}
                  rules={rules && (rules.get(channel.id) ?? 0)}
                  mayChange={mayChange}
                />
              ))}
            </ul>
          )}
        </Card>
      )}
      <PersonalCard />
      {isAdding && <ChannelForm channel={null} onClose={() => setAdding(false)} />}
    </SettingsFrame>
  );
}

interface ChannelRowProps {
  channel: Channel;
  label: string;
  /** Alert rules that tell it; undefined: not known yet. */
  rules: number | undefined;
  mayChange: boolean;
}

function ChannelRow({ channel, label, rules, mayChange }: ChannelRowProps) {
  const { id, name, paused, failingSince, lastProblem, lastDeliveredAt, waiting, timing } = channel;
  const when = timingWords(timing);
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-2 border-b border-line px-4 py-2.5 last:border-0">
      <div className="min-w-0 flex-1 basis-56">
        <p className="flex flex-wrap items-center gap-2 text-sm font-medium">
          <Link
            to="/settings/notifications/$id"
            params={{ id }}
            className="[overflow-wrap:anywhere] hover:underline"
          >
            <bdi>{name}</bdi>
          </Link>
          <Badge>{label}</Badge>
          {paused && <Badge tone="warn">Paused</Badge>}
          {failingSince && <Badge tone="danger">Failing</Badge>}
        </p>
        <p className="text-xs text-ink-faint">
          {lastDeliveredAt ? (
            <>
              Last delivered <RelativeTime time={lastDeliveredAt} />
            </>
          ) : (
            'Nothing delivered yet'
          )}
          {rules !== undefined && rules > 0 && <> · {counted(rules, 'alert')}</>}
          {when && <> · {when}</>}
          {waiting > 0 && <> · {waiting} waiting</>}
        </p>
        {rules === 0 && <NeverTold id={id} />}
        {failingSince && (
          <p className="mt-0.5 line-clamp-2 text-xs text-danger [overflow-wrap:anywhere]">
            Failing since <RelativeTime time={failingSince} />: <bdi>{lastProblem || 'no answer'}</bdi>
          </p>
        )}
      </div>
      {mayChange && <TestButton id={id} name={name} />}
    </li>
  );
}

/** A channel that works and of which no rule knows looks like one that will ring. */
function NeverTold({ id }: { id: string }) {
  const mayAlert = useMay('alerts:write');
  return (
    <p className="mt-0.5 text-xs text-warn">
      No alert tells it anything.{' '}
      {mayAlert && (
        <Link
          to="/alerts/new"
          search={{ draft: JSON.stringify({ channels: [id] }) }}
          className="underline underline-offset-2"
        >
          Tell it of new issues
        </Link>
      )}
    </p>
  );
}
