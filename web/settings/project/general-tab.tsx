/** A project's name, its ingest keys, and its end. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ProjectSummary } from '#contract/people.ts';
import { api } from '#web/client.ts';
import { sessionQuery, useMay } from '#web/session.ts';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { ConfirmDialog } from '#web/ui/confirm-dialog.tsx';
import { Field } from '#web/ui/field.tsx';
import { FormProblem } from '#web/ui/form-problem.tsx';
import { textOf } from '#web/ui/form-text.ts';
import { toast } from '#web/ui/toast.tsx';
import { IngestKeys } from './ingest-keys.tsx';
import type { ProjectTabProps } from './project-screen.tsx';

export function GeneralTab({ project }: ProjectTabProps) {
  const mayWrite = useMay('project:write');
  const mayDelete = useMay('project:admin');
  return (
    <>
      {mayWrite && <Naming project={project} />}
      <IngestKeys slug={project.slug} />
      {mayDelete && <Deletion project={project} />}
    </>
  );
}

function Naming({ project }: { project: ProjectSummary }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const update = useMutation({
    mutationFn: (body: { name: string; slug: string }) => api.updateProject(project.slug, body),
    meta: { shownInForm: true },
    onSuccess: async (changed) => {
      toast({ message: 'Saved' });
      await queryClient.invalidateQueries({ queryKey: ['projects'] });
      queryClient.invalidateQueries(sessionQuery);
      if (changed.slug !== project.slug)
        navigate({
          to: '/settings/projects/$slug/{-$tab}',
          params: { slug: changed.slug, tab: undefined },
          replace: true,
        });
    },
  });
  return (
    <Card title="Name">
      <form
        className="grid gap-4 sm:grid-cols-2"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          update.mutate({ name: textOf(form, 'name').trim(), slug: textOf(form, 'slug').trim() });
        }}
      >
        <Field label="Name" name="name" defaultValue={project.name} required maxLength={100} />
        <Field
          label="Short name"
          name="slug"
          defaultValue={project.slug}
          required
          maxLength={50}
          pattern="[a-z0-9][a-z0-9\-]*"
          hint="Addresses and short ids of issues change with it. DSNs do not."
        />
        <div className="flex flex-wrap items-center justify-end gap-3 sm:col-span-2">
          <FormProblem error={update.error} />
          <Button look="primary" type="submit" disabled={update.isPending}>
            {update.isPending ? 'Saving…' : 'Save'}
          </Button>
        </div>
      </form>
    </Card>
  );
}

function Deletion({ project }: { project: ProjectSummary }) {
  const [asking, setAsking] = useState(false);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => api.deleteProject(project.slug),
    onSuccess: () => {
      toast({ message: `Deleted ${project.name}` });
      queryClient.invalidateQueries();
      navigate({ to: '/settings/{-$section}', params: { section: 'projects' }, replace: true });
    },
  });
  return (
    <Card title="Delete">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="max-w-prose text-sm text-ink-soft">
          The issues, events and keys of this project go with it. Programs that still send get an answer that
          says so.
        </p>
        <Button look="danger" onClick={() => setAsking(true)}>
          Delete the project
        </Button>
      </div>
      {asking && (
        <ConfirmDialog
          title={`Delete ${project.name}?`}
          typed={project.slug}
          verb="Delete for ever"
          busy={remove.isPending}
          onConfirm={() => remove.mutate()}
          onClose={() => setAsking(false)}
        >
          All its issues, events, attachments and keys are deleted. This cannot be taken back.
        </ConfirmDialog>
      )}
    </Card>
  );
}
