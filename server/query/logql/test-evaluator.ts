/**
 * For tests: LogQL over log records in memory, as plainly as it can be said. It shares the tree with the program and
 * nothing else: every line is looked at anew for every point in time.
 */
import type {
  Comparison,
  Grouping,
  LabelFilter,
  LineFilter,
  LogExpr,
  LogQl,
  Matcher,
  MetricExpr,
  RangeExpr,
  Stage,
} from './ast.ts';
import { type TestLog, timeOfLog } from './test-logs.ts';

/** The query has no answer. */
export class Refused extends Error {}

type Labels = Record<string, string>;

interface Line {
  time: bigint;
  text: string;
  labels: Map<string, string>;
  base: Set<string>;
  extracted: Set<string>;
}

export interface PlainEntry {
  time: bigint;
  line: string;
  labels: Labels;
}

/** What is in the window [start, end), oldest first, lines of one time in any order. */
export function plainEntries(
  query: LogExpr,
  logs: readonly TestLog[],
  noon: bigint,
  start: bigint,
  end: bigint,
): PlainEntry[] {
  return logs
    .map((log) => lineOf(log, noon))
    .filter(({ time }) => time >= start && time < end)
    .filter((line) => passes(query, line))
    .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
    .map(({ time, text, labels }) => ({ time, line: text, labels: Object.fromEntries(labels) }));
}

function lineOf(log: TestLog, noon: bigint): Line {
  const labels = new Map(Object.entries(log.labels ?? {}).filter(([, value]) => value !== ''));
  labels.set('service_name', log.labels?.app || 'unknown_service');
  for (const [key, value] of Object.entries(log.metadata ?? {})) {
    const name = key.replace('.', '_');
    labels.set(labels.has(name) ? `${name}_extracted` : name, value);
  }
  labels.set('detected_level', log.severity === 17 ? 'error' : log.severity === 9 ? 'info' : 'unknown');
  return {
    time: timeOfLog(log, noon),
    text: log.line,
    labels,
    base: new Set(labels.keys()),
    extracted: new Set(),
  };
}

function passes({ matchers, stages }: LogExpr, line: Line): boolean {
  return (
    matchers.every((matcher) => matches(matcher, isOfStream(line, matcher.name))) &&
    stages.every((stage) => run(stage, line))
  );
}

/** Tests' labels of streams are these. */
const STREAM = ['app', 'env', 'level', 'service_name'];
const isOfStream = ({ labels }: Line, name: string) =>
  STREAM.includes(name) ? (labels.get(name) ?? '') : '';

function matches({ operator, value }: Matcher, text: string): boolean {
  if (operator === '=') return text === value;
  if (operator === '!=') return text !== value;
  return new RegExp(`^(?:${value})$`, 'su').test(text) === (operator === '=~');
}

function run(stage: Stage, line: Line): boolean {
  const { labels } = line;
  switch (stage.is) {
    case 'line':
      return lineFilter(stage, line.text);
    case 'json':
      parseJson(stage.extractions, line);
      return true;
    case 'logfmt':
      parseLogfmt(stage, line);
      return true;
    case 'regexp': {
      const groups = new RegExp(stage.pattern.replaceAll('(?P<', '(?<'), 'u').exec(line.text)?.groups ?? {};
      for (const [name, value] of Object.entries(groups)) extract(line, name, value ?? '');
      return true;
    }
    case 'pattern': {
      // Tests use one pattern only.
      const found = /^(?:.*?)GET (.*)$/s.exec(line.text);
      if (found) {
        const [path, rest] = found[1]!.includes(' ')
          ? [found[1]!.slice(0, found[1]!.indexOf(' ')), true]
          : [found[1]!, false];
        extract(line, 'path', path);
        if (rest) extract(line, 'rest', found[1]!.slice(path.length + 1));
      }
      return true;
    }
    case 'line_format':
      line.text = fill(stage.template, line);
      return true;
    case 'label_format':
      for (const { name, from, template } of stage.formats) {
        if (template !== undefined) labels.set(name, fill(template, line));
        else if (labels.has(from!)) {
          const value = labels.get(from!)!;
          labels.delete(from!);
          labels.set(name, value);
        }
      }
      return true;
    case 'drop':
      for (const { name, matcher } of stage.labels)
        if (labels.has(name) && (!matcher || matches(matcher, labels.get(name)!))) labels.delete(name);
      return true;
    case 'keep':
      for (const name of [...labels.keys()])
        if (
          name !== '__error__' &&
          !stage.labels.some(
            (one) => one.name === name && (!one.matcher || matches(one.matcher, labels.get(name)!)),
          )
        )
          labels.delete(name);
      return true;
    case 'filter':
      return labelFilter(stage.filter, labels);
    default:
      throw new Error(`tests do not use ${stage.is}`);
  }
}

