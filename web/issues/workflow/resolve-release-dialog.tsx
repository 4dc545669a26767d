/** In which release the issue is fixed: one of those that are there, or one that is still to come. */
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

export function ResolveReleaseDialog({ issueId, onResolve, onClose }: DialogProps) {
  const { data } = useQuery(choicesQuery(issueId));
  const list = useId();
  return (
    <Dialog open onClose={onClose} title="Resolve in a release">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const release = textOf(new FormData(event.currentTarget), 'release').trim();
          if (!release) return;
          onResolve({ in: 'release', release });
          onClose();
        }}
      >
        <Field
          label="Release"
          name="release"
          list={list}
          required
          maxLength={250}
          autoComplete="off"
          placeholder={data?.current ?? 'shop@1.5.0'}
          hint="The version as the program names it. It may be one that is still to come."
        />
        <datalist id={list}>
          {data?.releases.map((release) => (
            <option key={release} value={release} />
          ))}
        </datalist>
        <DialogActions onClose={onClose} verb="Resolve" />
      </form>
    </Dialog>
  );
}
