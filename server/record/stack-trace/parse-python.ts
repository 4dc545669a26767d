/** Tracebacks of Python: chains, groups, syntax errors. The innermost call stands last, as in an event. */
import type { ExceptionValue, StackFrame } from '#server/record/event.ts';
import { isOwnCode } from './own-code.ts';
import { EXCEPTIONS_MAX, FRAMES_MAX, frameOf, type ParsedStack, raised } from './parsed-stack.ts';
import { nameModules } from './python-modules.ts';
import type { TraceLine } from './trace-lines.ts';

const START = /^(?:\+ )?(?:Exception Group )?Traceback \(most recent call last\):$/;
const FILE = /^(?:\| +)?File "([^"]{1,1000})", line (\d{1,9})(?:, in (\S.{0,400}))?$/;
const RAISED = /^(?:\| )?([A-Za-z_][\w.]{0,250})(?:: ?(.*))?$/;
const CHAIN = /^(?:During handling of the above|The above exception was the direct cause)/;
const MARKS = /^(?:\| +)?[\^~\s]+$/;
const THREAD = /^Exception (?:in thread|ignored in)/;
/** A message goes on over so many lines. */
const MESSAGE_LINES_MAX = 20;

export function parsePython(lines: readonly TraceLine[]): ParsedStack | null {
  const exceptions: ExceptionValue[] = [];
  const start = lines.findIndex(({ text }) => START.test(text));
  const first = start >= 0 ? start : syntaxErrorAt(lines);
  if (first < 0) return null;
  let frames = 0;
  for (let at = first; at < lines.length && exceptions.length < EXCEPTIONS_MAX; ) {
    const read = readTraceback(lines, at);
    if (read.frames.length === 0 && read.type === undefined) break;
    frames += read.frames.length;
    exceptions.push(raised(read));
    at = nextTraceback(lines, read.next);
    if (at < 0) break;
  }
  if (frames === 0) return null;
  nameModules(exceptions);
  const above = lines.slice(0, first).map(({ text }) => text);
  return {
    platform: 'python',
    exceptions,
    heading: above.join('\n'),
    isUnhandled: above.some((line) => THREAD.test(line)),
  };
}

/** `  File "a.py", line 1`, the source, a caret and `SyntaxError: …` without the first line of a traceback. */
function syntaxErrorAt(lines: readonly TraceLine[]): number {
  return lines.findIndex(
    ({ text }, at) =>
      FILE.test(text) &&
      lines
        .slice(at + 1, at + 5)
        .some((line) => /^(?:SyntaxError|IndentationError|TabError): /.test(line.text)),
  );
}

interface Traceback {
  frames: StackFrame[];
  type: string | undefined;
  module: string | undefined;
  message: string | undefined;
  next: number;
}

function readTraceback(lines: readonly TraceLine[], from: number): Traceback {
  const { indent: margin } = lines[from]!;
  const frames: StackFrame[] = [];
  let at = START.test(lines[from]!.text) ? from + 1 : from;
  for (; at < lines.length; at += 1) {
    const { text, indent } = lines[at]!;
    const file = FILE.exec(text);
    if (file) {
      if (frames.length < FRAMES_MAX) frames.push(pythonFrame(file, lines[at + 1]));
      continue;
    }
    if (text === '' || MARKS.test(text) || text.startsWith('[Previous line repeated')) continue;
    if (START.test(text) || CHAIN.test(text)) break;
    const isMargin = indent <= margin || text.startsWith('| ');
    if (!isMargin || (text.startsWith('|  ') && !RAISED.test(text))) continue;
    const said = RAISED.exec(text);
    return said
      ? { frames, ...typeOf(said[1]!), ...messageFrom(lines, at, said[2]) }
      : { frames, type: undefined, module: undefined, message: undefined, next: at };
  }
  return { frames, type: undefined, module: undefined, message: undefined, next: at };
}

function pythonFrame([, path = '', line, name]: RegExpExecArray, below: TraceLine | undefined): StackFrame {
  const source = below?.text.replace(/^\| +/, '');
  const isSource =
    source && !FILE.test(source) && !MARKS.test(source) && !source.startsWith('[Previous line');
  return frameOf({
    filename: path,
    abs_path: path,
    lineno: Number(line),
    function: name ?? '<module>',
    in_app: isOwnCode('python', path, name ?? ''),
    context_line: isSource ? source : undefined,
  });
}

function typeOf(name: string): { type: string; module: string | undefined } {
  const dot = name.lastIndexOf('.');
  const module = dot > 0 ? name.slice(0, dot) : undefined;
  return { type: name.slice(dot + 1), module: module === '__main__' ? undefined : module };
}

function messageFrom(
  lines: readonly TraceLine[],
  at: number,
  front: string | undefined,
): { message: string | undefined; next: number } {
  const said = front === undefined ? [] : [front];
  let next = at + 1;
  for (; front !== undefined && next < lines.length && next <= at + MESSAGE_LINES_MAX; next += 1) {
    const { text } = lines[next]!;
    if (text === '' || CHAIN.test(text) || START.test(text) || text.startsWith('+-')) break;
    said.push(text);
  }
  return { message: said.join('\n') || undefined, next };
}

/** The next of the chain; what a group holds stands below it with its own signs and is left to the text. */
function nextTraceback(lines: readonly TraceLine[], from: number): number {
  let isChained = false;
  for (let at = from; at < lines.length; at += 1) {
    const { text } = lines[at]!;
    if (CHAIN.test(text)) isChained = true;
    else if (isChained && START.test(text)) return at;
    else if (isChained && text !== '') return -1;
  }
  return -1;
}
