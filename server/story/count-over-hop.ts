/**
 * How often candidates were there that the error's own ids do not reach: it names a user, and a line of that user names the
 * request in which the candidate was said. The requests (or traces) that were under way when the issue happened are
 * compared with all others of the same services and time.
 */
import { BoundValues } from '#server/query/bound-values.ts';
import { scopeSql, timeOf } from '#server/query/plan/compile-plan.ts';
import type { PlanRange } from '#server/query/plan/plan.ts';
import { candidateRows } from './candidate-sql.ts';
import type { Candidate } from './candidates.ts';
import { type Counted, knownRange, type Sick } from './count-candidates.ts';
import type { Sources } from './story-records.ts';
import type { IdReason } from './ties.ts';

type OverHop = 'trace' | 'request';
type HopShares = Pick<Counted, 'occurrences' | 'healthy'> & { by: OverHop };

/** Requests of the users of the newest 200 occurrences: a hundred each. */
const UNITS_MAX = 20_000;
/** Clocks of machines, and lines that are said after the answer, ms. */
const UNDER_WAY_MS = 1_000;
/** An error is told of by what began so shortly before, where nothing was under way, ms. */
const BEFORE_MS = 60_000;

interface Unit {
  origin: string;
  unit: string;
  first: number;
  last: number;
}

/** By the key of the candidate; those that cannot be counted so are not there. */
export async function countOverHops(
  sources: Sources,
  candidates: readonly Candidate[],
  sick: Sick,
): Promise<Map<string, HopShares>> {
  const hops = Map.groupBy(
    candidates.filter(({ line: { over, kind } }) => over !== '' && (kind === 'log' || kind === 'span')),
    ({ line: { kind, why, over } }) => `${kind} ${why} ${over}`,
  );
  if (sick.occurrences.length === 0) return new Map();
  const counted = await Promise.all([...hops.values()].map((tied) => countTied(sources, tied, sick)));
  return new Map(counted.flat());
}

async function countTied(
  sources: Sources,
  candidates: readonly Candidate[],
  sick: Sick,
): Promise<[string, HopShares][]> {
  const { line } = candidates[0]!;
  const over = line.over as OverHop;
  const origin = line.why as IdReason;
  const range = lookedAt(sick);
  const known = { start: range.start, end: knownRange(sick).end };
  const unitsOf = await readUnits(sources, sick, { origin, over, range });
  const happened = sick.occurrences
    .map((occurrence) => underWay(unitsOf.get(occurrence[origin]) ?? [], occurrence.at))
    .filter((each) => each.length > 0);
  const sickUnits = [...new Set(happened.flat())];
  const near = candidates.filter((each) => sickUnits.includes(unitOf(each.line, over)));
  if (near.length === 0) return [];
  const [hits, others] = await Promise.all([
    readHits(sources, near, { over, range, known, sickUnits }),
    readOthers(sources, near, { over, range, known, sickUnits }),
  ]);
  return near.map((each, index) => {
    const row = hits.find(({ candidate }) => candidate === index + 1);
    const hit = new Set(row?.hits);
    return [
      each.key,
      {
        by: over,
        occurrences: {
          with: happened.filter((units) => units.some((unit) => hit.has(unit))).length,
          of: happened.length,
        },
        healthy: { with: Number(row?.others ?? 0), of: others.get(each.line.service) ?? 0 },
      },
    ];
  });
}

/** Of more occurrences than are looked at, the others are no healthy traffic: then the time of these. */
function lookedAt({ range, occurrences, firstMs }: Sick): PlanRange {
  const oldest = Math.min(...occurrences.map(({ at }) => at));
  const start = BigInt(oldest - BEFORE_MS) * 1_000_000n;
  return firstMs < oldest && start > range.start ? { ...range, start } : range;
}

const unitOf = (line: Candidate['line'], over: OverHop) => (over === 'trace' ? line.traceId : line.requestId);

