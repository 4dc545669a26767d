/** A small window beside its button, from Radix for keys and placement; not modal, as the menu (see menu.tsx). */
import { Popover as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';

interface PopoverProps {
  /** The button: one element, which gets the behaviour. */
  trigger: ReactNode;
  /** What it is, for who does not see it. */
  label: string;
  align?: 'start' | 'end';
  className?: string;
  children: ReactNode;
}

export function Popover({ trigger, label, align = 'end', className, children }: PopoverProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className={cx(
            'z-40 max-h-(--radix-popover-content-available-height) overflow-y-auto rounded-lg border border-line-strong bg-raised p-3 shadow-float outline-none',
            className,
          )}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
