/**
 * A selector and its pipeline become a plan's filter and the stages that are left for this process. The engine gets
 * what it answers exactly as the pipeline would; a filter moves to the front when nothing before it changes what it
 * looks at. For what only the pipeline knows it gets a hint: something without which no line can pass.
 */
import { all, any, BODY, not, type PlanFilter, type PlanText } from '#server/query/plan/plan.ts';
import { isAlwaysLabel } from '#server/record/stream-labels.ts';
import type { LabelFilter, LineFilter, LogExpr, Matcher, Stage } from './ast.ts';
import { baseLabelText, streamLabelText, streamOrMovedLabelText } from './labels.ts';
import { lineFilterRegex } from './line-pattern.ts';
import { isErrorLabel } from './pipeline.ts';

export interface CompiledLog {
  filter: PlanFilter;
  /** What the engine cannot do, in its order. */
  stages: Stage[];
}

export function compileLog({ matchers, stages }: LogExpr): CompiledLog {
  const filters = matchers.map(selectorFilter);
  const left: Stage[] = [];
  let isLineKept = true;
  let areLabelsKept = true;
  let areLabelsOfLine = true;
  let areNamesOfLine = true;
  for (const stage of stages) {
    const exact =
      stage.is === 'line' && isLineKept
        ? lineFilter(stage)
        : stage.is === 'filter' && areLabelsKept
          ? labelFilter(stage.filter)
          : undefined;
    if (exact) filters.push(exact);
    else left.push(stage);
    const hint =
      !exact && stage.is === 'filter' && areLabelsOfLine ? hintOf(stage.filter, areNamesOfLine) : undefined;
    if (hint) filters.push(hint);
    if (stage.is === 'unpack' || stage.is === 'decolorize' || stage.is === 'line_format') isLineKept = false;
    if (stage.is !== 'line' && stage.is !== 'filter') areLabelsKept = false;
    if (namesLabels(stage)) areNamesOfLine = false;
    if (stage.is === 'label_format' || !isLineKept) areLabelsOfLine = false;
  }
  return { filter: all(...filters), stages: left };
}

/** The query gives the labels their names, so a line need not have them. */
function namesLabels(stage: Stage): boolean {
  if (stage.is === 'json' || stage.is === 'logfmt') return stage.extractions.length > 0;
  return stage.is === 'pattern' || stage.is === 'regexp';
}

/** Stands in a line as it is, in JSON and in logfmt. */
const PLAIN = /^[A-Za-z0-9_.:-]+$/;
/** Of `st_atus` a line may have `st-atus` or `{"st":{"atus":…}}`. */
const PLAIN_NAME = /^[A-Za-z0-9]+$/;
/** Where this stands, any character may be written by its number. */
const ESCAPED: PlanFilter = { is: 'contains', text: BODY, value: '\\u' };

/**
 * What must be true of a record for the filter to pass, when its labels are those of the stream, the metadata and
 * what parsers found in the body: it has the label, or the text stands in the body. Undefined: nothing is known.
 */
function hintOf(filter: LabelFilter, areNamesOfLine: boolean): PlanFilter | undefined {
  if (filter.is === 'and' || filter.is === 'or') {
    const [left, right] = [hintOf(filter.left, areNamesOfLine), hintOf(filter.right, areNamesOfLine)];
    if (filter.is === 'or') return left && right && any(left, right);
    return left && right ? all(left, right) : (left ?? right);
  }
  if (filter.is !== 'matcher') return undefined;
  const { name, operator, value } = filter.matcher;
  const base = isErrorLabel(name) ? undefined : baseLabelText(name);
  if (!base) return undefined;
  if (operator === '=' && PLAIN.test(value))
    return any({ is: 'contains', text: BODY, value }, ESCAPED, { is: 'equal', text: base, value });
  if (areNamesOfLine && operator === '!=' && value === '' && PLAIN_NAME.test(name))
    return any({ is: 'contains', text: BODY, value: name }, ESCAPED, not({ is: 'equal', text: base, value }));
  return undefined;
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

/**
 * Labels that are ids became attributes (record/stream-labels.ts), and are looked for there too where the value may be
 * of such a label. First comes what needs no attributes: they are read of the records that are left.
 */
function selectorFilter(matcher: Matcher): PlanFilter {
  const { name, operator, value } = matcher;
  const asLabel = matcherFilter(matcher, streamLabelText(name));
  if (name === 'service_name') return asLabel;
  const isMoved: PlanFilter = { is: 'has-moved-label', name };
  // A label that is empty is none, and stays.
  if (value === '' && operator === '=') return all(asLabel, not(isMoved));
  if ((value === '' && operator === '!=') || (value === '.+' && operator === '=~'))
    return any(asLabel, isMoved);
  if (value === '.*') return asLabel;
  const values = operator === '=' || operator === '!=' ? [value] : wordsOf(value);
  if (values?.every((one) => isAlwaysLabel(name, one))) return asLabel;
  const exactly = matcherFilter(matcher, streamOrMovedLabelText(name));
  return operator.startsWith('!') ? exactly : all(any(asLabel, isMoved), exactly);
}

/** Of `shop|cart`; undefined for an expression that is more than words. */
const wordsOf = (pattern: string) => (/^[\w|-]+$/.test(pattern) ? pattern.split('|') : undefined);

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
