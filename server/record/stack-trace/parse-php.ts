/** PHP: what the interpreter and Xdebug print, exceptions as text, Laravel's and Symfony's lines. */
import type { ExceptionValue, StackFrame } from '#server/record/event.ts';
import { isOwnCode } from './own-code.ts';
import { EXCEPTIONS_MAX, FRAMES_MAX, frameOf, type ParsedStack, raised } from './parsed-stack.ts';
import type { TraceLine } from './trace-lines.ts';

const START = /^(?:(?:PHP )?Stack trace:|\[stacktrace\])$/i;
const FRAME = /^#\d{1,4} (?:(\S.{0,800}?)\((\d{1,9})\)|(\[internal function\])): (.{1,1000})$/;
const XDEBUG = /^(?:PHP )? *\d{1,4}\. (.{1,500}) (\S+):(\d{1,9})$/;
const UNCAUGHT =
  /\bUncaught (?:PHP Exception )?(?:exception ')?([A-Z\\][\w\\]*)'?(?: with message ')?(?:: )?/;
const NEXT = /^Next ([A-Z\\][\w\\]*): /;
const PREVIOUS = /^\[previous exception\] \[object\] \(/;
const LARAVEL = /\[object\] \(([A-Z\\][\w\\]*)\(code: [^)]{0,40}\): /;
const PLAIN = /(?:^|\s)([A-Z\\][\w\\]*(?:Exception|Error))(?:: | \(code)/;
const PLACE = / (?:in|at) (\S+?)(?::|\()(\d{1,9})\)?[")]*$/;
/** Lines of a message above the stack. */
const MESSAGE_LINES_MAX = 20;

export function parsePhp(lines: readonly TraceLine[]): ParsedStack | null {
  const starts = lines.flatMap(({ text }, at) => (START.test(text) ? [at] : []));
  const first = lines.findIndex(({ text }) => FRAME.test(text) || XDEBUG.test(text));
  if (first < 0 && starts.length === 0) return null;
  // A list of frames without a word above it is a stack when each of two has a place and a call.
  const from = starts.length > 0 ? starts : [first - 1];
  const exceptions = from.slice(0, EXCEPTIONS_MAX).map((at, index) => {
    const next = from[index + 1] ?? lines.length;
    return readOne(lines, index === 0 ? 0 : from[index - 1]! + 1, at, next);
  });
  // Laravel has what surfaced first, PHP itself last.
  if (lines.some(({ text }) => PREVIOUS.test(text))) exceptions.reverse();
  const frames = exceptions.reduce((sum, { stacktrace }) => sum + (stacktrace?.frames.length ?? 0), 0);
  const isNamed = exceptions.some(({ type }) => type !== undefined);
  if (frames === 0 || (!isNamed && (starts.length === 0 ? frames < 3 : frames < 1))) return null;
  return {
    platform: 'php',
    exceptions,
    heading:
      starts.length > 0 && !isNamed
        ? lines
            .slice(0, from[0])
            .map(({ text }) => text)
            .join('\n')
        : '',
    isUnhandled: lines.some(({ text }) => UNCAUGHT.test(text)),
  };
}

function readOne(lines: readonly TraceLine[], from: number, at: number, to: number): ExceptionValue {
  const head = headOf(lines.slice(Math.max(from, at - MESSAGE_LINES_MAX), Math.max(0, at)));
  return raised({ ...head, frames: framesOf(lines.slice(at + 1, to), head.place) });
}

interface Head {
  type: string | undefined;
  message: string | undefined;
  place: { path: string; line: string } | null;
}

function headOf(lines: readonly TraceLine[]): Head {
  const found = lines.findLastIndex(
    ({ text }) => UNCAUGHT.test(text) || NEXT.test(text) || LARAVEL.test(text) || PLAIN.test(text),
  );
  if (found < 0) return { type: undefined, message: undefined, place: null };
  const { text } = lines[found]!;
  const match = UNCAUGHT.exec(text) ?? NEXT.exec(text) ?? LARAVEL.exec(text) ?? PLAIN.exec(text)!;
  const said = [text.slice(match.index + match[0].length), ...lines.slice(found + 1).map((line) => line.text)]
    .join('\n')
    .trimEnd();
  const place = PLACE.exec(said);
  return {
    type: match[1]!.replace(/^\\/, ''),
    message: place ? said.slice(0, place.index) : said,
    place: place && { path: place[1]!, line: place[2]! },
  };
}

/** `#0 a.php(7): f()` says where f was called; where it failed stands in the head. */
function framesOf(lines: readonly TraceLine[], place: Head['place']): StackFrame[] {
  const frames: StackFrame[] = [];
  let { path, line } = place ?? { path: '', line: '' };
  for (const { text } of innermostFirst(lines)) {
    const match = FRAME.exec(text);
    if (!match) {
      if (/^#\d+ \{main\}/.test(text) && path !== '') frames.push(frame(path, line, ''));
      continue;
    }
    if (frames.length >= FRAMES_MAX) break;
    // The place in the head counts as the first frame; a stack without a head begins with its own places.
    if (path !== '') frames.push(frame(path, line, match[4]!));
    path = match[1] ?? match[3]!;
    line = match[2] ?? '';
  }
  if (path !== '' && line !== '0' && frames.at(-1)?.abs_path !== path) frames.push(frame(path, line, ''));
  return frames.reverse();
}

/** Xdebug counts from the outermost call: `PHP   2. total($id = 7) /app/index.php:7`. */
function innermostFirst(lines: readonly TraceLine[]): readonly TraceLine[] {
  const calls = lines.flatMap(({ text, indent }) => {
    const [, call, path, line] = XDEBUG.exec(text) ?? [];
    return call === undefined ? [] : { indent, text: `#0 ${path}(${line}): ${call}` };
  });
  return calls.length > 0 ? calls.reverse() : lines;
}

function frame(path: string, line: string, call: string): StackFrame {
  const name = /^[^(]{0,300}/.exec(call)![0].replace('->', '::');
  return frameOf({
    filename: path,
    abs_path: path,
    lineno: line === '' ? undefined : Number(line),
    function: name === '{main}' ? undefined : name,
    in_app: isOwnCode('php', path, name),
  });
}
