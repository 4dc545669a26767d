/** One project: its name, its keys, its limits, its code, and its end. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ProjectSummary } from '#contract/people.ts';
import { api } from '#web/client.ts';
import { ReadOnly } from '#web/read-only.tsx';
import { sessionQuery, useMay } from '#web/session.ts';
import { Button, buttonClass } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { ConfirmDialog } from '#web/ui/confirm-dialog.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { Field } from '#web/ui/field.tsx';
import { FormProblem } from '#web/ui/form-problem.tsx';
import { textOf } from '#web/ui/form-text.ts';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { toast } from '#web/ui/toast.tsx';
import { CodeMappingsCard } from './code-mappings-card.tsx';
import { IngestKeys } from './ingest-keys.tsx';
import { OwnershipCard } from './ownership-card.tsx';
import { QuotasCard } from './quotas-card.tsx';
import { RetentionCard } from './retention-card.tsx';
import { SettingsFrame } from './settings-frame.tsx';
import { SourceMapsCard } from './source-maps-card.tsx';

const route = getRouteApi('/shell/settings/projects/$slug');

export function ProjectScreen() {
  const { slug } = route.useParams();
  const { data, error, refetch } = useQuery({
    queryKey: ['projects'],
    queryFn: ({ signal }) => api.projects(signal),
  });
  const project = data?.find((each) => each.slug === slug);
  const mayWrite = useMay('project:write');
  const mayDelete = useMay('project:admin');
  return (
    <SettingsFrame
      section="projects"
      title={project?.name ?? slug}
      lead={project ? `Project ${project.id}` : undefined}
      actions={
        <>
          <Link to="/settings/projects/$slug/filters" params={{ slug }} className={buttonClass('secondary')}>
            Filters
          </Link>
          <Link to="/projects/$slug/setup" params={{ slug }} className={buttonClass('secondary')}>
            Set-up guide
          </Link>
        </>
      }
    >
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The project could not be loaded" />
      ) : !data ? (
        <SkeletonLines lines={8} />
      ) : !project ? (
        <ErrorState
          error={new Error(`There is no project with the short name ${slug}, or you may not see it.`)}
          what="No such project"
        />
      ) : (
        <>
          <ReadOnly scope="project:write" what="change projects and their keys" />
          {mayWrite && <General key={project.slug} project={project} />}
          <IngestKeys slug={project.slug} />
          <SourceMapsCard slug={project.slug} />
          <Limits key={`limits of ${project.slug}`} slug={project.slug} />
          <CodeMappingsCard slug={project.slug} />
          <OwnershipCard key={`ownership of ${project.slug}`} slug={project.slug} />
          {mayDelete && <Deletion project={project} />}
        </>
      )}
    </SettingsFrame>
  );
}

/** How long what is kept, and how much may come. */
function Limits({ slug }: { slug: string }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['limits', slug],
    queryFn: ({ signal }) => api.limits(slug, signal),
  });
  if (error && !data)
    return <ErrorState error={error} retry={refetch} what="The limits could not be loaded" />;
  if (!data) return <SkeletonLines lines={8} />;
  return (
    <>
      <RetentionCard slug={slug} limits={data} />
      <QuotasCard slug={slug} limits={data} />
    </>
  );
}

function General({ project }: { project: ProjectSummary }) {
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
        navigate({ to: '/settings/projects/$slug', params: { slug: changed.slug }, replace: true });
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
