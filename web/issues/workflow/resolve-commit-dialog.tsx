/** Which commit fixes the issue: it is quiet until a release has it, and resolved in that release from then on. */
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import type { ResolveIn } from '#contract/workflow.ts';
import { Dialog } from '#web/ui/dialog.tsx';
import { DialogActions } from '#web/ui/dialog-actions.tsx';
import { Field } from '#web/ui/field.tsx';
import { textOf } from '#web/ui/form-text.ts';
import { choicesQuery } from './choices-query.ts';

interface DialogProps {
  issueId: string;
  onResolve: (resolve: ResolveIn) => void;
  onClose: () => void;
}

export function ResolveCommitDialog({ issueId, onResolve, onClose }: DialogProps) {
  const { data } = useQuery(choicesQuery(issueId));
  const list = useId();
  return (
    <Dialog
      open
      onClose={onClose}
      title="Resolve in a commit"
      description="Nothing brings the issue back until a release has the commit, as sentry-cli tells it. Then that release or a newer one does."
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          const commit = textOf(form, 'commit').trim();
          const repository = textOf(form, 'repository').trim();
          onResolve({ in: 'commit', commit, repository });
          onClose();
        }}
      >
        <Field
          label="Commit"
          name="commit"
          required
          minLength={7}
          maxLength={64}
          autoComplete="off"
          hint="Its hash, or the first seven characters of it."
        />
        <Field
          label="Repository"
          name="repository"
          list={list}
          required
          maxLength={1000}
          autoComplete="off"
          defaultValue={data?.repositories.length === 1 ? data.repositories[0] : ''}
          key={data ? 'known' : 'unknown'}
          placeholder="acme/shop"
          hint={
            data?.repositories.length === 0
              ? 'None is known yet. Add one in the settings, or let sentry-cli do it with set-commits.'
              : undefined
          }
        />
        <datalist id={list}>
          {data?.repositories.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <DialogActions onClose={onClose} verb="Resolve" />
      </form>
    </Dialog>
  );
}
