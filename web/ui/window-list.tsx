/**
 * A long list that scrolls with the window: only the rows one can see are drawn, the rest is space, and nearing
 * the end asks for more. Rows may differ in height; they are measured when drawn.
 */
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Rows drawn beyond the window, so that fast scrolling shows no holes. */
const OVERSCAN = 12;
/** Rows before the end at which the next page is asked for. */
const AHEAD = 20;
/** Space the sticky bars take at the top, kept free when the keys walk upwards. */
const STICKY_PX = 96;

interface WindowListProps<T> {
  label: string;
  items: readonly T[];
  keyOf: (item: T) => string;
  /** Height of a row before it is measured. */
  rowPx: number;
  row: (item: T, index: number) => ReactNode;
  /** How many there are in all, loaded or not. */
  total: number;
  more: boolean;
  onMore: () => void;
  /** The row that keys have moved to. It is scrolled to, and its element with `data-row-focus` takes the focus. */
  activeIndex?: number;
}

export function WindowList<T>(props: WindowListProps<T>) {
  const { label, items, keyOf, rowPx, row, total, more, onMore, activeIndex = -1 } = props;
  const list = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    if (list.current) setTop(list.current.getBoundingClientRect().top + window.scrollY);
  }, []);
  const virtual = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => rowPx,
    overscan: OVERSCAN,
    scrollMargin: top,
    scrollPaddingStart: STICKY_PX,
    scrollPaddingEnd: rowPx,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
  });

  const drawn = virtual.getVirtualItems();
  const last = drawn.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= items.length - AHEAD) onMore();
  }, [more, last, items.length, onMore]);

  useEffect(() => {
    if (activeIndex < 0) return;
    virtual.scrollToIndex(activeIndex, { align: 'auto' });
    const frame = requestAnimationFrame(() => {
      const place = list.current?.querySelector(`[data-index="${activeIndex}"] [data-row-focus]`);
      if (place instanceof HTMLElement) place.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [virtual, activeIndex]);

  return (
    <ul ref={list} aria-label={label} className="relative" style={{ height: virtual.getTotalSize() }}>
      {drawn.map(({ key, index, start }) => {
        const item = items[index];
        return (
          item !== undefined && (
            <li
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              aria-setsize={total}
              aria-posinset={index + 1}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${start - top}px)` }}
            >
              {row(item, index)}
            </li>
          )
        );
      })}
    </ul>
  );
}
