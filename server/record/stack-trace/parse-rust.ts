/** Rust: panics with and without frames, and the chains of anyhow and eyre when they carry a backtrace. */
import type { StackFrame } from '#server/record/event.ts';
import { isOwnCode } from './own-code.ts';
import { FRAMES_MAX, frameOf, type ParsedStack, raised } from './parsed-stack.ts';
import type { TraceLine } from './trace-lines.ts';

const PANIC =
  /^(?:.{0,120}?\s)?thread '(?:.{0,200}?)'(?: \(\d+\))? panicked at (?:'(.*)', )?(\S.{0,500}?):(\d{1,9}):(\d{1,9}):?$/;
const START = /^(?:stack backtrace|Stack backtrace):$/;
const FRAME = /^(\d{1,4}): +(?:0x[0-9a-f]+ - )?(\S.{0,500})$/;
const PLACE = /^at (\S.{0,800}?):(\d{1,9})(?::(\d{1,9}))?$/;
/** What unwinding adds; the call that failed stands below. */
const UNWINDING =
  /^(?:rust_begin_unwind|__rustc|_?rust_panic|core::panicking::|std::panicking::|core::result::(?:unwrap_failed|Result<)|core::option::(?:(?:expect|unwrap)_failed|Option<)|<?core::(?:slice|array)::|<(?:usize|alloc)|anyhow::|eyre::|backtrace::|std::backtrace)/;

export function parseRust(lines: readonly TraceLine[]): ParsedStack | null {
  const panicAt = lines.findIndex(({ text }) => PANIC.test(text));
  const start = lines.findIndex(({ text }) => START.test(text));
  if (panicAt < 0 && start < 0) return null;
  const frames = start >= 0 ? framesOf(lines.slice(start + 1)) : [];
  if (panicAt < 0 && frames.length === 0) return null;
  if (panicAt < 0) return chain(lines, start, frames);
  const [, old, path = '', line, column] = PANIC.exec(lines[panicAt]!.text)!;
  const below = lines.slice(panicAt + 1, start >= 0 ? start : panicAt + 20);
  const end = below.findIndex(({ text }) => /^(?:note: |stack backtrace|$)/.test(text));
  const message = old ?? (end < 0 ? below : below.slice(0, end)).map(({ text }) => text).join('\n');
  const place = frameOf({
    filename: path,
    abs_path: path,
    lineno: Number(line),
    colno: Number(column),
    in_app: isOwnCode('rust', path, ''),
  });
  return {
    platform: 'rust',
    exceptions: [
      raised({ type: 'panic', message, frames: frames.some(({ filename }) => filename) ? frames : [place] }),
    ],
    heading: '',
    isUnhandled: true,
  };
}

/** `Error: no checkout`, its causes, and the frames of where the first was made. */
function chain(lines: readonly TraceLine[], start: number, frames: StackFrame[]): ParsedStack {
  const above = lines.slice(0, start).map(({ text }) => text);
  const causesAt = above.indexOf('Caused by:');
  const head = above.slice(0, causesAt >= 0 ? causesAt : above.length).filter((text) => text !== '');
  const said = head.findLast((text) => /^(?:.{0,200}\s)?Error: /.test(text)) ?? head.at(-1) ?? '';
  return {
    platform: 'rust',
    exceptions: [raised({ type: 'Error', message: said.replace(/^.*?\bError: /, ''), frames })],
    heading: '',
    isUnhandled: false,
  };
}

function framesOf(lines: readonly TraceLine[]): StackFrame[] {
  const frames: StackFrame[] = [];
  for (const [at, { text }] of lines.entries()) {
    const call = FRAME.exec(text);
    if (!call || frames.length >= FRAMES_MAX || call[2] === '<unknown>') continue;
    const name = call[2]!.replace(/::h[0-9a-f]{16}$/, '');
    const [, path = '', line, column] = PLACE.exec(lines[at + 1]?.text ?? '') ?? [];
    frames.push(
      frameOf({
        function: name,
        filename: path,
        abs_path: path,
        lineno: line === undefined ? undefined : Number(line),
        colno: column === undefined ? undefined : Number(column),
        in_app: isOwnCode('rust', path, name),
      }),
    );
  }
  const first = frames.findLastIndex(({ function: name = '' }) => UNWINDING.test(name)) + 1;
  return (first < frames.length ? frames.slice(first) : frames).reverse();
}
