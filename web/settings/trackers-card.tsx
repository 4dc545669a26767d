/** Trackers that issues are linked to, with the credential by which this server asks each. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { Tracker, TrackerRequest } from '#contract/trackers.ts';
import { api } from '#web/client.ts';
import { useMay } from '#web/session.ts';
import { trackersQuery } from '#web/trackers.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { ConfirmDialog } from '#web/ui/confirm-dialog.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { DialogActions } from '#web/ui/dialog-actions.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { ExternalLink } from '#web/ui/external-link.tsx';
import { Field, SelectField } from '#web/ui/field.tsx';
import { textOf } from '#web/ui/form-text.ts';
import { ListRow } from '#web/ui/list-row.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { toast } from '#web/ui/toast.tsx';

const KINDS: Record<Tracker['kind'], { label: string; url: string; secret: string }> = {
  github: {
    label: 'GitHub',
    url: 'https://github.com',
    secret: 'A fine-grained token that may read and write issues of the repositories.',
  },
  gitlab: {
    label: 'GitLab',
    url: 'https://gitlab.com',
    secret: 'A personal, group or project access token with the scope api.',
  },
  jira: {
    label: 'Jira',
    url: 'https://acme.atlassian.net',
    secret: 'An API token of the account; for Data Center a personal access token.',
  },
};

type Open = { edit: Tracker | null } | { remove: Tracker };

export function TrackersCard() {
  const mayChange = useMay('org:admin');
  const queryClient = useQueryClient();
  const [open, setOpen] = useState<Open | null>(null);
  const { data, error, refetch } = useQuery(trackersQuery);
  const changed = () => queryClient.invalidateQueries(trackersQuery);
  const remove = useMutation({
    mutationFn: (tracker: Tracker) => api.deleteTracker(tracker.id),
    onSuccess: (_, tracker) => {
      setOpen(null);
      toast({ message: `Deleted ${tracker.name}` });
      changed();
    },
  });
  return (
    <Card
      title="Trackers"
      flush
      actions={
        mayChange && (
          <Button size="small" onClick={() => setOpen({ edit: null })}>
            <Plus aria-hidden />
            New tracker
          </Button>
        )
      }
    >
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The trackers could not be loaded" />
      ) : !data ? (
        <SkeletonLines lines={2} className="p-4" />
      ) : data.length === 0 ? (
        <p className="px-4 py-3 text-sm text-ink-faint">
          None yet. With one, issues are created there and links to it show title and state. Any address can
          be linked without.
        </p>
      ) : (
        <ul aria-label="Trackers">
          {data.map((tracker) => (
            <ListRow
              key={tracker.id}
              actions={
                mayChange && (
                  <>
                    <Button size="small" onClick={() => setOpen({ edit: tracker })}>
                      Change
                    </Button>
                    <Button size="small" look="quiet-danger" onClick={() => setOpen({ remove: tracker })}>
                      Delete
                    </Button>
                  </>
                )
              }
            >
              <p className="flex flex-wrap items-center gap-2 text-sm font-medium">
                <bdi className="[overflow-wrap:anywhere]">{tracker.name}</bdi>
                <Badge>{KINDS[tracker.kind].label}</Badge>
              </p>
              <p className="text-xs text-ink-faint">
                <ExternalLink url={tracker.url} />
                {tracker.account && <> · {tracker.account}</>}
                {tracker.secretHint && <> · token …{tracker.secretHint}</>}
              </p>
            </ListRow>
          ))}
        </ul>
      )}
      {open && 'edit' in open && (
        <TrackerForm tracker={open.edit} onClose={() => setOpen(null)} onSaved={changed} />
      )}
      {open && 'remove' in open && (
        <ConfirmDialog
          title={`Delete ${open.remove.name}?`}
          verb="Delete"
          busy={remove.isPending}
          onConfirm={() => remove.mutate(open.remove)}
          onClose={() => setOpen(null)}
        >
          Its token is forgotten. Links of issues to it stay as they are.
        </ConfirmDialog>
      )}
    </Card>
  );
}

interface TrackerFormProps {
  tracker: Tracker | null;
  onClose: () => void;
  onSaved: () => void;
}

function TrackerForm({ tracker, onClose, onSaved }: TrackerFormProps) {
  const [kind, setKind] = useState<Tracker['kind']>(tracker?.kind ?? 'github');
  const save = useMutation({
    mutationFn: ({ name, account, secret, ...rest }: TrackerRequest) =>
      tracker
        ? api.updateTracker(tracker.id, { name, account, ...(secret ? { secret } : {}) })
        : api.addTracker({ name, account, secret, ...rest }),
    meta: { shownInForm: true },
    onSuccess: () => {
      toast({ message: 'Saved' });
      onSaved();
      onClose();
    },
  });
  return (
    <Dialog open onClose={onClose} title={tracker ? tracker.name : 'New tracker'}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          save.mutate({
            kind,
            name: textOf(form, 'name'),
            url: tracker?.url ?? textOf(form, 'url'),
            account: kind === 'jira' ? textOf(form, 'account') : '',
            secret: textOf(form, 'secret'),
          });
        }}
      >
        <SelectField
          label="Kind"
          value={kind}
          disabled={tracker !== null}
          onChange={(event) => setKind(event.target.value as Tracker['kind'])}
        >
          {Object.entries(KINDS).map(([value, { label }]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </SelectField>
        <Field
          label="Name"
          name="name"
          defaultValue={tracker?.name}
          required
          maxLength={100}
          placeholder={KINDS[kind].label}
        />
        <Field
          // Another kind begins at another address.
          key={kind}
          label="Address"
          name="url"
          type="url"
          defaultValue={tracker?.url ?? KINDS[kind].url}
          disabled={tracker !== null}
          required
          maxLength={500}
          hint="Where people look at it. One at a private address needs TANDEM_OUTBOUND_ALLOW."
        />
        {kind === 'jira' && (
          <Field
            label="Account"
            name="account"
            type="email"
            defaultValue={tracker?.account}
            maxLength={320}
            hint="E-mail of the token’s account; empty for Data Center."
          />
        )}
        <Field
          label="Token"
          name="secret"
          type="password"
          autoComplete="off"
          required={tracker === null}
          maxLength={2000}
          hint={tracker ? 'Empty: the one there is. It is never shown.' : KINDS[kind].secret}
        />
        <DialogActions onClose={onClose} doing="Trying it…" busy={save.isPending} error={save.error} />
      </form>
    </Dialog>
  );
}
