/** Go: panics, fatal errors of the runtime, and the stack that a program prints itself. The failing goroutine only. */
import type { StackFrame } from '#server/record/event.ts';
import { isOwnCode } from './own-code.ts';
import { FRAMES_MAX, frameOf, type ParsedStack, raised } from './parsed-stack.ts';
import type { TraceLine } from './trace-lines.ts';

const PANIC = /^(?:.{0,200}?\b)?(?:(panic): |(fatal error): |(http: panic serving) \S+: )(.*)$/;
const GOROUTINE = /^goroutine \d+ (?:gp=\S+ m=\S+ (?:mp=\S+ )?)?\[[^\]]{1,100}\]:$/;
const FILE = /^(\S.{0,1000}\.(?:go|s)):(\d{1,9})(?: \+0x[0-9a-f]+)?$/;
const CALL = /^((?:[^\s()]|(?<=\.)\(\*?[\w.[\]]+\))+?)(?:(?<!\.)\(.*\))?$/;
/** What the runtime does to panic; below it stands the call that failed. */
const RUNTIME = /^(?:panic$|runtime\.|runtime\/debug\.)/;

export function parseGo(lines: readonly TraceLine[]): ParsedStack | null {
  const start = lines.findIndex(({ text }) => GOROUTINE.test(text));
  const panicAt = lines.findIndex(({ text }) => PANIC.test(text));
  const from = start >= 0 ? start + 1 : firstCall(lines);
  if (from < 0 || (start < 0 && panicAt < 0 && !hasPairs(lines, from))) return null;
  const frames = readFrames(lines, from);
  if (frames.length === 0) return null;
  const [, panic, fatal, , message = ''] = (panicAt >= 0 && PANIC.exec(lines[panicAt]!.text)) || [];
  const end = panicAt >= 0 ? panicAt : start >= 0 ? start : from;
  return {
    platform: 'go',
    exceptions: [
      raised({
        type: panicAt >= 0 ? typeOf(message, fatal) : undefined,
        message: panicAt >= 0 ? message.replace(/ \[recovered\]$/, '') : undefined,
        frames: withoutRuntime(frames).reverse(),
      }),
    ],
    heading: lines
      .slice(0, end)
      .map(({ text }) => text)
      .join('\n'),
    isUnhandled: panic !== undefined || fatal !== undefined,
  };
}

/** `panic: runtime error: …` is an error of the runtime, `panic: main.NotFound{…}` names its type. */
function typeOf(message: string, fatal: string | undefined): string {
  if (fatal) return 'fatal error';
  const error = /^runtime error: (.*)$/.exec(message)?.[1];
  if (error !== undefined) return RUNTIME_ERRORS.find(([said]) => said.test(error))?.[1] ?? 'runtime.Error';
  if (message.startsWith('interface conversion: ')) return '*runtime.TypeAssertionError';
  if (message === 'assignment to entry in nil map') return 'runtime.plainError';
  return /^(?:\(?&?)([a-z]\w*\.[A-Z]\w*)[{)]/.exec(message)?.[1] ?? 'panic';
}

/** As an SDK names them, which asks the value for its type. */
const RUNTIME_ERRORS: readonly (readonly [RegExp, string])[] = [
  [/^(?:index|slice bounds) out of range/, 'runtime.boundsError'],
  [/^cannot convert slice/, 'runtime.boundsError'],
  [
    /^(?:invalid memory address|integer divide by zero|makeslice|makechan|growslice|integer overflow|hash of unhashable|comparing uncomparable)/,
    'runtime.errorString',
  ],
];

function firstCall(lines: readonly TraceLine[]): number {
  const file = lines.findIndex(({ text }) => FILE.test(text));
  return file > 0 ? file - 1 : -1;
}

/** zap's `stacktrace`: a call and its place, again and again, without a heading. */
function hasPairs(lines: readonly TraceLine[], from: number): boolean {
  const { text = '' } = lines[from] ?? {};
  return CALL.test(text) && /[./]/.test(text) && FILE.test(lines[from + 1]?.text ?? '');
}

function readFrames(lines: readonly TraceLine[], from: number): StackFrame[] {
  const frames: StackFrame[] = [];
  for (let at = from; at < lines.length && frames.length < FRAMES_MAX; at += 1) {
    const { text } = lines[at]!;
    if (text === '' || GOROUTINE.test(text)) break;
    const place = FILE.exec(lines[at + 1]?.text ?? '');
    // Who started the goroutine is no call of it.
    if (text.startsWith('created by ')) break;
    const call = place && CALL.exec(text);
    if (!place || !call) continue;
    frames.push(goFrame(call[1]!, place));
    at += 1;
  }
  return frames;
}

/** `github.com/shop/cart.(*Cart).Total` is of the package `github.com/shop/cart`. */
function goFrame(call: string, [, path = '', line]: RegExpExecArray): StackFrame {
  const dot = call.indexOf('.', call.lastIndexOf('/') + 1);
  return frameOf({
    module: dot > 0 ? call.slice(0, dot) : undefined,
    function: dot > 0 ? call.slice(dot + 1) : call,
    filename: path,
    abs_path: path,
    lineno: Number(line),
    in_app: isOwnCode('go', path, call),
  });
}

/** The innermost stands first here. A stack of the runtime alone is kept as it is. */
function withoutRuntime(frames: StackFrame[]): StackFrame[] {
  const nameOf = ({ module, function: name = '' }: StackFrame) => (module ? `${module}.${name}` : name);
  const lastPanic = frames.findLastIndex((frame) => /^(?:panic|runtime\.gopanic)$/.test(nameOf(frame)));
  const first = frames.findIndex((frame, at) => at > lastPanic && !RUNTIME.test(nameOf(frame)));
  return first > 0 ? frames.slice(first) : frames;
}
