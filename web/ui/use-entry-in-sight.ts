/** On a phone a bar of entries is wider than the screen: the present one is scrolled into sight. */
import { type RefObject, useEffect, useRef } from 'react';

/** For the bar; its entries carry `data-entry`. */
export function useEntryInSight<T extends HTMLElement>(present: string): RefObject<T | null> {
  const bar = useRef<T>(null);
  useEffect(() => {
    const entry = bar.current?.querySelector(`[data-entry="${CSS.escape(present)}"]`);
    entry?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [present]);
  return bar;
}
