/**
 * Log records of units with an occurrence against those of healthy units: the patterns, services, hosts, releases, levels
 * and attributes. What is always true here: a unit counts once for each value, however many lines it has; healthy is a unit
 * in which no event of the issue is known to have happened, looked at or not; and units of both sides are of one kind.
 */
import type { DifferencesAgainst, IssueDifferences, NotTold } from '#contract/differences.ts';
import { type Asking, selectOf } from './asking.ts';
import { FINDINGS_MAX, type Finding, type Findings, nothing, tooFew, UNITS_WITH_MIN } from './finding.ts';
import { EVENT_TIME, type Occurrence, type Occurrences, transactionsOf } from './occurrences.ts';
import { chooseSlices, inSlices, type Slices } from './slices.ts';
import { tainted, UNITS, type Unit } from './units.ts';

/** Twice the occurrences: a value of 1 % of the traffic is then known to 0.2 %. */
const HEALTHY_MAX = 2_000;
/** Longer values are texts, not values. */
const VALUE_CHARS_MAX = 200;
/** Counters and places of single lines, and threads that come and go: what a value is in depends on when, not on what happened. */
const LINE_KEYS = [
  'thread.id',
  'thread_id',
  'threadId',
  'sentry.timestamp.sequence',
  'log.record.uid',
  'log.file.position',
  'log.file.offset',
  'log.offset',
];
/** Where loggers put what a request or job is called. */
const TRANSACTION_KEYS = [
  'transaction',
  'sentry.transaction',
  'http.route',
  'http.target',
  'url.path',
  'path',
];

export interface TrafficFindings extends Findings {
  traffic: IssueDifferences['traffic'];
  share: number;
}

interface Question {
  asking: Asking;
  occurrences: Occurrences;
  unit: Unit;
  /** Of the unit, in `logs`. */
  unitSql: string;
  projects: readonly number[];
  params: Record<string, unknown>;
}

export async function compareTraffic(
  asking: Asking,
  occurrences: Occurrences,
  { against, visible }: { against: DifferencesAgainst; visible: readonly number[] },
): Promise<TrafficFindings> {
  const none = (...notTold: NotTold[]): TrafficFindings => ({
    ...nothing(...notTold),
    traffic: null,
    share: 1,
  });
  const few = tooFew('logs', occurrences.items.length, Number.POSITIVE_INFINITY);
  if (few) return none(few);
  const transactions = transactionsOf(occurrences);
  if (against === 'transaction' && transactions.length === 0)
    return none({ what: 'logs', why: 'no-transaction', have: 0, need: 1 });
  const slices = await chooseSlices(asking, visible, occurrences);
  const linked = await linkOccurrences(asking, occurrences, visible, slices);
  if (!linked) return none({ what: 'logs', why: 'no-link', have: 0, need: 1 });
  const question: Question = {
    asking,
    occurrences,
    unit: linked.unit,
    unitSql: unitSql(linked.unit),
    projects: visible,
    params: paramsOf(occurrences, slices),
  };
  const cases = [...linked.times.keys()];
  const service = await homeService(question, cases);
  const healthy = await drawHealthy(
    question,
    { service: against === 'project' ? '' : service },
    against === 'transaction' ? transactions : [],
  );
  const traffic = {
    unit: linked.unit.kind,
    unitSeconds: linked.unit.seconds,
    linked: linked.events,
    occurrences: cases.length,
    healthy: healthy.length,
    drawn: healthy.length === HEALTHY_MAX || slices.share < 1,
    service: against === 'project' ? '' : service,
    transactions: against === 'transaction' ? transactions : [],
  };
  const tooFewUnits = tooFew('logs', cases.length, healthy.length);
  if (tooFewUnits) return { ...nothing(tooFewUnits), traffic, share: slices.share };
  const sides = { times: linked.times, healthy };
  const patterns = await comparePatterns(question, sides);
  const values = await compareValues(question, sides);
  const numbers = await compareNumbers(question, sides);
  const parts = [patterns, values, numbers];
  return {
    findings: parts.flatMap(({ findings }) => findings),
    tested: parts.reduce((sum, { tested }) => sum + tested, 0),
    notTold: [],
    traffic,
    share: slices.share,
  };
}

