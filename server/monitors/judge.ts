/**
 * What check-ins, and check-ins that did not come, mean for one environment of a monitor: pure rules, no database.
 * An environment expects its next run; a run that begins in time takes the expectation with it, and one that does
 * not is missed when the margin is over. Enough failures in a row open an incident, enough good runs end it. What
 * fell into a gap, when the program could not take check-ins, is neither missed nor too long: nobody knows.
 */
import type { Selectable } from 'kysely';
import type { MonitorConfig } from '#server/record/monitor-config.ts';
import { lastExpected, type MonitorSchedule, nextExpected } from '#server/record/monitor-schedule.ts';
import type { CheckInTable, MonitorEnvironmentTable } from '#server/store/metadata/schema.ts';

export type CheckInRow = Selectable<CheckInTable>;
/** An environment, before the store has given it an id: 0. */
export type EnvironmentRow = Selectable<MonitorEnvironmentTable>;
export type Failure = 'error' | 'missed' | 'timeout';

/** When the program could not take check-ins, ms since 1970. */
export interface Gap {
  from: number;
  to: number;
}

const MINUTE_MS = 60_000;
/** A run up to this much ahead of its time is the one that was expected: clocks of two machines differ. */
export const EARLY_MS = 30_000;
/** Begun later than this after its time, and before it was missed, a run is late: crontab counts in minutes. */
export const LATE_MS = MINUTE_MS;
/** A job that has been silent for so long is not waited for any more, until it checks in again. */
export const SILENT_MS = 30 * 24 * 60 * MINUTE_MS;
/** Missed runs of one environment found in one turn; the rest in the next. */
export const MISSED_PER_TURN = 200;

/** An incident that began or ended. */
export interface IncidentChange {
  /** 0: it began in this turn. */
  id: number;
  environment: string;
  startedAt: number | null;
  endedAt: number | null;
  /** The event that tells of it; empty: the monitor is muted. */
  eventId: string;
}

/** What is to be written. Rows of environments and check-ins are changed in place. */
export interface Judgement {
  /** Check-ins of which notice was taken: `before` is the status that was judged. */
  judged: { checkIn: CheckInRow; before: CheckInRow['status'] }[];
  missed: { environment: string; expectedAt: number; at: number; eventId: string }[];
  incidents: IncidentChange[];
}

export interface Case {
  config: MonitorConfig;
  paused: boolean;
  environments: Map<string, EnvironmentRow>;
  /** In the order in which they came; those not judged, and those that are in progress past their time. */
  checkIns: readonly CheckInRow[];
  /** Nothing that came before this time is still on its way. */
  until: number;
  gaps: readonly Gap[];
  /** The id of an event that is to tell of a failure; empty when nobody wants to hear of it. */
  newEventId(): string;
}

export function judge(of: Case): Judgement {
  const judgement: Judgement = { judged: [], missed: [], incidents: [] };
  for (const environment of of.environments.values()) adoptSchedule(of, environment);
  for (const checkIn of of.checkIns) {
    const environment = environmentOf(of, checkIn);
    judgement.judged.push({ checkIn, before: checkIn.status });
    if (environment !== null) judgeCheckIn(of, environment, checkIn, judgement);
  }
  for (const environment of of.environments.values()) {
    findMissed(of, environment, of.until, judgement);
    environment.due_at = dueAt(of, environment);
  }
  return judgement;
}

/** Environments of one monitor: names that programs make up must not fill the store. Beyond it, check-ins are kept and not judged. */
export const ENVIRONMENTS_MAX = 100;

function environmentOf({ environments }: Case, checkIn: CheckInRow): EnvironmentRow | null {
  const known = environments.get(checkIn.environment);
  if (known) return known;
  if (environments.size >= ENVIRONMENTS_MAX) return null;
  const made: EnvironmentRow = {
    id: 0,
    monitor_id: checkIn.monitor_id,
    environment: checkIn.environment,
    status: 'waiting',
    failures: 0,
    successes: 0,
    last_check_in_at: 0,
    schedule: '',
    next_expected_at: null,
    due_at: null,
    incident_id: null,
  };
  environments.set(checkIn.environment, made);
  return made;
}

/** A new schedule, and the end of a pause, begin from now: nothing is expected of the past. */
function adoptSchedule({ config: { schedule }, paused, until }: Case, environment: EnvironmentRow): void {
  const key = schedule === null || paused ? '' : JSON.stringify(schedule);
  if (environment.schedule === key) return;
  environment.schedule = key;
  environment.next_expected_at =
    schedule === null || paused ? null : nextExpected(schedule, until, environment.last_check_in_at);
}

function dueAt({ config, paused }: Case, { next_expected_at }: EnvironmentRow): number | null {
  return paused || next_expected_at === null ? null : next_expected_at + config.marginMinutes * MINUTE_MS;
}

