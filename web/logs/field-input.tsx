/** The name of a field: one of those that were seen, or any other; taken when one is done with it. */
import { useId, useState } from 'react';
import { cx } from '#web/ui/cx.ts';
import { CONTROL } from '#web/ui/field.tsx';

const NAMES_OFFERED = 100;

interface FieldInputProps {
  label: string;
  value: string;
  placeholder: string;
  names: readonly string[];
  onChange: (field: string) => void;
}

export function FieldInput({ label, value, placeholder, names, onChange }: FieldInputProps) {
  const id = useId();
  const [draft, setDraft] = useState({ of: value, text: value });
  const text = draft.of === value ? draft.text : value;
  const take = (next: string) => next.trim() !== value && onChange(next.trim());
  return (
    <label className="flex min-w-0 items-center gap-1.5 text-sm">
      <span className="whitespace-nowrap text-ink-faint">{label}</span>
      <input
        value={text}
        list={id}
        placeholder={placeholder}
        maxLength={200}
        autoComplete="off"
        spellCheck={false}
        className={cx(CONTROL, 'w-40!')}
        onChange={(event) => {
          const next = event.target.value;
          setDraft({ of: value, text: next });
          // Chosen from the list, not typed.
          if (!('inputType' in event.nativeEvent) || event.nativeEvent.inputType === 'insertReplacementText')
            take(next);
        }}
        onBlur={() => take(text)}
        onKeyDown={(event) => event.key === 'Enter' && take(text)}
      />
      <datalist id={id}>
        {names.slice(0, NAMES_OFFERED).map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </label>
  );
}
