/** One line of a form: label, control, hint, and what is wrong, tied together for screen readers. */
import { type ComponentProps, type ReactNode, useId } from 'react';
import { cx } from './cx.ts';

export const CONTROL =
  'h-8 w-full min-w-0 rounded-md border border-control-line bg-surface px-2.5 text-base text-ink placeholder:text-ink-faint ' +
  'disabled:opacity-60 aria-invalid:border-danger pointer-coarse:h-11 pointer-coarse:text-[1rem]';

interface FieldProps extends ComponentProps<'input'> {
  label: string;
  hint?: ReactNode;
  problem?: string | null;
}

export function Field({ label, hint, problem, className, ...input }: FieldProps) {
  const id = useId();
  const described = problem ? `${id}-problem` : hint ? `${id}-hint` : undefined;
  return (
    <div className={cx('flex flex-col gap-1', className)}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        aria-invalid={problem ? true : undefined}
        aria-describedby={described}
        className={CONTROL}
        {...input}
      />
      {problem ? (
        <p id={`${id}-problem`} className="text-xs text-danger">
          {problem}
        </p>
      ) : hint ? (
        <p id={`${id}-hint`} className="text-xs text-ink-faint">
          {hint}
        </p>
      ) : null}
    </div>
  );
}

interface SelectFieldProps extends ComponentProps<'select'> {
  label: string;
  hint?: ReactNode;
}

/** The platform's own list: the right one on every phone, and keyboard-ready. */
export function SelectField({ label, hint, className, children, ...select }: SelectFieldProps) {
  const id = useId();
  return (
    <div className={cx('flex flex-col gap-1', className)}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <select id={id} aria-describedby={hint ? `${id}-hint` : undefined} className={CONTROL} {...select}>
        {children}
      </select>
      {hint && (
        <p id={`${id}-hint`} className="text-xs text-ink-faint">
          {hint}
        </p>
      )}
    </div>
  );
}