/** What was missed before it came is missed, even when both are looked at late. */
function judgeCheckIn(
  of: Case,
  environment: EnvironmentRow,
  checkIn: CheckInRow,
  judgement: Judgement,
): void {
  const { schedule, maxRuntimeMinutes } = of.config;
  const { started_at: started, updated_at: updated } = checkIn;
  findMissed(of, environment, Math.min(of.until, started), judgement);
  if (started > environment.last_check_in_at) {
    if (schedule !== null && !of.paused) takeExpectation(environment, checkIn, schedule);
    environment.last_check_in_at = started;
  }
  checkIn.timeout_at = null;
  if (checkIn.status === 'in_progress') {
    const limit = started + maxRuntimeMinutes * MINUTE_MS;
    if (limit > of.until) checkIn.timeout_at = limit;
    else if (of.paused || isInGap(of, started, limit)) checkIn.status = 'unknown';
    else {
      checkIn.status = 'timeout';
      report(checkIn, fail(of, environment, 'timeout', limit, judgement));
    }
    return;
  }
  if (of.paused) return;
  findMissed(of, environment, Math.min(of.until, updated), judgement);
  if (checkIn.status === 'error') report(checkIn, fail(of, environment, 'error', updated, judgement));
  if (checkIn.status === 'ok') succeed(of, environment, updated, judgement);
}

function report(checkIn: CheckInRow, eventId: string): void {
  checkIn.event_id = eventId;
  checkIn.reported = eventId === '' ? 1 : 0;
}

/** The run that a check-in tells of, and the one that is expected after it. Never back. */
function takeExpectation(environment: EnvironmentRow, checkIn: CheckInRow, schedule: MonitorSchedule): void {
  const { started_at: started } = checkIn;
  const last = environment.last_check_in_at;
  const expected = last === 0 ? null : lastExpected(schedule, started + EARLY_MS, last);
  // A run by hand between two others is not late: the one before it was in time.
  if (expected !== null && expected > last + EARLY_MS) checkIn.expected_at = expected;
  const next = nextExpected(schedule, started + EARLY_MS, started);
  environment.schedule = JSON.stringify(schedule);
  if (next === null) environment.next_expected_at = null;
  else environment.next_expected_at = Math.max(environment.next_expected_at ?? 0, next);
}

function findMissed(of: Case, environment: EnvironmentRow, until: number, judgement: Judgement): void {
  const { schedule, marginMinutes } = of.config;
  if (schedule === null || of.paused) return;
  const margin = marginMinutes * MINUTE_MS;
  for (let found = 0; found < MISSED_PER_TURN; found++) {
    const expected = environment.next_expected_at;
    if (expected === null || expected + margin > until) return;
    const gap = of.gaps.find(({ from, to }) => from < expected + margin && to > expected - EARLY_MS);
    const after = gap ? Math.max(expected, Math.min(gap.to, until)) : expected;
    environment.next_expected_at = nextExpected(schedule, after, expected);
    if (gap) continue;
    if (isGivenUp(schedule, environment, expected)) {
      environment.next_expected_at = null;
      return;
    }
    const at = expected + margin;
    const eventId = fail(of, environment, 'missed', at, judgement);
    judgement.missed.push({ environment: environment.environment, expectedAt: expected, at, eventId });
  }
}

/** A job that is expected less than once in that time is missed once before it is given up. */
function isGivenUp(
  schedule: MonitorSchedule,
  { last_check_in_at: last }: EnvironmentRow,
  expected: number,
): boolean {
  if (expected - last <= SILENT_MS) return false;
  const first = nextExpected(schedule, last + EARLY_MS, last);
  return first !== null && first < expected;
}

function isInGap({ gaps }: Case, from: number, to: number): boolean {
  return gaps.some((gap) => gap.from < to && gap.to > from);
}

/** The id of the event that is to tell of it; empty: none is. */
function fail(
  { config, newEventId }: Case,
  environment: EnvironmentRow,
  failure: Failure,
  at: number,
  { incidents }: Judgement,
): string {
  environment.failures += 1;
  environment.successes = 0;
  const opens = environment.incident_id === null && environment.failures >= config.failureThreshold;
  if (environment.incident_id === null && !opens) return '';
  const eventId = newEventId();
  environment.status = failure;
  const of = { environment: environment.environment, endedAt: null, eventId };
  if (opens) {
    environment.incident_id = 0;
    incidents.push({ id: 0, startedAt: at, ...of });
  } else if (eventId !== '') {
    // The first word of an incident that began while the monitor was muted.
    const open = openedNow(incidents, environment);
    if (open) open.eventId ||= eventId;
    else incidents.push({ id: environment.incident_id!, startedAt: null, ...of });
  }
  return eventId;
}

function succeed({ config }: Case, environment: EnvironmentRow, at: number, { incidents }: Judgement): void {
  environment.failures = 0;
  environment.successes += 1;
  const { incident_id: id } = environment;
  if (id !== null) {
    if (environment.successes < config.recoveryThreshold) return;
    const open = openedNow(incidents, environment);
    if (open) open.endedAt = at;
    else
      incidents.push({ id, environment: environment.environment, startedAt: null, endedAt: at, eventId: '' });
    environment.incident_id = null;
  }
  environment.status = 'ok';
}

/** The incident of the environment that began in this turn and is open. */
function openedNow(incidents: readonly IncidentChange[], { environment, incident_id }: EnvironmentRow) {
  if (incident_id !== 0) return undefined;
  return incidents.findLast((one) => one.id === 0 && one.environment === environment);
}
