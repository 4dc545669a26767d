/** What the addresses of one trace, and of the list of traces, say. What is as usual is left out. */
import type { TRACE_SORTS } from '#contract/traces.ts';
import type { Range } from '#web/durations.ts';

/** One of span, record and event at most: what the panel shows. */
export interface TraceSearch {
  project?: string;
  /** Key of a span. */
  span?: string;
  /** Id of a log record. */
  record?: string;
  /** Id of an error event. */
  event?: string;
  find?: string;
  service?: string;
  only?: 'errors';
  /** Without log records and errors between the spans. */
  rows?: 'spans';
  /** Nanoseconds after the beginning, `from-to`. */
  zoom?: string;
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

export function readTraceSearch(search: Record<string, unknown>): TraceSearch {
  return tidyTraceSearch({
    project: text(search.project),
    span: text(search.span),
    record: text(search.record),
    event: text(search.event),
    find: text(search.find),
    service: text(search.service),
    only: search.only === 'errors' ? 'errors' : undefined,
    rows: search.rows === 'spans' ? 'spans' : undefined,
    zoom: text(search.zoom),
  });
}

export function tidyTraceSearch(search: TraceSearch): TraceSearch {
  const { project, span, record, event, find, service, only, rows, zoom } = search;
  return {
    ...(project ? { project } : {}),
    ...(span ? { span } : record ? { record } : event ? { event } : {}),
    ...(find?.trim() ? { find: find.trim() } : {}),
    ...(service ? { service } : {}),
    ...(only ? { only } : {}),
    ...(rows ? { rows } : {}),
    ...(zoom && /^\d{1,16}-\d{1,16}$/.test(zoom) ? { zoom } : {}),
  };
}

/** A nanosecond is the shortest look. */
export function zoomOf({ zoom }: TraceSearch, whole: Range): Range {
  const [from, to] = (zoom ?? '').split('-').map(Number);
  if (from === undefined || to === undefined || !(from < to)) return whole;
  const range = { from: Math.max(from, whole.from), to: Math.min(to, whole.to) };
  return range.from < range.to ? range : whole;
}

/** Undefined: all of it. */
export function writeZoom({ from, to }: Range, whole: Range): string | undefined {
  const [start, end] = [Math.max(whole.from, Math.floor(from)), Math.min(whole.to, Math.ceil(to))];
  if (end <= start || (start <= whole.from && end >= whole.to)) return undefined;
  return `${start}-${end}`;
}

export type TraceSort = (typeof TRACE_SORTS)[number];
export const SORTS: readonly { value: TraceSort; label: string }[] = [
  { value: 'newest', label: 'Newest' },
  { value: 'slowest', label: 'Slowest' },
];
export const PERIODS = [
  { value: '15m', label: '15 minutes', ms: 15 * 60_000 },
  { value: '1h', label: '1 hour', ms: 3_600_000 },
  { value: '6h', label: '6 hours', ms: 6 * 3_600_000 },
  { value: '24h', label: '24 hours', ms: 86_400_000 },
  { value: '7d', label: '7 days', ms: 7 * 86_400_000 },
  { value: '30d', label: '30 days', ms: 30 * 86_400_000 },
] as const;
export type TracePeriod = (typeof PERIODS)[number]['value'];

export interface TracesSearch {
  project?: string;
  period?: TracePeriod;
  service?: string;
  name?: string;
  /** Milliseconds. */
  min?: number;
  only?: 'errors';
  sort?: TraceSort;
}

export function readTracesSearch(search: Record<string, unknown>): TracesSearch {
  return tidyTracesSearch({
    project: text(search.project),
    period: PERIODS.find((each) => each.value === search.period)?.value,
    service: text(search.service),
    name: text(search.name),
    min: Number(search.min),
    only: search.only === 'errors' ? 'errors' : undefined,
    sort: SORTS.find((each) => each.value === search.sort)?.value,
  });
}

export function tidyTracesSearch(search: TracesSearch): TracesSearch {
  const { project, period, service, name, min, only, sort } = search;
  return {
    ...(project ? { project } : {}),
    ...(period && period !== '1h' ? { period } : {}),
    ...(service?.trim() ? { service: service.trim() } : {}),
    ...(name?.trim() ? { name: name.trim() } : {}),
    ...(min !== undefined && Number.isSafeInteger(min) && min > 0 ? { min } : {}),
    ...(only ? { only } : {}),
    ...(sort && sort !== 'newest' ? { sort } : {}),
  };
}

export const periodMs = ({ period = '1h' }: TracesSearch) =>
  PERIODS.find(({ value }) => value === period)!.ms;
