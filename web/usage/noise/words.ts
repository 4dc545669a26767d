/** What advice and ties say, in words. Pure. */
import type { NoiseAction, NoiseAdvice, NoiseCheck, NoiseLevel } from '#contract/noise.ts';
import { counted, fullNumber, percent } from '#web/ui/number.ts';

export interface AdviceWords {
  title: string;
  why: string;
}

/** `bytes`: of all logs of the period. */
export function adviceWords({ kind, pattern, records, of }: NoiseAdvice, bytes: number): AdviceWords {
  const lines = counted(records, 'record');
  switch (kind) {
    case 'errors_without_failure':
      return {
        title: 'Errors that never go with a failure',
        why: `${lines} say error and name a trace, a request or a user, and none of those had an error event. Perhaps they are no errors.`,
      };
    case 'exceptions_as_info':
      return {
        title: 'Exceptions that do not say they are errors',
        why: `${lines} of ${fullNumber(of)} hold a stack trace and have the level info or lower: who looks for errors does not find them. Log them as errors.`,
      };
    case 'large_share':
      return {
        title: `${percent(pattern.bytes, bytes)} of all bytes`,
        why: `One pattern with ${lines}. If nobody reads each of them, one in ten tells as much.`,
      };
    case 'health_check':
      return {
        title: 'Health checks',
        why: `${lines} of ${fullNumber(of)} only say that the program was asked whether it is there.`,
      };
    case 'debug_in_production':
      return {
        title: 'Debug in production',
        why: `${lines} have the level debug or trace and come from production.`,
      };
    case 'repeated':
      return {
        title: 'The same line again and again',
        why: `About ${lines} of ${fullNumber(of)} repeat, word for word, what the same service said within the same five seconds.`,
      };
  }
}

export const ACTION_VERBS: Record<NoiseAction, string> = { drop: 'Drop', sample: 'Sample', demote: 'Demote' };

const TIES: Record<keyof NoiseCheck['issues'][number]['ties'], string> = {
  trace: 'in the same trace',
  request: 'in the same request',
  user: 'by the same user within 5 minutes',
  service: 'in the same service within a minute',
};

/** `3 in the same trace, 2 in the same service within a minute`. */
export function tieWords(ties: NoiseCheck['issues'][number]['ties']): string {
  return (Object.keys(TIES) as (keyof typeof TIES)[])
    .filter((tie) => (ties[tie] ?? 0) > 0)
    .map((tie) => `${fullNumber(ties[tie]!)} ${TIES[tie]}`)
    .join(', ');
}

export const LEVELS: readonly NoiseLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** The highest level that most records of a pattern do not exceed. */
export function usualLevel(levels: Partial<Record<string, number>>): NoiseLevel {
  const [most] = Object.entries(levels).sort(([, a = 0], [, b = 0]) => b - a);
  return LEVELS.find((level) => level === most?.[0]) ?? 'info';
}
