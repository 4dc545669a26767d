/** What nobody is told of until some time, and how one begins or ends that. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { BellOff } from 'lucide-react';
import { useState } from 'react';
import type { AlertMatcher, AlertSilence, AlertSilenceDraft } from '#contract/alerts.ts';
import { api } from '#web/client.ts';
import { useMay } from '#web/session.ts';
import { Button } from '#web/ui/button.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { DialogActions } from '#web/ui/dialog-actions.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { Field, SelectField } from '#web/ui/field.tsx';
import { textOf } from '#web/ui/form-text.ts';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { toast } from '#web/ui/toast.tsx';
import { silencesQuery } from './alerts-queries.ts';
import { readMatchers } from './matcher-text.ts';

export function SilenceList({ rule }: { rule?: string }) {
  const mayWrite = useMay('alerts:write');
  const [isNew, setNew] = useState(false);
  const { data, error, refetch } = useQuery(silencesQuery);
  if (error && !data)
    return <ErrorState error={error} retry={refetch} what="The silences could not be loaded" />;
  if (!data) return <SkeletonLines lines={4} className="p-4" />;
  const silences =
    rule === undefined ? data : data.filter((one) => one.rule === null || one.rule.id === rule);
  return (
    <>
      {silences.length === 0 ? (
        rule !== undefined ? (
          <p className="px-4 py-3 text-sm text-ink-faint">None</p>
        ) : (
          <EmptyState
            icon={<BellOff aria-hidden />}
            title="Nothing is silenced"
            actions={mayWrite && <Button onClick={() => setNew(true)}>Silence something</Button>}
          >
            <p>
              Under a silence alerts go on firing and stand in the history, but nobody is told. One rule is
              silenced on its page; here whatever has some labels, such as one service.
            </p>
          </EmptyState>
        )
      ) : (
        <>
          <ul aria-label="Silences">
            {silences.map((silence) => (
              <Silenced key={silence.id} silence={silence} mayWrite={mayWrite} />
            ))}
          </ul>
          {mayWrite && rule === undefined && (
            <div className="p-4 md:px-6">
              <Button onClick={() => setNew(true)}>Silence something</Button>
            </div>
          )}
        </>
      )}
      {isNew && <SilenceForm onClose={() => setNew(false)} />}
    </>
  );
}

const matcherWords = ({ name, value, negated }: AlertMatcher) => `${name}${negated ? '!=' : '='}${value}`;

function Silenced({ silence, mayWrite }: { silence: AlertSilence; mayWrite: boolean }) {
  const queryClient = useQueryClient();
  const end = useMutation({
    mutationFn: () => api.endAlertSilence(silence.id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['alerts'] }),
    onError: (error) => toast({ message: error.message, tone: 'danger' }),
  });
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-2.5 last:border-b-0 md:px-6">
      <div className="min-w-0 flex-1">
        <p className="text-sm [overflow-wrap:anywhere]">
          {silence.rule && (
            <Link to="/alerts/$id" params={{ id: silence.rule.id }} className="font-medium hover:underline">
              <bdi>{silence.rule.name}</bdi>
            </Link>
          )}{' '}
          <code className="font-mono text-xs">{silence.matchers.map(matcherWords).join(', ')}</code>
        </p>
        <p className="text-xs text-ink-faint">
          until <RelativeTime time={silence.endsAt} />
          {silence.createdBy && `, by ${silence.createdBy}`}
          {silence.comment && <bdi>: {silence.comment}</bdi>}
        </p>
      </div>
      {mayWrite && (
        <Button size="small" disabled={end.isPending} onClick={() => end.mutate()}>
          End it now
        </Button>
      )}
    </li>
  );
}

const LENGTHS = [
  { minutes: 60, label: '1 hour' },
  { minutes: 240, label: '4 hours' },
  { minutes: 1440, label: '1 day' },
  { minutes: 10_080, label: '1 week' },
  { minutes: 43_200, label: '30 days' },
] as const;

interface SilenceFormProps {
  /** Of one rule; without it by labels. */
  rule?: { id: string; name: string };
  onClose: () => void;
}

export function SilenceForm({ rule, onClose }: SilenceFormProps) {
  const queryClient = useQueryClient();
  const save = useMutation({
    mutationFn: (silence: AlertSilenceDraft) => api.createAlertSilence(silence),
    onSuccess: () => {
      queryClient.invalidateQueries({ queryKey: ['alerts'] });
      onClose();
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={rule ? `Silence ${rule.name}` : 'Silence by labels'}
      description="What fires stands in the history all the same. What still lasts at the end is told then."
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          save.mutate({
            rule: rule?.id ?? null,
            matchers: readMatchers(textOf(form, 'matchers')),
            comment: textOf(form, 'comment'),
            endsAt: new Date(Date.now() + Number(textOf(form, 'minutes')) * 60_000).toISOString(),
          });
        }}
      >
        <SelectField label="For" name="minutes" defaultValue="60">
          {LENGTHS.map(({ minutes, label }) => (
            <option key={minutes} value={minutes}>
              {label}
            </option>
          ))}
        </SelectField>
        <Field
          label={rule ? 'Only what has these labels' : 'What has these labels'}
          name="matchers"
          required={!rule}
          maxLength={1000}
          placeholder="service=checkout, environment!=production"
          hint="Name=value, separated by commas; * stands for any characters, != for all others."
        />
        <Field label="Why" name="comment" maxLength={500} placeholder="Migration of the payments database" />
        <DialogActions
          verb="Silence"
          doing="Saving…"
          onClose={onClose}
          busy={save.isPending}
          error={save.error}
        />
      </form>
    </Dialog>
  );
}
