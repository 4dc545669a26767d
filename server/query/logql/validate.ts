/** What the grammar lets through and LogQL refuses. Every expression inside a query is compiled once, so that a
 * wrong one is told before anything is read. */
import type { LogExpr, LogQl, MetricExpr, RangeExpr } from './ast.ts';
import { compileLabelFilter, compileMatcher } from './label-filters.ts';
import { queryError } from './logql-error.ts';
import { compilePipeline } from './pipeline.ts';
import { compileRegex } from './re2.ts';

export function validate(query: LogQl): void {
  if (query.is === 'log') validateLog(query);
  else validateMetric(query);
}

function validateLog({ matchers, stages }: LogExpr): void {
  const narrows = matchers.map((matcher) => {
    const matches = compileMatcher(matcher);
    return (matcher.operator === '=' || matcher.operator === '=~') && !matches('');
  });
  if (!narrows.includes(true))
    throw queryError(
      'parse error : queries require at least one regexp or equality matcher that does not have an empty-compatible value. For instance, app=~".*" does not meet this requirement, but app=~".+" will',
    );
  compilePipeline(stages, 0n);
}

function validateMetric(expr: MetricExpr): void {
  switch (expr.is) {
    case 'range':
      validateRange(expr);
      return;
    case 'aggregation':
      if ((expr.operation === 'sort' || expr.operation === 'sort_desc') && expr.grouping)
        throw queryError(`parse error : ${expr.operation} does not take a grouping`);
      if (isScalar(expr.of)) throw queryError(`parse error : ${expr.operation} needs a vector, not a number`);
      validateMetric(expr.of);
      return;
    case 'label_replace':
      compileRegex(expr.pattern, { whole: true });
      if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(expr.target))
        throw queryError(`parse error : invalid destination label name in label_replace: ${expr.target}`);
      validateMetric(expr.of);
      return;
    case 'binary':
      if (['or', 'and', 'unless'].includes(expr.operator))
        for (const [side, leg] of [
          ['left', expr.left],
          ['right', expr.right],
        ] as const)
          if (isScalar(leg))
            throw queryError(
              `parse error : unexpected literal for ${side} leg of logical/set binary operation (${expr.operator})`,
            );
      validateMetric(expr.left);
      validateMetric(expr.right);
      return;
    default:
      return;
  }
}

/** A number, or numbers combined. */
export function isScalar(expr: MetricExpr): boolean {
  if (expr.is === 'number') return true;
  return expr.is === 'binary' && isScalar(expr.left) && isScalar(expr.right);
}

const NEEDS_UNWRAP: ReadonlySet<string> = new Set([
  'rate_counter',
  'avg_over_time',
  'sum_over_time',
  'min_over_time',
  'max_over_time',
  'stdvar_over_time',
  'stddev_over_time',
  'quantile_over_time',
  'first_over_time',
  'last_over_time',
]);
const TAKES_UNWRAP: ReadonlySet<string> = new Set([...NEEDS_UNWRAP, 'rate', 'absent_over_time']);
const TAKES_GROUPING: ReadonlySet<string> = new Set([
  'avg_over_time',
  'max_over_time',
  'min_over_time',
  'stddev_over_time',
  'stdvar_over_time',
  'quantile_over_time',
  'first_over_time',
  'last_over_time',
]);

function validateRange({ operation, log, unwrap, grouping }: RangeExpr): void {
  validateLog(log);
  if (unwrap) for (const filter of unwrap.filters) compileLabelFilter(filter);
  if (unwrap && !TAKES_UNWRAP.has(operation))
    throw queryError(`parse error : invalid aggregation ${operation} with unwrap`);
  if (!unwrap && NEEDS_UNWRAP.has(operation))
    throw queryError(`parse error : invalid aggregation ${operation} without unwrap`);
  if (grouping && !TAKES_GROUPING.has(operation))
    throw queryError(`parse error : grouping not allowed for ${operation} aggregation`);
}
