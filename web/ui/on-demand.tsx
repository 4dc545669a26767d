/**
 * A button whose menu or window is loaded when somebody is about to use it: a fifth of the script of a first view was
 * placement and keys of menus that nobody had opened yet. What was pressed first is done again when they are there.
 */
import { Slot } from 'radix-ui';
import { type ReactNode, useRef, useState } from 'react';

export interface OnDemand<Parts> {
  /** Undefined: not loaded yet. */
  parts: Parts | undefined;
  load(): Promise<Parts>;
}

/** Loads once; what failed is tried again when it is next wanted. */
export function onDemand<Parts>(importParts: () => Promise<Parts>): OnDemand<Parts> {
  const source: OnDemand<Parts> = {
    parts: undefined,
    load: async () => {
      source.parts ??= await importParts();
      return source.parts;
    },
  };
  return source;
}

interface TriggerOnDemandProps<Parts> {
  from: OnDemand<Parts>;
  /** One element. */
  trigger: ReactNode;
  opens: 'menu' | 'dialog';
  /** What is drawn when it is loaded; the function takes its trigger's element. */
  children: (parts: Parts, onTrigger: (trigger: HTMLElement | null) => void) => ReactNode;
}

/** Keys that open a menu: https://www.w3.org/WAI/ARIA/apg/patterns/menu-button/ */
const OPENING_KEYS = ['Enter', ' ', 'ArrowDown'];

export function TriggerOnDemand<Parts>({ from, trigger, opens, children }: TriggerOnDemandProps<Parts>) {
  const [parts, setParts] = useState(() => from.parts);
  const pressed = useRef<Event | null>(null);
  const isHeld = useRef(false);
  if (parts)
    return children(parts, (element) => {
      const event = pressed.current;
      if (!element || !event) return;
      pressed.current = null;
      // Whoever uses keys was on the button that this one replaces.
      if (event instanceof KeyboardEvent) element.focus();
      // After React has attached the handlers of what it just drew.
      queueMicrotask(() => element.dispatchEvent(event));
    });
  const load = () => from.load().catch(() => undefined);
  const use = (event: Event | null) => {
    if (event) pressed.current = event;
    // A button that is replaced between press and release gets no click.
    void load().then((loaded) => loaded && !isHeld.current && setParts(() => loaded));
  };
  const isMenu = opens === 'menu';
  return (
    <Slot.Root
      aria-haspopup={opens}
      aria-expanded={false}
      onPointerEnter={({ currentTarget }: { currentTarget: HTMLElement }) =>
        currentTarget === document.activeElement ? void load() : use(null)
      }
      onPointerLeave={() => {
        isHeld.current = false;
      }}
      onFocus={() => void load()}
      onPointerDown={(event: { button: number; ctrlKey: boolean; preventDefault(): void }) => {
        isHeld.current = !isMenu;
        if (!isMenu || event.button !== 0 || event.ctrlKey) return;
        // Else the browser gives the focus to what lies behind this button when it is replaced, and the menu closes.
        event.preventDefault();
        use(new PointerEvent('pointerdown', { bubbles: true, cancelable: true }));
      }}
      onKeyDown={(event: { key: string; preventDefault(): void }) => {
        if (!isMenu || !OPENING_KEYS.includes(event.key)) return;
        event.preventDefault();
        use(new KeyboardEvent('keydown', { key: event.key, bubbles: true, cancelable: true }));
      }}
      onClick={() => {
        isHeld.current = false;
        if (!isMenu) use(new MouseEvent('click', { bubbles: true, cancelable: true }));
      }}
    >
      {trigger}
    </Slot.Root>
  );
}
