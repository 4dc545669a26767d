/** A sentence in which `words between backticks` are code. */
import { keyed } from './keyed.ts';

export function InlineCode({ text }: { text: string }) {
  return keyed(text.split('`'), (part) => part).map(({ key, item }, place) =>
    place % 2 === 0 ? (
      item
    ) : (
      <code key={key} className="rounded bg-sunken px-1 font-mono text-[0.92em] ring-1 ring-line ring-inset">
        {item}
      </code>
    ),
  );
}
