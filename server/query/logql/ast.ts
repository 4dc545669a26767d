/**
 * LogQL as a tree. parse.ts makes it from text; compile-selector.ts, pipeline.ts and evaluate.ts give it a meaning.
 * Times are nanoseconds as bigint; texts are unquoted.
 */

export interface Matcher {
  name: string;
  operator: '=' | '!=' | '=~' | '!~';
  value: string;
}

export type LineOperator = '|=' | '!=' | '|~' | '!~' | '|>' | '!>';

export type Comparison = '==' | '!=' | '>' | '>=' | '<' | '<=';

export type LabelFilter =
  | { is: 'matcher'; matcher: Matcher }
  | { is: 'number' | 'bytes'; name: string; operator: Comparison; value: number }
  /** Nanoseconds. */
  | { is: 'duration'; name: string; operator: Comparison; value: number }
  | { is: 'ip'; name: string; negated: boolean; range: string }
  | { is: 'and' | 'or'; left: LabelFilter; right: LabelFilter };

/** `name="expression"`; the name alone means itself. */
export interface Extraction {
  name: string;
  expression: string;
}

/** A label that drop and keep speak of, perhaps only with a certain value. */
export interface LabelChoice {
  name: string;
  matcher?: Matcher;
}

export interface LineFilter {
  is: 'line';
  operator: LineOperator;
  /** Any of them, for a negative operator none of them. */
  any: { is: 'text' | 'ip'; value: string }[];
}

export type Stage =
  | LineFilter
  | { is: 'json'; extractions: Extraction[] }
  | { is: 'logfmt'; strict: boolean; keepEmpty: boolean; extractions: Extraction[] }
  | { is: 'pattern' | 'regexp'; pattern: string }
  | { is: 'unpack' }
  | { is: 'decolorize' }
  | { is: 'line_format'; template: string }
  | { is: 'label_format'; formats: { name: string; from?: string; template?: string }[] }
  | { is: 'drop' | 'keep'; labels: LabelChoice[] }
  | { is: 'filter'; filter: LabelFilter };

export interface LogExpr {
  is: 'log';
  matchers: Matcher[];
  stages: Stage[];
}

export interface Unwrap {
  label: string;
  conversion?: 'bytes' | 'duration' | 'duration_seconds';
  /** Label filters after the unwrap. */
  filters: LabelFilter[];
}

export interface Grouping {
  without: boolean;
  labels: string[];
}

export const RANGE_OPERATIONS = [
  'count_over_time',
  'rate',
  'rate_counter',
  'bytes_over_time',
  'bytes_rate',
  'avg_over_time',
  'sum_over_time',
  'min_over_time',
  'max_over_time',
  'stdvar_over_time',
  'stddev_over_time',
  'quantile_over_time',
  'first_over_time',
  'last_over_time',
  'absent_over_time',
] as const;
export type RangeOperation = (typeof RANGE_OPERATIONS)[number];

export interface RangeExpr {
  is: 'range';
  operation: RangeOperation;
  /** Of quantile_over_time. */
  parameter?: number;
  log: LogExpr;
  unwrap?: Unwrap;
  range: bigint;
  offset: bigint;
  grouping?: Grouping;
}

export const VECTOR_OPERATIONS = [
  'sum',
  'avg',
  'count',
  'max',
  'min',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'approx_topk',
  'sort',
  'sort_desc',
] as const;
export type VectorOperation = (typeof VECTOR_OPERATIONS)[number];

export interface VectorExpr {
  is: 'aggregation';
  operation: VectorOperation;
  /** Of topk, bottomk and approx_topk. */
  parameter?: number;
  of: MetricExpr;
  grouping?: Grouping;
}

export type BinaryOperator = 'or' | 'and' | 'unless' | Comparison | '+' | '-' | '*' | '/' | '%' | '^';

export interface Matching {
  /** `on(labels)`, otherwise `ignoring(labels)`. */
  on: boolean;
  labels: string[];
  /** The side with many, and labels taken over from the side with one. */
  group?: { many: 'left' | 'right'; include: string[] };
}

export interface BinaryExpr {
  is: 'binary';
  operator: BinaryOperator;
  /** A comparison that gives 0 or 1 instead of filtering. */
  bool: boolean;
  matching?: Matching;
  left: MetricExpr;
  right: MetricExpr;
}

export type MetricExpr =
  | RangeExpr
  | VectorExpr
  | BinaryExpr
  | { is: 'number'; value: number }
  | { is: 'vector'; value: number }
  | {
      is: 'label_replace';
      of: MetricExpr;
      target: string;
      replacement: string;
      source: string;
      pattern: string;
    };

export type LogQl = LogExpr | MetricExpr;
