/**
 * A list that opens from a button. Not modal: the modal kind writes a style element to hold the page still, which our
 * policy forbids. What opens is loaded when it is wanted.
 */
import { ChevronDown, Ellipsis } from 'lucide-react';
import type { ReactNode } from 'react';
import { buttonClass, IconButton } from './button.tsx';
import { onDemand, TriggerOnDemand } from './on-demand.tsx';

const menu = onDemand(() => import('./menu-parts.tsx'));

/** Of an open menu: its items are drawn by nobody else. */
function parts() {
  if (!menu.parts) throw new Error('an item of a menu was drawn outside of one');
  return menu.parts;
}

export interface MenuProps {
  /** The button: one element, which gets the menu's behaviour. */
  trigger: ReactNode;
  children: ReactNode;
  align?: 'start' | 'end';
  className?: string;
}

export function Menu(props: MenuProps) {
  return (
    <TriggerOnDemand from={menu} trigger={props.trigger} opens="menu">
      {(loaded, onTrigger) => <loaded.Menu {...props} onTrigger={onTrigger} />}
    </TriggerOnDemand>
  );
}

/** What is done less often, behind three dots. */
export function MoreMenu({ label = 'More to do', children }: { label?: string; children: ReactNode }) {
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label={label}>
          <Ellipsis aria-hidden />
        </IconButton>
      }
    >
      {children}
    </Menu>
  );
}

export interface MenuItemProps {
  onSelect: () => void;
  danger?: boolean;
  children: ReactNode;
}

export function MenuItem(props: MenuItemProps) {
  const { MenuItem: Item } = parts();
  return <Item {...props} />;
}

/** What the choices are about. */
export function MenuNote(props: { children: ReactNode }) {
  const { MenuNote: Note } = parts();
  return <Note {...props} />;
}

export function MenuLine() {
  const { MenuLine: Line } = parts();
  return <Line />;
}

export interface Choice<T extends string> {
  value: T;
  label: string;
  note?: string;
}

export interface MenuChoicesProps<T extends string> {
  value: T;
  choices: readonly Choice<T>[];
  onChange: (value: T) => void;
}

export function MenuChoices<T extends string>(props: MenuChoicesProps<T>) {
  const { MenuChoices: Choices } = parts();
  return <Choices {...props} />;
}

/** A choice of one: the button shows the present one. */
export function ChoiceMenu<T extends string>({
  label,
  value,
  choices,
  onChange,
  align,
}: MenuChoicesProps<T> & { label: string; align?: 'start' | 'end' }) {
  const chosen = choices.find((choice) => choice.value === value);
  return (
    <Menu
      align={align}
      trigger={
        <button type="button" className={buttonClass('secondary', 'medium', 'font-normal')}>
          <span className="text-ink-faint">{label}</span>
          <span className="font-medium">{chosen?.label ?? value}</span>
          <ChevronDown aria-hidden className="size-3.5! text-ink-faint" />
        </button>
      }
    >
      <MenuChoices value={value} choices={choices} onChange={onChange} />
    </Menu>
  );
}
