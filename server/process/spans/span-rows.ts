/**
 * A batch of spans becomes lines of rows: correlation and operation found, times clamped, texts bounded. Pure; the
 * same batch gives the same bytes. Rows are lines of JSON, written as text at once.
 */
import { isHealthCheck } from '#server/filters/health-check.ts';
import { SpellingReader } from '#server/process/logs/spellings.ts';
import { believableTime, COLUMN_CHARS_MAX } from '#server/process/row-bounds.ts';
import type { Correlation } from '#server/record/correlation.ts';
import type { Attributes } from '#server/record/log.ts';
import {
  decodeSpanBatch,
  type Span,
  type SpanEvent,
  type SpanGroup,
  type SpanLink,
} from '#server/record/span.ts';
import { operationOf } from './operation.ts';
import { attributesJson, textJson } from './row-text.ts';

/** Bounds of one span, in characters unless said otherwise. */
const NAME_CHARS_MAX = 1_000;
const MESSAGE_CHARS_MAX = 8_192;
/** The specification's limit of a tracestate header. */
const TRACE_STATE_CHARS_MAX = 512;
/** What the SDKs' own limits are: https://opentelemetry.io/docs/specs/otel/trace/sdk/#span-limits. */
const EVENTS_MAX = 128;
const LINKS_MAX = 128;
/** JSON of all events, and of all links: a few stack traces. */
const LIST_CHARS_MAX = 262_144;

export interface SpanLines {
  /** Rows of the table `spans` as JSON lines. */
  lines: string;
  rows: number;
  /** Those of health checks, apart: a project may not want them. */
  healthChecks: { lines: string; rows: number };
}

interface From {
  project: number;
  receivedAt: number;
  source: string;
}

export function spanLines(payload: Uint8Array, from: From): SpanLines {
  const { groups } = decodeSpanBatch(payload);
  const isOfHealthCheck = healthChecksAmong(groups);
  const parts: string[] = [];
  const healthChecks: string[] = [];
  for (const group of groups) {
    const shared = sharedOf(group, from);
    for (const span of group.spans)
      (isOfHealthCheck(span) ? healthChecks : parts).push(lineOf(span, shared, from.receivedAt));
  }
  return {
    lines: parts.join(''),
    rows: parts.length,
    healthChecks: { lines: healthChecks.join(''), rows: healthChecks.length },
  };
}

/** By the name of its segment; where a span does not say it, by the segments of its trace, if they are all such. */
function healthChecksAmong(groups: readonly SpanGroup[]): (span: Span) => boolean {
  const healthy = new Set<string>();
  const others = new Set<string>();
  for (const { spans } of groups)
    for (const { isSegment, name, traceId } of spans)
      if (isSegment) (isHealthCheck(name) ? healthy : others).add(traceId);
  return ({ isSegment, name, transaction, traceId }) => {
    if (isSegment) return isHealthCheck(name);
    if (transaction !== undefined) return isHealthCheck(transaction);
    return healthy.has(traceId) && !others.has(traceId);
  };
}

/** What the lines of a group have in common, written once. */
interface Shared {
  known: Correlation;
  /** `"project_id":…,"resource":{…},` */
  json: string;
}

function sharedOf(group: SpanGroup, from: From): Shared {
  const spellings = new SpellingReader();
  for (const name in group.resource) spellings.read(name, group.resource[name]);
  const json = `{"project_id":${from.project},"received_at":${from.receivedAt},"source":${JSON.stringify(from.source)},"scope":${column(group.scope)},"resource":${attributesJson(group.resource ?? {}).values},`;
  return { known: spellings.found, json };
}

