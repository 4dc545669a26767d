/** The field above a list that is searched when one presses Enter. */

import { cx } from './cx.ts';
import { CONTROL } from './field.tsx';
import { textOf } from './form-text.ts';

interface QueryFieldProps {
  /** By which the key `/` finds it. */
  id: string;
  /** What is looked for, also where nothing is written yet. */
  label: string;
  value: string | undefined;
  maxLength: number;
  onSearch: (query: string) => void;
}

export function QueryField({ id, label, value, maxLength, onSearch }: QueryFieldProps) {
  return (
    <form
      className="flex min-w-0 flex-1 basis-60 sm:max-w-80"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(textOf(new FormData(event.currentTarget), 'query'));
      }}
    >
      <input
        key={value}
        id={id}
        name="query"
        type="search"
        aria-label={label}
        placeholder={label}
        defaultValue={value}
        maxLength={maxLength}
        className={cx(CONTROL, 'w-full')}
      />
    </form>
  );
}
