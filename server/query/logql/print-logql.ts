/**
 * LogQL: tree in, text out, so that parsing the text gives the same tree. What fits a line stays on it; a longer
 * query has a line for each stage and each operand.
 */
import type {
  BinaryExpr,
  Grouping,
  LabelFilter,
  LogExpr,
  LogQl,
  Matcher,
  MetricExpr,
  RangeExpr,
  Stage,
  Unwrap,
} from './ast.ts';
import { PRECEDENCE } from './parse.ts';
import { printNumber } from './units.ts';

/** Characters of a line, as in Loki. */
const LINE_CHARS_MAX = 100;

export function printLogQl(query: LogQl): string {
  return query.is === 'log' ? printLog(query, '') : printMetric(query, '');
}

/** The parts of a log expression: beside each other, or one below the other. */
function printLog(log: LogExpr, indent: string): string {
  const line = `${indent}${logLine(log)}`;
  if (line.length <= LINE_CHARS_MAX) return line;
  return [
    `${indent}${printSelector(log.matchers)}`,
    ...log.stages.map((stage) => `${indent}  ${printStage(stage)}`),
  ].join('\n');
}

const logLine = ({ matchers, stages }: LogExpr) =>
  [printSelector(matchers), ...stages.map(printStage)].join(' ');

const printSelector = (matchers: readonly Matcher[]) => `{${matchers.map(printMatcher).join(', ')}}`;

const printMatcher = ({ name, operator, value }: Matcher) => `${name}${operator}${quote(value)}`;

