/** A number of a form: what is typed counts as soon as it is one. */
import { useState } from 'react';
import { Field } from '#web/ui/field.tsx';

interface NumberFieldProps {
  label: string;
  value: number;
  min?: number;
  max?: number;
  /** Whole numbers unless it says otherwise. */
  step?: number | 'any';
  hint?: string;
  onChange: (value: number) => void;
}

export function NumberField({ value, onChange, step = 1, ...field }: NumberFieldProps) {
  const [text, setText] = useState(String(value));
  const shown = Number(text) === value ? text : String(value);
  return (
    <Field
      type="number"
      inputMode={step === 1 ? 'numeric' : 'decimal'}
      required
      step={step}
      value={text === '' ? '' : shown}
      onChange={(event) => {
        setText(event.target.value);
        const next = event.target.valueAsNumber;
        if (Number.isFinite(next)) onChange(next);
      }}
      {...field}
    />
  );
}
