/** How the stack is told: whose frames, which end first, drawn or as text. */
import { Segmented } from '#web/ui/segmented.tsx';
import type { StackPreferences } from './use-stack-view.ts';

interface StackControlsProps {
  view: StackPreferences;
  /** Both the original and the generated code are known. */
  twoForms?: boolean;
}

export function StackControls({ view, twoForms = false }: StackControlsProps) {
  return (
    <>
      {twoForms && (
        <Segmented
          size="small"
          label="Code"
          value={view.code}
          onChange={view.setCode}
          choices={[
            { value: 'original', label: 'Original' },
            { value: 'generated', label: 'Minified' },
          ]}
        />
      )}
      {view.form === 'frames' && (
        <>
          <Segmented
            size="small"
            label="Frames shown"
            value={view.frames}
            onChange={view.setFrames}
            choices={[
              { value: 'app', label: 'Ours' },
              { value: 'all', label: 'All' },
            ]}
          />
          <Segmented
            size="small"
            label="Order"
            value={view.order}
            onChange={view.setOrder}
            choices={[
              { value: 'newest', label: 'Newest first' },
              { value: 'oldest', label: 'Oldest first' },
            ]}
          />
        </>
      )}
      <Segmented
        size="small"
        label="Form"
        value={view.form}
        onChange={view.setForm}
        choices={[
          { value: 'frames', label: 'Frames' },
          { value: 'text', label: 'Text' },
        ]}
      />
    </>
  );
}