const unitSql = ({ sql, crossesProjects }: Unit) =>
  crossesProjects ? sql : `if(project_id = {project:UInt32}, ${sql}, '')`;

function paramsOf({ of, project, environment, from, to }: Occurrences, slices: Slices) {
  return {
    ...of.params,
    ...{ project, environment, from, to },
    occurrenceSlices: slices.ofOccurrences,
    trafficSlices: slices.ofTraffic,
    slices: [...new Set([...slices.ofOccurrences, ...slices.ofTraffic])],
  };
}

/** Log records often do not say where they come from; then they are of all environments. */
const IN_ENVIRONMENT = `({environment:String} = '' OR environment IN ('', {environment:String}))`;
const logsIn = (slices: string) =>
  `project_id IN {projects:Array(UInt32)} AND ${inSlices(slices)} AND ${IN_ENVIRONMENT}`;

interface Linked {
  unit: Unit;
  /** The units that have log records, with the time of the first occurrence in each. */
  times: Map<string, number>;
  /** Occurrences in them. */
  events: number;
}

/** By the closest kind of unit that finds log records of half the occurrences, else by the one that finds most. */
async function linkOccurrences(
  asking: Asking,
  occurrences: Occurrences,
  visible: readonly number[],
  slices: Slices,
): Promise<Linked | null> {
  const idsOf = ({ kind }: Unit) => [
    ...new Set(occurrences.items.map(({ units }) => units[kind]).filter((id) => id !== '')),
  ];
  const said = UNITS.map((unit, n) => ({ unit, n, ids: idsOf(unit) })).filter(({ ids }) => ids.length > 0);
  if (said.length === 0) return null;
  const [row] = await selectOf<Record<`found${number}`, string[]>>(
    asking,
    visible,
    `SELECT ${said
      .map(
        ({ unit, n }) =>
          `groupUniqArrayIf(${unitSql(unit)}, ${unitSql(unit)} IN {ids${n}:Array(String)}) AS found${n}`,
      )
      .join(', ')}
      FROM logs WHERE ${logsIn('occurrenceSlices')}`,
    {
      ...paramsOf(occurrences, slices),
      ...Object.fromEntries(said.map(({ n, ids }) => [`ids${n}`, ids])),
    },
  );
  const found = said.map(({ unit, n }) => {
    const has = new Set(row?.[`found${n}`] ?? []);
    return { unit, ...timesOf(occurrences.items, unit, has) };
  });
  const close = found.find(({ events }) => events * 2 >= occurrences.items.length);
  const most = found.reduce((a, b) => (b.events > a.events ? b : a));
  const linked = close ?? most;
  return linked.events === 0 ? null : linked;
}

function timesOf(items: readonly Occurrence[], { kind }: Unit, has: ReadonlySet<string>) {
  const times = new Map<string, number>();
  let events = 0;
  for (const { at, units } of items) {
    const id = units[kind];
    if (!has.has(id)) continue;
    events += 1;
    times.set(id, Math.min(at, times.get(id) ?? at));
  }
  return { times, events };
}

/** The service that fails: as events say it, if log records call it so too, else the one that most units have lines of. */
async function homeService(
  { asking, occurrences, projects, params, unitSql: unit }: Question,
  cases: readonly string[],
): Promise<string> {
  const rows = await selectOf<{ name: string }>(
    asking,
    projects,
    `SELECT toString(service) AS name FROM logs
      WHERE ${logsIn('occurrenceSlices')} AND ${unit} IN {cases:Array(String)} AND service != ''
      GROUP BY name ORDER BY uniqExact(${unit}) DESC, name LIMIT 100`,
    { ...params, cases },
  );
  const names = rows.map(({ name }) => name);
  const said = occurrences.items.find(({ service }) => names.includes(service));
  return said?.service ?? names[0] ?? '';
}