const fill = (template: string, { labels, text }: Line) =>
  template.replaceAll(/\{\{\s*(?:\.(\w+)|(__line__))\s*\}\}/g, (_all, name) =>
    name ? (labels.get(name) ?? '') : text,
  );

function lineFilter({ operator, any }: LineFilter, text: string): boolean {
  const found = any.some(({ is, value }) => {
    if (is === 'ip')
      return (text.match(/\d+\.\d+\.\d+\.\d+/g) ?? []).some((address) => address.startsWith('10.0.0.'));
    if (operator === '|=' || operator === '!=') return text.indexOf(value) >= 0;
    if (operator === '|~' || operator === '!~') return new RegExp(value, 'u').test(text);
    const quoted = value.split('<_>').map((piece) => piece.replaceAll(/[\\.+*?()|[\]{}^$/]/g, '\\$&'));
    return new RegExp(`^${quoted.join('[^]+')}$`, 'u').test(text);
  });
  return operator.startsWith('|') ? found : !found;
}

function extract(line: Line, name: string, value: string): void {
  const free = line.base.has(name) ? `${name}_extracted` : name;
  if (line.extracted.has(free)) return;
  line.extracted.add(free);
  line.labels.set(free, value);
}

function parseJson(extractions: { name: string; expression: string }[], line: Line): void {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(line.text);
    if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new Error();
  } catch {
    line.labels.set('__error__', 'JSONParserErr');
    return;
  }
  const print = (one: unknown) => (typeof one === 'string' ? one : JSON.stringify(one));
  if (extractions.length > 0) {
    for (const { name, expression } of extractions) {
      const found = expression
        .split('.')
        .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value);
      extract(line, name, found === undefined ? '' : print(found));
    }
    return;
  }
  const walk = (fields: Record<string, unknown>, prefix: string) => {
    for (const [key, one] of Object.entries(fields)) {
      if (Array.isArray(one) || one === null) continue;
      if (typeof one === 'object') walk(one as Record<string, unknown>, `${prefix}${key}_`);
      else extract(line, prefix + key, print(one));
    }
  };
  walk(value, '');
}

/** Tests' values are words or in quotes without escapes; whatever else is there is passed over. */
function parseLogfmt(stage: Extract<Stage, { is: 'logfmt' }>, line: Line): void {
  const pairs = [...line.text.matchAll(/(?<=^|\s)([a-z_]+)=(?:"([^"\\]*)"|([^\s="]*)(?=\s|$))/gu)];
  if (stage.extractions.length > 0)
    for (const { name, expression } of stage.extractions) {
      const found = pairs.find(([, key]) => key === expression);
      extract(line, name, found?.[2] ?? found?.[3] ?? '');
    }
  else
    for (const [, key, quoted, plain] of pairs) {
      const value = quoted ?? plain!;
      if (value !== '') extract(line, key!, value);
    }
}

const compare: Record<Comparison, (a: number, b: number) => boolean> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
};

function labelFilter(filter: LabelFilter, labels: Map<string, string>): boolean {
  switch (filter.is) {
    case 'matcher':
      return matches(filter.matcher, labels.get(filter.matcher.name) ?? '');
    case 'and': {
      const left = labelFilter(filter.left, labels);
      const right = labelFilter(filter.right, labels);
      return left && right;
    }
    case 'or':
      return labelFilter(filter.left, labels) || labelFilter(filter.right, labels);
    case 'number':
    case 'duration': {
      if (labels.has('__error__')) return true;
      const text = labels.get(filter.name);
      if (text === undefined) return false;
      const value = filter.is === 'number' ? plainNumber(text) : plainDuration(text) * 1e9;
      if (!Number.isNaN(value)) return compare[filter.operator](value, filter.value);
      labels.set('__error__', 'LabelFilterErr');
      return true;
    }
    default:
      throw new Error(`tests do not use ${filter.is}`);
  }
}

