/**
 * Stack traces whose frames begin with `at`: the JVM, JavaScript and .NET; and those of Firefox and Safari. The
 * innermost call stands first in the text, and last in an event.
 */
import type { ExceptionValue, StackFrame } from '#server/record/event.ts';
import { atFrame, type FramePlatform } from './at-frame.ts';
import { isLevelWord, typeInLine } from './error-line.ts';
import { EXCEPTIONS_MAX, FRAMES_MAX, type ParsedStack, raised, splitType } from './parsed-stack.ts';
import type { TraceLine } from './trace-lines.ts';

const CAUSED = /^(?:Caused by|Wrapped by): (\S.*)$/;
const SUPPRESSED = /^Suppressed: \S/;
const INNER = /^---> (?:\(Inner Exception #\d+\) )?(\S.*?)(?:<---)?$/;
const INNER_END = /^--- End of inner exception stack trace ---$/;
/** `[cause]: TypeError: no`, as Node prints the fields of an error. */
const FIELD_CAUSE = /^\[cause\]: (\S.*)$/;
/** What an aggregate holds. */
const FIELD_ERRORS = /^\[errors\]: \[/;
/** Behind an aggregate of .NET stand all that it holds but the first. */
const INNER_NUMBERED = /^---> \(Inner Exception #\d+\) /;
/** Of what stands in the trace above too. */
const MORE = /^\.\.\. (\d{1,4}) (?:more|common frames omitted)?/;
const UNHANDLED = /^(?:Exception in thread "|Unhandled exception\. |Uncaught |\w+ Unhandled |Node\.js v\d)/;
/** Lines above the first frame in which the type is looked for: messages of several lines, excerpts of source. */
const HEAD_LINES_MAX = 24;

interface Section {
  type: string | undefined;
  module: string | undefined;
  message: string | undefined;
  frames: StackFrame[];
}

export function parseAtFrames(lines: readonly TraceLine[]): ParsedStack | null {
  const found = lines.map(({ text }) => atFrame(text));
  const first = found.findIndex((frame) => frame !== null);
  if (first < 0) return null;
  const platform = platformOf(found);
  const head = headOf(lines, first, platform);
  const all = found.filter((frame) => frame !== null).length;
  // One frame without a type above it is a line of prose often enough.
  if (head.section.type === undefined && all < 2) return null;
  if (head.section.type === undefined && head.section.message === undefined && !hasPlace(found)) return null;
  const exceptions =
    platform === 'csharp'
      ? dotnetChain(lines, found, head)
      : chain(lines, found, first, head.section, platform);
  return {
    platform,
    exceptions,
    heading: lines
      .slice(0, head.at)
      .map(({ text }) => text)
      .join('\n'),
    isUnhandled:
      lines.slice(0, first).some(({ text }) => UNHANDLED.test(text)) || UNHANDLED.test(lines.at(-1)!.text),
  };
}

type Found = ReturnType<typeof atFrame>[];

/** A program is of one platform: that of most frames. Where each could be of several, the first that is certain decides. */
function platformOf(found: Found): FramePlatform {
  const counts = new Map<FramePlatform, number>();
  for (const frame of found) if (frame) counts.set(frame.platform, (counts.get(frame.platform) ?? 0) + 1);
  return [...counts].toSorted(([, one], [, other]) => other - one)[0]![0];
}

const hasPlace = (found: Found) => found.some((each) => each?.frame.lineno !== undefined);

interface Head {
  section: Section;
  /** Where it begins. */
  at: number;
}

/** The nearest line above the first frame that names a type; what stands between is its message. */
function headOf(lines: readonly TraceLine[], first: number, platform: FramePlatform): Head {
  const section: Section = { type: undefined, module: undefined, message: undefined, frames: [] };
  const highest = Math.max(0, first - HEAD_LINES_MAX);
  let found: { at: number; named: NonNullable<ReturnType<typeof typeInLine>> } | null = null;
  for (let at = first - 1; at >= highest && !found; at -= 1) {
    const text = lines[at]!.text.replace(/^---> /, '');
    const named = typeInLine(text, at === first - 1);
    if (named) found = { at, named };
  }
  // Of .NET's chain the outermost stands highest.
  if (found && platform === 'csharp')
    while (found.at > highest && INNER.test(lines[found.at]!.text)) {
      const named = typeInLine(lines[found.at - 1]!.text, true);
      if (!named) break;
      found = { at: found.at - 1, named };
    }
  if (!found) return { section, at: first };
  const { at, named } = found;
  const below = lines
    .slice(at + 1, first)
    .map(({ text }) => text)
    .filter((text) => !INNER.test(text) && !/^[\^~]+$/.test(text));
  section.message = [named.message, ...below].join('\n').trim() || undefined;
  Object.assign(section, typeParts(named.type, platform));
  return { section, at };
}

function typeParts(name: string, platform: FramePlatform): { type: string; module: string | undefined } {
  return platform === 'java' ? splitType(name) : { type: name, module: undefined };
}

/** What follows is the cause of what stands above. What was suppressed is another story, left to the text. */
function chain(
  lines: readonly TraceLine[],
  found: Found,
  first: number,
  head: Section,
  platform: FramePlatform,
): ExceptionValue[] {
  const sections = [head];
  let into: Section | null = head;
  let suppressedIndent = -1;
  const isRootFirst = lines.some(({ text }) => text.startsWith('Wrapped by: '));
  for (let at = first; at < lines.length; at += 1) {
    const { text, indent } = lines[at]!;
    const frame = found[at];
    if (frame) {
      if (into && into.frames.length < FRAMES_MAX) into.frames.push(frame.frame);
      continue;
    }
    const cause = CAUSED.exec(text)?.[1] ?? FIELD_CAUSE.exec(text)?.[1];
    if (cause !== undefined) {
      // A cause of what was suppressed is indented like it.
      if (suppressedIndent >= 0 && indent >= suppressedIndent && indent > 0) continue;
      suppressedIndent = -1;
      into = null;
      if (sections.length < EXCEPTIONS_MAX) {
        const named = typeInLine(cause, true);
        into = {
          ...(named ? typeParts(named.type, platform) : { type: undefined, module: undefined }),
          message: named ? named.message : cause,
          frames: [],
        };
        sections.push(into);
      }
    } else if (SUPPRESSED.test(text) || FIELD_ERRORS.test(text)) {
      // What an aggregate holds stands deeper than its own cause.
      suppressedIndent = FIELD_ERRORS.test(text) ? indent + 1 : indent;
      into = null;
    } else if (into && into !== head && !isRootFirst && into.frames.length > 0 && MORE.test(text)) {
      addCommonFrames(into, sections.at(-2)!, Number(MORE.exec(text)![1]));
    } else if (into && into !== head && into.frames.length === 0 && text !== '' && !MORE.test(text)) {
      into.message = `${into.message ?? ''}\n${text}`;
    }
  }
  const exceptions = sections.map(ofSection);
  return isRootFirst ? exceptions : exceptions.reverse();
}

/** The JVM leaves out of a cause the outermost calls that it shares with what it caused. SDKs send them. */
function addCommonFrames(cause: Section, above: Section, count: number): void {
  const room = FRAMES_MAX - cause.frames.length;
  if (count > 0 && count <= above.frames.length && count <= room)
    cause.frames.push(...above.frames.slice(-count));
}

/** Types stand from the outermost on, stacks from the innermost on, with a line between them. */
function dotnetChain(lines: readonly TraceLine[], found: Found, head: Head): ExceptionValue[] {
  const sections = [head.section];
  const numbered = lines.findIndex(({ text }) => INNER_NUMBERED.test(text));
  const end = numbered > head.at ? numbered : lines.length;
  for (const { text } of lines.slice(head.at, end)) {
    const inner = INNER.exec(text)?.[1];
    const named = inner === undefined ? null : typeInLine(inner, true);
    if (named && sections.length < EXCEPTIONS_MAX)
      sections.push({ type: named.type, module: undefined, message: named.message, frames: [] });
  }
  let depth = sections.length - 1;
  for (const [at, { text }] of lines.slice(0, end).entries()) {
    const frame = found[at];
    if (frame && sections[depth]!.frames.length < FRAMES_MAX) sections[depth]!.frames.push(frame.frame);
    else if (INNER_END.test(text) && depth > 0) depth -= 1;
  }
  return sections.map(ofSection).reverse();
}

function ofSection({ type, module, message, frames }: Section): ExceptionValue {
  const isKnown = type !== undefined && !isLevelWord(type);
  return raised({ type: isKnown ? type : undefined, module, message, frames: frames.toReversed() });
}
