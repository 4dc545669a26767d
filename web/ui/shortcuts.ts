/**
 * Keys for everything one does often. A shortcut is one key (`j`, `shift-j`, `?`, `enter`, `esc`, `up`), or two in a row
 * (`g i`). They rest while one types, and while a dialog is open.
 */
import { useEffect, useLayoutEffect, useRef } from 'react';

export type Shortcuts = Record<string, () => void>;

/** How long the first key of a pair waits for the second. */
const PAIR_MS = 1000;
const TYPING =
  'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], [data-typing], [role^=menuitem], [role=option]';
const PRESSED_BY_ENTER = 'a, button, summary';

/** Pages that listen, the newest last; it is asked first. */
const layers: { current: Shortcuts }[] = [];
let first: { key: string; at: number } | null = null;

function nameOf({ key }: KeyboardEvent): string {
  if (key === 'Escape') return 'esc';
  if (key === 'Enter') return 'enter';
  if (key.startsWith('Arrow')) return key.slice('Arrow'.length).toLowerCase();
  return /^[A-Z]$/.test(key) ? `shift-${key.toLowerCase()}` : key;
}

function onKey(event: KeyboardEvent) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest(TYPING) || document.querySelector('[data-dialog-open]')) return;
  if (event.key === 'Enter' && target?.closest(PRESSED_BY_ENTER)) return;
  const name = nameOf(event);
  const pair = first && event.timeStamp - first.at < PAIR_MS ? `${first.key} ${name}` : '';
  first = null;
  for (const key of [pair, name]) {
    const run = layers.findLast((layer) => layer.current[key])?.current[key];
    if (!run) continue;
    event.preventDefault();
    run();
    return;
  }
  first = { key: name, at: event.timeStamp };
}

export function useShortcuts(shortcuts: Shortcuts) {
  const layer = useRef(shortcuts);
  // Before the next key can come: `j` and then `e` at once must act on the row that `j` went to.
  useLayoutEffect(() => {
    layer.current = shortcuts;
  });
  useEffect(() => {
    if (layers.length === 0) window.addEventListener('keydown', onKey);
    layers.push(layer);
    return () => {
      layers.splice(layers.indexOf(layer), 1);
      if (layers.length === 0) window.removeEventListener('keydown', onKey);
    };
  }, []);
}
