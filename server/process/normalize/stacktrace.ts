/**
 * Stack traces: one spelling for frames, whoever sent them, and bounded. Oldest call first, as Sentry has it.
 * Source of the path rules: what Sentry's ingest does to frames before it groups them.
 */
import type { StackFrame, Stacktrace } from '#server/record/event.ts';
import { BOUNDS } from './bounds.ts';
import { cut, isRecord, type Json, type Reader } from './reader.ts';

export function readStacktrace(value: unknown, name: string, reader: Reader): Stacktrace | undefined {
  const record = Array.isArray(value) ? { frames: value, registers: null } : reader.record(value, name);
  if (!record || !Array.isArray(record.frames)) return undefined;
  const given = record.frames.filter(isRecord);
  const framesMax = Math.min(BOUNDS.frames, reader.framesLeft);
  const kept = outermostAndInnermost(given, framesMax);
  if (kept.length < given.length)
    reader.note('too_many', `${name}.frames`, `kept ${kept.length} of ${given.length} frames`);
  reader.framesLeft -= kept.length;
  if (kept.length === 0) return undefined;

  const stacktrace: Stacktrace = {
    frames: kept.map((frame, index) => readFrame(frame, `${name}.frames.${index}`, reader)),
  };
  if (kept.length < given.length) {
    const half = Math.floor(kept.length / 2);
    stacktrace.frames_omitted = [half, half + given.length - kept.length];
  }
  if (isRecord(record.registers))
    stacktrace.registers = reader.dataRecord(record.registers, `${name}.registers`, 2) as Record<
      string,
      string
    >;
  return stacktrace;
}

function outermostAndInnermost(frames: Json[], framesMax: number): Json[] {
  if (frames.length <= framesMax) return frames;
  const head = Math.floor(framesMax / 2);
  return [...frames.slice(0, head), ...frames.slice(frames.length - (framesMax - head))];
}

function readFrame(frame: Json, name: string, reader: Reader): StackFrame {
  const read: StackFrame = {};
  const set = <Key extends keyof StackFrame>(key: Key, value: StackFrame[Key] | undefined) => {
    if (value !== undefined) read[key] = value;
  };
  const path = (value: unknown, key: string) => reader.field(value, `${name}.${key}`, 1024);

  const absPath = path(frame.abs_path, 'abs_path') ?? path(frame.filename, 'filename');
  set('filename', pathOfUrl(path(frame.filename, 'filename') ?? absPath));
  set('abs_path', absPath);
  set('function', path(frame.function, 'function'));
  set('raw_function', path(frame.raw_function, 'raw_function'));
  set('module', path(frame.module, 'module'));
  set('package', path(frame.package, 'package'));
  set('platform', reader.field(frame.platform, `${name}.platform`, 64));
  set('lineno', lineNumber(frame.lineno, `${name}.lineno`, reader));
  set('colno', lineNumber(frame.colno, `${name}.colno`, reader));
  set('context_line', sourceLine(frame.context_line));
  set('pre_context', sourceLines(frame.pre_context, 'last'));
  set('post_context', sourceLines(frame.post_context, 'first'));
  set('in_app', reader.boolean(frame.in_app));
  set('instruction_addr', path(frame.instruction_addr, 'instruction_addr'));
  set('symbol_addr', path(frame.symbol_addr, 'symbol_addr'));
  set('addr_mode', path(frame.addr_mode, 'addr_mode'));
  if (isRecord(frame.vars)) set('vars', reader.dataRecord(frame.vars, `${name}.vars`, 6, BOUNDS.vars));
  if (isRecord(frame.data)) set('data', reader.dataRecord(frame.data, `${name}.data`, 3));
  return read;
}

/** Browsers give the whole URL as the file name; the path is what people look for and what is grouped. */
function pathOfUrl(filename: string | undefined): string | undefined {
  if (
    !filename ||
    !/^(https?|file|app|webpack|capacitor|ng|chrome-extension|moz-extension):\/\//i.test(filename)
  )
    return filename;
  const path = /^[a-z-]+:\/\/[^/?#]*([^?#]*)/i.exec(filename)?.[1];
  return path && path !== '/' ? path : filename;
}

function lineNumber(value: unknown, name: string, reader: Reader): number | undefined {
  const number = reader.integer(value, name);
  return number !== undefined && number >= 0 ? number : undefined;
}

/** Source text is cut without a note: a minified line says nothing beyond its first characters. */
function sourceLine(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return value.length > BOUNDS.contextLineChars ? cut(value, BOUNDS.contextLineChars) : value;
}

function sourceLines(value: unknown, keep: 'first' | 'last'): string[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const near = keep === 'last' ? value.slice(-BOUNDS.contextLines) : value.slice(0, BOUNDS.contextLines);
  return near.map((line) => sourceLine(line) ?? '');
}
