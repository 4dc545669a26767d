/** The parsers of a pipeline: json, logfmt, pattern, regexp, unpack. Each makes labels of a line. */

import { labelName } from '#server/record/stream.ts';
import type { Extraction, Stage } from './ast.ts';
import { readJsonPath, valueAtPath } from './json-path.ts';
import type { LineLabels } from './line-labels.ts';
import { capturesOf, readParserPattern } from './line-pattern.ts';
import { logfmtPairs } from './logfmt.ts';
import { queryError } from './logql-error.ts';
import { compileRegex } from './re2.ts';

/** Adds labels; the line that goes on, or undefined when it is unchanged. */
export type Parser = (line: string, labels: LineLabels) => string | undefined;

/** `{"a":{"b":…}}` this deep; deeper than any log, and no stack overflows. */
const JSON_DEPTH_MAX = 100;
/** Labels that one parser makes of one line. */
const LABELS_MAX = 1_000;

export function jsonParser(extractions: readonly Extraction[]): Parser {
  if (extractions.length > 0) return jsonExtractions(extractions);
  return (line, labels) => {
    const value = parseJson(line, labels);
    if (value === undefined) return undefined;
    flatten(value, '', 0, { labels, left: LABELS_MAX });
    return undefined;
  };
}

/** Numbers that JavaScript would print in another way: long ones, `1.0`, `1e3`, `-0`, very small ones. */
const ODD_NUMBER = /\d{16}|\.\d*0(?!\d)|\.0{5}|\d[eE][+-]?\d|-0/;

function parseJson(line: string, labels: LineLabels): Record<string, unknown> | undefined {
  try {
    // With a function for each value parsing takes five times as long.
    const value = ODD_NUMBER.test(line) ? JSON.parse(line, keepNumbers) : JSON.parse(line);
    if (
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      !(value instanceof WrittenNumber)
    )
      return value;
    labels.fail('JSONParserErr', 'the line is no JSON object');
  } catch (error) {
    labels.fail('JSONParserErr', (error as Error).message);
  }
  return undefined;
}

/** A number as it is written in the line. */
class WrittenNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** 1.0 and 12345678901234567890 stay what they are. */
function keepNumbers(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' ? new WrittenNumber(context?.source ?? String(value)) : value;
}

/** Text of a value; undefined for lists, objects and null, which become no label. */
function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (value instanceof WrittenNumber) return value.text;
  return typeof value === 'boolean' || typeof value === 'number' ? String(value) : undefined;
}

function flatten(
  fields: Record<string, unknown>,
  prefix: string,
  depth: number,
  into: { labels: LineLabels; left: number },
): void {
  for (const key of Object.keys(fields)) {
    const value = fields[key];
    const name = prefix === '' ? labelName(key) : `${prefix}_${key.replaceAll(/[^a-zA-Z0-9_]/gu, '_')}`;
    const text = scalarText(value);
    if (text !== undefined) {
      if (name === '' || into.left-- <= 0) continue;
      into.labels.extract(name, text);
    } else if (typeof value === 'object' && value !== null && !Array.isArray(value) && depth < JSON_DEPTH_MAX)
      flatten(value as Record<string, unknown>, name, depth + 1, into);
  }
}

function jsonExtractions(extractions: readonly Extraction[]): Parser {
  const wanted = extractions.map(({ name, expression }) => ({ name, path: readJsonPath(expression) }));
  return (line, labels) => {
    const value = parseJson(line, labels);
    for (const { name, path } of wanted) {
      const found = value === undefined ? undefined : valueAtPath(value, path);
      if (value === undefined) continue;
      labels.extract(
        name,
        found === undefined || found === null ? '' : (scalarText(found) ?? rawJson(found)),
      );
    }
    return undefined;
  };
}

const rawJson = (value: unknown): string => {
  if (value instanceof WrittenNumber) return value.text;
  if (Array.isArray(value)) return `[${value.map(rawJson).join(',')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, part]) => `${JSON.stringify(key)}:${rawJson(part)}`)
      .join(',')}}`;
  return JSON.stringify(value);
};

export function logfmtParser({ strict, keepEmpty, extractions }: Extract<Stage, { is: 'logfmt' }>): Parser {
  return (line, labels) => {
    const { pairs, error } = logfmtPairs(line, strict);
    if (extractions.length === 0) {
      let left = LABELS_MAX;
      for (const [key, value] of pairs) {
        const name = labelName(key);
        if ((value !== '' || keepEmpty) && left-- > 0) labels.extract(name, value);
      }
    } else
      for (const { name, expression } of extractions)
        labels.extract(name, pairs.find(([key]) => key === expression)?.[1] ?? '');
    if (error !== undefined) labels.fail('LogfmtParserErr', error);
    return undefined;
  };
}

export function patternParser(text: string): Parser {
  const pattern = readParserPattern(text);
  return (line, labels) => {
    for (const [name, value] of capturesOf(pattern, line)) labels.extract(name, value);
    return undefined;
  };
}

export function regexpParser(text: string): Parser {
  const regex = compileRegex(text);
  if (regex.names.length === 0) throw queryError(`parse error : at least one named capture must be supplied`);
  const odd = regex.names.find(([name]) => !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name));
  if (odd) throw queryError(`parse error : invalid extracted label name '${odd[0]}'`);
  return (line, labels) => {
    const groups = regex.groups(line);
    if (groups) for (const [name, group] of regex.names) labels.extract(name, groups[group] ?? '');
    return undefined;
  };
}

/** What Promtail's pack stage made: labels beside the line, which stands under `_entry`. */
export const unpackParser: Parser = (line, labels) => {
  if (line === '') return undefined;
  const value = parseJson(line, labels);
  if (value === undefined) return undefined;
  let entry: string | undefined;
  for (const key of Object.keys(value)) {
    const text = value[key];
    if (typeof text !== 'string') continue;
    if (key === '_entry') entry = text;
    else labels.extract(labelName(key), text);
  }
  return entry;
};

/** ANSI's escape sequences: ESC or CSI, and what follows up to a letter. */
const COLORS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\u001b\u009b][[\]()#;?]*(?:(?:(?:[a-zA-Z\d]*(?:;[a-zA-Z\d]*)*)?\u0007)|(?:(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PRZcf-ntqry=><~]))/g;

export const decolorize: Parser = (line) =>
  line.includes('\u001b') || line.includes('\u009b') ? line.replaceAll(COLORS, '') : undefined;
