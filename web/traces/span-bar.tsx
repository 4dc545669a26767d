/** A span on the time line: faint where its children worked, solid where it did itself, its records as marks on it. */

import { durationText, placeIn, type Range } from '#web/durations.ts';
import { LEVEL_LOOKS } from '#web/log-levels.ts';
import type { ServiceLook } from '#web/service-looks.ts';
import { cx } from '#web/ui/cx.ts';
import { levelOf } from './lanes.ts';
import type { SpanNode } from './trace-model.ts';

/** Marks on one bar: more cannot be told apart. The worst of a span are among its rows anyway. */
const MARKS_MAX = 60;
/** Beyond, the words have no room to the right of the bar, percent. */
const RIGHT_MOST = 82;
const LEFT_LEAST = 18;

export function SpanBar({ node, range, look }: { node: SpanNode; range: Range; look: ServiceLook }) {
  const { start, end, span } = node;
  if (end < range.from || start > range.to) return <Beyond isBefore={end < range.from} />;
  const [left, right] = [placeIn(range, start), placeIn(range, end)];
  const failed = span.status === 'error';
  return (
    <>
      <span
        className={cx('absolute inset-y-1.5 min-w-[3px] overflow-hidden rounded-[3px]', look.faint)}
        style={{ left: `${left}%`, width: `${right - left}%` }}
      >
        {node.selfParts
          .filter((part) => part.to > range.from && part.from < range.to)
          .map((part) => (
            <span
              key={part.from}
              className={cx('absolute inset-y-0 min-w-px', look.solid)}
              style={shareOf(part, { from: Math.max(start, range.from), to: Math.min(end, range.to) })}
            />
          ))}
      </span>
      {failed && (
        <span
          className="absolute bottom-0.5 h-[3px] min-w-[3px] rounded-full bg-level-error"
          style={{ left: `${left}%`, width: `${right - left}%` }}
        />
      )}
      {node.records
        .slice(0, MARKS_MAX)
        .map(
          (record) =>
            record.at >= range.from &&
            record.at <= range.to && (
              <span
                key={record.key}
                className={cx(
                  'absolute top-1/2 -translate-x-1/2 -translate-y-1/2 ring-1 ring-surface',
                  LEVEL_LOOKS[levelOf(record)].dot,
                  record.kind === 'error' ? 'size-2 rotate-45' : 'h-3 w-1 rounded-full',
                )}
                style={{ left: `${placeIn(range, record.at)}%` }}
              />
            ),
        )}
      <span
        className="absolute inset-y-0 flex items-center px-1.5 text-2xs whitespace-nowrap text-ink-soft"
        style={wordsPlace(left, right)}
      >
        <span className={cx('rounded-sm', isInside(left, right) && 'bg-surface/85 px-1')}>
          {durationText(end - start)}
        </span>
      </span>
    </>
  );
}

const isInside = (left: number, right: number) => right > RIGHT_MOST && left < LEFT_LEAST;

function wordsPlace(left: number, right: number) {
  if (right <= RIGHT_MOST) return { left: `max(${right}%, calc(${left}% + 3px))` };
  if (left >= LEFT_LEAST) return { right: `${100 - left}%` };
  return { right: `${100 - right}%` };
}

function shareOf(part: Range, whole: Range) {
  const [left, right] = [placeIn(whole, part.from), placeIn(whole, part.to)];
  return { left: `${left}%`, width: `${right - left}%` };
}

/** It is not in what one looks at closely. */
function Beyond({ isBefore }: { isBefore: boolean }) {
  return (
    <span
      className={cx(
        'absolute inset-y-0 flex items-center text-2xs text-ink-faint',
        isBefore ? 'left-0.5' : 'right-0.5',
      )}
    >
      {isBefore ? '←' : '→'}
    </span>
  );
}
