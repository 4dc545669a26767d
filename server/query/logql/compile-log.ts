/**
 * A selector and its pipeline become a plan's filter and the stages that are left for this process. The engine gets
 * what it answers exactly as the pipeline would; a filter moves to the front when nothing before it changes what it
 * looks at.
 */
import { all, any, BODY, not, type PlanFilter, type PlanText } from '#server/query/plan/plan.ts';
import type { LabelFilter, LineFilter, LogExpr, Matcher, Stage } from './ast.ts';
import { baseLabelText, streamLabelText } from './labels.ts';
import { lineFilterRegex } from './line-pattern.ts';
import { isErrorLabel } from './pipeline.ts';

export interface CompiledLog {
  filter: PlanFilter;
  /** What the engine cannot do, in its order. */
  stages: Stage[];
}

export function compileLog({ matchers, stages }: LogExpr): CompiledLog {
  const filters = matchers.map((matcher) => matcherFilter(matcher, streamLabelText(matcher.name)));
  const left: Stage[] = [];
  let isLineKept = true;
  let areLabelsKept = true;
  for (const stage of stages) {
    const filter =
      stage.is === 'line' && isLineKept
        ? lineFilter(stage)
        : stage.is === 'filter' && areLabelsKept
          ? labelFilter(stage.filter)
          : undefined;
    if (filter) filters.push(filter);
    else left.push(stage);
    if (stage.is === 'unpack' || stage.is === 'decolorize' || stage.is === 'line_format') isLineKept = false;
    if (stage.is !== 'line' && stage.is !== 'filter') areLabelsKept = false;
  }
  return { filter: all(...filters), stages: left };
}

/** Whether the stages look at the line or the time, not only at labels. */
export function readsLine(stages: readonly Stage[]): boolean {
  return stages.some((stage) => {
    switch (stage.is) {
      case 'filter':
      case 'drop':
      case 'keep':
        return false;
      case 'label_format':
        return stage.formats.some(({ template }) => template && /__line__|__timestamp__/.test(template));
      default:
        return true;
    }
  });
}

function matcherFilter({ operator, value }: Matcher, text: PlanText): PlanFilter {
  switch (operator) {
    case '=':
      return { is: 'equal', text, value };
    case '!=':
      return not({ is: 'equal', text, value });
    case '=~':
      return { is: 'matches', text, pattern: wholeRegex(value) };
    case '!~':
      return not({ is: 'matches', text, pattern: wholeRegex(value) });
  }
}

const wholeRegex = (pattern: string) => `^(?s:${pattern})$`;

/** Undefined when the engine cannot answer it. */
function lineFilter({ operator, any: values }: LineFilter): PlanFilter | undefined {
  if (values.some(({ is }) => is === 'ip')) return undefined;
  const one = ({ value }: { value: string }): PlanFilter => {
    if (operator === '|=' || operator === '!=') return { is: 'contains', text: BODY, value };
    const pattern = operator === '|~' || operator === '!~' ? value : lineFilterRegex(value);
    return { is: 'matches', text: BODY, pattern };
  };
  const found = any(...values.map(one));
  return operator.startsWith('!') ? not(found) : found;
}

function labelFilter(filter: LabelFilter): PlanFilter | undefined {
  if (filter.is === 'and' || filter.is === 'or') {
    const [left, right] = [labelFilter(filter.left), labelFilter(filter.right)];
    return left && right && (filter.is === 'and' ? all(left, right) : any(left, right));
  }
  if (filter.is !== 'matcher' || isErrorLabel(filter.matcher.name)) return undefined;
  const text = baseLabelText(filter.matcher.name);
  return text && matcherFilter(filter.matcher, text);
}
