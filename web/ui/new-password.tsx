/** A password one makes up: its rule is said before it is broken. */
import { useState } from 'react';
import { Field } from './field.tsx';

/** The server takes no shorter one. */
const LENGTH_MIN = 10;

export function NewPassword({ label = 'Password' }: { label?: string }) {
  const [problem, setProblem] = useState<string | null>(null);
  return (
    <Field
      label={label}
      name="password"
      type="password"
      autoComplete="new-password"
      required
      minLength={LENGTH_MIN}
      maxLength={200}
      hint={`At least ${LENGTH_MIN} characters. A sentence is easier to remember than signs.`}
      problem={problem}
      onBlur={(event) => {
        const { length } = event.target.value;
        setProblem(
          length > 0 && length < LENGTH_MIN
            ? `${LENGTH_MIN - length} more, please: ${LENGTH_MIN} characters in all.`
            : null,
        );
      }}
    />
  );
}
