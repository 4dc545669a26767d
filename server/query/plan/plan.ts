/**
 * What a query over log records asks of the engine, whatever language it was written in: projects, time, a filter
 * tree, and what is wanted of the records that pass. Every dialect compiles into it, and compile-plan.ts alone makes
 * SQL of it. Values of users stand in it as data.
 */
import type { Comparison, Pattern } from '#server/query/search-filter.ts';

/** Columns of `logs` that are texts. */
export type TextColumn =
  | 'body'
  | 'service'
  | 'host'
  | 'environment'
  | 'release'
  | 'scope'
  | 'source'
  | 'severity_text'
  | 'event_name'
  | 'trace_id'
  | 'span_id'
  | 'user_id'
  | 'session_id'
  | 'request_id';

export type AttributeMap = 'labels' | 'resource' | 'attributes';

/** One entry of a map. */
export interface AttributeKey {
  of: AttributeMap;
  name: string;
  /** As a label: a key whose odd characters became underscores counts too, unless there is the very key. */
  asLabel?: boolean;
}

/** A text of a record; empty when there is none. */
export type PlanText =
  | { is: 'column'; column: TextColumn }
  | { is: 'attribute'; key: AttributeKey }
  /** A label of the stream that became an attribute. */
  | { is: 'moved-label'; name: string }
  /** What a record or its sender says under a name: its attribute, else the label, else that of the resource. */
  | { is: 'field'; name: string }
  /** A label of the stream. */
  | { is: 'stream-label'; name: string }
  /** The number of the pattern. */
  | { is: 'pattern' }
  /** The name of the level of the severity number; empty for none. */
  | { is: 'level' }
  | { is: 'severity_number' }
  | { is: 'constant'; value: string }
  /** Its first characters: what makes groups of texts must have a length. */
  | { is: 'start'; of: PlanText; chars: number }
  | { is: 'if'; condition: PlanFilter; value: PlanText; otherwise: PlanText };

export type PlanFilter =
  | { is: 'all' | 'any'; of: readonly PlanFilter[] }
  | { is: 'not'; of: PlanFilter }
  | { is: 'has'; key: AttributeKey }
  /** A label of this name became an attribute. */
  | { is: 'has-moved-label'; name: string }
  /** There is a field of this name. */
  | { is: 'has-field'; name: string }
  | { is: 'equal'; text: PlanText; value: string }
  /** In lower case, one of some texts. */
  | { is: 'lower-in'; text: PlanText; values: readonly string[] }
  /** Case counts. */
  | { is: 'contains'; text: PlanText; value: string }
  /** Case does not count; `whole`: from the first character to the last. */
  | { is: 'like'; text: PlanText; pattern: Pattern; whole: boolean }
  /** As numbers; false for a text that is none. */
  | { is: 'compare'; text: PlanText; operator: Comparison; value: number }
  /** Both ends included; 0: none was said. */
  | { is: 'severity'; from: number; to: number }
  /** A safe integer. */
  | { is: 'pattern'; id: number }
  /** RE2 anywhere in the text; the dot matches no line break unless the pattern says so. */
  | { is: 'matches'; text: PlanText; pattern: string };

/** Nanoseconds since 1970. */
export interface PlanRange {
  start: bigint;
  /** Not included. */
  end: bigint;
}

export interface Plan {
  projects: readonly number[];
  range: PlanRange;
  /** Only what came since and until then, milliseconds since 1970: by our clock, whatever time a record says. */
  receivedFrom?: number;
  receivedTo?: number;
  filter: PlanFilter;
}

/**
 * Points in time, and before each a window (point - window, point] that is counted. The windows of neighbours
 * overlap when they are longer than the step.
 */
export interface PlanSteps {
  /** The first point. */
  start: bigint;
  /** More than 0. */
  step: bigint;
  /** Number of points. */
  count: number;
  window: bigint;
}

/** Counts records and, unless nobody asks for them, bytes of their bodies per step and group. */
export interface PlanCounts {
  /** False: the bodies are not looked at, which is most of the work. */
  bytes?: boolean;
  steps: PlanSteps;
  /** Groups by these texts, or by what makes the labels of a record or of its stream. */
  by: readonly PlanText[] | 'identity' | 'stream';
}

/** What is told of a group of records. Of texts that are no finite numbers only `distinct` and `texts` say something. */
export type PlanMeasure =
  | { is: 'records' }
  /** Records whose text is a number, or is not empty. */
  | { is: 'numbers' | 'texts'; of: PlanText }
  | { is: 'distinct' | 'sum' | 'average' | 'least' | 'largest'; of: PlanText }
  /** 0 to 1. */
  | { is: 'quantile'; of: PlanText; level: number };

/** Rows of groups: of all the time, or for each step of it. */
export interface PlanTable {
  by: readonly PlanText[];
  measures: readonly PlanMeasure[];
  /** Steps of this many nanoseconds since 1970 that begin with `from`; a group has a row for each it has records in. */
  steps?: { from: bigint; length: bigint };
  /** Only the groups with the largest first measure in all the time, then by their texts. */
  groupsMax?: number;
}

/** A list inside a list of its kind is part of it: engines count how deep an expression is. */
function combine(is: 'all' | 'any', parts: readonly PlanFilter[]): PlanFilter {
  const of = parts.flatMap((part) => (part.is === is ? part.of : [part]));
  return of.length === 1 ? of[0]! : { is, of };
}
export const all = (...of: PlanFilter[]): PlanFilter => combine('all', of);
export const any = (...of: PlanFilter[]): PlanFilter => combine('any', of);
export const not = (of: PlanFilter): PlanFilter => ({ is: 'not', of });
/** Longer than any record's time can be. */
export const ALL_TIME: PlanRange = { start: 0n, end: 9_223_372_036_000_000_000n };
export const EVERYTHING: PlanFilter = { is: 'all', of: [] };
export const BODY: PlanText = { is: 'column', column: 'body' };

/** The span of time all windows cover together. */
export function rangeOfSteps({ start, step, count, window }: PlanSteps): PlanRange {
  return { start: start - window + 1n, end: start + step * BigInt(count - 1) + 1n };
}