/** As many as are wanted, chosen by what their ids hash to: evenly, and the same ones each time one looks. */
async function drawHealthy(
  { asking, occurrences, projects, params, unit, unitSql: sql }: Question,
  { service }: { service: string },
  transactions: readonly string[],
): Promise<string[]> {
  const names = [...new Set([...transactions, ...transactions.flatMap(pathOf)])];
  const inTransaction =
    transactions.length === 0
      ? '1'
      : `arrayExists(name -> attributes[name] IN {names:Array(String)}, [${TRANSACTION_KEYS.map((key) => `'${key}'`).join(', ')}])`;
  const byLines = `countIf(project_id = {project:UInt32} AND ({service:String} = '' OR service = {service:String})
    AND ${inTransaction}) > 0`;
  const bySpans =
    transactions.length > 0 && unit.kind === 'trace'
      ? `OR unit IN (SELECT trace_id FROM spans WHERE project_id IN {projects:Array(UInt32)} AND ${EVENT_TIME}
          AND (transaction IN {names:Array(String)} OR (is_segment = 1 AND name IN {names:Array(String)})))`
      : '';
  const rows = await selectOf<{ unit: string }>(
    asking,
    projects,
    `SELECT ${sql} AS unit FROM logs
      WHERE ${logsIn('trafficSlices')} AND unit != ''
        AND unit NOT IN (SELECT arrayJoin(${tainted(unit)}) FROM events WHERE ${occurrences.of.where} AND ${EVENT_TIME})
      GROUP BY unit HAVING ${byLines} ${bySpans}
      ORDER BY cityHash64(unit) LIMIT ${HEALTHY_MAX}`,
    { ...params, service, names },
  );
  return rows.map(({ unit: id }) => id);
}

/** "POST /pay" is "/pay" in the words of most loggers. */
const pathOf = (transaction: string) => /\S*\/\S*$/.exec(transaction)?.slice(0, 1) ?? [];

interface Sides {
  times: ReadonlyMap<string, number>;
  healthy: readonly string[];
}

interface Row {
  key: string;
  value: string;
  cases: number;
  others: number;
  units: string;
  before: number;
  lead: number;
  tested: number;
}

/** What every statement that counts units has in common: the rows of `pairs` have `unit`, `key`, `value` and `first`, in ms. */
async function countUnits(
  { asking, projects, params }: Question,
  { times, healthy }: Sides,
  pairs: string,
): Promise<Row[]> {
  const cases = [...times.keys()];
  const sum = cases.length + healthy.length;
  return selectOf<Row>(
    asking,
    projects,
    `SELECT key, value, cases, others, toString(units) AS units, before, lead, count() OVER () AS tested
      FROM (
        SELECT key, value, countIf(ours) AS cases, countIf(NOT ours) AS others, groupBitXor(cityHash64(unit)) AS units,
          countIf(ours AND first < at) AS before, quantileExactIf(0.5)(at - first, ours AND first < at) AS lead
        FROM (SELECT *, transform(unit, {cases:Array(String)}, {times:Array(Int64)}, toInt64(0)) AS at, at > 0 AS ours
          FROM (${pairs}))
        GROUP BY key, value)
      WHERE cases + others >= ${UNITS_WITH_MIN} AND cases + others < ${sum}
      ORDER BY cases / ${cases.length} - others / ${healthy.length} DESC, key, value LIMIT ${FINDINGS_MAX}`,
    { ...params, cases, times: [...times.values()], units: [...cases, ...healthy] },
  );
}

const toFindings = (rows: readonly Row[], { times, healthy }: Sides, isTimed: boolean): Findings => ({
  findings: rows.map(
    ({ key, value, cases, others, units, before, lead }): Finding => ({
      source: 'logs',
      ...{ key, value, units },
      moreThan: null,
      occurrences: Number(cases),
      occurrencesOf: times.size,
      healthy: Number(others),
      healthyOf: healthy.length,
      before: isTimed ? Number(before) : null,
      leadMs: isTimed && Number(before) > 0 ? Number(lead) : null,
    }),
  ),
  tested: Number(rows[0]?.tested ?? 0),
  notTold: [],
});

const OF_UNITS = (unit: string) => `${logsIn('slices')} AND ${unit} IN {units:Array(String)}`;

async function comparePatterns(question: Question, sides: Sides): Promise<Findings> {
  const rows = await countUnits(
    question,
    sides,
    `SELECT ${question.unitSql} AS unit, 'pattern' AS key, toString(pattern_id) AS value,
        toUnixTimestamp64Milli(min(timestamp)) AS first
      FROM logs WHERE ${OF_UNITS(question.unitSql)} GROUP BY unit, value`,
  );
  return toFindings(rows, sides, true);
}

