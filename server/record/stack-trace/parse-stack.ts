/**
 * A stack trace in plain text, read: which exceptions, where, and whose code. Eight languages. Null for a text that
 * holds none; a text that merely speaks of one has no frames. Linear in the text, which is hostile.
 */
import { parseAtFrames } from './parse-at-frames.ts';
import { parseGo } from './parse-go.ts';
import { parsePhp } from './parse-php.ts';
import { parsePython } from './parse-python.ts';
import { parseRuby } from './parse-ruby.ts';
import { parseRust } from './parse-rust.ts';
import type { ParsedStack } from './parsed-stack.ts';
import { traceLines } from './trace-lines.ts';

/** Those that are told by a line of their own before those that are told by the form of their frames. */
const PARSERS = [parsePython, parseRust, parseGo, parsePhp, parseAtFrames, parseRuby];

export function parseStack(text: string): ParsedStack | null {
  if (!mayHoldStack(text)) return null;
  const lines = traceLines(text);
  for (const parse of PARSERS) {
    const parsed = parse(lines);
    if (parsed) return parsed;
  }
  return null;
}

/** What each stack trace has a line of. Looked for once, from the front, in a text of several lines. */
const SIGN =
  /(?:^|\n|\\n)(?:[^\n]{0,200}? )?[ \t]*(?:\\t)?(?:at [^\s]|(?:\| +)?File \\?"|#\d|\d+: |from \S|PHP +\d|\[cause\])|Traceback \(most recent|goroutine \d+ \[|[Ss]tack trace:|\[stacktrace\]|[Ss]tack backtrace:|panicked at |\.(?:go|s):\d+|:in [`']|@(?:https?|file|app|moz-extension|resource):/;
/** Looked at; a sign stands near the front of what is a stack trace. */
const SIGN_CHARS = 16_384;

/** Cheap, and wrong in one direction only: a text without a sign holds no stack trace that could be read. */
export function mayHoldStack(text: string): boolean {
  if (!text.includes('\n') && !text.includes('\\n')) return false;
  return SIGN.test(text.length > SIGN_CHARS ? text.slice(0, SIGN_CHARS) : text);
}
