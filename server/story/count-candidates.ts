/**
 * How often candidates were there when the issue happened, and how often when it did not: over the newest occurrences of
 * the issue and the traffic of the candidates' services in the same time. Everything is counted by the engine over small
 * columns, within the deadline of the story.
 */
import type { StoryShare } from '#contract/story.ts';
import type { EventsOf } from '#server/issues/events-of.ts';
import { BoundValues } from '#server/query/bound-values.ts';
import { scopeSql, timeOf } from '#server/query/plan/compile-plan.ts';
import type { PlanRange } from '#server/query/plan/plan.ts';
import { candidateRows } from './candidate-sql.ts';
import type { Candidate } from './candidates.ts';
import { rangeAround } from './collect-story.ts';
import type { Sources } from './story-records.ts';
import { ID_REASONS, type IdReason } from './ties.ts';

/** Occurrences that are looked at, the newest: shares are then true to a few percent. */
const OCCURRENCES_MAX = 200;
/** The time that is looked at before the error. */
const PERIOD_MS = 3_600_000;
/** How long before an occurrence something without an id may be its cause. */
export const BEFORE_MS = 60_000;
const MOMENT_MS = 10_000;
const BEFORE_MOMENTS = BEFORE_MS / MOMENT_MS;
/** Moments of an hour, times hosts. */
const MOMENTS_MAX = 20_000;

/** A service that spoke in fewer of the hour's 360 moments is mostly silent. */
const MOMENTS_OWN_MIN = 30;

export interface Counted {
  occurrences: StoryShare | null;
  healthy: StoryShare | null;
  /** Nanoseconds; null: from the beginning of what was looked at. */
  began: bigint | null;
  /** When the issue first happened in what was looked at, nanoseconds. */
  firstOccurrence: bigint;
}

interface Occurrence {
  at: number;
  host: string;
  trace: string;
  request: string;
  session: string;
  user: string;
}

interface Row {
  candidate: number;
  lines: number;
  /** In which moments it was said, and when first in each: microseconds since the beginning. */
  firsts: [moments: number[], micros: number[]];
  /** Of candidates that hosts tell apart. */
  places: [moment: number, host: string][];
  [column: string]: unknown;
}

type Table = 'logs' | 'spans' | 'events';
const TABLE: Record<Candidate['line']['kind'], Table | null> = {
  log: 'logs',
  span: 'spans',
  error: 'events',
  breadcrumb: null,
};

export async function countCandidates(
  sources: Sources,
  candidates: readonly Candidate[],
  sick: Sick,
): Promise<Map<string, Counted>> {
  const counted = await Promise.all(
    (['logs', 'spans', 'events'] as const).map((table) => {
      const there = candidates.filter(({ line }) => TABLE[line.kind] === table);
      return there.length === 0 ? [] : countIn(sources, table, there, sick);
    }),
  );
  return new Map(counted.flat());
}

/** When and to whom the issue happened in the hour before an occurrence: asked for while the story is collected. */
export async function readSick(
  { stores: { telemetry }, deadline }: Sources,
  of: EventsOf,
  at: bigint,
): Promise<Sick> {
  const range = { start: rangeAround(at, PERIOD_MS).start, end: rangeAround(at, MOMENT_MS).end };
  const startMs = Number(range.start / 1_000_000n);
  const bound = new BoundValues();
  const where = [of.where, ...scopeSql(range, bound, 'events')].join(' AND ');
  const params = { ...of.params, ...bound.params, start: startMs };
  const [newest, [all]] = await Promise.all([
    telemetry.select<Occurrence>(
      of.projects,
      `SELECT toUnixTimestamp64Milli(timestamp) AS at, host, trace_id AS trace, request_id AS request, session_id AS session,
          user_id AS user
        FROM events WHERE ${where} ORDER BY timestamp DESC, event_id DESC LIMIT ${OCCURRENCES_MAX}`,
      { params, timeoutMs: deadline.left() },
    ),
    telemetry.select<{ moments: number[]; first: number }>(
      of.projects,
      `SELECT groupUniqArray(intDiv(toUnixTimestamp64Milli(timestamp) - {start:Int64}, ${MOMENT_MS})) AS moments,
          toUnixTimestamp64Milli(min(timestamp)) AS first
        FROM events WHERE ${where}`,
      { params, timeoutMs: deadline.left() },
    ),
  ]);
  return {
    of,
    range,
    startMs,
    occurrences: newest,
    sickMoments: new Set(all?.moments.map(Number) ?? []),
    firstMs: Number(all?.first ?? startMs),
    knownMs: Number(newest[0]?.at ?? at / 1_000_000n),
  };
}

export interface Sick {
  of: EventsOf;
  range: PlanRange;
  startMs: number;
  occurrences: readonly Occurrence[];
  /** In which the issue happened. */
  sickMoments: ReadonlySet<number>;
  /** When it first did. */
  firstMs: number;
  /**
   * Its newest occurrence in the time. Log lines are often stored before the errors of the same request are: whoever failed
   * after it would pass for healthy.
   */
  knownMs: number;
}

