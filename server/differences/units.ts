/**
 * What is counted once, however many lines it has: a trace, a request, or what a session, user, host or service did in a
 * short piece of time. The same words name the unit of a log record and of an event, so that both are told to belong
 * together; the pieces lie on one grid for those that fail and for all others, so neither has more time than the other.
 */
import type { UnitKind } from '#contract/differences.ts';

interface UnitOf {
  kind: UnitKind;
  /** Of a row of `logs` and of `events`; empty: it belongs to none. */
  sql: string;
  /** Null: as long as it takes. */
  seconds: number | null;
  /** Ids of it are given by programs for all their services, whatever project these send to. */
  crossesProjects: boolean;
}

/** Five minutes of what one person did; of a host, which does a lot at once, half a minute. */
const PERSON_S = 300;
const MACHINE_S = 30;

const piece = (seconds: number) => `intDiv(toUnixTimestamp64Milli(timestamp), ${seconds * 1000})`;
const pieceOf = (column: string, seconds: number) =>
  `if(${column} = '', '', concat(toString(${column}), ' ', toString(${piece(seconds)})))`;

/** The closest first. */
export const UNITS: readonly UnitOf[] = [
  { kind: 'trace', sql: 'trace_id', seconds: null, crossesProjects: true },
  { kind: 'request', sql: 'request_id', seconds: null, crossesProjects: true },
  { kind: 'session', sql: pieceOf('session_id', PERSON_S), seconds: PERSON_S, crossesProjects: true },
  { kind: 'user', sql: pieceOf('user_id', PERSON_S), seconds: PERSON_S, crossesProjects: false },
  { kind: 'host', sql: pieceOf('host', MACHINE_S), seconds: MACHINE_S, crossesProjects: false },
  { kind: 'service', sql: pieceOf('service', MACHINE_S), seconds: MACHINE_S, crossesProjects: false },
];

export type Unit = (typeof UNITS)[number];

/**
 * The units of a row that are no healthy traffic when the row is an event of the issue: its own and, of pieces of time, the
 * ones beside it, in which it may have begun or go on.
 */
export function tainted({ sql, seconds, kind }: Unit): string {
  if (seconds === null) return `[${sql}]`;
  const column = `${kind === 'host' || kind === 'service' ? kind : `${kind}_id`}`;
  return `arrayMap(by -> concat(toString(${column}), ' ', toString(${piece(seconds)} + by)), [-1, 0, 1])`;
}

/** Occurrences that are one for tags: what one trace, request, or person within five minutes ran into. */
export const EVENT_UNIT = `multiIf(trace_id != '', concat('t', trace_id), request_id != '', concat('r', request_id),
  session_id != '', concat('s', ${pieceOf('session_id', PERSON_S)}),
  user_key != '', concat('u', ${pieceOf('user_key', PERSON_S)}), concat('e', event_id))`;
