/** One call of a stack: where it was, and when opened, its source and its variables. */
import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { cx } from '#web/ui/cx.ts';
import { Pairs } from '#web/ui/pairs.tsx';
import { revealBidi } from '#web/ui/reveal-bidi.ts';
import { CodeLink } from './code-links.tsx';
import { hasDetail, type FrameRow as Row } from './fold-frames.ts';
import type { Frame } from './payload.ts';
import { SourceContext } from './source-context.tsx';
import { frameText, placeOf } from './stack-text.ts';

export function FrameRow({
  row: { frame, times },
  platform,
  opened,
}: {
  row: Row;
  platform: string;
  opened: boolean;
}) {
  const [open, setOpen] = useState(opened);
  const detail = hasDetail(frame);
  const head = <FrameHead frame={frame} times={times} />;
  return (
    <li className={cx('group/frame border-b border-line last:border-0', !frame.inApp && 'bg-canvas/60')}>
      <div className="flex items-start gap-1 pr-1.5">
        {detail ? (
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            className="flex min-h-9 min-w-0 flex-1 items-start gap-1.5 py-2 pl-2 text-left hover:bg-hover"
          >
            <ChevronRight
              aria-hidden
              className={cx(
                'mt-0.5 size-4 shrink-0 text-ink-faint transition-transform',
                open && 'rotate-90',
              )}
            />
            {head}
          </button>
        ) : (
          <div className="flex min-h-9 min-w-0 flex-1 items-start py-2 pl-[1.875rem]">{head}</div>
        )}
        <CodeLink frame={frame} className="mt-1" />
        <CopyButton
          text={() => frameText(frame, platform).trim()}
          what="frame"
          className="mt-1 opacity-0 group-hover/frame:opacity-100 focus-visible:opacity-100 pointer-coarse:hidden"
        />
      </div>
      {open && frame.context.length > 0 && <SourceContext lines={frame.context} platform={platform} />}
      {open && frame.vars.length > 0 && (
        <div className="border-t border-line px-4 py-2 pl-[1.875rem]">
          <h4 className="sr-only">Local variables</h4>
          <Pairs pairs={frame.vars} quoted={platform !== 'python'} />
        </div>
      )}
    </li>
  );
}

function FrameHead({ frame, times }: { frame: Frame; times: number }) {
  const name = frame.function && frame.function !== '?' ? frame.function : '<anonymous>';
  const showModule = frame.module !== '' && !frame.filename.includes(frame.module);
  return (
    <span
      className={cx(
        'min-w-0 flex-1 text-xs leading-5 [overflow-wrap:anywhere]',
        frame.inApp ? 'text-ink' : 'text-ink-soft',
      )}
    >
      <bdi className={cx('font-mono', frame.inApp && 'font-semibold')}>{revealBidi(name)}</bdi>
      <span className="text-ink-faint"> in </span>
      <bdi className="font-mono" title={frame.absPath || undefined}>
        {revealBidi(placeOf(frame))}
      </bdi>
      {showModule && (
        <>
          <span className="text-ink-faint"> of </span>
          <bdi className="font-mono text-ink-faint">{frame.module}</bdi>
        </>
      )}
      {frame.address && frame.filename && (
        <bdi className="ml-2 font-mono text-2xs text-ink-faint">{frame.address}</bdi>
      )}
      {times > 1 && (
        <span className="ml-2 rounded bg-warn-soft px-1 text-2xs font-semibold text-warn">
          called itself {times} times
        </span>
      )}
      {!frame.inApp && <span className="sr-only"> (library)</span>}
    </span>
  );
}
