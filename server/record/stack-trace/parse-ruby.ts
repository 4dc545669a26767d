/** Ruby: what the interpreter prints, `full_message`, and what Rails writes. */
import type { StackFrame } from '#server/record/event.ts';
import { isOwnCode } from './own-code.ts';
import { FRAMES_MAX, frameOf, type ParsedStack, raised } from './parsed-stack.ts';
import type { TraceLine } from './trace-lines.ts';

const RAISED = /^(\S.{0,500}?):(\d{1,9}):in [`'](.{0,300}?)': (.*?)(?: \(([A-Z][\w:]{0,200})\))?$/;
const NAMED = /^(?:.{0,200}?\s)?([A-Z][\w:]{0,200}) \((.*)\):?$/;
const PLAIN = /^(?:[A-Z]{4,8}: )?([A-Z]\w*[a-z]\w*(?:::[A-Z]\w*)*): (.*)$/;
const FRAME = /^(?:from |\d{1,4}: from )?(\S.{0,500}?):(\d{1,9})(?::in [`'](.{0,300}?)')?$/;
const RUBY_FILE =
  /(?:\.(?:rb|erb|ru|rake|haml|slim|gemspec)|^\(eval.*|^<internal:.*|[\\/]bin[\\/][\w.-]+|-e|\(irb\))$/;

export function parseRuby(given: readonly TraceLine[]): ParsedStack | null {
  const lines = inOneLine(given);
  const at = lines.findIndex(({ text }) => rubyFrame(text) !== null || isRaised(text));
  if (at < 0) return null;
  const first = RAISED.exec(lines[at]!.text);
  const isNamed = first !== null && isRaised(lines[at]!.text);
  const frames = lines.slice(isNamed ? at + 1 : at).flatMap(({ text }) => rubyFrame(text) ?? []);
  if (isNamed) frames.unshift(frame(first[1]!, first[2]!, first[3]));
  const head = isNamed ? { type: first[5], message: first[4] } : headOf(lines, at);
  if (frames.length < (head.type && !isNamed ? 1 : 2)) return null;
  // `undefined method 'sum' for nil (NoMethodError)` alone is what an interpreter prints; without a type it is prose.
  if (!head.type && !frames.some(({ function: name }) => name)) return null;
  return {
    platform: 'ruby',
    exceptions: [raised({ ...head, frames: frames.slice(0, FRAMES_MAX).reverse() })],
    heading: lines
      .slice(0, at)
      .map(({ text }) => text)
      .join('\n'),
    isUnhandled: isNamed && at === 0,
  };
}

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
    const match = NAMED.exec(text) ?? PLAIN.exec(text);
    if (match) return { type: match[1]!, message: match[2]! };
  }
  return {};
}
