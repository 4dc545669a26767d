/**
 * A trace as the page draws it: a tree of spans on one time line, with the log records and errors at their spans.
 * Senders may send anything: spans without a parent, whose parent is not stored, that are each other's parents, that
 * begin before their parent since two clocks differ, thousands deep. Every span is in the tree once.
 */
import type { LogRecord } from '#contract/logs.ts';
import type { Span, Trace, TraceError } from '#contract/traces.ts';
import type { Range } from '#web/durations.ts';

/** All times are nanoseconds after the beginning of the trace. */
export interface SpanNode {
  key: string;
  span: Span;
  parent: SpanNode | null;
  /** Its parent is named, but not stored. */
  isOrphan: boolean;
  /** By their beginning. */
  children: SpanNode[];
  depth: number;
  start: number;
  end: number;
  /** What was added to its times, since the clock of its host is behind or ahead. */
  shift: number;
  /** When no child was at work. */
  selfNs: number;
  selfParts: Range[];
  /** Log records and errors of it, by time. */
  records: TraceRecord[];
  /** Spans below it, and whether one of them failed. */
  below: number;
  failsBelow: boolean;
}

interface RecordPlace {
  key: string;
  at: number;
  node: SpanNode | null;
}
export type LogPlace = RecordPlace & { kind: 'log'; log: LogRecord };
export type ErrorPlace = RecordPlace & { kind: 'error'; error: TraceError };
export type TraceRecord = LogPlace | ErrorPlace;

export interface TraceModel {
  traceId: string;
  /** Nanoseconds since 1970. */
  origin: bigint;
  /** From the first to the last that is shown; never empty. */
  whole: Range;
  roots: SpanNode[];
  /** Parents before children, as they are drawn. */
  nodes: SpanNode[];
  nodeOf: ReadonlyMap<string, SpanNode>;
  records: TraceRecord[];
  /** Those that name no span, or one that is not stored. */
  loose: TraceRecord[];
  /** By their first appearance. */
  services: string[];
  /** Services whose clock was set right. */
  shifted: string[];
}

/** Parts of a bar that are drawn; beyond it they are finer than a screen. */
const SELF_PARTS_MAX = 100;
/** A record this share of the spans' time before or after them widens the axis; further away it stands at the edge. */
const BESIDE_SHARE = 0.25;

const MS_NS = 1_000_000n;

export function toModel(trace: Trace): TraceModel {
  const times = [
    ...trace.spans.map(({ timestamp }) => BigInt(timestamp)),
    ...(trace.spans.length > 0
      ? []
      : [...trace.logs.map(({ timestamp }) => BigInt(timestamp)), ...trace.errors.map(timeOfError)]),
  ];
  const base = times.toSorted((one, other) => Number(one - other))[0] ?? 0n;
  const tree = plant(trace.spans, base);
  const records = placeRecords(trace, base, tree.nodeOf);
  const whole = extent(tree.nodes, records);
  moveOrigin(tree.nodes, records, whole.from);
  const services = new Set([
    ...tree.nodes.map(({ span }) => span.service),
    ...records.map((record) => serviceOf(record)),
  ]);
  return {
    traceId: trace.traceId,
    origin: base + BigInt(Math.round(whole.from)),
    whole: { from: 0, to: Math.max(1, whole.to - whole.from) },
    ...tree,
    records,
    loose: records.filter(({ node }) => node === null),
    services: [...services],
    shifted: [...new Set(tree.nodes.filter(({ shift }) => shift !== 0).map(({ span }) => span.service))],
  };
}

const timeOfError = ({ timestamp }: TraceError) => BigInt(Date.parse(timestamp)) * MS_NS;

/** Its own, else that of the span it belongs to: an error of Sentry's SDKs seldom says one. */
export const serviceOf = (record: TraceRecord) =>
  (record.kind === 'log' ? record.log.service : record.error.service) || (record.node?.span.service ?? '');

function plant(spans: readonly Span[], base: bigint): Pick<TraceModel, 'roots' | 'nodes' | 'nodeOf'> {
  const nodeOf = new Map<string, SpanNode>();
  for (const span of spans) {
    const key = nodeOf.has(span.spanId) ? `${span.spanId}@${span.projectId}` : span.spanId;
    const start = Number(BigInt(span.timestamp) - base);
    nodeOf.set(key, {
      key,
      span,
      parent: null,
      isOrphan: false,
      children: [],
      depth: 0,
      start,
      end: start + span.durationNs,
      shift: 0,
      selfNs: 0,
      selfParts: [],
      records: [],
      below: 0,
      failsBelow: false,
    });
  }
  const roots: SpanNode[] = [];
  for (const node of nodeOf.values()) {
    const { parentSpanId } = node.span;
    const parent = parentSpanId === node.span.spanId ? undefined : nodeOf.get(parentSpanId);
    if (parent) {
      node.parent = parent;
      parent.children.push(node);
    } else {
      node.isOrphan = parentSpanId !== '';
      roots.push(node);
    }
  }
  breakRings(nodeOf, roots);
  const nodes = walk(roots, (node) => {
    if (node.parent) {
      node.depth = node.parent.depth + 1;
      setClock(node, node.parent);
    }
  });
  const byStart = (one: SpanNode, other: SpanNode) => one.start - other.start;
  roots.sort(byStart);
  for (const node of nodes) node.children.sort(byStart);
  for (const node of nodes.toReversed()) sumUp(node);
  return { roots, nodes: walk(roots, () => {}), nodeOf };
}

