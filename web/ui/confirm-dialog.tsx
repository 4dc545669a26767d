/** Asks before something that cannot be taken back; for the worst, the name must be typed. */
import { type ReactNode, useState } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';

interface ConfirmDialogProps {
  title: string;
  children: ReactNode;
  /** The word on the button: what will happen. */
  verb: string;
  /** When given, the person types this before the button works. */
  typed?: string;
  busy?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

export function ConfirmDialog({
  title,
  children,
  verb,
  typed,
  busy,
  onConfirm,
  onClose,
}: ConfirmDialogProps) {
  const [text, setText] = useState('');
  const ready = !busy && (typed === undefined || text === typed);
  return (
    <Dialog open onClose={onClose} title={title} description={children}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) onConfirm();
        }}
      >
        {typed !== undefined && (
          <Field
            label={`Type ${typed} to confirm`}
            value={text}
            autoComplete="off"
            onChange={(event) => setText(event.target.value)}
          />
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="danger" type="submit" disabled={!ready}>
            {busy ? 'Working…' : verb}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
