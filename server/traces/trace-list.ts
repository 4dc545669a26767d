/**
 * The traces of a period, each by the span it came in with. Found among segments, the first spans of a trace in each
 * service, since the very first one may be a browser's or a proxy's that sends nothing here. What is always true here: the
 * work is one pass over small columns of the period and one look at the traces that are shown.
 */
import type { TraceList, TraceSummary } from '#contract/traces.ts';
import type { IssueStores } from '#server/issues/issues.ts';
import { BoundValues } from '#server/query/bound-values.ts';
import { scopeSql } from '#server/query/plan/compile-plan.ts';

export interface TraceQuestion {
  /** Whose segments are looked for, and of whose spans a trace is counted together. */
  projects: number[];
  visible: number[];
  /** Milliseconds since 1970, `to` not included. */
  from: number;
  to: number;
  service: string;
  /** Part of the span's name, in any case of letters. */
  name: string;
  minDurationMs: number;
  onlyErrors: boolean;
  sort: 'newest' | 'slowest';
  limit: number;
}

/** As many as one reads; beyond it one narrows down. */
export const TRACES_MAX = 100;
/** Segments looked at for each trace that is shown: a trace of more services may be missing at the end of the list. */
const SEGMENTS_PER_TRACE = 20;
/** Names of services told of a trace. */
const SERVICES_MAX = 10;
/** A trace that began or goes on outside the period is counted this far. */
const BEYOND_MS = 3_600_000;

interface Segment {
  project_id: number;
  trace_id: string;
  span_id: string;
  at: string;
  duration: number;
  name: string;
  op: string;
  status: TraceSummary['status'];
  service: string;
  environment: string;
  is_root: number;
}

const scopeOf = ({ from, to }: { from: number; to: number }, bound: BoundValues) =>
  scopeSql({ start: nanoseconds(from), end: nanoseconds(to) }, bound, 'spans').join(' AND ');

const nanoseconds = (ms: number) => BigInt(Math.round(ms)) * 1_000_000n;

export async function listTraces({ telemetry }: IssueStores, question: TraceQuestion): Promise<TraceList> {
  const { sort, limit } = question;
  const segmentsMax = limit * SEGMENTS_PER_TRACE;
  const bound = new BoundValues();
  const segments = await telemetry.select<Segment>(
    question.projects,
    `SELECT project_id, trace_id, span_id, toString(toUnixTimestamp64Nano(timestamp)) AS at, toFloat64(duration_ns) AS duration,
        name, op, status, service, environment, parent_span_id = '' AS is_root
      FROM spans
      WHERE ${scopeOf(question, bound)} AND is_segment = 1
        AND ({service:String} = '' OR service = {service:String})
        AND ({name:String} = '' OR positionCaseInsensitiveUTF8(name, {name:String}) > 0)
        AND duration_ns >= {least:UInt64}
        AND ({onlyErrors:UInt8} = 0 OR status = 'error')
      ORDER BY ${sort === 'newest' ? 'timestamp' : 'duration_ns'} DESC, trace_id LIMIT {segments:UInt32}`,
    {
      params: {
        ...bound.params,
        service: question.service,
        name: question.name,
        least: String(BigInt(question.minDurationMs) * 1_000_000n),
        onlyErrors: question.onlyErrors ? 1 : 0,
        segments: segmentsMax,
      },
    },
  );
  const entries = entriesOf(segments, sort);
  const shown = entries.slice(0, limit);
  const whole = await wholeTraces(telemetry, question, shown);
  return {
    isCut: entries.length > limit || segments.length === segmentsMax,
    items: shown.map((segment) => ({
      traceId: segment.trace_id,
      projectId: String(segment.project_id),
      spanId: segment.span_id,
      isRoot: segment.is_root === 1,
      timestamp: segment.at,
      durationNs: segment.duration,
      name: segment.name,
      op: segment.op,
      status: segment.status,
      service: segment.service,
      environment: segment.environment,
      ...whole(segment.trace_id),
    })),
  };
}

/** One segment of each trace: the root, else the earliest. */
function entriesOf(segments: readonly Segment[], sort: TraceQuestion['sort']): Segment[] {
  const entries = new Map<string, Segment>();
  for (const segment of segments) {
    const known = entries.get(segment.trace_id);
    if (!known || isEarlier(segment, known)) entries.set(segment.trace_id, segment);
  }
  return [...entries.values()].sort((one, other) =>
    sort === 'newest' ? Number(BigInt(other.at) - BigInt(one.at)) : other.duration - one.duration,
  );
}

const isEarlier = (one: Segment, other: Segment) =>
  one.is_root === other.is_root ? BigInt(one.at) < BigInt(other.at) : one.is_root > other.is_root;

type Whole = Pick<TraceSummary, 'spans' | 'errorSpans' | 'services'>;

async function wholeTraces(
  telemetry: IssueStores['telemetry'],
  { visible, from, to }: TraceQuestion,
  shown: readonly Segment[],
): Promise<(traceId: string) => Whole> {
  if (shown.length === 0) return () => ({ spans: 0, errorSpans: 0, services: [] });
  const bound = new BoundValues();
  const scope = scopeOf({ from: Math.max(0, from - BEYOND_MS), to: to + BEYOND_MS }, bound);
  const rows = await telemetry.select<{
    trace_id: string;
    spans: number;
    errors: number;
    services: string[];
  }>(
    visible,
    // Exporters send again what they heard no answer to: each span counts once.
    `SELECT trace_id, toUInt32(uniqExact(span_id)) AS spans, toUInt32(uniqExactIf(span_id, status = 'error')) AS errors,
        arraySlice(arraySort(groupUniqArray(1000)(service)), 1, ${SERVICES_MAX}) AS services
      FROM spans
      WHERE ${scope} AND trace_id IN {traces:Array(String)}
      GROUP BY trace_id`,
    { params: { ...bound.params, traces: shown.map(({ trace_id }) => trace_id) } },
  );
  const found = new Map(rows.map((row) => [row.trace_id, row]));
  return (traceId) => {
    const row = found.get(traceId);
    return { spans: row?.spans ?? 1, errorSpans: row?.errors ?? 0, services: row?.services ?? [] };
  };
}
