/** The pieces of a menu, from Radix for keys and placement: loaded when the first menu is about to open (menu.tsx). */
import { Check } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import type { MenuChoicesProps, MenuItemProps, MenuProps } from './menu.tsx';

const ITEM =
  'flex min-h-8 cursor-pointer items-center gap-2 rounded px-2 py-1 text-sm outline-none select-none data-highlighted:bg-hover ' +
  'data-disabled:opacity-50 pointer-coarse:min-h-11 [&_svg]:size-4 [&_svg]:shrink-0';

interface PartsOfMenuProps extends MenuProps {
  onTrigger: (trigger: HTMLElement | null) => void;
}

export function Menu({ trigger, onTrigger, children, align = 'start', className }: PartsOfMenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild ref={onTrigger}>
        {trigger}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className={cx(
            'z-50 max-h-[min(26rem,var(--radix-dropdown-menu-content-available-height))] min-w-44 overflow-y-auto rounded-lg border border-line-strong bg-raised p-1 shadow-float',
            className,
          )}
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

export function MenuItem({ onSelect, danger, children }: MenuItemProps) {
  return (
    <DropdownMenu.Item onSelect={onSelect} className={cx(ITEM, danger && 'text-danger')}>
      {children}
    </DropdownMenu.Item>
  );
}

export function MenuNote({ children }: { children: ReactNode }) {
  return (
    <DropdownMenu.Label className="max-w-60 px-2 py-1 text-xs text-ink-soft">{children}</DropdownMenu.Label>
  );
}

export function MenuLine() {
  return <DropdownMenu.Separator className="my-1 h-px bg-line" />;
}

export function MenuChoices<T extends string>({ value, choices, onChange }: MenuChoicesProps<T>) {
  return (
    <DropdownMenu.RadioGroup value={value} onValueChange={(next) => onChange(next as T)}>
      {choices.map((choice) => (
        <DropdownMenu.RadioItem key={choice.value} value={choice.value} className={ITEM}>
          <span className="w-4">
            <DropdownMenu.ItemIndicator>
              <Check aria-hidden className="text-accent" />
            </DropdownMenu.ItemIndicator>
          </span>
          <span className="min-w-0 flex-1 truncate">{choice.label}</span>
          {choice.note && <span className="text-xs text-ink-faint">{choice.note}</span>}
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}