function lineOf(span: Span, shared: Shared, receivedAt: number): string {
  const found = correlationOf(span.attributes, shared.known);
  const kind = span.kind ?? 'unspecified';
  const events = listJson(span.events ?? [], EVENTS_MAX, eventJson);
  const links = listJson(span.links ?? [], LINKS_MAX, linkJson);
  const cut = [events.isCut ? 'events' : '', links.isCut ? 'links' : ''].filter(Boolean).join(' ');
  const { values, types } = attributesJson(span.attributes ?? {}, cut);
  const transaction = span.transaction ?? (span.isSegment ? span.name : '');
  return `${shared.json}"trace_id":${column(span.traceId)},"span_id":${column(span.spanId)},"parent_span_id":${column(span.parentSpanId)},"timestamp":"${secondsOf(believableTime(span.start, receivedAt))}","duration_ns":"${durationOf(span)}","name":${textJson(span.name, NAME_CHARS_MAX)},"kind":"${kind}","op":${column(span.op ?? operationOf(kind, span.attributes))},"status":"${span.status ?? 'unset'}","status_message":${textJson(span.statusMessage ?? '', MESSAGE_CHARS_MAX)},"is_segment":${span.isSegment ? 1 : 0},"transaction":${textJson(transaction, NAME_CHARS_MAX)},"service":${column(found.service)},"host":${column(found.host)},"environment":${column(found.environment)},"release":${column(found.release)},"user_id":${column(found.user_id)},"session_id":${column(found.session_id)},"request_id":${column(found.request_id)},"trace_state":${textJson(span.traceState ?? '', TRACE_STATE_CHARS_MAX)},"attributes":${values},"attribute_types":${types},"events":${JSON.stringify(events.json)},"links":${JSON.stringify(links.json)}}\n`;
}

const column = (value = '') => textJson(value, COLUMN_CHARS_MAX);

/** With nine decimals, as the engine reads them. */
function secondsOf(nanoseconds: bigint): string {
  const digits = String(nanoseconds);
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

/** On a span these name whom it talked to, not where it ran. */
const OF_THE_PEER: ReadonlySet<string> = new Set([
  'server.address',
  'host',
  'hostname',
  'service',
  'version',
]);

function correlationOf(attributes: Attributes | undefined, known: Correlation): Correlation {
  if (attributes === undefined) return known;
  const spellings = new SpellingReader(known);
  for (const name in attributes) if (!OF_THE_PEER.has(name)) spellings.read(name, attributes[name]);
  return spellings.found;
}

/** A UInt64. A span that ends before it begins, by a clock that was set back, took no time. */
function durationOf({ start, end }: Span): string {
  if (!isNanoseconds(start) || !isNanoseconds(end)) return '0';
  const duration = BigInt(end) - BigInt(start);
  return duration > 0n ? String(duration) : '0';
}

const isNanoseconds = (text: string) => text.length < 20 && /^\d+$/.test(text);

function eventJson({ name, time, attributes }: SpanEvent): string {
  const { values, types } = attributesJson(attributes ?? {});
  const at = time !== undefined && isNanoseconds(time) ? `"time":"${time}",` : '';
  return `{"name":${column(name)},${at}"attributes":${values},"types":${types}}`;
}

function linkJson({ traceId, spanId, traceState, attributes }: SpanLink): string {
  const { values, types } = attributesJson(attributes ?? {});
  return `{"traceId":${column(traceId)},"spanId":${column(spanId)},"traceState":${textJson(traceState ?? '', TRACE_STATE_CHARS_MAX)},"attributes":${values},"types":${types}}`;
}

/** As many of the list as the bounds allow. */
function listJson<T>(
  list: readonly T[],
  max: number,
  write: (one: T) => string,
): { json: string; isCut: boolean } {
  const parts: string[] = [];
  let chars = 2;
  for (const one of list) {
    if (parts.length === max) return { json: `[${parts.join()}]`, isCut: true };
    const part = write(one);
    chars += part.length + 1;
    if (chars > LIST_CHARS_MAX) return { json: `[${parts.join()}]`, isCut: true };
    parts.push(part);
  }
  return { json: `[${parts.join()}]`, isCut: false };
}
