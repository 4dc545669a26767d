/** What one is told oneself, by e-mail, of issues that one follows. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ChannelTiming, PersonalEvent, PersonalNotificationsAnswer } from '#contract/channels.ts';
import { api } from '#web/client.ts';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { FormProblem } from '#web/ui/form-problem.tsx';
import { textOf } from '#web/ui/form-text.ts';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { toast } from '#web/ui/toast.tsx';
import { personalQuery } from './channel-queries.ts';
import { PERSONAL_EVENTS } from './channel-words.ts';
import { DigestFields } from './digest-fields.tsx';

export function PersonalCard() {
  const { data, error, refetch } = useQuery(personalQuery);
  return (
    <Card title="For you" note="by e-mail, of issues that you follow">
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="Your settings could not be loaded" />
      ) : !data ? (
        <SkeletonLines lines={4} />
      ) : data.email === null ? (
        <p className="text-sm text-ink-faint">
          This server sends no mail: whoever runs it sets TANDEM_SMTP_URL and TANDEM_MAIL_FROM.
        </p>
      ) : (
        <PersonalForm {...data} />
      )}
    </Card>
  );
}

function PersonalForm({ events, timing, email }: PersonalNotificationsAnswer) {
  const queryClient = useQueryClient();
  const [digest, setDigest] = useState<ChannelTiming['digest']>(timing.digest);
  const save = useMutation({
    mutationFn: api.updatePersonalNotifications,
    meta: { shownInForm: true },
    onSuccess: (answer) => {
      queryClient.setQueryData(personalQuery.queryKey, answer);
      toast({ message: 'Saved' });
    },
  });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        save.mutate({
          events: form.getAll('event') as PersonalEvent[],
          timing: {
            digest,
            at: textOf(form, 'at') || timing.at,
            timeZone: textOf(form, 'timeZone') || timing.timeZone,
          },
        });
      }}
    >
      <fieldset className="flex flex-col gap-1.5">
        <legend className="mb-1.5 text-sm">
          Tell <bdi className="font-medium [overflow-wrap:anywhere]">{email}</bdi> when
        </legend>
        {PERSONAL_EVENTS.map(({ value, label }) => (
          <label key={value} className="flex items-center gap-2.5 text-sm pointer-coarse:min-h-11">
            <input
              type="checkbox"
              name="event"
              value={value}
              defaultChecked={events.includes(value)}
              className="size-4 accent-accent"
            />
            {label}
          </label>
        ))}
      </fieldset>
      <div className="grid gap-3 sm:grid-cols-2">
        <DigestFields
          digest={digest}
          onDigest={setDigest}
          at={timing.at}
          timeZone={timing.timeZone === 'UTC' ? '' : timing.timeZone}
        />
      </div>
      <FormProblem error={save.error} />
      <div>
        <Button type="submit" disabled={save.isPending}>
          {save.isPending ? 'Saving…' : 'Save'}
        </Button>
      </div>
    </form>
  );
}
