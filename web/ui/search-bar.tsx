/** The search: suggestions while one types, and when it cannot be read, what is wrong and where. */

import { Search, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { IconButton } from '#web/ui/button.tsx';
import { cx } from '#web/ui/cx.ts';
import { useShortcuts } from '#web/ui/shortcuts.ts';
import { columnIn, findProblem } from './search-terms.ts';
import { type SearchKey, type Suggestion, suggest, take, typedTerm } from './suggest.ts';
import { SuggestionList } from './suggestion-list.tsx';

interface SearchBarProps {
  /** What is searched, as in "Search issues". */
  label: string;
  placeholder: string;
  keys: readonly SearchKey[];
  query: string;
  onSearch: (query: string) => void;
  /** What the server had against the query, if anything. */
  refusal: string | null;
  /** Values the page knows, by key. */
  values: ReadonlyMap<string, readonly string[]>;
  /** Searches of late, the newest first. */
  recent?: readonly string[];
  /** What stands under the caret while one types, so that the page can ask for values of it. */
  onTyped?: (term: { key: string; text: string }) => void;
}

export function SearchBar({
  label,
  placeholder,
  keys,
  query,
  onSearch,
  refusal,
  values,
  recent,
  onTyped,
}: SearchBarProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(query);
  const [caret, setCaret] = useState(query.length);
  const [open, setOpen] = useState(false);
  const [marked, setMarked] = useState(-1);
  const [problem, setProblem] = useState<ReturnType<typeof findProblem>>(null);
  useShortcuts({ '/': () => input.current?.select() });

  // Chips, links and the back button change the query from outside.
  const [known, setKnown] = useState(query);
  if (known !== query) {
    setKnown(query);
    setText(query);
    setProblem(null);
  }

  const suggestions = suggest(text, caret, keys, values, recent);
  const shown = open ? suggestions.items : [];
  const complaint =
    problem ?? (refusal && text === query ? { column: columnIn(refusal), message: refusal } : null);

  function submit(next = text) {
    const found = findProblem(next);
    setProblem(found);
    setOpen(false);
    setMarked(-1);
    if (!found) onSearch(next.trim());
  }

  const place = useRef<number | null>(null);
  useEffect(() => {
    if (place.current === null) return;
    input.current?.setSelectionRange(place.current, place.current);
    place.current = null;
  });
  function choose(item: Suggestion) {
    const next = take(text, suggestions, item);
    setText(next.text);
    setCaret(next.caret);
    onTyped?.(typedTerm(next.text, next.caret));
    setMarked(-1);
    place.current = next.caret;
    input.current?.focus();
    if (!item.incomplete) submit(next.text);
  }

  function onKey(event: KeyboardEvent) {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!open) return setOpen(true);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      // One place before the first means the text itself.
      setMarked((at) => ((at + 1 + step + shown.length + 1) % (shown.length + 1)) - 1);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const item = shown[marked];
      if (item) choose(item);
      else submit();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      if (open) setOpen(false);
      else input.current?.blur();
    }
  }

  return (
    <search className="relative block min-w-0 flex-1">
      <div
        className={cx(
          'flex h-9 items-center rounded-md border bg-surface pl-2.5 focus-within:outline-2 focus-within:outline-accent pointer-coarse:h-11',
          complaint ? 'border-danger' : 'border-control-line',
        )}
      >
        <Search aria-hidden className="size-4 shrink-0 text-ink-faint" />
        <input
          ref={input}
          type="text"
          role="combobox"
          aria-label={label}
          aria-expanded={shown.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={shown[marked] ? `${id}-${marked}` : undefined}
          aria-autocomplete="list"
          aria-invalid={complaint ? true : undefined}
          aria-describedby={complaint ? `${id}-problem` : undefined}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          placeholder={placeholder}
          value={text}
          onChange={(event) => {
            const at = event.target.selectionStart ?? event.target.value.length;
            setText(event.target.value);
            setCaret(at);
            onTyped?.(typedTerm(event.target.value, at));
            setOpen(true);
            setMarked(-1);
            setProblem(null);
          }}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={onKey}
          className="h-full min-w-0 flex-1 bg-transparent px-2 font-mono text-sm text-ink outline-none placeholder:font-sans placeholder:text-ink-faint pointer-coarse:text-[1rem]"
        />
        {text !== '' && (
          <IconButton label="Clear the search" onClick={() => submit('')} className="mr-0.5">
            <X aria-hidden />
          </IconButton>
        )}
      </div>
      <SuggestionList id={id} items={shown} keyOf={(item) => item.label} marked={marked} onChoose={choose}>
        {(item) => (
          <>
            <span className="min-w-0 truncate font-mono text-xs">{item.label}</span>
            <span className="ml-auto shrink-0 text-xs text-ink-faint">{item.detail}</span>
          </>
        )}
      </SuggestionList>
      {complaint && (
        <Complaint id={`${id}-problem`} text={text} column={complaint.column} message={complaint.message} />
      )}
    </search>
  );
}

function Complaint({
  id,
  text,
  column,
  message,
}: {
  id: string;
  text: string;
  column: number | null;
  message: string;
}) {
  const at = column === null ? text.length : Math.min(column - 1, text.length);
  const end = text.indexOf(' ', at) < 0 ? text.length : Math.max(at + 1, text.indexOf(' ', at));
  return (
    <div id={id} role="alert" className="mt-1.5 text-sm text-danger">
      {column !== null && (
        <code className="block pb-1.5 font-mono text-xs text-ink-soft [overflow-wrap:anywhere]">
          {text.slice(0, at)}
          <mark className="rounded-sm bg-danger-soft px-0.5 font-semibold text-danger underline decoration-wavy underline-offset-4">
            {text.slice(at, end) || ' '}
          </mark>
          {text.slice(end)}
        </code>
      )}
      {message}
    </div>
  );
}