const plainNumber = (text: string) => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN);

/** Seconds. */
function plainDuration(text: string): number {
  const [, amount, unit] = /^(\d+)(ms|s)$/.exec(text) ?? [];
  return unit === undefined ? Number.NaN : Number(amount) * (unit === 's' ? 1 : 0.001);
}

/** By the text of its sorted labels. */
export type PlainVector = Map<string, { labels: Labels; value: number }>;

const keyOf = (labels: Labels) =>
  JSON.stringify(
    Object.entries(labels)
      .filter(([, value]) => value !== '')
      .sort(),
  );

function put(vector: PlainVector, labels: Labels, value: number): void {
  const shown = Object.fromEntries(Object.entries(labels).filter(([, one]) => one !== ''));
  vector.set(keyOf(shown), { labels: shown, value });
}

export function plainValue(
  query: Exclude<LogQl, LogExpr>,
  logs: readonly TestLog[],
  noon: bigint,
  at: bigint,
): PlainVector | number {
  switch (query.is) {
    case 'number':
      return query.value;
    case 'vector':
      return new Map([['[]', { labels: {}, value: query.value }]]);
    case 'range':
      return plainRange(query, logs, noon, at);
    case 'aggregation': {
      const of = plainValue(query.of, logs, noon, at) as PlainVector;
      const groups = new Map<string, { labels: Labels; members: { labels: Labels; value: number }[] }>();
      for (const one of of.values()) {
        const labels = query.grouping ? grouped(one.labels, query.grouping) : {};
        const group = groups.get(keyOf(labels)) ?? { labels, members: [] };
        group.members.push(one);
        groups.set(keyOf(labels), group);
      }
      const result: PlainVector = new Map();
      for (const { labels, members } of groups.values()) {
        const values = members.map(({ value }) => value);
        if (query.operation === 'topk' || query.operation === 'bottomk') {
          const sign = query.operation === 'topk' ? -1 : 1;
          members.sort((a, b) => sign * (a.value - b.value) || (keyOf(a.labels) < keyOf(b.labels) ? -1 : 1));
          for (const one of members.slice(0, query.parameter)) put(result, one.labels, one.value);
        } else if (query.operation.startsWith('sort'))
          for (const one of members) put(result, one.labels, one.value);
        else put(result, labels, statistic(query.operation, values));
      }
      return result;
    }
    case 'binary':
      return plainBinary(
        query,
        plainValue(query.left, logs, noon, at),
        plainValue(query.right, logs, noon, at),
      );
    default:
      throw new Error(`tests do not use ${query.is}`);
  }
}

function grouped(labels: Labels, { without, labels: names }: Grouping): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => names.includes(name) !== without));
}

function statistic(operation: string, values: number[]): number {
  const sum = values.reduce((a, b) => a + b, 0);
  const mean = sum / values.length;
  const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length;
  const found: Record<string, number> = {
    sum,
    avg: mean,
    min: Math.min(...values),
    max: Math.max(...values),
    count: values.length,
    stdvar: variance,
    stddev: Math.sqrt(variance),
  };
  return found[operation]!;
}

function plainRange(query: RangeExpr, logs: readonly TestLog[], noon: bigint, at: bigint): PlainVector {
  const end = at - query.offset;
  const groups = new Map<string, { labels: Labels; samples: { time: bigint; value: number }[] }>();
  let found = false;
  for (const log of logs) {
    const line = lineOf(log, noon);
    if (line.time <= end - query.range || line.time > end || !passes(query.log, line)) continue;
    let value = query.operation.startsWith('bytes') ? Buffer.byteLength(line.text) : 1;
    if (query.unwrap) {
      const { label, conversion, filters } = query.unwrap;
      const text = line.labels.get(label);
      if (text === undefined && !line.labels.has('__error__')) continue;
      if (!line.labels.has('__error__')) {
        value = conversion ? plainDuration(text!) : plainNumber(text!);
        if (Number.isNaN(value)) line.labels.set('__error__', 'SampleExtractionErr');
      }
      if (!filters.every((filter) => labelFilter(filter, line.labels))) continue;
    }
    found = true;
    if (line.labels.has('__error__') && line.labels.get('__error__') !== '') throw new Refused();
    let labels: Labels = Object.fromEntries(line.labels);
    if (query.grouping) labels = grouped(labels, query.grouping);
    if (query.unwrap && !(query.grouping && !query.grouping.without)) delete labels[query.unwrap.label];
    const key = keyOf(labels);
    const group = groups.get(key) ?? { labels, samples: [] };
    group.samples.push({ time: line.time, value });
    groups.set(key, group);
  }
  const result: PlainVector = new Map();
  if (query.operation === 'absent_over_time') {
    if (!found)
      put(
        result,
        Object.fromEntries(
          query.log.matchers
            .filter(({ operator }) => operator === '=')
            .map(({ name, value }) => [name, value]),
        ),
        1,
      );
    return result;
  }
  for (const { labels, samples } of groups.values())
    put(
      result,
      labels,
      windowed(
        query,
        samples.map(({ value }) => value),
      ),
    );
  return result;
}

