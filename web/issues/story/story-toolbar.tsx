/** What of the story is shown: how wide a time, which kinds and reasons, which services; and the same in the explorer. */
import { Link } from '@tanstack/react-router';
import { ScrollText, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Story } from '#contract/story.ts';
import type { LookOf } from '#web/service-looks.ts';
import { Button, buttonClass } from '#web/ui/button.tsx';
import { cx } from '#web/ui/cx.ts';
import { Segmented } from '#web/ui/segmented.tsx';
import {
  type Count,
  countBy,
  explorerSearch,
  KIND_NAMES,
  laneName,
  REASON_NAMES,
  type StoryChoice,
  toggled,
  writeList,
} from './story-model.ts';
import { AROUND, AROUND_USUAL_MS } from './story-query.ts';
import type { ChangeStory } from './story-view.tsx';

/** Services told by name; one with more is read by its reasons. */
const LANES_SHOWN = 16;

interface StoryToolbarProps {
  issueId: string;
  story: Story;
  choice: StoryChoice;
  lanes: readonly Count[];
  lookOf: LookOf;
  aroundMs: number;
  user: string | undefined;
  change: ChangeStory;
}

export function StoryToolbar(props: StoryToolbarProps) {
  const { story, choice, lanes, lookOf, aroundMs, user, change } = props;
  const explorer = explorerSearch(story, choice);
  const pick = (name: 'why' | 'kind' | 'service', value: string) =>
    change({ [name]: writeList(toggled(choice[name], value)) });
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <Segmented
          label="Time around the error"
          value={String(aroundMs)}
          choices={AROUND.map(({ ms, label }) => ({ value: String(ms), label: `± ${label}` }))}
          onChange={(value) =>
            change({ around: Number(value) === AROUND_USUAL_MS ? undefined : Number(value) })
          }
        />
        {user !== undefined && (
          <Button onClick={() => change({ user: undefined })} title="The whole occurrence instead">
            <X aria-hidden />
            Only what <bdi className="max-w-40 truncate">{user}</bdi> did
          </Button>
        )}
        {explorer && (
          <Link to="/logs" search={explorer} className={cx(buttonClass('secondary'), 'sm:ml-auto')}>
            <ScrollText aria-hidden />
            In the logs
          </Link>
        )}
      </div>
      <Chips legend="Kinds">
        {countBy(story.items, ({ kind }) => kind).map(({ value, lines }) => (
          <Chip
            key={value}
            on={choice.kind.includes(value)}
            onPress={() => pick('kind', value)}
            lines={lines}
          >
            {KIND_NAMES[value]}
          </Chip>
        ))}
        <span aria-hidden className="mx-1 h-6 border-l border-line" />
        {countBy(story.items, ({ why }) => why).map(({ value, lines }) => (
          <Chip key={value} on={choice.why.includes(value)} onPress={() => pick('why', value)} lines={lines}>
            {REASON_NAMES[value]}
          </Chip>
        ))}
      </Chips>
      {lanes.length > 1 && (
        <Chips legend="Services">
          {lanes.slice(0, LANES_SHOWN).map(({ value, lines }) => (
            <Chip
              key={value}
              on={choice.service.includes(value)}
              onPress={() => pick('service', value)}
              lines={lines}
            >
              <span aria-hidden className={cx('size-2 shrink-0 rounded-sm', lookOf(value).solid)} />
              <bdi className="truncate">{laneName(value)}</bdi>
            </Chip>
          ))}
          {lanes.length > LANES_SHOWN && (
            <span className="self-center text-xs text-ink-faint">and {lanes.length - LANES_SHOWN} more</span>
          )}
        </Chips>
      )}
    </div>
  );
}

function Chips({ legend, children }: { legend: string; children: ReactNode }) {
  return (
    <fieldset className="flex min-w-0 flex-wrap items-center gap-1.5">
      <legend className="sr-only">{legend}</legend>
      {children}
    </fieldset>
  );
}

interface ChipProps {
  on: boolean;
  lines: number;
  onPress: () => void;
  children: ReactNode;
}

function Chip({ on, lines, onPress, children }: ChipProps) {
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={onPress}
      className={cx(
        'flex h-6 max-w-56 items-center gap-1.5 rounded-full border px-2 text-xs hover:bg-hover pointer-coarse:h-9',
        on ? 'border-accent bg-accent-soft' : 'border-line bg-surface',
      )}
    >
      {children}
      <span className="text-2xs text-ink-faint">{lines}</span>
    </button>
  );
}
