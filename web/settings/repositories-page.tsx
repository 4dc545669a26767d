/** Repositories: where their code is looked at, so that frames and commits lead there. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { Repository, RepositoryRequest } from '#contract/code.ts';
import { api } from '#web/client.ts';
import { ReadOnly } from '#web/read-only.tsx';
import { useMay } from '#web/session.ts';
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
import { SettingsFrame } from './settings-frame.tsx';

type Host = Repository['host'];

export const HOSTS: readonly { value: Host; label: string }[] = [
  { value: '', label: 'As the address tells' },
  { value: 'github', label: 'GitHub' },
  { value: 'gitlab', label: 'GitLab' },
  { value: 'bitbucket', label: 'Bitbucket' },
  { value: 'gitea', label: 'Gitea or Forgejo' },
  { value: 'template', label: 'Another one, by template' },
];

export function RepositoriesPage() {
  const queryClient = useQueryClient();
  const mayChange = useMay('project:admin');
  const [open, setOpen] = useState<{ edit: Repository | null } | { remove: Repository } | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ['repositories'],
    queryFn: ({ signal }) => api.repositories(signal),
  });
  // Links of issues and releases change with it.
  const changed = () => queryClient.invalidateQueries();
  const remove = useMutation({
    mutationFn: (repository: Repository) => api.deleteRepository(repository.id),
    onSuccess: (_, repository) => {
      setOpen(null);
      toast({ message: `Deleted ${repository.name}` });
      changed();
    },
  });
  return (
    <SettingsFrame
      section="repositories"
      title="Repositories"
      lead="Nothing is fetched from them: their addresses are where frames and commits lead. sentry-cli adds those it names."
      actions={
        mayChange && (
          <Button look="primary" onClick={() => setOpen({ edit: null })}>
            <Plus aria-hidden />
            New repository
          </Button>
        )
      }
    >
      <ReadOnly scope="project:admin" what="change repositories" />
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The repositories could not be loaded" />
      ) : (
        <Card flush>
          {!data ? (
            <SkeletonLines lines={3} className="p-4" />
          ) : data.length === 0 ? (
            <p className="px-4 py-3 text-sm text-ink-faint">
              None yet. Add one, then say in the settings of a project which paths of its stack traces lie in
              it.
            </p>
          ) : (
            <ul aria-label="Repositories">
              {data.map((repository) => (
                <ListRow
                  key={repository.id}
                  actions={
                    mayChange && (
                      <>
                        <Button size="small" onClick={() => setOpen({ edit: repository })}>
                          Change
                        </Button>
                        <Button
                          size="small"
                          look="quiet-danger"
                          onClick={() => setOpen({ remove: repository })}
                        >
                          Delete
                        </Button>
                      </>
                    )
                  }
                >
                  <p className="flex flex-wrap items-center gap-2 text-sm font-medium">
                    <bdi className="[overflow-wrap:anywhere]">{repository.name}</bdi>
                    <HostBadge repository={repository} />
                  </p>
                  <p className="text-xs text-ink-faint">
                    {repository.host === 'template' ? (
                      <code className="break-all">{repository.template}</code>
                    ) : repository.url ? (
                      <ExternalLink url={repository.url} />
                    ) : (
                      'Nobody has said where it is looked at.'
                    )}
                  </p>
                </ListRow>
              ))}
            </ul>
          )}
        </Card>
      )}
      {open && 'edit' in open && (
        <RepositoryForm repository={open.edit} onClose={() => setOpen(null)} onSaved={changed} />
      )}
      {open && 'remove' in open && (
        <ConfirmDialog
          title={`Delete ${open.remove.name}?`}
          verb="Delete"
          busy={remove.isPending}
          onConfirm={() => remove.mutate(open.remove)}
          onClose={() => setOpen(null)}
        >
          Its code mappings go with it, and its commits in all releases.
        </ConfirmDialog>
      )}
    </SettingsFrame>
  );
}

function HostBadge({ repository: { host, url } }: { repository: Repository }) {
  const label = HOSTS.find(({ value }) => value === host)?.label;
  if (host !== '') return <Badge>{label}</Badge>;
  return url ? (
    <Badge tone="warn" title="Its name does not tell which host it is: choose one">
      No links yet
    </Badge>
  ) : null;
}

interface RepositoryFormProps {
  repository: Repository | null;
  onClose: () => void;
  onSaved: () => void;
}

function RepositoryForm({ repository, onClose, onSaved }: RepositoryFormProps) {
  const [host, setHost] = useState<Host>(repository?.host ?? '');
  const save = useMutation({
    mutationFn: (body: RepositoryRequest) =>
      repository ? api.updateRepository(repository.id, body) : api.addRepository(body),
    meta: { shownInForm: true },
    onSuccess: () => {
      toast({ message: 'Saved' });
      onSaved();
      onClose();
    },
  });
  return (
    <Dialog open onClose={onClose} title={repository ? repository.name : 'New repository'}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          save.mutate({
            name: textOf(form, 'name'),
            url: textOf(form, 'url'),
            host,
            template: host === 'template' ? textOf(form, 'template') : '',
          });
        }}
      >
        <Field
          label="Name"
          name="name"
          defaultValue={repository?.name}
          required
          maxLength={250}
          autoFocus
          placeholder="acme/shop"
          hint="As sentry-cli names it: owner and name."
        />
        <Field
          label="Address"
          name="url"
          type="url"
          defaultValue={repository?.url}
          required={host !== 'template'}
          maxLength={1000}
          placeholder="https://github.com/acme/shop"
        />
        <SelectField
          label="Code host"
          value={host}
          onChange={(event) => setHost(event.target.value as Host)}
          hint="A server of one’s own does not tell by its name."
        >
          {HOSTS.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </SelectField>
        {host === 'template' && (
          <Field
            label="Address of a line"
            name="template"
            defaultValue={repository?.template}
            required
            maxLength={1000}
            placeholder="https://code.acme.io/shop/{commit}/{path}#{line}"
            hint="{commit}, {path} and {line} are put in."
          />
        )}
        <DialogActions onClose={onClose} busy={save.isPending} error={save.error} />
      </form>
    </Dialog>
  );
}