/** The time of which it is known who failed. */
export const knownRange = ({ range, knownMs }: Sick): PlanRange => ({
  start: range.start,
  end: BigInt(knownMs + 1) * 1_000_000n,
});

const valuesOf = (occurrences: readonly Occurrence[], reason: IdReason) => [
  ...new Set(occurrences.map((each) => each[reason]).filter((id) => id !== '')),
];

async function countIn(
  sources: Sources,
  table: Table,
  candidates: readonly Candidate[],
  counting: Sick,
): Promise<[string, Counted][]> {
  const [rows, population] = await Promise.all([
    readHits(sources, table, candidates, counting),
    readPopulation(sources, table === 'events' ? 'logs' : table, candidates, counting),
  ]);
  const moments = [...population.values()].flatMap((each) => each.moments);
  return candidates.map((candidate, index) => {
    const row = rows.find((each) => each.candidate === index + 1);
    const own = population.get(candidate.line.service);
    // Who speaks only when something is wrong has no healthy moments: it is silent in those in which the others speak.
    const isSilent = !isByHost(candidate) && (own?.moments.length ?? 0) < MOMENTS_OWN_MIN;
    return [candidate.key, compare(candidate, row, isSilent && own ? { ...own, moments } : own, counting)];
  });
}

/** Ids of all events of the issue in the time, of which none is healthy. */
const sickSql = (of: EventsOf, reason: IdReason, scope: string) =>
  `(SELECT ${reason}_id FROM events WHERE ${of.where.replace('{projects:Array(UInt32)}', '{own:Array(UInt32)}')} AND ${scope})`;

function readHits(
  { stores: { telemetry }, projects, deadline }: Sources,
  table: Table,
  candidates: readonly Candidate[],
  sick: Sick,
): Promise<Row[]> {
  const { of, range, startMs, occurrences } = sick;
  const bound = new BoundValues();
  const scope = scopeSql(range, bound, table).join(' AND ');
  const sickScope = scopeSql(range, bound, 'events').slice(1).join(' AND ');
  const rows = candidateRows(
    { table, scope, columns: 'timestamp, host, trace_id, request_id, session_id, user_id' },
    candidates,
    bound,
  );
  const isKnown = `timestamp < ${timeOf(knownRange(sick).end, bound)}`;
  const used = ID_REASONS.filter((reason) => candidates.some(({ by }) => by === reason));
  const perId = used.flatMap((reason) => {
    const column = `${reason}_id`;
    const sample = bound.bind('Array(String)', valuesOf(occurrences, reason));
    return [
      `toUInt32(uniqExactIf(${column}, ${column} IN ${sample})) AS hit_${reason}`,
      `toUInt32(uniqExactIf(${column}, ${column} != '' AND ${isKnown} AND ${column} NOT IN ${sickSql(of, reason, sickScope)})) AS other_${reason}`,
    ];
  });
  const start = bound.bind('Int64', startMs);
  const micros = `toUInt32(toUnixTimestamp64Micro(toDateTime64(timestamp, 6)) - ${start} * 1000)`;
  const moment = `toUInt16(intDiv(${micros}, ${MOMENT_MS} * 1000))`;
  const onHosts = bound.bind(
    'Array(UInt64)',
    candidates.flatMap((candidate, index) => (isByHost(candidate) ? [index + 1] : [])),
  );
  return telemetry.select<Row>(
    [...projects],
    `SELECT candidate, toUInt32(count()) AS lines, ${perId.map((column) => `${column}, `).join('')}
        minMap([${moment}], [${micros}]) AS firsts,
        groupUniqArrayIf(${MOMENTS_MAX})((${moment}, toString(host)), candidate IN ${onHosts}) AS places
      FROM (${rows}) GROUP BY candidate`,
    {
      params: { ...of.params, ...bound.params, own: of.projects },
      timeoutMs: deadline.left(),
      rowsMax: candidates.length,
    },
  );
}

/** Where hosts tell processes apart. */
const isByHost = ({ by, line }: Candidate) => by === 'moment' && line.why === 'process' && line.host !== '';

interface Population {
  service: string;
  moments: [moment: number, host: string][];
  [column: string]: unknown;
}

