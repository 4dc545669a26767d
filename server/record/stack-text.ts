/**
 * The stack of a kind of event as one text to be searched: a line for each function, file, module, path and package of
 * its frames, after the letter of what it is. Lower case, no line twice, the code of the program itself first.
 * `process` writes it for the first event of a kind; the search of issues reads it.
 */
import type { EventPayload, StackFrame } from './event.ts';

/** What `stack.` says in a search, and the letter it has here. */
export const STACK_PARTS = {
  function: 'f',
  filename: 'p',
  module: 'm',
  abs_path: 'a',
  package: 'k',
} as const;
export type StackPart = keyof typeof STACK_PARTS;

/**
 * Characters of one stack. Ten frames of a program take 300 to 800; a search reads the stacks of all kinds of events,
 * 100,000 of 450 characters in 60 ms.
 */
const STACK_CHARS_MAX = 2_000;
/** Of one line: what is longer is no name. */
const LINE_CHARS_MAX = 200;

/** Empty when there is no stack. */
export function stackText(event: EventPayload): string {
  const frames = framesOf(event);
  const lines = new Set<string>();
  let chars = 1;
  for (const frame of [...frames.filter((one) => one.in_app), ...frames.filter((one) => !one.in_app)])
    for (const part of Object.keys(STACK_PARTS) as StackPart[]) {
      const line = lineOf(frame, part);
      if (line === undefined || lines.has(line)) continue;
      if (chars + line.length + 1 > STACK_CHARS_MAX) return textOf(lines);
      lines.add(line);
      chars += line.length + 1;
    }
  return textOf(lines);
}

/** The names of one part in a stack. */
export function* stackNames(stack: string, part: StackPart): Generator<string> {
  const letter = STACK_PARTS[part];
  for (const line of stack.split('\n')) if (line[0] === letter) yield line.slice(2);
}

/** Of the event that was thrown last first, and the call that failed first. */
function framesOf(event: EventPayload): StackFrame[] {
  const stacks = [
    ...(event.exception?.values ?? []).map(({ stacktrace }) => stacktrace),
    event.stacktrace,
    ...(event.exception ? [] : (event.threads?.values ?? []).map(({ stacktrace }) => stacktrace)),
  ];
  return stacks.flatMap((stack) => stack?.frames ?? []).reverse();
}

function lineOf(frame: StackFrame, part: StackPart): string | undefined {
  const name = frame[part];
  if (!name || (part === 'abs_path' && name === frame.filename)) return undefined;
  return `${STACK_PARTS[part]}:${name.slice(0, LINE_CHARS_MAX).replaceAll('\n', ' ').toLowerCase()}`;
}

/** Between line ends, so that a whole line can be looked for. */
const textOf = (lines: ReadonlySet<string>) => (lines.size === 0 ? '' : `\n${[...lines].join('\n')}\n`);
