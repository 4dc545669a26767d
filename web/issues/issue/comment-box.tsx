/** Where a comment is written or changed: people and teams are offered after @ and #, Ctrl Enter sends. */

import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { membersQuery, teamsQuery } from '#web/people.ts';
import { Button } from '#web/ui/button.tsx';
import { cx } from '#web/ui/cx.ts';
import { CONTROL } from '#web/ui/field.tsx';
import { FormProblem } from '#web/ui/form-problem.tsx';
import { SuggestionList } from '#web/ui/suggestion-list.tsx';
import { type Mentionable, suggestMentions, takeMention } from './mention-suggest.ts';

/** The server takes no longer one. */
const COMMENT_CHARS_MAX = 10_000;

interface CommentBoxProps {
  label: string;
  initial?: string;
  verb: string;
  busy: boolean;
  error: unknown;
  onSend: (text: string) => void;
  /** Beside the button. */
  cancel?: ReactNode;
}

export function CommentBox({ label, initial = '', verb, busy, error, onSend, cancel }: CommentBoxProps) {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(initial);
  const [caret, setCaret] = useState(initial.length);
  const [open, setOpen] = useState(false);
  const [marked, setMarked] = useState(0);
  const { data: members = [] } = useQuery({ ...membersQuery, enabled: open });
  const { data: teams = [] } = useQuery({ ...teamsQuery, enabled: open });
  const known = useMemo<Mentionable[]>(
    () => [
      ...members.filter(({ name }) => name).map(({ name, email }) => ({ text: `@${name}`, detail: email })),
      ...teams.map(({ slug, name }) => ({ text: `#${slug}`, detail: name })),
    ],
    [members, teams],
  );
  const { from, items } = suggestMentions(text, caret, known);
  const shown = open ? items : [];

  const place = useRef<number | null>(null);
  useEffect(() => {
    if (place.current === null) return;
    area.current?.setSelectionRange(place.current, place.current);
    place.current = null;
  });
  function choose(item: Mentionable) {
    const next = takeMention(text, caret, from, item);
    setText(next.text);
    setCaret(next.caret);
    place.current = next.caret;
    area.current?.focus();
  }

  function send() {
    if (text.trim() !== '' && !busy) onSend(text.trim());
  }
  function onKey(event: KeyboardEvent) {
    const item = shown[marked];
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
    else if (item && (event.key === 'Enter' || event.key === 'Tab')) choose(item);
    else if (item && event.key === 'ArrowDown') setMarked((at) => (at + 1) % shown.length);
    else if (item && event.key === 'ArrowUp') setMarked((at) => (at + shown.length - 1) % shown.length);
    else if (item && event.key === 'Escape') setOpen(false);
    else return;
    event.preventDefault();
  }

  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="relative">
        <textarea
          ref={area}
          role="combobox"
          aria-label={label}
          aria-expanded={shown.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={shown[marked] ? `${id}-${marked}` : undefined}
          aria-autocomplete="list"
          aria-describedby={`${id}-hint`}
          placeholder={label}
          rows={Math.min(12, Math.max(2, text.split('\n').length + 1))}
          maxLength={COMMENT_CHARS_MAX}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setCaret(event.target.selectionStart);
            setOpen(true);
            setMarked(0);
          }}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={onKey}
          className={cx(CONTROL, 'h-auto! py-2 text-sm!')}
        />
        <SuggestionList
          id={id}
          items={shown}
          keyOf={(item) => item.text + item.detail}
          marked={marked}
          onChoose={choose}
        >
          {(item) => (
            <>
              <bdi className="min-w-0 truncate">{item.text}</bdi>
              <span className="ml-auto min-w-0 truncate text-xs text-ink-faint">{item.detail}</span>
            </>
          )}
        </SuggestionList>
      </div>
      <FormProblem error={error} />
      <div className="flex flex-wrap items-center gap-2">
        <p id={`${id}-hint`} className="min-w-0 flex-1 basis-52 text-xs text-ink-faint">
          @name and #team follow it then. **bold**, *italic*, `code`, ``` blocks, links.
        </p>
        {cancel}
        <Button type="submit" look="primary" size="small" disabled={busy || text.trim() === ''}>
          {busy ? 'One moment…' : verb}
        </Button>
      </div>
    </form>
  );
}
