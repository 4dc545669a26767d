/** One line of a story: when, in which lane, what; opened, also why it is here, all it says, and where it leads. */
import { Bug, CircleDot, Crosshair, GitCommitHorizontal, ScrollText } from 'lucide-react';
import { memo } from 'react';
import type { StoryItem, StoryKind } from '#contract/story.ts';
import { durationText, fineOffsetText } from '#web/durations.ts';
import { LEVEL_LOOKS } from '#web/log-levels.ts';
import { exactTime } from '#web/log-time.ts';
import type { LookOf } from '#web/service-looks.ts';
import { Badge } from '#web/ui/badge.tsx';
import { cx } from '#web/ui/cx.ts';
import { revealBidi } from '#web/ui/reveal-bidi.ts';
import { StoryDetail } from './story-detail.tsx';
import { type Count, laneName, laneOf, REASON_NAMES } from './story-model.ts';

/** Lanes that are drawn beside each other; those of further services share the last. */
const LANES_DRAWN = 8;
const CHARS = 400;

const ICONS: Record<StoryKind, typeof Bug> = {
  breadcrumb: CircleDot,
  span: GitCommitHorizontal,
  log: ScrollText,
  error: Bug,
};

interface StoryRowProps {
  item: StoryItem;
  lanes: readonly Count[];
  lookOf: LookOf;
  wide: boolean;
  isCause: boolean;
  isError: boolean;
  isOpen: boolean;
  isActive: boolean;
  aroundMs: number;
  /** Since the line above it, where nothing was said for a while. */
  pauseNs?: number | undefined;
  onToggle: (item: StoryItem) => void;
}

export const StoryRow = memo(function StoryRow(props: StoryRowProps) {
  return (
    <>
      {props.pauseNs !== undefined && (
        <p className="border-b border-line bg-sunken px-3 py-0.5 text-center text-2xs text-ink-faint">
          {durationText(props.pauseNs)} later
        </p>
      )}
      <Line {...props} />
    </>
  );
});

function Line(props: StoryRowProps) {
  const { item, isCause, isError, isOpen, isActive, wide, onToggle } = props;
  return (
    <div
      data-cause={isCause || undefined}
      className={cx(
        'relative border-b border-line',
        isError && 'bg-danger-soft',
        isCause && 'bg-warn-soft shadow-[inset_3px_0_0_var(--warn)]',
        isOpen && !isCause && !isError && 'bg-accent-soft/50',
        isActive && !isCause && 'shadow-[inset_2px_0_0_var(--accent)]',
      )}
    >
      <button
        type="button"
        data-row-focus
        aria-expanded={isOpen}
        onClick={() => onToggle(item)}
        className={cx(
          'flex w-full min-w-0 text-left text-xs outline-none hover:bg-hover/60 focus-visible:bg-hover focus-visible:shadow-[inset_2px_0_0_var(--accent)]',
          wide ? 'items-center gap-x-3 px-3 py-1' : 'flex-col gap-y-0.5 px-3 py-2',
        )}
      >
        {wide ? <WideLine {...props} /> : <PhoneLine {...props} />}
      </button>
      {isOpen && <StoryDetail item={item} aroundMs={props.aroundMs} />}
    </div>
  );
}

function WideLine(props: StoryRowProps) {
  const { item } = props;
  return (
    <>
      <Offset {...props} />
      <Lanes {...props} />
      <bdi className="w-28 shrink-0 truncate text-ink-soft" title={item.host || undefined}>
        {laneName(laneOf(item))}
      </bdi>
      <Text {...props} />
      <Why item={item} />
    </>
  );
}

function PhoneLine(props: StoryRowProps) {
  const { item, lookOf } = props;
  return (
    <>
      <span className="flex min-w-0 items-center gap-2">
        <Offset {...props} />
        <span aria-hidden className={cx('size-2 shrink-0 rounded-sm', lookOf(laneOf(item)).solid)} />
        <bdi className="min-w-0 truncate text-ink-soft">{laneName(laneOf(item))}</bdi>
        <span className="ml-auto" />
        <Why item={item} />
      </span>
      <Text {...props} />
    </>
  );
}

function Offset({ item, isError, wide }: StoryRowProps) {
  return (
    <time
      dateTime={new Date(Number(item.timestamp.slice(0, -6))).toISOString()}
      title={exactTime(item.timestamp)}
      className={cx(
        'shrink-0 font-mono whitespace-nowrap text-ink-soft',
        wide && 'w-24 text-right tabular-nums',
      )}
    >
      {isError ? '0 s' : fineOffsetText(item.offsetNs)}
    </time>
  );
}

/** Where among the services the line was said, as a picture: names stand beside it. */
function Lanes({ item, lanes, lookOf }: StoryRowProps) {
  const drawn = lanes.slice(0, LANES_DRAWN);
  const at = Math.min(
    LANES_DRAWN - 1,
    Math.max(
      0,
      lanes.findIndex(({ value }) => value === laneOf(item)),
    ),
  );
  return (
    <span aria-hidden className="flex shrink-0 self-stretch">
      {drawn.map(({ value }, index) => (
        <span key={value} className="relative -my-1 flex w-3 items-center justify-center">
          <span className="absolute inset-y-0 left-1/2 border-l border-line-strong/60" />
          {index === at && (
            <span
              className={cx(
                'relative size-2.5',
                lookOf(laneOf(item)).solid,
                item.kind === 'error' ? 'rotate-45' : item.kind === 'span' ? 'rounded-[2px]' : 'rounded-full',
              )}
            />
          )}
        </span>
      ))}
    </span>
  );
}

function Text({ item, isCause, wide }: StoryRowProps) {
  const Icon = ICONS[item.kind];
  const isLoud = item.severity === 'error' || item.severity === 'fatal' || item.severity === 'warn';
  const text = revealBidi((item.message ?? item.body).slice(0, CHARS).replaceAll(/\s+/g, ' ')) || 'no text';
  return (
    <span className="flex w-full min-w-0 flex-1 items-center gap-1.5">
      {isCause ? (
        <Crosshair aria-label="likely cause" className="size-3.5 shrink-0 text-warn" />
      ) : (
        <Icon
          aria-label={item.kind}
          className={cx('size-3.5 shrink-0', item.kind === 'error' ? 'text-danger' : 'text-ink-faint')}
        />
      )}
      {isLoud && item.kind !== 'error' && (
        <span className={cx('shrink-0 text-2xs', LEVEL_LOOKS[item.severity].ink)}>{item.severity}</span>
      )}
      <bdi
        className={cx(
          'min-w-0 flex-1 [overflow-wrap:anywhere]',
          item.kind === 'error' ? 'font-semibold text-danger' : 'font-mono',
          isCause && 'font-semibold',
          wide ? 'truncate' : 'line-clamp-3',
        )}
      >
        {text}
      </bdi>
      {item.durationNs !== undefined && (
        <span className="shrink-0 text-2xs text-ink-faint">{durationText(item.durationNs)}</span>
      )}
    </span>
  );
}

function Why({ item: { why, because, suspect } }: { item: StoryItem }) {
  return (
    <span className="flex shrink-0 items-center gap-1">
      {suspect && (
        <Badge tone="warn" title={suspect.evidence}>
          {suspect.rank === 1 ? 'Likely cause' : `Suspect ${suspect.rank}`}
        </Badge>
      )}
      <Badge title={because}>{REASON_NAMES[why]}</Badge>
    </span>
  );
}
