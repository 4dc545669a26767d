/** How the stack is told: whose frames, which end first, drawn or as text. */
import { Segmented } from '#web/ui/segmented.tsx';
import type { StackPreferences } from './use-stack-view.ts';

export function StackControls({ view }: { view: StackPreferences }) {
  return (
    <>
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
