/**
 * Any value a program sent: text, numbers, lists and records inside each other. Everything is drawn as text and
 * opened step by step, so neither depth nor size nor markup inside it can do harm.
 */
import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { cx } from './cx.ts';
import { ExternalLink } from './external-link.tsx';
import { byteSize } from './number.ts';
import { safeUrl } from './safe-url.ts';
import { previewOf } from './value-preview.ts';

/** Entries of a list or record shown at first; the rest on request. */
const ENTRIES_SHOWN = 50;
/** Characters of a text shown at first. */
const TEXT_SHOWN = 1000;

export function ValueView({ value, quoted }: { value: unknown; quoted?: boolean }): ReactNode {
  if (value === null || value === undefined) return <span className="text-ink-faint italic">null</span>;
  if (typeof value === 'string') return <TextView text={value} quoted={quoted} />;
  if (typeof value === 'number') return <span className="text-code-number">{String(value)}</span>;
  if (typeof value === 'boolean') return <span className="text-code-keyword">{String(value)}</span>;
  if (typeof value === 'object') return <EntriesView value={value} />;
  return <span>{String(value)}</span>;
}

function TextView({ text, quoted }: { text: string; quoted?: boolean }) {
  const [all, setAll] = useState(false);
  if (text === '') return <span className="text-ink-faint italic">empty</span>;
  if (text.length < 2000 && safeUrl(text)) return <ExternalLink url={text} />;
  const cut = !all && text.length > TEXT_SHOWN;
  const shown = cut ? text.slice(0, TEXT_SHOWN) : text;
  return (
    <>
      <bdi className={cx('[overflow-wrap:anywhere] whitespace-pre-wrap', quoted && 'text-code-string')}>
        {quoted ? `"${shown}"` : shown}
      </bdi>
      {cut && (
        <button type="button" className="ml-1 text-accent hover:underline" onClick={() => setAll(true)}>
          … show all {byteSize(text.length)}
        </button>
      )}
    </>
  );
}

function EntriesView({ value }: { value: object }) {
  const [open, setOpen] = useState(false);
  const [all, setAll] = useState(false);
  const isList = Array.isArray(value);
  const entries = Object.entries(value);
  if (entries.length === 0) return <span className="text-ink-faint">{isList ? '[]' : '{}'}</span>;
  const shown = all ? entries : entries.slice(0, ENTRIES_SHOWN);
  return (
    <span className="inline-block max-w-full align-top">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="inline-flex max-w-full items-start gap-0.5 rounded text-left hover:text-accent"
      >
        <ChevronRight
          aria-hidden
          className={cx('mt-[3px] size-3 shrink-0 transition-transform', open && 'rotate-90')}
        />
        <span className={cx('[overflow-wrap:anywhere]', open ? 'text-ink-faint' : 'line-clamp-2')}>
          {open ? `${entries.length} ${isList ? 'items' : 'entries'}` : previewOf(value)}
        </span>
      </button>
      {open && (
        <div className="mt-0.5 ml-1.5 border-l border-line pl-3">
          {shown.map(([key, each]) => (
            <div key={key} className="flex items-start gap-1.5">
              <bdi className="shrink-0 text-ink-faint">{key}:</bdi>
              <span className="min-w-0">
                <ValueView value={each} quoted />
              </span>
            </div>
          ))}
          {shown.length < entries.length && (
            <button type="button" className="text-accent hover:underline" onClick={() => setAll(true)}>
              show {entries.length - shown.length} more
            </button>
          )}
        </div>
      )}
    </span>
  );
}