/** What was under way at that moment; where nothing was, what had begun last. */
function underWay(units: readonly Unit[], at: number): string[] {
  const around = units.filter(({ first, last }) => first <= at + UNDER_WAY_MS && last >= at - UNDER_WAY_MS);
  if (around.length > 0) return around.map(({ unit }) => unit);
  const before = units.filter(({ first }) => first <= at && first >= at - BEFORE_MS);
  const [latest] = before.sort((one, other) => other.first - one.first);
  return latest ? [latest.unit] : [];
}

interface Hop {
  origin: IdReason;
  over: OverHop;
  range: PlanRange;
}

/** Which requests the lines of these users name, and from when to when. */
async function readUnits(
  { stores: { telemetry }, projects, deadline }: Sources,
  { occurrences }: Sick,
  { origin, over, range }: Hop,
): Promise<Map<string, Unit[]>> {
  const ids = [...new Set(occurrences.map((each) => each[origin]).filter((id) => id !== ''))];
  if (ids.length === 0) return new Map();
  const bound = new BoundValues();
  const at = 'toUnixTimestamp64Milli(toDateTime64(timestamp, 3))';
  const rows = await telemetry.select<Unit>(
    [...projects],
    `SELECT toString(${origin}_id) AS origin, toString(${over}_id) AS unit, toFloat64(min(${at})) AS first, toFloat64(max(${at})) AS last
      FROM logs WHERE ${scopeSql(range, bound).join(' AND ')}
        AND ${origin}_id IN ${bound.bind('Array(String)', ids)} AND ${over}_id != ''
      GROUP BY origin, unit ORDER BY last DESC LIMIT ${UNITS_MAX}`,
    { params: bound.params, timeoutMs: deadline.left(), rowsMax: UNITS_MAX },
  );
  return Map.groupBy(rows, (row) => row.origin);
}

interface Asked {
  over: OverHop;
  range: PlanRange;
  /** The part of it of which it is known who failed. */
  known: PlanRange;
  sickUnits: readonly string[];
}

function readHits(
  { stores: { telemetry }, projects, deadline }: Sources,
  candidates: readonly Candidate[],
  { over, range, known, sickUnits }: Asked,
): Promise<{ candidate: number; hits: string[]; others: number }[]> {
  const table = candidates[0]!.line.kind === 'span' ? 'spans' : 'logs';
  const bound = new BoundValues();
  const scope = [...scopeSql(range, bound, table), `${over}_id != ''`].join(' AND ');
  const rows = candidateRows({ table, scope, columns: `${over}_id AS unit, timestamp` }, candidates, bound);
  const isKnown = `timestamp < ${timeOf(known.end, bound)}`;
  const isSick = `unit IN ${bound.bind('Array(String)', sickUnits)}`;
  return telemetry.select(
    [...projects],
    `SELECT candidate, groupUniqArrayIf(${UNITS_MAX})(toString(unit), ${isSick}) AS hits,
        toUInt32(uniqExactIf(unit, NOT ${isSick} AND ${isKnown})) AS others
      FROM (${rows})
      GROUP BY candidate`,
    { params: bound.params, timeoutMs: deadline.left(), rowsMax: candidates.length },
  );
}

/** How many others there are of each service. */
async function readOthers(
  { stores: { telemetry }, projects, deadline }: Sources,
  candidates: readonly Candidate[],
  { over, known, sickUnits }: Asked,
): Promise<Map<string, number>> {
  const table = candidates[0]!.line.kind === 'span' ? 'spans' : 'logs';
  const bound = new BoundValues();
  const services = [...new Set(candidates.map(({ line }) => line.service))];
  const rows = await telemetry.select<{ service: string; others: number }>(
    [...projects],
    `SELECT toString(service) AS service, toUInt32(uniqExact(${over}_id)) AS others FROM ${table}
      WHERE ${scopeSql(known, bound, table).join(' AND ')} AND service IN ${bound.bind('Array(String)', services)}
        AND ${over}_id != '' AND ${over}_id NOT IN ${bound.bind('Array(String)', sickUnits)}
      GROUP BY service`,
    { params: bound.params, timeoutMs: deadline.left(), rowsMax: services.length },
  );
  return new Map(rows.map((row) => [row.service, Number(row.others)]));
}
