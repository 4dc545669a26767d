/** Keys that walk a list: `j` and `k` to the next and the one before, Enter opens it, `/` goes to the field above the list. */
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useShortcuts } from './shortcuts.ts';

interface ListKeys {
  /** Rows; while it is undefined the keys are somebody else's. */
  count: number | undefined;
  onOpen?: (at: number) => void;
  fieldId?: string;
}

/** The present row, -1 before the first, and where the list goes: its rows are its children. */
export function useListKeys<T extends HTMLElement>(
  keys: ListKeys,
): { active: number; list: RefObject<T | null> } {
  const { count, onOpen, fieldId } = keys;
  const list = useRef<T>(null);
  const [active, setActive] = useState(-1);
  useShortcuts(
    count === undefined
      ? {}
      : {
          j: () => setActive(Math.min(active + 1, count - 1)),
          k: () => setActive(Math.max(active - 1, 0)),
          ...(onOpen && { enter: () => active >= 0 && active < count && onOpen(active) }),
          ...(fieldId && { '/': () => document.getElementById(fieldId)?.focus() }),
        },
  );
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return { active, list };
}
