/** What could be less noise, from what was counted of patterns: pure, one rule of thumb each, the costliest first. */
import type { NoiseAdvice, NoiseLevel, NoisePattern } from '#contract/noise.ts';
import { LOG_LEVELS } from '#server/record/log.ts';

/** What is counted of a pattern beside its cost. */
export interface PatternFacts {
  pattern: NoisePattern;
  debugInProduction: number;
  exceptions: number;
  repeated: number;
  healthChecks: number;
  /** A path of theirs. */
  healthPath: string;
  /** Of its error records; null: they were not looked at. */
  linkedErrors: number | null;
  failingErrors: number | null;
}

/** Fewer records are no habit. */
const RECORDS_MIN = 20;
/** Part of all bytes from which one pattern is worth a look. */
export const LARGE_SHARE = 0.1;
/** Part of a pattern's records that say what one within the same seconds has said. */
const REPEATED_SHARE = 0.5;
const ADVICE_MAX = 50;
/** A pattern is sampled so that one of so many is kept. */
const KEEP_ONE_IN = 10;

export function adviceOn(facts: readonly PatternFacts[], bytesOfAll: number): NoiseAdvice[] {
  return facts
    .filter(({ pattern }) => pattern.ruleId === null && pattern.records >= RECORDS_MIN)
    .flatMap((each) => adviceOnOne(each, bytesOfAll))
    .sort((a, b) => costOf(b) - costOf(a) || (a.pattern.id < b.pattern.id ? -1 : 1))
    .slice(0, ADVICE_MAX);
}

/** Of what it is about, not of the pattern's other records. */
const costOf = ({ pattern, records, of }: NoiseAdvice) => (pattern.bytes * records) / Math.max(1, of);

function adviceOnOne(facts: PatternFacts, bytesOfAll: number): NoiseAdvice[] {
  const { pattern, linkedErrors, failingErrors } = facts;
  const { records } = pattern;
  const usual = usualLevel(pattern);
  const isQuiet = LOG_LEVELS.indexOf(usual) <= LOG_LEVELS.indexOf('info');
  const found: NoiseAdvice[] = [];
  const add = (
    kind: NoiseAdvice['kind'],
    about: number,
    suggestion: NoiseAdvice['suggestion'],
    of = records,
  ) => found.push({ kind, pattern, records: about, of, suggestion });

  if (linkedErrors !== null && linkedErrors >= RECORDS_MIN && failingErrors === 0)
    add('errors_without_failure', linkedErrors, demoted('info', 'error'), pattern.errors);
  if (facts.exceptions > 0) add('exceptions_as_info', facts.exceptions, null);
  // Every path is the same in a pattern: what is dropped is named by its own.
  if (facts.healthChecks >= RECORDS_MIN)
    add('health_check', facts.healthChecks, {
      ...dropped(isQuiet ? usual : 'info'),
      contains: facts.healthPath,
    });
  if (facts.debugInProduction >= RECORDS_MIN)
    add('debug_in_production', facts.debugInProduction, dropped('debug'));
  if (facts.repeated >= RECORDS_MIN && facts.repeated >= records * REPEATED_SHARE)
    add('repeated', facts.repeated, isQuiet ? sampled(usual) : null);
  // Whatever else is said of a pattern says more.
  if (found.length === 0 && bytesOfAll > 0 && pattern.bytes >= bytesOfAll * LARGE_SHARE)
    add('large_share', records, isQuiet ? sampled(usual) : null);
  return found;
}

type Suggestion = NonNullable<NoiseAdvice['suggestion']>;
const dropped = (levelMax: NoiseLevel): Suggestion => ({
  ...{ action: 'drop', keepOneIn: null, demoteTo: null, levelMax, contains: '' },
});
const sampled = (levelMax: NoiseLevel): Suggestion => ({
  ...{ action: 'sample', keepOneIn: KEEP_ONE_IN, demoteTo: null, levelMax, contains: '' },
});
const demoted = (demoteTo: NoiseLevel, levelMax: NoiseLevel): Suggestion => ({
  ...{ action: 'demote', keepOneIn: null, demoteTo, levelMax, contains: '' },
});

/** The level most of its records have; those that say none count as info. */
function usualLevel({ levels }: NoisePattern): NoiseLevel {
  const [most] = Object.entries(levels).sort(([, a], [, b]) => b - a);
  return most === undefined || most[0] === 'unknown' ? 'info' : (most[0] as NoiseLevel);
}
