/** What people do to a monitor: pause it, mute it, change what it expects, delete it. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { MonitorDetail, MonitorUpdate } from '#contract/monitors.ts';
import { api } from '#web/client.ts';
import { useMay } from '#web/session.ts';
import { Button } from '#web/ui/button.tsx';
import { ConfirmDialog } from '#web/ui/confirm-dialog.tsx';
import { MenuItem, MoreMenu } from '#web/ui/menu.tsx';
import { toast } from '#web/ui/toast.tsx';
import { MonitorForm } from './monitor-form.tsx';

/** The watch takes notice of a change in its next turn, which is every second. */
const NOTICED_MS = 1_500;

interface MonitorActionsProps {
  monitor: MonitorDetail;
  onDeleted: () => void;
}

export function MonitorActions({ monitor, onDeleted }: MonitorActionsProps) {
  const mayChange = useMay('event:write');
  const mayDelete = useMay('event:admin');
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [open, setOpen] = useState<'form' | 'delete' | { environment: string } | null>(null);
  const changed = () => {
    queryClient.invalidateQueries({ queryKey: ['monitors'] });
    setTimeout(() => queryClient.invalidateQueries({ queryKey: ['monitors'] }), NOTICED_MS);
  };
  const update = useMutation({
    mutationFn: (body: MonitorUpdate) => api.updateMonitor(monitor.id, body),
    onSuccess: changed,
  });
  const remove = useMutation({
    mutationFn: () => api.deleteMonitor(monitor.id),
    onSuccess: () => {
      toast({ message: `Deleted ${monitor.slug}` });
      onDeleted();
      changed();
    },
  });
  const removeEnvironment = useMutation({
    mutationFn: (environment: string) => api.deleteMonitorEnvironment(monitor.id, environment),
    onSuccess: () => {
      setOpen(null);
      navigate({ to: '/monitors/$id', params: { id: monitor.id }, search: {} });
      changed();
    },
  });
  if (!mayChange) return null;
  const { paused, muted } = monitor;
  return (
    <>
      <Button disabled={update.isPending} onClick={() => update.mutate({ muted: !muted })}>
        {muted ? 'Unmute' : 'Mute'}
      </Button>
      <Button disabled={update.isPending} onClick={() => update.mutate({ paused: !paused })}>
        {paused ? 'Go on' : 'Pause'}
      </Button>
      <Button onClick={() => setOpen('form')}>Edit</Button>
      {mayDelete && (
        <MoreMenu>
          {monitor.environments.length > 1 &&
            monitor.environments.map(({ name }) => (
              <MenuItem key={name} onSelect={() => setOpen({ environment: name })}>
                Delete the environment {name}
              </MenuItem>
            ))}
          <MenuItem danger onSelect={() => setOpen('delete')}>
            Delete the monitor
          </MenuItem>
        </MoreMenu>
      )}
      {open === 'form' && <MonitorForm monitor={monitor} onClose={() => setOpen(null)} onSaved={changed} />}
      {open === 'delete' && (
        <ConfirmDialog
          title={`Delete ${monitor.slug}?`}
          verb="Delete"
          busy={remove.isPending}
          onConfirm={() => remove.mutate()}
          onClose={() => setOpen(null)}
        >
          Its check-ins go with it; its issues stay. A job that checks in again makes it anew.
        </ConfirmDialog>
      )}
      {open !== null && typeof open === 'object' && (
        <ConfirmDialog
          title={`Delete the environment ${open.environment}?`}
          verb="Delete"
          busy={removeEnvironment.isPending}
          onConfirm={() => removeEnvironment.mutate(open.environment)}
          onClose={() => setOpen(null)}
        >
          Its check-ins go with it, and nothing is expected of it until it checks in again.
        </ConfirmDialog>
      )}
    </>
  );
}
