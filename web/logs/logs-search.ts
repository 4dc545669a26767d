/** What the address of the logs says. What is as usual is left out, so that addresses stay short. */

import type { LogAgainst, LogMeasure } from '#contract/logs.ts';

export const PERIODS = [
  { value: '15m', label: '15 minutes', ms: 15 * 60_000 },
  { value: '1h', label: '1 hour', ms: 3_600_000 },
  { value: '6h', label: '6 hours', ms: 6 * 3_600_000 },
  { value: '24h', label: '24 hours', ms: 86_400_000 },
  { value: '7d', label: '7 days', ms: 7 * 86_400_000 },
  { value: '30d', label: '30 days', ms: 30 * 86_400_000 },
] as const;
export type LogPeriod = (typeof PERIODS)[number]['value'];
const PERIOD_USUAL: LogPeriod = '1h';

/** Between the time and the body, which are always shown. */
export const COLUMNS_USUAL: readonly string[] = ['level', 'service'];
/** Columns and facets of one's own; more do not fit on a screen, and each facet is a question to the engine. */
const KEYS_MAX = 8;
const KEY_CHARS_MAX = 200;

export interface LogsSearch {
  project?: string;
  query?: string;
  period?: LogPeriod;
  /** ISO 8601; both or none. They win over the period. */
  from?: string;
  to?: string;
  /** Keys, written by `writeKeys`. */
  columns?: string;
  facets?: string;
  /** Id of the open record. */
  record?: string;
  live?: 'on';
  /** What the lines have in common, how many or how much they say, or what changed, instead of the lines. */
  view?: LogView;
  /** Of the patterns; without it the most frequent come first. */
  sort?: 'newest' | 'errors';
  /** Of the chart. */
  measure?: LogMeasure;
  field?: string;
  /** Keys; without it the level, and empty for no groups. */
  by?: string;
  draw?: LogDrawing;
  /** What the period is compared with; without it the time right before it. */
  against?: LogAgainst;
}

/** Lines or stacked bars over time, or a list of groups. Without it bars where they may be stacked. */
export type LogDrawing = (typeof DRAWINGS)[number];
const DRAWINGS = ['lines', 'bars', 'list'] as const;
type LogView = (typeof VIEWS)[number];
const VIEWS = ['patterns', 'chart', 'compare'] as const;
const BY_USUAL = 'level';
/** As many as the server groups by. */
const GROUP_FIELDS_MAX = 2;
const MEASURES: readonly LogMeasure[] = [
  ...(['count', 'rate', 'distinct', 'sum', 'avg', 'min', 'max'] as const),
  ...(['p50', 'p90', 'p95', 'p99'] as const),
];
const AGAINST: readonly LogAgainst[] = ['previous', 'day', 'week'];

export const byOf = ({ by }: LogsSearch): string[] => readKeys(by ?? BY_USUAL).slice(0, GROUP_FIELDS_MAX);

const text = (value: unknown) => (typeof value === 'string' ? value : undefined);

export function readLogsSearch(search: Record<string, unknown>): LogsSearch {
  return tidyLogsSearch({
    project: text(search.project),
    query: text(search.query),
    period: PERIODS.find((each) => each.value === search.period)?.value,
    from: text(search.from),
    to: text(search.to),
    columns: text(search.columns),
    facets: text(search.facets),
    record: text(search.record),
    live: search.live === 'on' ? 'on' : undefined,
    view: VIEWS.find((each) => each === search.view),
    sort: search.sort === 'newest' || search.sort === 'errors' ? search.sort : undefined,
    measure: MEASURES.find((each) => each === search.measure),
    field: text(search.field),
    by: text(search.by),
    draw: DRAWINGS.find((each) => each === search.draw),
    against: AGAINST.find((each) => each === search.against),
  });
}

