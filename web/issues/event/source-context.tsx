/** Source around the line that was running, with its numbers. */
import { cx } from '#web/ui/cx.ts';
import { keyed } from '#web/ui/keyed.ts';
import { revealBidi } from '#web/ui/reveal-bidi.ts';
import { ScrollArea } from '#web/ui/scroll-area.tsx';
import { highlight, type Token } from './highlight.ts';
import type { Frame } from './payload.ts';

const COLORS: Record<Token['kind'], string | undefined> = {
  plain: undefined,
  keyword: 'text-code-keyword',
  string: 'text-code-string',
  number: 'text-code-number',
  comment: 'text-code-comment italic',
};

export function SourceContext({ lines, platform }: { lines: Frame['context']; platform: string }) {
  return (
    <ScrollArea label="Source code" className="overflow-x-auto bg-sunken font-mono text-xs leading-5">
      <div className="min-w-max py-1.5" dir="ltr">
        {lines.map((line) => (
          <div
            key={line.number}
            className={cx('flex', line.hit && 'bg-code-mark shadow-[inset_3px_0_0_var(--level-warning)]')}
          >
            <span
              aria-hidden
              className={cx(
                'w-14 shrink-0 pr-3 text-right select-none',
                line.hit ? 'font-semibold text-ink' : 'text-ink-faint',
              )}
            >
              {line.number > 0 ? line.number : ''}
            </span>
            <code className="pr-6 whitespace-pre [tab-size:4]">
              {keyed(highlight(revealBidi(line.text), platform), (token) => token.text).map(
                ({ key, item: token }) => (
                  <span key={key} className={COLORS[token.kind]}>
                    {token.text}
                  </span>
                ),
              )}
              {line.text === '' && ' '}
            </code>
          </div>
        ))}
      </div>
    </ScrollArea>
  );
}
