/** The window of a popover, from Radix for keys and placement; not modal, as the menu (see menu.tsx). */
import { Popover as Radix } from 'radix-ui';
import { cx } from './cx.ts';
import type { PopoverProps } from './popover.tsx';

interface PartsOfPopoverProps extends PopoverProps {
  onTrigger: (trigger: HTMLElement | null) => void;
}

export function Popover({
  trigger,
  onTrigger,
  label,
  align = 'end',
  className,
  children,
}: PartsOfPopoverProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild ref={onTrigger}>
        {trigger}
      </Radix.Trigger>
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
