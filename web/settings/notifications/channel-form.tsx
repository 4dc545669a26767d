/** A channel, new or changed: the fields of its kind, as the server tells them, and when it speaks. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { Channel, ChannelField, ChannelRequest, ChannelTiming } from '#contract/channels.ts';
import { api } from '#web/client.ts';
import { cx } from '#web/ui/cx.ts';
import { Dialog } from '#web/ui/dialog.tsx';
import { DialogActions } from '#web/ui/dialog-actions.tsx';
import { CONTROL, Field, SelectField } from '#web/ui/field.tsx';
import { textOf } from '#web/ui/form-text.ts';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { toast } from '#web/ui/toast.tsx';
import { channelKindsQuery } from './channel-queries.ts';
import { DigestFields } from './digest-fields.tsx';

type Settings = ChannelRequest['settings'];

export function ChannelForm({ channel, onClose }: { channel: Channel | null; onClose: () => void }) {
  const queryClient = useQueryClient();
  const kinds = useQuery(channelKindsQuery).data?.items;
  const [chosen, setChosen] = useState(channel?.kind ?? '');
  const kind = kinds?.find((each) => each.kind === chosen) ?? kinds?.[0];
  const [digest, setDigest] = useState<ChannelTiming['digest']>(channel?.timing.digest ?? 'immediately');
  const save = useMutation({
    mutationFn: ({ kind: of, ...rest }: ChannelRequest) =>
      channel ? api.updateChannel(channel.id, rest) : api.addChannel({ kind: of, ...rest }),
    meta: { shownInForm: true },
    onSuccess: () => {
      toast({ message: channel ? 'Saved' : 'Added. Send a test to see whether it works.' });
      queryClient.invalidateQueries({ queryKey: ['channels'] });
      onClose();
    },
  });
  const timing = channel?.timing;
  return (
    <Dialog open onClose={onClose} title={channel ? channel.name : 'New channel'}>
      {!kind ? (
        <SkeletonLines lines={4} />
      ) : (
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            const form = new FormData(event.currentTarget);
            save.mutate({
              kind: kind.kind,
              name: textOf(form, 'name'),
              settings: settingsOf(form, kind.fields, channel),
              ...(kind.collapses ? { timing: timingOf(form, digest) } : {}),
            });
          }}
        >
          <SelectField
            label="Kind"
            value={kind.kind}
            disabled={channel !== null}
            hint={kind.unavailable}
            onChange={(event) => setChosen(event.target.value)}
          >
            {kinds!.map((each) => (
              <option key={each.kind} value={each.kind}>
                {each.label}
              </option>
            ))}
          </SelectField>
          <Field
            label="Name"
            name="name"
            defaultValue={channel?.name}
            required
            maxLength={100}
            placeholder="On call"
          />
          {kind.fields.map((field) => (
            <SettingField key={`${kind.kind}.${field.name}`} field={field} channel={channel} />
          ))}
          {kind.collapses ? (
            <>
              <DigestFields
                digest={digest}
                onDigest={setDigest}
                at={timing?.at ?? '09:00'}
                timeZone={timing?.timeZone ?? ''}
              />
              {digest === 'immediately' && (
                <div className="grid grid-cols-2 gap-3">
                  <Field
                    label="Messages at once"
                    name="stormAfter"
                    type="number"
                    min={1}
                    max={1000}
                    required
                    defaultValue={timing?.stormAfter ?? 10}
                    hint="What is more comes as one message."
                  />
                  <Field
                    label="Within seconds"
                    name="stormWindowSeconds"
                    type="number"
                    min={10}
                    max={3600}
                    required
                    defaultValue={timing?.stormWindowSeconds ?? 60}
                  />
                </div>
              )}
            </>
          ) : (
            <p className="text-xs text-ink-faint">
              Each alert opens an incident of its own there, and its end closes it.
            </p>
          )}
          <DialogActions onClose={onClose} busy={save.isPending} error={save.error} />
        </form>
      )}
    </Dialog>
  );
}

function SettingField({ field, channel }: { field: ChannelField; channel: Channel | null }) {
  const { name, label, type, placeholder, charsMax } = field;
  const kept = channel?.settings[name];
  const isSet = channel?.secretsSet.includes(name) === true;
  const shared = { label, name, placeholder, maxLength: charsMax };
  if (type === 'secret')
    return (
      <Field
        {...shared}
        type="password"
        autoComplete="off"
        required={field.required && !isSet}
        placeholder={isSet ? `Set${kept ? `, ends with ${String(kept)}` : ''}` : placeholder}
        hint={isSet ? 'Empty: the one there is. It is never shown.' : field.hint}
      />
    );
  const initial = Array.isArray(kept) ? kept.join('\n') : (kept ?? field.initial);
  if (type === 'list' || type === 'long') return <LongField field={field} initial={initial} />;
  return <Field {...shared} type={type} required={field.required} defaultValue={initial} hint={field.hint} />;
}

function LongField({ field, initial }: { field: ChannelField; initial: string }) {
  const id = useId();
  const { label, name, hint, type, placeholder, required, charsMax } = field;
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <textarea
        id={id}
        name={name}
        rows={type === 'list' ? 3 : 5}
        required={required}
        maxLength={charsMax}
        defaultValue={initial}
        placeholder={placeholder}
        spellCheck={false}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className={cx(CONTROL, 'h-auto py-1.5', type === 'long' && 'font-mono text-xs')}
      />
      {hint && (
        <p id={`${id}-hint`} className="text-xs text-ink-faint">
          {hint}
        </p>
      )}
    </div>
  );
}

/** A secret that is left empty stays what it is. */
function settingsOf(form: FormData, fields: readonly ChannelField[], channel: Channel | null): Settings {
  const settings: Settings = {};
  for (const { name, type } of fields) {
    const value = textOf(form, name);
    if (type === 'secret' && value === '' && channel?.secretsSet.includes(name)) continue;
    settings[name] =
      type === 'list'
        ? value
            .split(/[\n,;]/)
            .map((each) => each.trim())
            .filter(Boolean)
        : value;
  }
  return settings;
}

function timingOf(form: FormData, digest: ChannelTiming['digest']): Partial<ChannelTiming> {
  if (digest === 'daily') return { digest, at: textOf(form, 'at'), timeZone: textOf(form, 'timeZone') };
  if (digest !== 'immediately') return { digest };
  return {
    digest,
    stormAfter: Number(textOf(form, 'stormAfter')),
    stormWindowSeconds: Number(textOf(form, 'stormWindowSeconds')),
  };
}
