/** What a box suggests while one types, under it; the box keeps the focus and handles the keys. */
import type { ReactNode } from 'react';
import { cx } from './cx.ts';

interface SuggestionListProps<Item> {
  /** Of the box: the list is `ID-list`, its entries are `ID-0` and so on. */
  id: string;
  items: readonly Item[];
  keyOf: (item: Item) => string;
  /** Position of the one that Enter takes; -1: none. */
  marked: number;
  onChoose: (item: Item) => void;
  /** One entry: what is put in, and what it is. */
  children: (item: Item) => ReactNode;
}

export function SuggestionList<Item>({
  id,
  items,
  keyOf,
  marked,
  onChoose,
  children,
}: SuggestionListProps<Item>) {
  if (items.length === 0) return null;
  return (
    <div
      id={`${id}-list`}
      role="listbox"
      aria-label="Suggestions"
      className="absolute inset-x-0 top-full z-20 mt-1 overflow-hidden rounded-lg border border-line-strong bg-raised p-1 shadow-float sm:right-auto sm:min-w-80"
    >
      {items.map((item, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the box, which keeps the focus
        <div
          key={keyOf(item)}
          id={`${id}-${index}`}
          tabIndex={-1}
          role="option"
          aria-selected={index === marked}
          // The box would lose the focus, and with it the list, before the click arrives.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onChoose(item)}
          className={cx(
            'flex min-h-8 cursor-pointer items-center gap-3 rounded px-2 text-sm hover:bg-hover pointer-coarse:min-h-11',
            index === marked && 'bg-hover',
          )}
        >
          {children(item)}
        </div>
      ))}
    </div>
  );
}
