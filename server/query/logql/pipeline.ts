/**
 * The stages of a pipeline, run in this process over one line at a time. What a stage does to a line is here or in
 * the file of its kind; what the engine can do instead is decided in compile-log.ts.
 */
import type { LabelChoice, LineFilter, Stage } from './ast.ts';
import { matchAddresses } from './ip.ts';
import { compileLabelFilter, compileMatcher } from './label-filters.ts';
import { ERROR, ERROR_DETAILS, type LineLabels } from './line-labels.ts';
import { lineFilterRegex } from './line-pattern.ts';
import { queryError } from './logql-error.ts';
import {
  decolorize,
  jsonParser,
  logfmtParser,
  type Parser,
  patternParser,
  regexpParser,
  unpackParser,
} from './parsers.ts';
import { compileRegex } from './re2.ts';
import { compileTemplate, type Template, type TemplateContext } from './template/run-template.ts';
import { TemplateError } from './template/values.ts';

export interface LineInHand {
  text: string;
  labels: LineLabels;
  /** Nanoseconds since 1970. */
  timestamp: bigint;
}

/** Changes the line and its labels; false: the line goes no further. */
export type RunStage = (line: LineInHand) => boolean;

/** `now` is the time of the query, the same for all its lines. */
export function compilePipeline(stages: readonly Stage[], now: bigint): RunStage {
  const run = stages.map((stage) => compileStage(stage, now));
  return (line) => {
    for (const one of run) if (!one(line)) return false;
    return true;
  };
}

function compileStage(stage: Stage, now: bigint): RunStage {
  switch (stage.is) {
    case 'line':
      return lineFilter(stage);
    case 'json':
      return parsing(jsonParser(stage.extractions));
    case 'logfmt':
      return parsing(logfmtParser(stage));
    case 'pattern':
      return parsing(patternParser(stage.pattern));
    case 'regexp':
      return parsing(regexpParser(stage.pattern));
    case 'unpack':
      return parsing(unpackParser);
    case 'decolorize':
      return parsing(decolorize);
    case 'line_format':
      return lineFormat(stage.template, now);
    case 'label_format':
      return labelFormat(stage.formats, now);
    case 'drop':
      return choosing(stage.labels, dropLabels);
    case 'keep':
      return choosing(stage.labels, keepLabels);
    case 'filter': {
      const test = compileLabelFilter(stage.filter);
      return ({ labels }) => test(labels);
    }
  }
}

const parsing =
  (parse: Parser): RunStage =>
  (line) => {
    line.text = parse(line.text, line.labels) ?? line.text;
    return true;
  };

function lineFilter({ operator, any }: LineFilter): RunStage {
  const tests = any.map((one) =>
    one.is === 'ip' ? matchAddresses(one.value).isIn : lineTest(operator, one.value),
  );
  const isNegative = operator.startsWith('!');
  return ({ text }) => tests.some((test) => test(text)) !== isNegative;
}

function lineTest(operator: LineFilter['operator'], value: string): (line: string) => boolean {
  if (operator === '|=' || operator === '!=') return (line) => line.includes(value);
  const regex = compileRegex(operator === '|~' || operator === '!~' ? value : lineFilterRegex(value));
  return (line) => regex.test(line);
}

function formatted(
  template: Template,
  { text, labels, timestamp }: LineInHand,
  now: bigint,
): string | undefined {
  const context: TemplateContext = { labels: labels.all(), line: text, timestamp, now };
  try {
    return template(context);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    labels.fail('TemplateFormatErr', error.message);
    return undefined;
  }
}

function lineFormat(text: string, now: bigint): RunStage {
  const template = compileTemplate(text);
  return (line) => {
    line.text = formatted(template, line, now) ?? line.text;
    return true;
  };
}

function labelFormat(formats: Extract<Stage, { is: 'label_format' }>['formats'], now: bigint): RunStage {
  const names = new Set<string>();
  const run = formats.map(({ name, from, template }) => {
    if (names.has(name))
      throw queryError(
        `parse error : multiple label name '${name}' not allowed in a single format operation`,
      );
    if (name === ERROR) throw queryError(`parse error : ${ERROR} cannot be formatted`);
    names.add(name);
    return { name, from, template: template === undefined ? undefined : compileTemplate(template) };
  });
  return (line) => {
    for (const { name, from, template } of run) {
      if (template) {
        const value = formatted(template, line, now);
        if (value !== undefined) line.labels.set(name, value);
        continue;
      }
      line.labels.rename(from!, name);
    }
    return true;
  };
}

type Choose = (labels: LineLabels, chosen: (name: string) => boolean, named: ReadonlySet<string>) => void;

function choosing(choices: readonly LabelChoice[], choose: Choose): RunStage {
  const tests = new Map<string, ((text: string) => boolean)[]>();
  for (const { name, matcher } of choices)
    tests.set(name, [...(tests.get(name) ?? []), matcher ? compileMatcher(matcher) : () => true]);
  const named = new Set(tests.keys());
  return ({ labels }) => {
    choose(labels, (name) => tests.get(name)?.some((test) => test(labels.get(name) ?? '')) ?? false, named);
    return true;
  };
}

const dropLabels: Choose = (labels, isChosen, named) => {
  const chosen = [...named].filter((name) => labels.get(name) !== undefined && isChosen(name));
  for (const name of chosen) labels.remove(name);
};

const keepLabels: Choose = (labels, isChosen) => {
  for (const name of labels.names()) if (!isChosen(name)) labels.remove(name);
};

export const isErrorLabel = (name: string) => name === ERROR || name === ERROR_DETAILS;
