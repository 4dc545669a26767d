/** What people write, drawn: see rich-text.ts for what they may write. */
import { useMemo } from 'react';
import { keyed } from './keyed.ts';
import { type Inline, readRichText } from './rich-text.ts';

export function RichText({ text, marked }: { text: string; marked?: readonly string[] }) {
  const blocks = useMemo(() => readRichText(text, marked), [text, marked]);
  return (
    <div className="flex min-w-0 flex-col gap-2 [overflow-wrap:anywhere]">
      {keyed(blocks, ({ kind }) => kind).map(({ key, item: block }) => {
        if (block.kind === 'code')
          return (
            <pre key={key} className="overflow-x-auto rounded-md bg-sunken px-3 py-2 font-mono text-xs">
              {block.text}
            </pre>
          );
        const inlines = keyed(block.inlines, ({ kind, text: words }) => kind + words).map(
          ({ key: own, item }) => <InlineView key={own} inline={item} />,
        );
        return block.kind === 'quote' ? (
          <blockquote
            key={key}
            dir="auto"
            className="border-l-2 border-line-strong pl-3 whitespace-pre-wrap text-ink-soft"
          >
            {inlines}
          </blockquote>
        ) : (
          <p key={key} dir="auto" className="whitespace-pre-wrap">
            {inlines}
          </p>
        );
      })}
    </div>
  );
}

function InlineView({ inline }: { inline: Inline }) {
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'code':
      return <code className="rounded bg-sunken px-1 py-0.5 font-mono text-xs">{inline.text}</code>;
    case 'bold':
      return <strong className="font-semibold">{inline.text}</strong>;
    case 'italic':
      return <em>{inline.text}</em>;
    case 'marked':
      return (
        <bdi className="rounded bg-accent-soft px-0.5 font-medium text-accent-strong">{inline.text}</bdi>
      );
    case 'link':
      return (
        <a
          href={inline.href}
          title={inline.href}
          target="_blank"
          rel="noopener noreferrer"
          className="text-accent underline underline-offset-2"
        >
          {inline.text}
          <span className="sr-only"> (opens another site)</span>
        </a>
      );
  }
}
