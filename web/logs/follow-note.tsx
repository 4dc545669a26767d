/** How following goes: whether it rests, what waits, how much of what arrives is shown. Figures are not read aloud. */
import { counted, fullNumber } from '#web/ui/number.ts';
import type { Following } from './use-follow.ts';

export type Rest = 'no' | 'reading' | 'held';

export function FollowNote({ following, rest }: { following: Following; rest: Rest }) {
  const { arrived, leftOut, waiting, waitingInAll, rate } = following;
  return (
    <div className="flex flex-wrap items-baseline gap-x-4 border-b border-line bg-info-soft px-4 py-1 text-xs text-info">
      <p role="status">{sentence(following, rest)}</p>
      {rest !== 'no' && waitingInAll > 0 && (
        <p>
          {waiting.length < waitingInAll && `${fullNumber(waiting.length)} of `}
          {counted(waitingInAll, 'new line')} waiting.
        </p>
      )}
      {rate && rate.shown < rate.arrived && (
        <p>
          Showing {fullNumber(rate.shown)} of {fullNumber(rate.arrived)} lines/s.
        </p>
      )}
      {arrived > 0 && (
        <p className="tabular-nums md:ml-auto" data-tail>
          {counted(arrived, 'line')} arrived
          {leftOut > 0 &&
            `: ${fullNumber(arrived - leftOut - (rest === 'no' ? 0 : waiting.length))} shown, ${fullNumber(leftOut)} left out`}
          .
        </p>
      )}
    </div>
  );
}

function sentence({ state, arrived, leftOut }: Following, rest: Rest): string {
  if (state === 'away') return 'New lines cannot be followed now; another try follows.';
  if (rest === 'reading') return 'Resting while you read. Back at the top, new lines go on.';
  if (rest === 'held') return 'Resting while you point at the lines.';
  if (state === 'opening') return 'Waiting for the server…';
  if (arrived === 0) return 'Waiting for new lines…';
  if (leftOut > 0) return 'More lines arrive than one can read: this is a sample.';
  return 'New lines appear here as they arrive.';
}