/** Backquotes where quotes would need backslashes. */
function quote(text: string): string {
  const isRaw = /["\\]/.test(text) && !/[`\r]/.test(text);
  return isRaw ? `\`${text}\`` : JSON.stringify(text);
}

function printStage(stage: Stage): string {
  switch (stage.is) {
    case 'line': {
      const values = stage.any.map(({ is, value }) => (is === 'ip' ? `ip(${quote(value)})` : quote(value)));
      return `${stage.operator} ${values.join(' or ')}`;
    }
    case 'json':
      return `| json${printExtractions(stage.extractions)}`;
    case 'logfmt':
      return `| logfmt${stage.strict ? ' --strict' : ''}${stage.keepEmpty ? ' --keep-empty' : ''}${printExtractions(stage.extractions)}`;
    case 'pattern':
    case 'regexp':
      return `| ${stage.is} ${quote(stage.pattern)}`;
    case 'unpack':
    case 'decolorize':
      return `| ${stage.is}`;
    case 'line_format':
      return `| line_format ${quote(stage.template)}`;
    case 'label_format':
      return `| label_format ${stage.formats
        .map(({ name, from, template }) => `${name}=${template === undefined ? from : quote(template)}`)
        .join(', ')}`;
    case 'drop':
    case 'keep':
      return `| ${stage.is} ${stage.labels.map(({ name, matcher }) => (matcher ? printMatcher(matcher) : name)).join(', ')}`;
    case 'filter':
      return `| ${printFilter(stage.filter)}`;
  }
}

function printExtractions(extractions: readonly { name: string; expression: string }[]): string {
  if (extractions.length === 0) return '';
  return ` ${extractions.map(({ name, expression }) => (name === expression ? name : `${name}=${quote(expression)}`)).join(', ')}`;
}

function printFilter(filter: LabelFilter): string {
  switch (filter.is) {
    case 'and':
    case 'or': {
      const side = (one: LabelFilter, isRight: boolean) =>
        (filter.is === 'and' && one.is === 'or') || (isRight && one.is === filter.is)
          ? `(${printFilter(one)})`
          : printFilter(one);
      return `${side(filter.left, false)} ${filter.is} ${side(filter.right, true)}`;
    }
    case 'matcher':
      return printMatcher(filter.matcher);
    case 'ip':
      return `${filter.name} ${filter.negated ? '!=' : '='} ip(${quote(filter.range)})`;
    case 'number':
      return `${filter.name} ${filter.operator} ${printNumber(filter.value)}`;
    case 'bytes':
      return `${filter.name} ${filter.operator} ${printNumber(filter.value)}B`;
    case 'duration':
      return `${filter.name} ${filter.operator} ${printDuration(BigInt(Math.round(filter.value)))}`;
  }
}

const UNITS: readonly [string, bigint][] = [
  ['d', 86_400_000_000_000n],
  ['h', 3_600_000_000_000n],
  ['m', 60_000_000_000n],
  ['s', 1_000_000_000n],
  ['ms', 1_000_000n],
  ['us', 1_000n],
  ['ns', 1n],
];

/** The largest units that hold it exactly: `1h30m`. */
function printDuration(ns: bigint): string {
  if (ns === 0n) return '0s';
  let left = ns < 0n ? -ns : ns;
  let text = ns < 0n ? '-' : '';
  for (const [unit, size] of UNITS) {
    if (left >= size) text += `${left / size}${unit}`;
    left %= size;
  }
  return text;
}

function printMetric(expr: MetricExpr, indent: string): string {
  const line = `${indent}${metricLine(expr)}`;
  if (line.length <= LINE_CHARS_MAX) return line;
  const inside = `${indent}  `;
  switch (expr.is) {
    case 'range':
      return `${indent}${expr.operation}(\n${rangeParts(expr, inside).join('\n')}\n${indent})${printGrouping(expr.grouping)}`;
    case 'aggregation': {
      const parameter = expr.parameter === undefined ? '' : `${inside}${printNumber(expr.parameter)},\n`;
      return `${indent}${expr.operation}${printGrouping(expr.grouping)}(\n${parameter}${printMetric(expr.of, inside)}\n${indent})`;
    }
    case 'label_replace':
      return `${indent}label_replace(\n${[printMetric(expr.of, inside), ...replaceTexts(expr).map((text) => inside + text)].join(',\n')}\n${indent})`;
    case 'binary': {
      const operand = (side: MetricExpr, isRight: boolean) =>
        needsParentheses(expr, side, isRight)
          ? `${inside}(\n${printMetric(side, `${inside}  `)}\n${inside})`
          : printMetric(side, inside);
      return `${operand(expr.left, false)}\n${indent}${printOperator(expr)}\n${operand(expr.right, true)}`;
    }
    default:
      return line;
  }
}

function rangeParts(expr: RangeExpr, indent: string): string[] {
  const parameter = expr.parameter === undefined ? [] : [`${indent}${printNumber(expr.parameter)},`];
  const after = `${expr.unwrap ? `${indent}  ${printUnwrap(expr.unwrap)} ` : `${indent}  `}${printRange(expr)}`;
  return [...parameter, printLog(expr.log, indent), after];
}

const printRange = ({ range, offset }: RangeExpr) =>
  `[${printDuration(range)}]${offset === 0n ? '' : ` offset ${printDuration(offset)}`}`;

function printUnwrap({ label, conversion, filters }: Unwrap): string {
  return [
    `| unwrap ${conversion ? `${conversion}(${label})` : label}`,
    ...filters.map((filter) => `| ${printFilter(filter)}`),
  ].join(' ');
}

function metricLine(expr: MetricExpr): string {
  switch (expr.is) {
    case 'number':
      return printNumber(expr.value);
    case 'vector':
      return `vector(${printNumber(expr.value)})`;
    case 'range': {
      const parameter = expr.parameter === undefined ? '' : `${printNumber(expr.parameter)}, `;
      const unwrap = expr.unwrap ? ` ${printUnwrap(expr.unwrap)}` : '';
      return `${expr.operation}(${parameter}${logLine(expr.log)}${unwrap} ${printRange(expr)})${printGrouping(expr.grouping)}`;
    }
    case 'aggregation': {
      const parameter = expr.parameter === undefined ? '' : `${printNumber(expr.parameter)}, `;
      return `${expr.operation}${printGrouping(expr.grouping)}(${parameter}${metricLine(expr.of)})`;
    }
    case 'label_replace':
      return `label_replace(${[metricLine(expr.of), ...replaceTexts(expr)].join(', ')})`;
    case 'binary': {
      const operand = (side: MetricExpr, isRight: boolean) =>
        needsParentheses(expr, side, isRight) ? `(${metricLine(side)})` : metricLine(side);
      return `${operand(expr.left, false)} ${printOperator(expr)} ${operand(expr.right, true)}`;
    }
  }
}

const replaceTexts = ({
  target,
  replacement,
  source,
  pattern,
}: Extract<MetricExpr, { is: 'label_replace' }>) => [target, replacement, source, pattern].map(quote);

function needsParentheses({ operator }: BinaryExpr, side: MetricExpr, isRight: boolean): boolean {
  if (side.is !== 'binary') return false;
  const [own, other] = [PRECEDENCE[operator], PRECEDENCE[side.operator]];
  // Only "^" binds from the right.
  return other < own || (other === own && (operator === '^') !== isRight);
}

function printOperator({ operator, bool, matching }: BinaryExpr): string {
  const parts: string[] = [operator];
  if (bool) parts.push('bool');
  if (matching) parts.push(`${matching.on ? 'on' : 'ignoring'}(${matching.labels.join(', ')})`);
  if (matching?.group) parts.push(`group_${matching.group.many}(${matching.group.include.join(', ')})`);
  return parts.join(' ');
}

function printGrouping(grouping: Grouping | undefined): string {
  if (!grouping) return '';
  return ` ${grouping.without ? 'without' : 'by'} (${grouping.labels.join(', ')})`;
}
