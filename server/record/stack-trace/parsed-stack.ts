/** What a stack trace in plain text says, in the words of an event. It came from a sender: all of it is hostile text. */
import type { ExceptionValue, StackFrame } from '#server/record/event.ts';

/** The platforms whose stack traces are read, as events name them. */
export type StackPlatform =
  | 'python'
  | 'java'
  | 'node'
  | 'javascript'
  | 'go'
  | 'ruby'
  | 'php'
  | 'csharp'
  | 'rust';

export interface ParsedStack {
  platform: StackPlatform;
  /** As events have them: the cause first, what surfaced last. Never empty. */
  exceptions: ExceptionValue[];
  /** What stands above the stack trace and is no part of it, for a title where the trace itself has none. */
  heading: string;
  /** It says itself that nothing caught it: a panic, an uncaught exception. */
  isUnhandled: boolean;
}

/** Exceptions of one chain: deeper ones are loops of a logger. */
export const EXCEPTIONS_MAX = 20;
/** Frames of one exception that are read; an event keeps fewer, the outermost and the innermost. */
export const FRAMES_MAX = 1_024;
/** Characters of the message of an exception. */
const MESSAGE_CHARS_MAX = 8_192;
const TYPE_CHARS_MAX = 256;

export interface RaisedParts {
  type?: string | undefined;
  module?: string | undefined;
  message?: string | undefined;
  /** The innermost call last, as events have it. */
  frames: StackFrame[];
}

export function raised({ type, module, message, frames }: RaisedParts): ExceptionValue {
  const text = message?.trim().slice(0, MESSAGE_CHARS_MAX);
  return {
    ...(type && { type: type.slice(0, TYPE_CHARS_MAX) }),
    ...(text && { value: text }),
    ...(module && { module: module.slice(0, TYPE_CHARS_MAX) }),
    ...(frames.length > 0 && { stacktrace: { frames } }),
  };
}

/** A frame without the fields that are not known. */
export function frameOf(
  parts: {
    [Key in 'filename' | 'abs_path' | 'function' | 'module' | 'context_line']?: string | undefined;
  } & { lineno?: number | undefined; colno?: number | undefined; in_app?: boolean },
): StackFrame {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined && value !== ''));
}

/** `com.shop.PaymentRefused` -> `com.shop`, `PaymentRefused`. */
export function splitType(name: string): { module: string | undefined; type: string } {
  const dot = name.lastIndexOf('.');
  return dot > 0
    ? { module: name.slice(0, dot), type: name.slice(dot + 1) }
    : { module: undefined, type: name };
}
