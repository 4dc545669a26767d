/** Teams: who is in them and what they work on, so that issues can be theirs. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { Team, TeamRequest } from '#contract/teams.ts';
import { api } from '#web/client.ts';
import { membersQuery, teamsQuery } from '#web/people.ts';
import { ReadOnly } from '#web/read-only.tsx';
import { useMay, useSession } from '#web/session.ts';
import { Avatar } from '#web/ui/avatar.tsx';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { ConfirmDialog } from '#web/ui/confirm-dialog.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { DialogActions } from '#web/ui/dialog-actions.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { Field } from '#web/ui/field.tsx';
import { textOf } from '#web/ui/form-text.ts';
import { ListRow } from '#web/ui/list-row.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { toast } from '#web/ui/toast.tsx';
import { SettingsFrame } from './settings-frame.tsx';

type Open = { edit: Team | null } | { remove: Team } | { people: Team } | { projects: Team };

export function TeamsPage() {
  const queryClient = useQueryClient();
  const mayChange = useMay('org:admin');
  const [open, setOpen] = useState<Open | null>(null);
  const { data, error, refetch } = useQuery(teamsQuery);
  // Issues carry the name of the team they belong to.
  const changed = () => queryClient.invalidateQueries();
  const close = () => setOpen(null);
  const remove = useMutation({
    mutationFn: (team: Team) => api.deleteTeam(team.id),
    onSuccess: (_, team) => {
      close();
      toast({ message: `Deleted #${team.slug}` });
      changed();
    },
  });
  return (
    <SettingsFrame
      section="teams"
      title="Teams"
      lead="An issue can be a team’s. Ownership rules and CODEOWNERS name a team by its slug: #payments, @acme/payments."
      actions={
        mayChange && (
          <Button look="primary" onClick={() => setOpen({ edit: null })}>
            <Plus aria-hidden />
            New team
          </Button>
        )
      }
    >
      <ReadOnly scope="org:admin" what="change teams" />
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The teams could not be loaded" />
      ) : (
        <Card flush>
          {!data ? (
            <SkeletonLines lines={3} className="p-4" />
          ) : data.length === 0 ? (
            <p className="px-4 py-3 text-sm text-ink-faint">
              None yet. Issues can be given to people all the same.
            </p>
          ) : (
            <ul aria-label="Teams">
              {data.map((team) => (
                <TeamRow key={team.id} team={team} mayChange={mayChange} onOpen={setOpen} />
              ))}
            </ul>
          )}
        </Card>
      )}
      {open && 'edit' in open && <TeamForm team={open.edit} onClose={close} onSaved={changed} />}
      {open && 'people' in open && <TeamPeople team={open.people} onClose={close} onSaved={changed} />}
      {open && 'projects' in open && <TeamProjects team={open.projects} onClose={close} onSaved={changed} />}
      {open && 'remove' in open && (
        <ConfirmDialog
          title={`Delete #${open.remove.slug}?`}
          verb="Delete"
          busy={remove.isPending}
          onConfirm={() => remove.mutate(open.remove)}
          onClose={close}
        >
          Its issues are nobody’s then. Its people and projects stay.
        </ConfirmDialog>
      )}
    </SettingsFrame>
  );
}

interface TeamRowProps {
  team: Team;
  mayChange: boolean;
  onOpen: (open: Open) => void;
}

function TeamRow({ team, mayChange, onOpen }: TeamRowProps) {
  const people = team.members.map(({ name }) => name).join(', ') || 'Nobody is in it';
  const projects = team.projects.map(({ name }) => name).join(', ') || 'no project';
  return (
    <ListRow
      before={<Avatar name={team.slug} square className="size-8" />}
      actions={
        mayChange && (
          <>
            <Button size="small" onClick={() => onOpen({ people: team })}>
              People
            </Button>
            <Button size="small" onClick={() => onOpen({ projects: team })}>
              Projects
            </Button>
            <Button size="small" onClick={() => onOpen({ edit: team })}>
              Rename
            </Button>
            <Button size="small" look="quiet-danger" onClick={() => onOpen({ remove: team })}>
              Delete
            </Button>
          </>
        )
      }
    >
      <p className="flex flex-wrap items-baseline gap-x-2 text-sm font-medium">
        <bdi className="[overflow-wrap:anywhere]">{team.name}</bdi>
        <span className="font-mono text-xs font-normal text-ink-soft">#{team.slug}</span>
      </p>
      <p className="text-xs [overflow-wrap:anywhere] text-ink-faint">
        <bdi>{people}</bdi> · works on <bdi>{projects}</bdi>
      </p>
    </ListRow>
  );
}

interface TeamDialogProps {
  onClose: () => void;
  onSaved: () => void;
}

function TeamForm({ team, onClose, onSaved }: TeamDialogProps & { team: Team | null }) {
  const save = useMutation({
    mutationFn: (body: TeamRequest) => (team ? api.updateTeam(team.id, body) : api.makeTeam(body)),
    meta: { shownInForm: true },
    onSuccess: () => {
      toast({ message: 'Saved' });
      onSaved();
      onClose();
    },
  });
  return (
    <Dialog open onClose={onClose} title={team ? `#${team.slug}` : 'New team'}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          save.mutate({ name: textOf(form, 'name'), slug: textOf(form, 'slug') });
        }}
      >
        <Field label="Name" name="name" defaultValue={team?.name} required maxLength={100} autoFocus />
        <Field
          label="Slug"
          name="slug"
          defaultValue={team?.slug}
          required
          maxLength={50}
          placeholder="payments"
          pattern="[A-Za-z0-9][A-Za-z0-9_\-]*"
          hint="What stands after the #. Rules that name the old one do not find it any more."
        />
        <DialogActions onClose={onClose} busy={save.isPending} error={save.error} />
      </form>
    </Dialog>
  );
}

function TeamPeople({ team, ...rest }: TeamDialogProps & { team: Team }) {
  const { data: members } = useQuery(membersQuery);
  return (
    <Ticks
      title={`People of #${team.slug}`}
      ticked={team.members.map(({ id }) => id)}
      options={members?.map(({ id, name, email }) => ({ id, label: name || email, note: email }))}
      onSave={(ids) => api.setTeamMembers(team.id, ids)}
      {...rest}
    />
  );
}

function TeamProjects({ team, ...rest }: TeamDialogProps & { team: Team }) {
  const projects = useSession()?.projects;
  return (
    <Ticks
      title={`What #${team.slug} works on`}
      ticked={team.projects.map(({ id }) => id)}
      options={projects?.map(({ id, name, slug }) => ({ id, label: name, note: slug }))}
      onSave={(ids) => api.setTeamProjects(team.id, ids)}
      {...rest}
    />
  );
}

interface TicksProps extends TeamDialogProps {
  title: string;
  ticked: readonly string[];
  options: readonly { id: string; label: string; note: string }[] | undefined;
  onSave: (ids: string[]) => Promise<unknown>;
}

/** Some of a list, saved as a whole. */
function Ticks({ title, ticked, options, onSave, onClose, onSaved }: TicksProps) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(ticked));
  const save = useMutation({
    mutationFn: () => onSave([...chosen]),
    meta: { shownInForm: true },
    onSuccess: () => {
      onSaved();
      onClose();
    },
  });
  const toggle = (id: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  return (
    <Dialog open onClose={onClose} title={title}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        {!options ? (
          <SkeletonLines lines={3} />
        ) : (
          <ul className="flex flex-col">
            {options.map(({ id, label, note }) => (
              <li key={id}>
                <label className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded px-1 text-sm hover:bg-hover pointer-coarse:min-h-11">
                  <input
                    type="checkbox"
                    className="size-4 accent-accent"
                    checked={chosen.has(id)}
                    onChange={(event) => toggle(id, event.target.checked)}
                  />
                  <bdi className="min-w-0 truncate">{label}</bdi>
                  <span className="ml-auto min-w-0 truncate text-xs text-ink-faint">{note}</span>
                </label>
              </li>
            ))}
          </ul>
        )}
        <DialogActions
          onClose={onClose}
          busy={save.isPending}
          error={save.error}
          disabled={save.isPending || !options}
        />
      </form>
    </Dialog>
  );
}
