/** A sentence in which `words between backticks` are code. */
export function InlineCode({ text }: { text: string }) {
  return text.split('`').map((part, place) =>
    place % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence never change places
      <code
        key={place}
        className="rounded bg-sunken px-1 font-mono text-[0.92em] ring-1 ring-line ring-inset"
      >
        {part}
      </code>
    ),
  );
}
