/** The keys programs send with: one DSN each, which can be limited, switched off, or deleted. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { IngestKey, IngestKeyUpdate } from '#contract/projects.ts';
import { api } from '#web/client.ts';
import { useMay } from '#web/session.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { ConfirmDialog } from '#web/ui/confirm-dialog.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { Field, SelectField } from '#web/ui/field.tsx';
import { FormProblem } from '#web/ui/form-problem.tsx';
import { textOf } from '#web/ui/form-text.ts';
import { fullNumber } from '#web/ui/number.ts';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { rateLimitWords, WINDOWS } from './rate-limit.ts';

export function IngestKeys({ slug }: { slug: string }) {
  const queryClient = useQueryClient();
  const mayChange = useMay('project:admin');
  const [open, setOpen] = useState<{ edit: IngestKey | null } | { remove: IngestKey } | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ['keys', slug],
    queryFn: ({ signal }) => api.keys(slug, signal),
  });
  const changed = () => queryClient.invalidateQueries({ queryKey: ['keys', slug] });
  const update = useMutation({
    mutationFn: ({ id, ...body }: IngestKeyUpdate & { id: string }) => api.updateKey(slug, id, body),
    onSuccess: changed,
  });
  const remove = useMutation({
    mutationFn: (id: string) => api.deleteKey(slug, id),
    onSuccess: () => {
      setOpen(null);
      changed();
    },
  });

  return (
    <Card
      title="Ingest keys"
      flush
      actions={
        mayChange && (
          <Button size="small" onClick={() => setOpen({ edit: null })}>
            <Plus aria-hidden />
            New key
          </Button>
        )
      }
    >
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The keys could not be loaded" />
      ) : !data ? (
        <SkeletonLines lines={3} className="p-4" />
      ) : (
        <ul>
          {data.map((key) => (
            <li key={key.id} className="flex flex-col gap-2 border-b border-line px-4 py-3 last:border-0">
              <div className="flex flex-wrap items-center gap-x-2 gap-y-1.5">
                <span className="text-sm font-medium [overflow-wrap:anywhere]">{key.label}</span>
                {!key.enabled && <Badge tone="warn">Off</Badge>}
                <span className="text-xs text-ink-faint">
                  {rateLimitWords(key.rateLimit)} · made <RelativeTime time={key.createdAt} />
                </span>
                {mayChange && (
                  <div className="ml-auto flex flex-wrap gap-1">
                    <Button size="small" look="ghost" onClick={() => setOpen({ edit: key })}>
                      Edit
                    </Button>
                    <Button
                      size="small"
                      look="ghost"
                      disabled={update.isPending}
                      onClick={() => update.mutate({ id: key.id, enabled: !key.enabled })}
                    >
                      {key.enabled ? 'Switch off' : 'Switch on'}
                    </Button>
                    <Button size="small" look="quiet-danger" onClick={() => setOpen({ remove: key })}>
                      Delete
                    </Button>
                  </div>
                )}
              </div>
              <div className="flex items-center gap-1 rounded-md bg-sunken pr-1 pl-2.5">
                <code className="min-w-0 flex-1 truncate py-1.5 font-mono text-xs" title={key.dsn}>
                  {key.dsn}
                </code>
                <CopyButton text={key.dsn} what={`DSN of ${key.label}`} />
              </div>
            </li>
          ))}
          {data.length === 0 && (
            <li className="p-4 text-sm text-ink-faint">
              No key: nothing can be sent to this project.{mayChange && ' Make one.'}
            </li>
          )}
        </ul>
      )}
      {open && 'edit' in open && (
        <KeyForm slug={slug} present={open.edit} onClose={() => setOpen(null)} onSaved={changed} />
      )}
      {open && 'remove' in open && (
        <ConfirmDialog
          title={`Delete the key ${open.remove.label}?`}
          verb="Delete"
          busy={remove.isPending}
          onConfirm={() => remove.mutate(open.remove.id)}
          onClose={() => setOpen(null)}
        >
          Programs that use its DSN can send nothing any more, for ever. To try that out first, switch it off.
        </ConfirmDialog>
      )}
    </Card>
  );
}

interface KeyFormProps {
  slug: string;
  present: IngestKey | null;
  onSaved: () => void;
  onClose: () => void;
}

function KeyForm({ slug, present, onSaved, onClose }: KeyFormProps) {
  const save = useMutation({
    mutationFn: (body: { label: string; rateLimit: IngestKey['rateLimit'] }) =>
      present ? api.updateKey(slug, present.id, body) : api.createKey(slug, body),
    meta: { shownInForm: true },
    onSuccess: () => {
      onSaved();
      onClose();
    },
  });
  return (
    <Dialog open onClose={onClose} title={present ? `Key ${present.label}` : 'New key'}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          const count = Number(textOf(form, 'count'));
          save.mutate({
            label: textOf(form, 'label').trim(),
            rateLimit: count > 0 ? { count, windowSeconds: Number(textOf(form, 'window')) } : null,
          });
        }}
      >
        <Field
          label="Label"
          name="label"
          defaultValue={present?.label}
          required
          maxLength={100}
          autoFocus
          placeholder="Mobile apps"
        />
        <div className="grid grid-cols-2 gap-3">
          <Field
            label="At most"
            name="count"
            type="number"
            min={1}
            step={1}
            inputMode="numeric"
            defaultValue={present?.rateLimit?.count}
            placeholder="no limit"
            hint="Events. Empty: no limit."
          />
          <SelectField label="In" name="window" defaultValue={present?.rateLimit?.windowSeconds ?? 60}>
            {WINDOWS.map((window) => (
              <option key={window.seconds} value={window.seconds}>
                {window.label}
              </option>
            ))}
            {present?.rateLimit &&
              !WINDOWS.some((window) => window.seconds === present.rateLimit?.windowSeconds) && (
                <option value={present.rateLimit.windowSeconds}>
                  {fullNumber(present.rateLimit.windowSeconds)} seconds
                </option>
              )}
          </SelectField>
        </div>
        <FormProblem error={save.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" disabled={save.isPending}>
            {save.isPending ? 'Saving…' : present ? 'Save' : 'Create'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
