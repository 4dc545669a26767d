/** What the other threads did at that moment: one at a time, the one that crashed first. */
import { useId, useState } from 'react';
import { Card } from '#web/ui/card.tsx';
import { CONTROL } from '#web/ui/field.tsx';
import { keyed } from '#web/ui/keyed.ts';
import { counted } from '#web/ui/number.ts';
import type { ThreadView } from './payload.ts';
import { Stack } from './stack.tsx';
import type { StackPreferences } from './use-stack-view.ts';

function threadLabel({ id, name, state, crashed, current, frames }: ThreadView): string {
  const notes = [
    crashed ? 'crashed' : current ? 'current' : '',
    state.toLowerCase(),
    frames.length === 0 ? 'no stack' : '',
  ];
  return `${name || `Thread ${id}`}${id && name ? ` #${id}` : ''}${notes.some(Boolean) ? ` (${notes.filter(Boolean).join(', ')})` : ''}`;
}

interface ThreadsProps {
  threads: readonly ThreadView[];
  platform: string;
  view: StackPreferences;
}

export function Threads({ threads, platform, view }: ThreadsProps) {
  const id = useId();
  const first = threads.findIndex((thread) => thread.crashed && thread.frames.length > 0);
  const [chosen, setChosen] = useState(
    first >= 0
      ? first
      : Math.max(
          0,
          threads.findIndex((thread) => thread.frames.length > 0),
        ),
  );
  const thread = threads[chosen];
  return (
    <Card id="threads" title="Threads" note={counted(threads.length, 'thread')}>
      <div className="flex flex-col gap-3">
        <div className="flex items-center gap-2">
          <label htmlFor={id} className="text-sm text-ink-soft">
            Thread
          </label>
          <select
            id={id}
            value={chosen}
            onChange={(event) => setChosen(Number(event.target.value))}
            className={`${CONTROL} max-w-md`}
          >
            {keyed(threads, threadLabel).map(({ key, item }) => (
              <option key={key} value={threads.indexOf(item)}>
                {threadLabel(item)}
              </option>
            ))}
          </select>
        </div>
        {thread && thread.frames.length > 0 ? (
          <Stack
            key={`${chosen} ${view.frames}`}
            stack={thread.frames}
            platform={platform}
            frames={view.frames}
            order={view.order}
            openOne
          />
        ) : (
          <p className="text-sm text-ink-faint">
            {thread?.crashed || thread?.current
              ? 'Its stack is the one of the exception above.'
              : 'The sender kept no stack of this thread.'}
          </p>
        )}
      </div>
    </Card>
  );
}