async function readPopulation(
  { stores: { telemetry }, projects, deadline }: Sources,
  table: 'logs' | 'spans',
  candidates: readonly Candidate[],
  sick: Sick,
): Promise<Map<string, Population>> {
  const { of, range, startMs } = sick;
  const bound = new BoundValues();
  const scope = scopeSql(knownRange(sick), bound, table).join(' AND ');
  const sickScope = scopeSql(range, bound, 'events').slice(1).join(' AND ');
  const services = [...new Set(candidates.map(({ line }) => line.service))];
  const used = ID_REASONS.filter((reason) => candidates.some(({ by }) => by === reason));
  const perId = used.map(
    (reason) =>
      `toUInt32(uniqExactIf(${reason}_id, ${reason}_id != '' AND ${reason}_id NOT IN ${sickSql(of, reason, sickScope)})) AS other_${reason}`,
  );
  const moment = `intDiv(toUnixTimestamp64Milli(timestamp) - ${bound.bind('Int64', startMs)}, ${MOMENT_MS})`;
  const untied = candidates.filter(({ by }) => by === 'moment' || used.length === 0);
  const ofMoments = bound.bind('Array(String)', [...new Set(untied.map(({ line }) => line.service))]);
  const rows = await telemetry.select<Population>(
    [...projects],
    `SELECT toString(service) AS service, ${perId.map((column) => `${column}, `).join('')}
        groupUniqArrayIf(${MOMENTS_MAX})((toInt32(${moment}), toString(host)), service IN ${ofMoments}) AS moments
      FROM ${table} WHERE ${scope} AND service IN ${bound.bind('Array(String)', services)} GROUP BY service`,
    {
      params: { ...of.params, ...bound.params, own: of.projects },
      timeoutMs: deadline.left(),
      rowsMax: services.length,
    },
  );
  return new Map(rows.map((row) => [row.service, row]));
}

function compare(
  candidate: Candidate,
  row: Row | undefined,
  population: Population | undefined,
  counting: Sick,
): Counted {
  const { occurrences, startMs } = counting;
  const [moments, micros] = row?.firsts ?? [[], []];
  const began = onset(moments);
  const shared = {
    began:
      began === null ? null : BigInt(startMs) * 1_000_000n + BigInt(micros[moments.indexOf(began)]!) * 1_000n,
    firstOccurrence: BigInt(counting.firstMs) * 1_000_000n,
  };
  const { by } = candidate;
  const ids = by === 'moment' ? [] : valuesOf(occurrences, by);
  if (by === 'moment' || ids.length === 0)
    return { ...shared, ...compareMoments(candidate, row, population, counting) };
  return {
    ...shared,
    occurrences: { with: Number(row?.[`hit_${by}`] ?? 0), of: ids.length },
    healthy: { with: Number(row?.[`other_${by}`] ?? 0), of: Number(population?.[`other_${by}`] ?? 0) },
  };
}

/** Without an id: whether it was said in the minute before, on the same host where hosts tell processes apart. */
function compareMoments(
  candidate: Candidate,
  row: Row | undefined,
  population: Population | undefined,
  { occurrences, sickMoments, startMs, knownMs }: Sick,
): Pick<Counted, 'occurrences' | 'healthy'> {
  const byHost = isByHost(candidate);
  const placeOf = (moment: number, host: string) => (byHost ? `${moment} ${host}` : `${moment}`);
  const said = new Set(
    byHost
      ? row?.places.map(([moment, host]) => placeOf(moment, host))
      : row?.firsts[0].map((moment) => placeOf(moment, '')),
  );
  const wasSaid = (moment: number, host: string) => {
    for (let back = 0; back <= BEFORE_MOMENTS; back += 1)
      if (said.has(placeOf(moment - back, host))) return true;
    return false;
  };
  const momentOf = (ms: number) => Math.floor((ms - startMs) / MOMENT_MS);
  const hit = occurrences.filter(({ at, host }) => wasSaid(momentOf(at), host)).length;
  const isSick = (moment: number) => {
    for (let ahead = 0; ahead <= BEFORE_MOMENTS; ahead += 1) if (sickMoments.has(moment + ahead)) return true;
    return false;
  };
  const places = new Map(
    (population?.moments ?? [])
      .filter(([moment]) => moment >= 0 && moment <= momentOf(knownMs) && !isSick(Number(moment)))
      .map(([moment, host]) => [placeOf(Number(moment), host), [Number(moment), host] as const]),
  );
  const healthy = [...places.values()];
  return {
    occurrences: { with: hit, of: occurrences.length },
    healthy: { with: healthy.filter(([moment, host]) => wasSaid(moment, host)).length, of: healthy.length },
  };
}

/** Minutes at the beginning in which nothing may be said for it to have begun later. */
const QUIET_MOMENTS = 18;
/** How much of what was said may lie before it began: single failures happen always. */
const STRAY = 0.1;

/** The first moment of where nearly all of it lies; null when that is where one began to look. */
export function onset(moments: readonly number[]): number | null {
  const said = [...new Set(moments)].filter((moment) => moment >= 0).sort((a, b) => a - b);
  if (said.length === 0) return null;
  let best = said[0]!;
  // The widest silence within the first tenth: what lies before it are strays.
  const strays = Math.floor(said.length * STRAY);
  for (let at = 1; at <= strays; at += 1) if (said[at]! - said[at - 1]! > QUIET_MOMENTS) best = said[at]!;
  return best >= QUIET_MOMENTS ? best : null;
}
