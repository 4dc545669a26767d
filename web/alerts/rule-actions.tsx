/** What people do to an alert: change it, silence it, switch it off, delete it. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { AlertRule } from '#contract/alerts.ts';
import { api } from '#web/client.ts';
import { useMay } from '#web/session.ts';
import { Button, buttonClass } from '#web/ui/button.tsx';
import { ConfirmDialog } from '#web/ui/confirm-dialog.tsx';
import { MenuItem, MoreMenu } from '#web/ui/menu.tsx';
import { toast } from '#web/ui/toast.tsx';
import { SilenceForm } from './silence-list.tsx';
import { inputOf } from './words.ts';

interface RuleActionsProps {
  rule: AlertRule;
  onDeleted: () => void;
}

export function RuleActions({ rule, onDeleted }: RuleActionsProps) {
  const mayWrite = useMay('alerts:write');
  const queryClient = useQueryClient();
  const [open, setOpen] = useState<'silence' | 'delete' | null>(null);
  const changed = () => queryClient.invalidateQueries({ queryKey: ['alerts'] });
  const update = useMutation({
    mutationFn: (enabled: boolean) => api.changeAlertRule(rule.id, { ...inputOf(rule), enabled }),
    onSuccess: changed,
  });
  const remove = useMutation({
    mutationFn: () => api.deleteAlertRule(rule.id),
    onSuccess: () => {
      toast({ message: `Deleted ${rule.name}` });
      onDeleted();
      changed();
    },
  });
  if (!mayWrite) return null;
  return (
    <>
      <Button onClick={() => setOpen('silence')}>Silence</Button>
      <Button disabled={update.isPending} onClick={() => update.mutate(!rule.enabled)}>
        {rule.enabled ? 'Switch off' : 'Switch on'}
      </Button>
      <Link to="/alerts/$id/edit" params={{ id: rule.id }} className={buttonClass()}>
        Edit
      </Link>
      <MoreMenu>
        <MenuItem danger onSelect={() => setOpen('delete')}>
          Delete the alert
        </MenuItem>
      </MoreMenu>
      {open === 'silence' && <SilenceForm rule={rule} onClose={() => setOpen(null)} />}
      {open === 'delete' && (
        <ConfirmDialog
          title={`Delete ${rule.name}?`}
          verb="Delete"
          busy={remove.isPending}
          onConfirm={() => remove.mutate()}
          onClose={() => setOpen(null)}
        >
          Its history goes with it. What fires of it is told to be over.
        </ConfirmDialog>
      )}
    </>
  );
}
