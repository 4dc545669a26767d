/** Buttons, and links that look like them through `buttonClass`. */
import type { ComponentProps } from 'react';
import { cx } from './cx.ts';

type Look = 'primary' | 'secondary' | 'ghost' | 'danger' | 'quiet-accent' | 'quiet-danger';
type Size = 'small' | 'medium' | 'icon';

const LOOKS: Record<Look, string> = {
  primary: 'bg-accent text-accent-ink hover:bg-accent-strong',
  secondary: 'border border-line-strong bg-surface text-ink hover:bg-hover',
  ghost: 'text-ink-soft hover:bg-hover hover:text-ink',
  danger: 'bg-danger text-danger-ink hover:opacity-90',
  'quiet-accent': 'text-accent hover:bg-hover',
  'quiet-danger': 'text-danger hover:bg-danger-soft',
};

/** Fingers get at least 40 px, mice the dense sizes. */
const SIZES: Record<Size, string> = {
  small: 'h-7 px-2.5 text-xs pointer-coarse:h-10 pointer-coarse:px-3',
  medium: 'h-8 px-3 text-sm pointer-coarse:h-10',
  icon: 'size-7 pointer-coarse:size-10',
};

export function buttonClass(look: Look = 'secondary', size: Size = 'medium', className?: string): string {
  return cx(
    'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap transition-colors',
    'disabled:cursor-not-allowed disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0',
    LOOKS[look],
    SIZES[size],
    className,
  );
}

interface ButtonProps extends ComponentProps<'button'> {
  look?: Look;
  size?: Size;
}

export function Button({ look, size, className, type = 'button', ...rest }: ButtonProps) {
  return <button type={type} className={buttonClass(look, size, className)} {...rest} />;
}

/** A button that is only an icon: the label is spoken and shown on hover. */
export function IconButton({
  label,
  look = 'ghost',
  ...rest
}: { label: string } & Omit<ButtonProps, 'size' | 'aria-label'>) {
  return <Button look={look} size="icon" aria-label={label} title={label} {...rest} />;
}
