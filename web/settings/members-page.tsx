/** The people, and a link for each new one. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import type { InviteRequest, Person } from '#contract/people.ts';
import { api } from '#web/client.ts';
import { ReadOnly } from '#web/read-only.tsx';
import { useMay, useSession } from '#web/session.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { CodeBlock } from '#web/ui/code-block.tsx';
import { ConfirmDialog } from '#web/ui/confirm-dialog.tsx';
import { cx } from '#web/ui/cx.ts';
import { Dialog } from '#web/ui/dialog.tsx';
import { DialogActions } from '#web/ui/dialog-actions.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { CONTROL, Field, SelectField } from '#web/ui/field.tsx';
import { textOf } from '#web/ui/form-text.ts';
import { ListRow } from '#web/ui/list-row.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { toast } from '#web/ui/toast.tsx';
import { ROLES } from './roles.ts';
import { SettingsFrame } from './settings-frame.tsx';

export function MembersPage() {
  const queryClient = useQueryClient();
  const me = useSession()?.user;
  const [inviting, setInviting] = useState(false);
  const [removing, setRemoving] = useState<Person | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ['members'],
    queryFn: ({ signal }) => api.members(signal),
  });
  const changed = () => queryClient.invalidateQueries({ queryKey: ['members'] });
  const update = useMutation({
    mutationFn: ({ id, role }: Pick<Person, 'id' | 'role'>) => api.updateMember(id, { role }),
    onSuccess: () => toast({ message: 'Saved' }),
    onSettled: changed,
  });
  const remove = useMutation({
    mutationFn: (person: Person) => api.removeMember(person.id),
    onSuccess: (_, person) => {
      setRemoving(null);
      toast({ message: `Removed ${person.name}` });
      changed();
    },
  });
  const manages = useMay('org:admin');

  return (
    <SettingsFrame
      section="members"
      title="Members"
      lead="Invitations are links that you send yourself, so no mail server is needed."
      actions={
        manages && (
          <Button look="primary" onClick={() => setInviting(true)}>
            <UserPlus aria-hidden />
            Invite
          </Button>
        )
      }
    >
      <ReadOnly scope="org:admin" what="invite people or change roles" />
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The members could not be loaded" />
      ) : (
        <Card flush>
          {!data ? (
            <SkeletonLines lines={4} className="p-4" />
          ) : (
            <ul>
              {data.map((person) => (
                <ListRow
                  key={person.id}
                  before={
                    <span
                      aria-hidden
                      className="flex size-8 shrink-0 items-center justify-center rounded-full bg-sunken text-xs font-semibold text-ink-soft ring-1 ring-line"
                    >
                      {[...(person.name || person.email)][0]?.toUpperCase()}
                    </span>
                  }
                  actions={
                    manages && person.role !== 'owner' && person.id !== me?.id ? (
                      <>
                        <select
                          aria-label={`Role of ${person.name || person.email}`}
                          value={person.role}
                          onChange={(event) =>
                            update.mutate({ id: person.id, role: event.target.value as Person['role'] })
                          }
                          className={cx(CONTROL, 'w-28!')}
                        >
                          {ROLES.map((role) => (
                            <option key={role.id} value={role.id}>
                              {role.label}
                            </option>
                          ))}
                        </select>
                        <Button size="small" look="quiet-danger" onClick={() => setRemoving(person)}>
                          Remove
                        </Button>
                      </>
                    ) : (
                      <span className="text-sm text-ink-soft">{person.role}</span>
                    )
                  }
                >
                  <p className="flex items-center gap-2 text-sm font-medium">
                    <bdi className="truncate">{person.name || person.email}</bdi>
                    {person.id === me?.id && <Badge>You</Badge>}
                  </p>
                  <p className="truncate text-xs text-ink-faint">{person.email}</p>
                </ListRow>
              ))}
            </ul>
          )}
        </Card>
      )}
      {inviting && <Invite onClose={() => setInviting(false)} onInvited={changed} />}
      {removing && (
        <ConfirmDialog
          title={`Remove ${removing.name || removing.email}?`}
          verb="Remove"
          busy={remove.isPending}
          onConfirm={() => remove.mutate(removing)}
          onClose={() => setRemoving(null)}
        >
          They are signed out everywhere and their tokens stop working. What they did stays in the history of
          the issues.
        </ConfirmDialog>
      )}
    </SettingsFrame>
  );
}

function Invite({ onClose, onInvited }: { onClose: () => void; onInvited: () => void }) {
  const invite = useMutation({
    mutationFn: (body: InviteRequest) => api.invite(body),
    meta: { shownInForm: true },
    onSuccess: onInvited,
  });
  if (invite.data)
    return (
      <Dialog
        open
        onClose={onClose}
        title={`Invitation for ${invite.variables.email}`}
        description="Send them this link. It works once."
      >
        <CodeBlock code={invite.data.url} what="invitation link" />
        <div className="mt-4 flex justify-end">
          <Button look="primary" onClick={onClose}>
            Done
          </Button>
        </div>
      </Dialog>
    );
  return (
    <Dialog open onClose={onClose} title="Invite a person">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          invite.mutate({
            email: textOf(form, 'email').trim(),
            role: textOf(form, 'role') as InviteRequest['role'],
          });
        }}
      >
        <Field
          label="E-mail"
          name="email"
          type="email"
          required
          maxLength={320}
          autoFocus
          hint="They sign in with it."
        />
        <SelectField label="Role" name="role" defaultValue="member">
          {ROLES.map((role) => (
            <option key={role.id} value={role.id}>
              {role.label}: {role.meaning}
            </option>
          ))}
        </SelectField>
        <DialogActions
          onClose={onClose}
          verb="Make the link"
          doing="One moment…"
          busy={invite.isPending}
          error={invite.error}
        />
      </form>
    </Dialog>
  );
}