/** Spans that are each other's parents hang on no root: the first of each ring becomes one. */
function breakRings(nodeOf: ReadonlyMap<string, SpanNode>, roots: SpanNode[]) {
  const reached = new Set(walk(roots, () => {}));
  for (const node of nodeOf.values()) {
    if (reached.has(node)) continue;
    const { parent } = node;
    if (parent) parent.children = parent.children.filter((child) => child !== node);
    node.parent = null;
    node.isOrphan = true;
    roots.push(node);
    for (const each of walk([node], () => {})) reached.add(each);
  }
}

/** Parents before children, without recursion: a trace may be as deep as it is long. */
function walk(roots: readonly SpanNode[], visit: (node: SpanNode) => void): SpanNode[] {
  const order: SpanNode[] = [];
  const waiting = roots.toReversed();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    visit(node);
    order.push(node);
    for (let n = node.children.length - 1; n >= 0; n--) waiting.push(node.children[n]!);
  }
  return order;
}

/**
 * Nothing begins before what caused it. A span of another service or host that does has a clock of its own, and is put
 * into the middle of its parent, as if the network took as long there as back, or where that began when it does not fit.
 */
function setClock(node: SpanNode, parent: SpanNode) {
  const isSameClock = node.span.service === parent.span.service && node.span.host === parent.span.host;
  const duration = node.end - node.start;
  if (isSameClock) node.shift = parent.shift;
  else if (node.start < parent.start) {
    const spare = parent.end - parent.start - duration;
    node.shift = parent.start + Math.max(0, Math.floor(spare / 2)) - node.start;
  }
  node.start += node.shift;
  node.end += node.shift;
}

function sumUp(node: SpanNode) {
  let from = node.start;
  for (const child of node.children) {
    node.below += child.below + 1;
    node.failsBelow ||= child.failsBelow || child.span.status === 'error';
    if (child.start > from) addSelf(node, from, Math.min(child.start, node.end));
    from = Math.max(from, child.end);
  }
  addSelf(node, from, node.end);
}

function addSelf(node: SpanNode, from: number, to: number) {
  if (to <= from) return;
  node.selfNs += to - from;
  if (node.selfParts.length < SELF_PARTS_MAX) node.selfParts.push({ from, to });
}

function placeRecords(
  { logs, errors }: Trace,
  base: bigint,
  nodeOf: ReadonlyMap<string, SpanNode>,
): TraceRecord[] {
  const times = new Map<string, number>();
  const place = (id: string, spanId: string, time: bigint): RecordPlace => {
    const twin = times.get(id) ?? 0;
    times.set(id, twin + 1);
    const node = nodeOf.get(spanId) ?? null;
    return {
      key: twin === 0 ? id : `${id}+${twin}`,
      at: Number(time - base) + (node?.shift ?? 0),
      node,
    };
  };
  const records = [
    ...logs.map(
      (log): TraceRecord => ({ kind: 'log', log, ...place(log.id, log.spanId, BigInt(log.timestamp)) }),
    ),
    ...errors.map(
      (error): TraceRecord => ({
        kind: 'error',
        error,
        ...place(error.eventId, error.spanId, timeOfError(error)),
      }),
    ),
  ].sort((one, other) => one.at - other.at);
  for (const record of records) record.node?.records.push(record);
  return records;
}

function extent(nodes: readonly SpanNode[], records: readonly TraceRecord[]): Range {
  const range = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY };
  const widen = (from: number, to: number) => {
    range.from = Math.min(range.from, from);
    range.to = Math.max(range.to, to);
  };
  for (const { start, end } of nodes) widen(start, end);
  const beside = (range.to - range.from) * BESIDE_SHARE;
  const [least, most] = nodes.length > 0 ? [range.from - beside, range.to + beside] : [-Infinity, Infinity];
  for (const { at } of records) if (at >= least && at <= most) widen(at, at);
  return Number.isFinite(range.from) ? range : { from: 0, to: 1 };
}

function moveOrigin(nodes: readonly SpanNode[], records: readonly TraceRecord[], by: number) {
  for (const node of nodes) {
    node.start -= by;
    node.end -= by;
    for (const part of node.selfParts) {
      part.from -= by;
      part.to -= by;
    }
  }
  for (const record of records) record.at -= by;
}