/** In the order of the words of a search: a column before an attribute of its name. */
const PAIRS = `arrayConcat(
  [('service', toString(service)), ('host', toString(host)), ('release', toString(release)),
    ('environment', toString(environment)), ('logger', toString(scope)), ('event', toString(event_name)),
    ('level', transform(intDiv(severity_number + 3, 4), [1, 2, 3, 4, 5, 6], ['trace', 'debug', 'info', 'warn', 'error', 'fatal'], ''))],
  CAST(attributes, 'Array(Tuple(String, String))'), CAST(labels, 'Array(Tuple(String, String))'),
  CAST(resource, 'Array(Tuple(String, String))'))`;

async function compareValues(question: Question, sides: Sides): Promise<Findings> {
  const rows = await countUnits(
    question,
    sides,
    `SELECT unit, pair.1 AS key, pair.2 AS value, toInt64(0) AS first
      FROM (SELECT ${question.unitSql} AS unit, ${PAIRS} AS pairs FROM logs WHERE ${OF_UNITS(question.unitSql)})
      ARRAY JOIN pairs AS pair
      WHERE value != '' AND key NOT IN (${LINE_KEYS.map((key) => `'${key}'`).join(', ')}) AND length(value) <= ${VALUE_CHARS_MAX} AND length(key) <= ${VALUE_CHARS_MAX}
      GROUP BY unit, key, value`,
  );
  return toFindings(rows, sides, false);
}

/** Numbers of fewer values are compared as values. */
const NUMBERS_MIN = 10;

/**
 * Numbers, such as durations and sizes, of which each unit has one of its own: its largest counts when it is beyond what
 * most units have. The bound is found among both sides together, without regard to which is which, so the test holds.
 */
async function compareNumbers(question: Question, { times, healthy }: Sides): Promise<Findings> {
  const cases = [...times.keys()];
  const sum = cases.length + healthy.length;
  // As many units as there are with an occurrence may be beyond it, at most half.
  const level = Math.max(0.5, (healthy.length - 1) / sum);
  const rows = await selectOf<{
    key: string;
    bound: number;
    having: number;
    others: number;
    units: string;
    tested: number;
  }>(
    question.asking,
    question.projects,
    `SELECT key, bound, having, others, toString(units) AS units, count() OVER () AS tested FROM (
        SELECT key, quantileExactLow(${level})(most) AS bound,
          arrayFilter(one -> one.3 > bound, groupArray((cityHash64(unit), ours, most))) AS beyond,
          arrayCount(one -> one.2, beyond) AS having, length(beyond) - having AS others,
          arrayReduce('groupBitXor', arrayMap(one -> one.1, beyond)) AS units
        FROM (
          SELECT unit, unit IN {cases:Array(String)} AS ours, key, max(assumeNotNull(number)) AS most
          FROM (
            SELECT ${question.unitSql} AS unit, pair.1 AS key, toFloat64OrNull(pair.2) AS number FROM logs
            ARRAY JOIN CAST(attributes, 'Array(Tuple(String, String))') AS pair
            WHERE ${OF_UNITS(question.unitSql)} AND attribute_types[key] = 'number'
              AND key NOT IN (${LINE_KEYS.map((key) => `'${key}'`).join(', ')}) AND length(key) <= ${VALUE_CHARS_MAX})
          WHERE isNotNull(number) AND isFinite(number)
          GROUP BY unit, key)
        GROUP BY key HAVING uniqExact(most) > ${NUMBERS_MIN})
      WHERE having + others >= ${UNITS_WITH_MIN} AND having + others < ${sum}
      ORDER BY having / ${cases.length} - others / ${healthy.length} DESC, key LIMIT ${FINDINGS_MAX}`,
    { ...question.params, cases, units: [...cases, ...healthy] },
  );
  return {
    findings: rows.map(({ key, bound, having, others, units }) => ({
      source: 'logs',
      ...{ key, value: `> ${bound}`, moreThan: Number(bound), units },
      occurrences: Number(having),
      occurrencesOf: cases.length,
      healthy: Number(others),
      healthyOf: healthy.length,
      before: null,
      leadMs: null,
    })),
    tested: Number(rows[0]?.tested ?? 0),
    notTold: [],
  };
}