export function tidyLogsSearch(search: LogsSearch): LogsSearch {
  const { project, query, period, from, to, columns, facets, record, live, view, sort, against } = search;
  const absolute = isRange(from, to);
  const shown = columns === undefined ? undefined : writeKeys(readKeys(columns));
  const facetsOwn = facets === undefined ? '' : writeKeys(readKeys(facets));
  return {
    ...(project ? { project } : {}),
    ...(query?.trim() ? { query: query.trim() } : {}),
    ...(absolute ? { from, to } : period && period !== PERIOD_USUAL ? { period } : {}),
    ...(shown !== undefined && shown !== writeKeys(COLUMNS_USUAL) ? { columns: shown } : {}),
    ...(facetsOwn ? { facets: facetsOwn } : {}),
    ...(record ? { record } : {}),
    // New lines come at the end of time, not in a range that is over.
    ...(live && !absolute && !view ? { live } : {}),
    ...(view ? { view } : {}),
    ...(view === 'patterns' && sort ? { sort } : {}),
    ...(view === 'chart' ? tidyChart(search) : {}),
    ...(view === 'compare' && against && against !== 'previous' ? { against } : {}),
  };
}

function tidyChart({ measure, field, by, draw }: LogsSearch): LogsSearch {
  return {
    ...(measure && measure !== 'count' ? { measure } : {}),
    ...(field ? { field } : {}),
    ...(by !== undefined && by !== BY_USUAL ? { by } : {}),
    ...(draw ? { draw } : {}),
  };
}

function isRange(from = '', to = ''): boolean {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  return Number.isFinite(start) && Number.isFinite(end) && start >= 0 && start < end;
}

/** Keys are any text a sender chose; a comma inside one is escaped. */
export const writeKeys = (keys: readonly string[]) =>
  keys.map((key) => key.replaceAll('%', '%25').replaceAll(',', '%2C')).join(',');

export function readKeys(keys: string): string[] {
  const read = keys
    .split(',')
    .map((key) => key.replaceAll('%2C', ',').replaceAll('%25', '%'))
    .filter((key) => key !== '' && key.length <= KEY_CHARS_MAX);
  return [...new Set(read)].slice(0, KEYS_MAX);
}

export const columnsOf = ({ columns }: LogsSearch): readonly string[] =>
  columns === undefined ? COLUMNS_USUAL : readKeys(columns);

/** Without what is there already; at the limit the last one makes room. */
export const withKey = (keys: readonly string[], key: string): string[] =>
  keys.includes(key) ? [...keys] : [...keys.slice(0, KEYS_MAX - 1), key];

/** Milliseconds since 1970, `from` included, `to` not. */
export interface TimeRange {
  from: number;
  to: number;
}

/** The period in figures, seen from a moment. */
export function rangeOf({ period, from, to }: LogsSearch, now: number): TimeRange {
  if (from !== undefined && to !== undefined) return { from: Date.parse(from), to: Date.parse(to) };
  const { ms } = PERIODS.find((each) => each.value === (period ?? PERIOD_USUAL))!;
  return { from: now + 1 - ms, to: now + 1 };
}

/** A range as the address says it. */
export const absoluteRange = ({ from, to }: TimeRange): Pick<LogsSearch, 'from' | 'to' | 'period'> => ({
  period: undefined,
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
});

/** The next wider look: the next period, or twice the range around the same middle, never into the future. */
export function widerLook(search: LogsSearch, now: number): Partial<LogsSearch> | null {
  if (search.from === undefined) {
    const at = PERIODS.findIndex((each) => each.value === (search.period ?? PERIOD_USUAL));
    const wider = PERIODS[at + 1];
    return wider ? { period: wider.value } : null;
  }
  const { from, to } = rangeOf(search, now);
  const half = (to - from) / 2;
  const end = Math.min(Math.max(now + 1, to), Math.ceil(to + half));
  return absoluteRange({ from: Math.max(0, Math.floor(end - 4 * half)), to: end });
}
