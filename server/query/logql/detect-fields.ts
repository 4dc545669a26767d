/**
 * The fields of some lines: structured metadata, what the query's own pipeline made, and what a JSON or logfmt parser
 * would find in the line. Names and values are those that a query with that parser has.
 */
import { labelName } from '#server/record/stream.ts';
import type { Labels } from './labels.ts';
import { LineLabels } from './line-labels.ts';
import { jsonParser, logfmtParser } from './parsers.ts';
import type { LogQlStream } from './read-streams.ts';
import { readBytes, readGoDuration, readNumber } from './units.ts';

export type FieldType = 'int' | 'float' | 'boolean' | 'duration' | 'bytes' | 'string';

export interface DetectedField {
  label: string;
  type: FieldType;
  values: ReadonlySet<string>;
  parsers: ReadonlySet<string>;
  /** Of a field of JSON: the keys on the way to it. */
  jsonPath?: string[];
}

/** Values kept of one field. */
const VALUES_MAX = 10_000;
/** Objects inside each other that a path is looked for in. */
const DEPTH_MAX = 20;

const asJson = jsonParser([]);
const asLogfmt = logfmtParser({ is: 'logfmt', strict: false, keepEmpty: false, extractions: [] });

/** In the order in which they were found. */
export function detectFields(streams: readonly LogQlStream[], fieldsMax: number): DetectedField[] {
  const fields = new Map<string, DetectedField & { values: Set<string>; parsers: Set<string> }>();
  const add = (label: string, value: string, parser: string | undefined, jsonPath?: string[]) => {
    if (value === '' || label.startsWith('__')) return;
    let field = fields.get(label);
    if (!field) {
      if (fields.size >= fieldsMax) return;
      field = { label, type: typeOf(value), values: new Set(), parsers: new Set() };
      fields.set(label, field);
    }
    if (parser) field.parsers.add(parser);
    if (jsonPath) field.jsonPath ??= jsonPath;
    if (field.values.size < VALUES_MAX) field.values.add(value);
  };

  for (const { labels: stream, entries } of streams)
    for (const { line, structuredMetadata, parsed } of entries) {
      for (const name in structuredMetadata) add(name, structuredMetadata[name]!, undefined);
      const found = parseLine(line, { stream, metadata: structuredMetadata });
      for (const name in parsed) if (found?.labels[name] === undefined) add(name, parsed[name]!, undefined);
      for (const name in found?.labels ?? {})
        add(name, found!.labels[name]!, found!.parser, found!.paths.get(name.replace(/_extracted$/, '')));
    }
  return [...fields.values()];
}

interface ParsedLine {
  parser: 'json' | 'logfmt';
  labels: Labels;
  paths: ReadonlyMap<string, string[]>;
}

function parseLine(line: string, base: { stream: Labels; metadata: Labels }): ParsedLine | undefined {
  if (/^\s*\{/.test(line)) {
    const labels = new LineLabels(base);
    asJson(line, labels);
    if (!labels.error)
      return { parser: 'json', labels: labels.byOrigin().parsed, paths: pathsOf(JSON.parse(line)) };
  }
  const labels = new LineLabels(base);
  asLogfmt(line, labels);
  const { parsed } = labels.byOrigin();
  // A sentence is logfmt too, of keys without values.
  const isLogfmt = !labels.error && Object.values(parsed).some((value) => value !== '');
  return isLogfmt ? { parser: 'logfmt', labels: parsed, paths: new Map() } : undefined;
}

/** The keys on the way to each label that the parser of JSON makes. */
function pathsOf(fields: Record<string, unknown>): Map<string, string[]> {
  const paths = new Map<string, string[]>();
  const walk = (of: Record<string, unknown>, name: string, path: string[]) => {
    for (const [key, value] of Object.entries(of)) {
      const label = name === '' ? labelName(key) : `${name}_${key.replaceAll(/[^a-zA-Z0-9_]/gu, '_')}`;
      const here = [...path, key];
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        if (here.length < DEPTH_MAX) walk(value as Record<string, unknown>, label, here);
      } else if (!paths.has(label)) paths.set(label, here);
    }
  };
  walk(fields, '', []);
  return paths;
}

/** In this order, since `1` is all of them. */
export function typeOf(value: string): FieldType {
  if (/^[+-]?\d+$/.test(value)) return 'int';
  if (readNumber(value) !== undefined) return 'float';
  if (/^(true|false|t|f)$/i.test(value)) return 'boolean';
  if (!Number.isNaN(readGoDuration(value))) return 'duration';
  return readBytes(value) !== undefined && !Number.isNaN(readBytes(value)) ? 'bytes' : 'string';
}
