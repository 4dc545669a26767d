/** The end of a form in a dialog: what went wrong, the way out, and the way on. */
import { Button } from './button.tsx';
import { FormProblem } from './form-problem.tsx';

interface DialogActionsProps {
  onClose: () => void;
  /** What the form does, and what it says while it does so. */
  verb?: string;
  doing?: string;
  busy?: boolean;
  error?: Error | null;
  /** The form cannot be sent yet. */
  disabled?: boolean;
}

export function DialogActions({
  onClose,
  verb = 'Save',
  doing = 'Saving…',
  busy = false,
  error = null,
  disabled = false,
}: DialogActionsProps) {
  return (
    <>
      <FormProblem error={error} />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" type="submit" disabled={busy || disabled}>
          {busy ? doing : verb}
        </Button>
      </div>
    </>
  );
}
