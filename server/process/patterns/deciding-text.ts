/**
 * The part of a body that decides its pattern: its first line, and the type of the exception whose stack trace follows.
 * A JSON object is one text, however many lines it has. Part of pattern v1, frozen.
 */
import { CLASS_OF, Class, isLower, isUpper } from './characters.ts';

/** What follows is not looked at. Lines of programs are seldom longer, and hardly ever differ only there. */
export const LINE_CHARS_MAX = 4096;
/** A trace in Python has its exception at its end. */
export const TRACE_CHARS_MAX = 16_384;

export interface DecidingText {
  source: string;
  from: number;
  to: number;
  /** Empty without a trace. */
  exception: string;
}

export function decidingText(body: string): DecidingText {
  const source = body.length > TRACE_CHARS_MAX ? body.slice(0, TRACE_CHARS_MAX) : body;
  let from = 0;
  while (
    from < source.length &&
    CLASS_OF[source.charCodeAt(from)] === Class.space &&
    source.charCodeAt(from) !== 0x1b
  )
    from++;
  const newline = source.indexOf('\n', from);
  const isJson = source.charCodeAt(from) === 0x7b;
  const to = Math.min(newline === -1 || isJson ? source.length : newline, from + LINE_CHARS_MAX);
  const exception = newline === -1 || isJson ? '' : exceptionType(source, from, newline);
  return { source, from, to, exception };
}

/**
 * The first line that begins with the name of an exception, as Java has it; the last one behind a `Traceback`, as
 * Python has it. Lines of a trace itself are indented.
 */
function exceptionType(source: string, from: number, firstNewline: number): string {
  let found = '';
  let isPython = source.startsWith(TRACEBACK, from);
  for (let newline = firstNewline; newline !== -1; newline = source.indexOf('\n', newline + 1)) {
    const start = newline + 1;
    if (source.startsWith(TRACEBACK, start)) isPython = true;
    const end = typeEnd(source, start);
    if (end === start) continue;
    found = source.slice(start, end);
    if (!isPython) break;
  }
  return found;
}

const TRACEBACK = 'Traceback (most recent call last)';
const TYPE_CHARS_MAX = 200;

/** Of `java.lang.IllegalStateException: …`, `KeyError: …`, `KeyboardInterrupt`. `from`: it is none. */
function typeEnd(source: string, from: number): number {
  let at = from;
  let nameFrom = from;
  while (at < source.length && at - from <= TYPE_CHARS_MAX) {
    const code = source.charCodeAt(at);
    if (code === 0x2e || code === 0x24) nameFrom = at + 1;
    else if (!isLower(code) && !isUpper(code) && code !== 0x5f && !(code >= 0x30 && code <= 0x39)) break;
    at++;
  }
  const after = source.charCodeAt(at);
  const isWhole = at === source.length || after === 0x3a || after === 0x0a || after === 0x0d;
  if (!isWhole || !isUpper(source.charCodeAt(nameFrom))) return from;
  const name = source.slice(nameFrom, at);
  return nameFrom > from ||
    /(?:Error|Exception|Warning|Interrupt|Exit|Fault|Failure|Iteration)\d*$/.test(name)
    ? at
    : from;
}