function windowed({ operation, range, parameter }: RangeExpr, values: number[]): number {
  const seconds = Number(range) / 1e9;
  const sum = statistic('sum', values);
  switch (operation) {
    case 'count_over_time':
      return values.length;
    case 'bytes_over_time':
    case 'sum_over_time':
      return sum;
    case 'rate':
    case 'bytes_rate':
      return sum / seconds;
    case 'quantile_over_time': {
      const sorted = [...values].sort((a, b) => a - b);
      const rank = parameter! * (sorted.length - 1);
      const [low, high] = [sorted[Math.floor(rank)]!, sorted[Math.ceil(rank)]!];
      return low + (high - low) * (rank % 1);
    }
    default:
      return statistic(operation.replace('_over_time', ''), values);
  }
}

function plainBinary(
  query: Extract<MetricExpr, { is: 'binary' }>,
  left: PlainVector | number,
  right: PlainVector | number,
): PlainVector | number {
  const isComparison = Object.hasOwn(compare, query.operator);
  const operate = (a: number, b: number): number => {
    if (isComparison) return compare[query.operator as Comparison](a, b) ? 1 : 0;
    const found: Record<string, number> = {
      '+': a + b,
      '-': a - b,
      '*': a * b,
      '/': b === 0 ? Number.NaN : a / b,
      '%': b === 0 ? Number.NaN : a % b,
      '^': a ** b,
    };
    return found[query.operator]!;
  };
  if (typeof left === 'number' && typeof right === 'number') return operate(left, right);
  const result: PlainVector = new Map();
  if (typeof left === 'number' || typeof right === 'number') {
    const vector = (typeof left === 'number' ? right : left) as PlainVector;
    for (const { labels, value } of vector.values()) {
      const made = typeof left === 'number' ? operate(left, value) : operate(value, right as number);
      if (!isComparison || query.bool) put(result, labels, made);
      else if (made === 1) put(result, labels, value);
    }
    return result;
  }
  const matchOf = (labels: Labels) => {
    if (!query.matching) return keyOf(labels);
    return keyOf(grouped(labels, { without: !query.matching.on, labels: query.matching.labels }));
  };
  const has = (side: PlainVector, labels: Labels) =>
    [...side.values()].some((one) => matchOf(one.labels) === matchOf(labels));
  switch (query.operator) {
    case 'and':
      for (const one of left.values()) if (has(right, one.labels)) put(result, one.labels, one.value);
      return result;
    case 'unless':
      for (const one of left.values()) if (!has(right, one.labels)) put(result, one.labels, one.value);
      return result;
    case 'or':
      for (const one of left.values()) put(result, one.labels, one.value);
      for (const one of right.values()) if (!has(left, one.labels)) put(result, one.labels, one.value);
      return result;
  }
  const seen = new Set<string>();
  for (const one of left.values()) {
    const others = [...right.values()].filter((other) => matchOf(other.labels) === matchOf(one.labels));
    if (others.length === 0) continue;
    if (others.length > 1 || seen.has(matchOf(one.labels))) throw new Refused();
    seen.add(matchOf(one.labels));
    const made = operate(one.value, others[0]!.value);
    const labels = query.matching
      ? grouped(one.labels, { without: !query.matching.on, labels: query.matching.labels })
      : one.labels;
    if (!isComparison || query.bool) put(result, labels, made);
    else if (made === 1) put(result, labels, one.value);
  }
  return result;
}
