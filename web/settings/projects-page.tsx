/** The projects, and a new one. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { ChevronRight, FolderPlus, Plus } from 'lucide-react';
import { useState } from 'react';
import { api } from '#web/client.ts';
import { ReadOnly } from '#web/read-only.tsx';
import { sessionQuery, useMay } from '#web/session.ts';
import { Button, buttonClass } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { DialogActions } from '#web/ui/dialog-actions.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { Field } from '#web/ui/field.tsx';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { SettingsFrame } from './settings-frame.tsx';
import { slugOf } from './slug.ts';

export function ProjectsPage() {
  const [creating, setCreating] = useState(false);
  const mayCreate = useMay('project:admin');
  const { data, error, refetch } = useQuery({
    queryKey: ['projects'],
    queryFn: ({ signal }) => api.projects(signal),
  });
  return (
    <SettingsFrame
      section="projects"
      title="Projects"
      lead="One for each program that sends: it has keys, issues and settings of its own."
      actions={
        mayCreate && (
          <Button look="primary" onClick={() => setCreating(true)}>
            <Plus aria-hidden />
            New project
          </Button>
        )
      }
    >
      <ReadOnly scope="project:admin" what="make or change projects" />
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The projects could not be loaded" />
      ) : (
        <Card flush>
          {!data ? (
            <SkeletonLines lines={4} className="p-4" />
          ) : data.length === 0 ? (
            <EmptyState icon={<FolderPlus aria-hidden />} title="No project yet">
              {mayCreate && <p>Make one; it comes with a key, and the next page says what to paste where.</p>}
            </EmptyState>
          ) : (
            <ul>
              {data.map((project) => (
                <li
                  key={project.id}
                  className="relative flex items-center gap-3 border-b border-line px-4 py-2.5 last:border-0 hover:bg-hover"
                >
                  <div className="min-w-0 flex-1">
                    <Link
                      to="/settings/projects/$slug/{-$tab}"
                      params={{ slug: project.slug }}
                      className="block truncate text-sm font-medium after:absolute after:inset-0"
                    >
                      {project.name}
                    </Link>
                    <p className="truncate text-xs text-ink-faint">
                      {project.slug}
                      {project.platform && ` · ${project.platform}`} · made{' '}
                      <RelativeTime time={project.createdAt} className="relative z-10" />
                    </p>
                  </div>
                  {!project.firstEventAt && (
                    <Link
                      to="/projects/$slug/setup"
                      params={{ slug: project.slug }}
                      className={buttonClass('secondary', 'small', 'relative z-10')}
                    >
                      Set up
                    </Link>
                  )}
                  <ChevronRight aria-hidden className="size-4 shrink-0 text-ink-faint" />
                </li>
              ))}
            </ul>
          )}
        </Card>
      )}
      {creating && <NewProject onClose={() => setCreating(false)} />}
    </SettingsFrame>
  );
}

function NewProject({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [slug, setSlug] = useState<string | null>(null);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: api.createProject,
    meta: { shownInForm: true },
    onSuccess: (project) => {
      queryClient.invalidateQueries({ queryKey: ['projects'] });
      queryClient.invalidateQueries(sessionQuery);
      navigate({ to: '/projects/$slug/setup', params: { slug: project.slug } });
    },
  });
  const shown = slug ?? slugOf(name);
  return (
    <Dialog open onClose={onClose} title="New project">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate({ name: name.trim(), slug: shown || undefined });
        }}
      >
        <Field
          label="Name"
          value={name}
          onChange={(event) => setName(event.target.value)}
          required
          maxLength={100}
          autoFocus
          placeholder="Shop API"
        />
        <Field
          label="Short name"
          value={shown}
          onChange={(event) => setSlug(event.target.value)}
          maxLength={50}
          pattern="[a-z0-9][a-z0-9\-]*"
          hint="Lower-case letters, digits and dashes. Issues are called by it: SHOP-API-12."
          className="font-mono"
        />
        <DialogActions
          onClose={onClose}
          verb="Create"
          doing="One moment…"
          busy={create.isPending}
          error={create.error}
          disabled={create.isPending || name.trim() === ''}
        />
      </form>
    </Dialog>
  );
}
