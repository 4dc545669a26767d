/** Of the records of a request that may carry an exception, those that become events: what the project wants, within bounds. */
import type { LogErrorsFrom } from '#server/filters/filter-rules.ts';
import type { OutcomeCount } from '#server/record/outcome.ts';
import type { LogError } from './log-error.ts';
import type { LimitsTurn } from './log-error-limits.ts';
import { type LogEvent, logEventOf } from './log-event.ts';

export interface TakenLogError extends LogEvent {
  project: number;
  receivedAt: number;
  /** Of the log record. */
  pattern: string;
}

export interface TakenLogErrors {
  taken: TakenLogError[];
  /** Beyond a bound. */
  counts: OutcomeCount[];
}

/** Lowest severity of each choice; a record that says none counts as an error. */
const LOWEST: Readonly<Record<LogErrorsFrom, number>> = { all: 0, warn: 13, error: 17, off: 25 };
const SEVERITY_ERROR = 17;
/** Ingest key of what the program itself has to say. */
const NO_KEY = 0;

export function takeLogErrors(
  found: readonly LogError[],
  from: LogErrorsFrom,
  limits: LimitsTurn,
): TakenLogErrors {
  const taken: TakenLogError[] = [];
  let beyond = 0;
  for (const error of found) {
    if ((error.severity || SEVERITY_ERROR) < LOWEST[from]) continue;
    const { project, pattern, receivedAt } = error;
    if (!limits.hasRoom(project, pattern)) {
      beyond += 1;
      continue;
    }
    // What stands in attributes is bounded by them.
    limits.read(1_000 + error.record.body.length);
    const event = logEventOf(error);
    if (!event) continue;
    limits.take(project, pattern);
    taken.push({ ...event, project, receivedAt, pattern });
  }
  return { taken, counts: beyond > 0 ? [beyondBound(found[0]!, beyond)] : [] };
}

function beyondBound({ project, receivedAt: at }: LogError, quantity: number): OutcomeCount {
  const reason = 'too_many_log_errors';
  return { at, project, key: NO_KEY, kind: 'event', outcome: 'dropped', reason, quantity, bytes: 0 };
}
