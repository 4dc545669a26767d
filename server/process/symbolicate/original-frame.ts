/** A frame of generated code -> the frame a person would recognise: path, line, name, source around it, whose code it is. */
import { BOUNDS } from '#server/process/normalize/bounds.ts';
import type { StackFrame } from '#server/record/event.ts';
import type { FrameProblem } from '#server/record/symbolication.ts';
import { type CompiledMap, type Place, placeAt, sourceLines, textAt } from './compiled-map.ts';
import { declaredName } from './function-name.ts';
import { isForeign, sourcePath } from './source-path.ts';

export interface MapInUse {
  map: CompiledMap;
  /** Where it was uploaded to. */
  url: string;
}

/** Lines on either side of the one of the frame, as Sentry shows them. */
const CONTEXT_LINES = 5;
const PATH_CHARS_MAX = 1_024;

/** Names that say nothing. */
const UNKNOWN_NAMES: ReadonlySet<string> = new Set([
  '',
  '?',
  '<anonymous>',
  '<unknown>',
  'Anonymous function',
]);

export interface Original {
  frame: StackFrame;
  /** What is called at its place, as written; empty when that cannot be told. */
  calls: string;
  problem: FrameProblem | null;
}

/** `calledAs`: what the frame that called this one calls, as written. */
export function originalFrame(
  frame: StackFrame,
  { map, url }: MapInUse,
  calledAs: string,
): Original | FrameProblem {
  const { lineno, colno } = frame;
  if (!lineno || !colno) return { code: 'position_unmapped', detail: 'the frame has no line or no column' };
  // Both count from 1.
  const place = placeAt(map, lineno - 1, colno - 1);
  if (!place)
    return { code: 'position_unmapped', detail: `${url} says nothing of line ${lineno}, column ${colno}` };

  const path = sourcePath(
    textAt(map.sourceNames, place.source).slice(0, PATH_CHARS_MAX),
    frame.abs_path ?? '',
  );
  const { pre_context: _, context_line: __, post_context: ___, raw_function: ____, ...kept } = frame;
  const name = nameOf(frame, map, calledAs);
  const isTheirs = map.ignored[place.source] === 1 || isForeign(path);
  const original: StackFrame = {
    ...kept,
    abs_path: path.absPath.slice(0, PATH_CHARS_MAX),
    filename: path.filename.slice(0, PATH_CHARS_MAX),
    lineno: place.line + 1,
    colno: place.column + 1,
    data: { ...frame.data, sourcemap: url, symbolicated: true },
  };
  if (name !== '') original.function = name.slice(0, BOUNDS.fieldChars);
  if (path.module !== undefined) original.module = path.module.slice(0, PATH_CHARS_MAX);
  if (isTheirs) original.in_app = false;
  const lines = sourceLines(map, place.source, place.line, CONTEXT_LINES);
  if (lines) {
    original.context_line = lines.line.slice(0, BOUNDS.contextLineChars);
    if (lines.before.length > 0) original.pre_context = lines.before.map(cutLine);
    if (lines.after.length > 0) original.post_context = lines.after.map(cutLine);
  }
  return {
    frame: original,
    calls: lines ? firstCall(lines.line.slice(place.column)) : place.name,
    problem: lines ? null : sourceMissing(map, place, path.filename),
  };
}

const cutLine = (line: string) => line.slice(0, BOUNDS.contextLineChars);

function sourceMissing(map: CompiledMap, place: Place, filename: string): FrameProblem {
  const detail =
    map.held[place.source] === 1
      ? `${filename} has no line ${place.line + 1} in the source map`
      : `the source map does not hold the text of ${filename}`;
  return { code: 'source_missing', detail };
}

function nameOf(frame: StackFrame, map: CompiledMap, calledAs: string): string {
  const generated = frame.raw_function || frame.function || '';
  const declared = declaredName(map, generated, frame.lineno! - 1, frame.colno! - 1);
  if (declared !== '') return declared;
  if (calledAs !== '') return calledAs;
  return UNKNOWN_NAMES.has(generated) ? '' : (frame.function ?? '');
}

/** `receipt = chargeCard({` -> `chargeCard`. A line is longer when it was generated. */
function firstCall(text: string): string {
  const name = /^[^()]{0,200}?([\p{ID_Start}$_][\p{ID_Continue}$]{0,99})\s{0,10}\(/u.exec(text)?.[1] ?? '';
  return STATEMENTS.has(name) ? '' : name;
}

/** What stands before a bracket and calls nothing. */
const STATEMENTS: ReadonlySet<string> = new Set(
  'await catch do else for function if import return super switch throw typeof void while with yield'.split(
    ' ',
  ),
);
