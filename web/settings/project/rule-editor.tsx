/** A text of rules, one a line: line numbers beside it, and what is wrong below it, each leading to its place. */
import { useId, useRef } from 'react';
import type { GroupingRuleProblem } from '#contract/grouping.ts';
import { cx } from '#web/ui/cx.ts';
import { CONTROL } from '#web/ui/field.tsx';
import { lineRange } from './line-range.ts';

interface RuleEditorProps {
  label: string;
  value: string;
  problems: readonly GroupingRuleProblem[];
  placeholder: string;
  readOnly: boolean;
  onChange: (value: string) => void;
}

/** Rows shown before the text scrolls. */
const ROWS_MIN = 4;
const ROWS_MAX = 20;

export function RuleEditor({ label, value, problems, placeholder, readOnly, onChange }: RuleEditorProps) {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const lines = value.split('\n').length;
  const wrong = new Map(problems.toReversed().map(({ line, isWarning }) => [line, isWarning]));
  const errors = problems.filter(({ isWarning }) => !isWarning);

  function goTo({ line, column }: GroupingRuleProblem) {
    const { from, to } = lineRange(value, line);
    const start = Math.min(from + column - 1, to);
    area.current?.focus();
    area.current?.setSelectionRange(start, to);
  }
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex overflow-hidden rounded-md border border-control-line bg-surface has-[textarea:focus-visible]:outline-2 has-[textarea:focus-visible]:outline-accent">
        <div
          ref={gutter}
          aria-hidden
          className="shrink-0 overflow-hidden bg-sunken py-2 text-right font-mono text-xs leading-5 text-ink-faint select-none"
          style={{
            height: `${(Math.min(ROWS_MAX, Math.max(ROWS_MIN, lines + 1)) * 20 + 16) / 16}rem`,
          }}
        >
          {Array.from({ length: lines }, (_, at) => (
            <div
              // biome-ignore lint/suspicious/noArrayIndexKey: the number is what a line is called
              key={at}
              className={cx(
                'px-2',
                wrong.get(at + 1) === false && 'bg-danger-soft font-semibold text-danger',
                wrong.get(at + 1) === true && 'bg-warn-soft text-warn',
              )}
            >
              {at + 1}
            </div>
          ))}
        </div>
        <textarea
          ref={area}
          aria-label={label}
          value={value}
          readOnly={readOnly}
          placeholder={placeholder}
          spellCheck={false}
          autoCapitalize="off"
          autoCorrect="off"
          wrap="off"
          aria-invalid={errors.length > 0 ? true : undefined}
          aria-describedby={problems.length > 0 ? `${id}-problems` : undefined}
          onChange={(event) => onChange(event.target.value)}
          onScroll={(event) => {
            if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop;
          }}
          className={cx(
            CONTROL,
            'h-auto! flex-1 resize-none rounded-none! border-0! py-2 font-mono text-xs! leading-5 outline-none!',
          )}
        />
      </div>
      {problems.length > 0 && (
        <ul id={`${id}-problems`} aria-live="polite" className="flex flex-col gap-0.5 text-xs">
          {problems.map((problem) => (
            <li
              key={`${problem.line}:${problem.column}:${problem.message}`}
              className={problem.isWarning ? 'text-warn' : 'text-danger'}
            >
              <button
                type="button"
                className="text-left underline-offset-2 [overflow-wrap:anywhere] hover:underline"
                onClick={() => goTo(problem)}
              >
                Line {problem.line}, column {problem.column}: {problem.message}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
