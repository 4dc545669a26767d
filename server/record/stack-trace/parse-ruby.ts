/** Ruby: what the interpreter prints, `full_message`, and what Rails writes. */
import type { ExceptionValue, StackFrame } from '#server/record/event.ts';
import { isOwnCode } from './own-code.ts';
import { EXCEPTIONS_MAX, FRAMES_MAX, frameOf, type ParsedStack, raised } from './parsed-stack.ts';
import type { TraceLine } from './trace-lines.ts';

const RAISED = /^(\S.{0,500}?):(\d{1,9}):in [`'](.{0,300}?)': (.*?)(?: \(([A-Z][\w:]{0,200})\))?$/;
const NAMED = /^(?:.{0,200}?\s)?([A-Z][\w:]{0,200}) \((.*)\):?$/;
/** `E, [2026-11-23T12:00:00 #7] ERROR -- : no cart (Shop::NoCart)`, as Ruby's own logger writes an exception. */
const LOGGED =
  /^[A-Z], \[.{10,60}\] +[A-Z]+ -- .{0,60}?: (.*) \(([A-Z]\w{0,100}(?:::[A-Z]\w{0,100}){0,10})\)$/;
const PLAIN = /^(?:.{0,200}?\b(?:DEBUG|INFO|WARN|ERROR|FATAL): )?([A-Z]\w*[a-z]\w*(?:::[A-Z]\w*)*): (.*)$/;
/** `\t2: from a.rb:9:in `run'`. */
const COUNTED = /^\d{1,4}: from /;
const FRAME = /^(?:from |\d{1,4}: from )?(\S.{0,500}?):(\d{1,9})(?::in [`'](.{0,300}?)')?$/;
const RUBY_FILE =
  /(?:\.(?:rb|erb|ru|rake|haml|slim|gemspec)|^\(eval.*|^<internal:.*|[\\/]bin[\\/][\w.-]+|-e|\(irb\))$/;

export function parseRuby(given: readonly TraceLine[]): ParsedStack | null {
  const lines = inOneLine(given);
  const raisedAt = lines.flatMap(({ text }, index) => (isRaised(text) ? [index] : []));
  const firstFrame = lines.findIndex(({ text }) => rubyFrame(text) !== null);
  const [first = -1] = raisedAt;
  const above = first > firstFrame && firstFrame >= 0 ? framesOf(lines.slice(firstFrame, first)) : [];
  // Ruby 2.5 to 2.7 print the outermost call first, and what was raised last.
  if (above.length > 0 && COUNTED.test(lines[firstFrame]!.text))
    return told(lines, firstFrame, [raisedIn(lines[first]!.text, above.reverse())], true);
  if (first >= 0 && above.length === 0) {
    const chain = raisedAt.slice(0, EXCEPTIONS_MAX).map((at, index) => {
      const frames = framesOf(lines.slice(at + 1, raisedAt[index + 1] ?? lines.length));
      return raisedIn(lines[at]!.text, frames);
    });
    // Alone each is a line of a log like any other.
    const isCalled = chain.some(({ stacktrace }) => stacktrace!.frames.length > 1);
    return !isCalled ? null : told(lines, first, chain.reverse(), first === 0);
  }
  if (firstFrame < 0) return null;
  const frames = framesOf(lines.slice(firstFrame));
  const head = headOf(lines, firstFrame);
  if (frames.length < (head.type ? 1 : 2)) return null;
  // Without a type it is prose, unless it names calls.
  if (!head.type && !frames.some(({ function: name }) => name)) return null;
  return told(lines, firstFrame, [raised({ ...head, frames: frames.toReversed() })], false);
}

function told(
  lines: readonly TraceLine[],
  at: number,
  exceptions: ExceptionValue[],
  isUnhandled: boolean,
): ParsedStack {
  const heading = lines.slice(0, at).map(({ text }) => text);
  return { platform: 'ruby', exceptions, heading: heading.join('\n'), isUnhandled };
}

/** `below`: the calls that led to it, the innermost first. */
function raisedIn(text: string, below: readonly StackFrame[]): ExceptionValue {
  const [, path = '', line = '', name, message, type] = RAISED.exec(text)!;
  const frames = [frame(path, line, name), ...below].slice(0, FRAMES_MAX).reverse();
  return raised({ type, message, frames });
}

const framesOf = (lines: readonly TraceLine[]): StackFrame[] =>
  lines.flatMap(({ text }) => rubyFrame(text) ?? []).slice(0, FRAMES_MAX);

/** Lines of a message, of which the last says the type. */
const MESSAGE_LINES_MAX = 8;
const BEGINS = /^\S.{0,500}?:\d{1,9}:in [`'].{0,300}?': /;
const ENDS = /\([A-Z][\w:]{0,200}\)$/;

/** A message of several lines as one line, so that what was raised is read like any other. */
function inOneLine(lines: readonly TraceLine[]): readonly TraceLine[] {
  const at = lines.findIndex(({ text }) => BEGINS.test(text) && !ENDS.test(text));
  if (at < 0) return lines;
  const end = lines.slice(at + 1, at + MESSAGE_LINES_MAX).findIndex(({ text }) => ENDS.test(text));
  if (end < 0) return lines;
  const message = lines.slice(at, at + end + 2).map(({ text }) => text);
  return [...lines.slice(0, at), { ...lines[at]!, text: message.join(' ') }, ...lines.slice(at + end + 2)];
}

function isRaised(text: string): boolean {
  const match = RAISED.exec(text);
  return match?.[5] !== undefined && RUBY_FILE.test(match[1]!);
}

function rubyFrame(text: string): StackFrame | null {
  const match = FRAME.exec(text);
  if (!match || !RUBY_FILE.test(match[1]!)) return null;
  // A place alone is in many texts.
  return match[3] !== undefined || text.startsWith('from ') ? frame(match[1]!, match[2]!, match[3]) : null;
}

function frame(path: string, line: string, name: string | undefined): StackFrame {
  return frameOf({
    filename: path,
    abs_path: path,
    lineno: Number(line),
    // Since 3.4 the class stands before it: `Cart#total`.
    function: name?.replace(/^.*[#.](?=[^#.]+$)/, ''),
    in_app: isOwnCode('ruby', path, name ?? ''),
  });
}

/** The nearest line above that names what was raised. */
function headOf(lines: readonly TraceLine[], before: number): { type?: string; message?: string } {
  for (let at = before - 1; at >= Math.max(0, before - 8); at -= 1) {
    const { text } = lines[at]!;
    const logged = LOGGED.exec(text);
    if (logged) return { type: logged[2]!, message: logged[1]! };
    const match = NAMED.exec(text) ?? PLAIN.exec(text);
    if (match) return { type: match[1]!, message: match[2]! };
  }
  return {};
}
