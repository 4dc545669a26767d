/** What the server changed or could not read of this event, said plainly, so that nobody hunts a ghost. */
import { Info } from 'lucide-react';
import { useState } from 'react';
import type { EventView } from './payload.ts';

const WORDS = new Map<string, string>(
  Object.entries({
    clock_drift: 'The sender’s clock is wrong',
    past_timestamp: 'The time is too far in the past',
    future_timestamp: 'The time is in the future',
    invalid_timestamp: 'A time could not be read',
    value_trimmed: 'A value was too long and was shortened',
    invalid_data: 'A part could not be read and was left out',
    too_many: 'A list was too long and was shortened',
  }),
);

/** More would push the error itself off the screen. */
const SHOWN = 2;

export function Problems({ problems }: { problems: EventView['problems'] }) {
  const [all, setAll] = useState(false);
  if (problems.length === 0) return null;
  const shown = all ? problems : problems.slice(0, SHOWN);
  return (
    <aside
      aria-label="Problems with this event"
      className="flex gap-2.5 rounded-lg border border-line bg-info-soft px-4 py-2.5 text-xs text-info"
    >
      <Info aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="flex min-w-0 flex-col gap-1">
        {shown.map((problem) => (
          <p key={`${problem.name} ${problem.detail}`} className="[overflow-wrap:anywhere]">
            <span className="font-semibold">{WORDS.get(problem.type) ?? problem.type}</span>
            {problem.detail && <bdi>: {problem.detail}</bdi>}{' '}
            <bdi className="font-mono text-2xs">{problem.name}</bdi>
          </p>
        ))}
        {shown.length < problems.length && (
          <button
            type="button"
            className="self-start font-medium underline underline-offset-2"
            onClick={() => setAll(true)}
          >
            {problems.length - shown.length} more
          </button>
        )}
      </div>
    </aside>
  );
}
