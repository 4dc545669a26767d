/** Where the paths of a project's stack traces lie in repositories. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowRight, Plus } from 'lucide-react';
import { useId, useState } from 'react';
import type { CodeMapping, CodeMappingRequest } from '#contract/code.ts';
import { api } from '#web/client.ts';
import { useMay } from '#web/session.ts';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { DialogActions } from '#web/ui/dialog-actions.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { Field } from '#web/ui/field.tsx';
import { textOf } from '#web/ui/form-text.ts';
import { ListRow } from '#web/ui/list-row.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { toast } from '#web/ui/toast.tsx';

export function CodeMappingsCard({ slug }: { slug: string }) {
  const queryClient = useQueryClient();
  const mayChange = useMay('project:admin');
  const [adding, setAdding] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ['code-mappings', slug],
    queryFn: ({ signal }) => api.codeMappings(slug, signal),
  });
  const changed = () => {
    queryClient.invalidateQueries({ queryKey: ['code-mappings', slug] });
    queryClient.invalidateQueries({ queryKey: ['repositories'] });
    queryClient.invalidateQueries({ queryKey: ['issue'] });
  };
  const remove = useMutation({
    mutationFn: (mapping: CodeMapping) => api.deleteCodeMapping(slug, mapping.id),
    onSuccess: changed,
  });
  return (
    <Card
      id="code-mappings"
      title="Code mappings"
      note="the longest beginning that fits decides"
      flush
      actions={
        mayChange && (
          <Button size="small" onClick={() => setAdding(true)}>
            <Plus aria-hidden />
            New mapping
          </Button>
        )
      }
    >
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The code mappings could not be loaded" />
      ) : !data ? (
        <SkeletonLines lines={2} className="p-4" />
      ) : data.length === 0 ? (
        <p className="px-4 py-3 text-sm text-ink-faint">
          None yet: frames of the stack lead nowhere. A mapping says that <code>/app/src/pay.js</code> is{' '}
          <code>src/pay.js</code> of a repository.
        </p>
      ) : (
        <ul aria-label="Code mappings">
          {data.map((mapping) => (
            <ListRow
              key={mapping.id}
              actions={
                mayChange && (
                  <Button
                    size="small"
                    look="quiet-danger"
                    aria-label={`Delete the mapping of ${mapping.stackRoot || 'any path'}`}
                    onClick={() => remove.mutate(mapping)}
                  >
                    Delete
                  </Button>
                )
              }
            >
              <span className="flex flex-wrap items-center gap-x-2 font-mono text-xs">
                <bdi className="[overflow-wrap:anywhere]">{mapping.stackRoot || 'any path'}</bdi>
                <ArrowRight aria-label="is" className="size-3.5 shrink-0 text-ink-faint" />
                <bdi className="[overflow-wrap:anywhere]">{mapping.sourceRoot || 'the root'}</bdi>
                <span className="font-sans text-ink-faint">
                  in{' '}
                  <Link
                    to="/settings/{-$section}"
                    params={{ section: 'repositories' }}
                    className="text-accent underline underline-offset-2"
                  >
                    {mapping.repository.name}
                  </Link>
                  , else on {mapping.defaultBranch}
                </span>
              </span>
            </ListRow>
          ))}
        </ul>
      )}
      {adding && <MappingForm slug={slug} onClose={() => setAdding(false)} onSaved={changed} />}
    </Card>
  );
}

interface MappingFormProps {
  slug: string;
  onClose: () => void;
  onSaved: () => void;
}

function MappingForm({ slug, onClose, onSaved }: MappingFormProps) {
  const known = useId();
  const { data: repositories } = useQuery({
    queryKey: ['repositories'],
    queryFn: ({ signal }) => api.repositories(signal),
  });
  const save = useMutation({
    mutationFn: (body: CodeMappingRequest) => api.putCodeMapping(slug, body),
    meta: { shownInForm: true },
    onSuccess: () => {
      toast({ message: 'Saved' });
      onSaved();
      onClose();
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title="New code mapping"
      description="A mapping with the same beginning is changed."
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          save.mutate({
            repository: textOf(form, 'repository'),
            stackRoot: textOf(form, 'stackRoot'),
            sourceRoot: textOf(form, 'sourceRoot'),
            defaultBranch: textOf(form, 'defaultBranch') || 'main',
          });
        }}
      >
        <Field
          label="Repository"
          name="repository"
          list={known}
          required
          maxLength={250}
          autoFocus
          placeholder="acme/shop"
        />
        <datalist id={known}>
          {repositories?.map(({ id, name }) => (
            <option key={id} value={name} />
          ))}
        </datalist>
        <Field
          label="Paths of the stack begin with"
          name="stackRoot"
          maxLength={1000}
          placeholder="/app/"
          hint="Empty: any path."
        />
        <Field
          label="In the repository that is"
          name="sourceRoot"
          maxLength={1000}
          placeholder="src/"
          hint="Empty: its root."
        />
        <Field
          label="Branch"
          name="defaultBranch"
          maxLength={250}
          placeholder="main"
          hint="Where no commit of the release is known."
        />
        <DialogActions onClose={onClose} busy={save.isPending} error={save.error} />
      </form>
    </Dialog>
  );
}
