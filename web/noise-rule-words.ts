/** What a noise rule does with its pattern, in words. */
import type { NoiseRule } from '#contract/noise.ts';
import { fullNumber } from '#web/ui/number.ts';

type Does = Pick<NoiseRule, 'action' | 'keepOneIn' | 'demoteTo'>;

export function ruleWords({ action, keepOneIn, demoteTo }: Does): string {
  switch (action) {
    case 'drop':
      return 'dropped';
    case 'sample':
      return `one in ${fullNumber(keepOneIn ?? 1)} kept`;
    case 'demote':
      return `demoted to ${demoteTo}`;
  }
}

/** What it leaves alone. */
export function exceptWords({
  levelMax,
  withStackTraces,
  contains,
}: Pick<NoiseRule, 'levelMax' | 'withStackTraces' | 'contains'>): string {
  const above = levelMax === 'fatal' ? '' : `records above ${levelMax}`;
  const traces = withStackTraces ? '' : 'records with a stack trace';
  const only = contains === '' ? [] : [`only with “${contains}”`];
  const parts = [...only, ...[above, traces].filter((part) => part !== '').map((part) => `not ${part}`)];
  return parts.length === 0 ? 'all its records' : parts.join(', ');
}
