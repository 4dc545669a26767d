/** Exceptions and threads of an event, in the order sent: root cause first in `exception.values`. */
import type { ExceptionMechanism, ExceptionValue, Stacktrace, Thread } from '#server/record/event.ts';
import { BOUNDS } from './bounds.ts';
import { isRecord, type Json, type Reader } from './reader.ts';
import { readStacktrace } from './stacktrace.ts';

export function readExceptions(
  value: unknown,
  topStacktrace: Stacktrace | undefined,
  reader: Reader,
): ExceptionValue[] {
  const given = reader.list(value, 'exception');
  // The newest exceptions stand last; they say what surfaced.
  const kept = given.slice(-BOUNDS.exceptions);
  if (kept.length < given.length)
    reader.note('too_many', 'exception.values', `kept the last ${kept.length} of ${given.length} exceptions`);
  const values = kept
    .map((exception, index) => readException(exception, `exception.values.${index}`, reader))
    .filter(saysSomething);
  const only = values.length === 1 ? values[0] : undefined;
  if (only && !only.stacktrace && topStacktrace) only.stacktrace = topStacktrace;
  return values;
}

function saysSomething(exception: ExceptionValue): boolean {
  return exception.type !== undefined || exception.value !== undefined || exception.stacktrace !== undefined;
}

function readException(exception: Json, name: string, reader: Reader): ExceptionValue {
  const read: ExceptionValue = {};
  let type = reader.field(exception.type, `${name}.type`, 512);
  let value = reader.text(
    typeof exception.value === 'object' && exception.value !== null
      ? JSON.stringify(exception.value)
      : exception.value,
    `${name}.value`,
    BOUNDS.messageChars,
  );
  // Old clients send "Type: text" as the value alone.
  if (type === undefined && value !== undefined) {
    const match = /^(\w[\w.]{0,200}): (.+)$/s.exec(value);
    if (match && !isRecord(exception.mechanism)) [, type, value] = match;
  }
  if (type !== undefined) read.type = type;
  if (value !== undefined && value !== '') read.value = value;
  const module = reader.field(exception.module, `${name}.module`, 512);
  if (module !== undefined) read.module = module;
  if (typeof exception.thread_id === 'string' || typeof exception.thread_id === 'number')
    read.thread_id = exception.thread_id;
  const mechanism = readMechanism(exception.mechanism, `${name}.mechanism`, reader);
  if (mechanism) read.mechanism = mechanism;
  const stacktrace = readStacktrace(exception.stacktrace, `${name}.stacktrace`, reader);
  if (stacktrace) read.stacktrace = stacktrace;
  const raw = readStacktrace(exception.raw_stacktrace, `${name}.raw_stacktrace`, reader);
  if (raw) read.raw_stacktrace = raw;
  return read;
}

function readMechanism(value: unknown, name: string, reader: Reader): ExceptionMechanism | undefined {
  if (!isRecord(value)) return undefined;
  const read = reader.dataRecord(value, name, 5) ?? {};
  const mechanism: ExceptionMechanism = {};
  const text = (key: 'type' | 'description' | 'help_link' | 'source') => {
    const field = reader.field(value[key], `${name}.${key}`, 1024);
    if (field !== undefined) mechanism[key] = field;
  };
  for (const key of ['type', 'description', 'help_link', 'source'] as const) text(key);
  for (const key of ['handled', 'synthetic', 'is_exception_group'] as const) {
    const flag = reader.boolean(value[key]);
    if (flag !== undefined) mechanism[key] = flag;
  }
  for (const key of ['exception_id', 'parent_id'] as const) {
    const id = reader.integer(value[key], `${name}.${key}`);
    if (id !== undefined) mechanism[key] = id;
  }
  if (isRecord(read.meta)) mechanism.meta = read.meta;
  if (isRecord(read.data)) mechanism.data = read.data;
  return mechanism;
}

export function readThreads(value: unknown, reader: Reader): Thread[] {
  const given = reader.list(value, 'threads');
  // Threads that crashed or run the current code are what people look for; keep those before the rest.
  const ranked =
    given.length <= BOUNDS.threads
      ? given
      : [...given].sort((a, b) => rank(a) - rank(b)).slice(0, BOUNDS.threads);
  if (ranked.length < given.length)
    reader.note('too_many', 'threads.values', `kept ${ranked.length} of ${given.length} threads`);
  return ranked.map((thread, index) => {
    const name = `threads.values.${index}`;
    const read: Thread = {};
    if (typeof thread.id === 'string' || typeof thread.id === 'number') read.id = thread.id;
    const label = reader.field(thread.name, `${name}.name`);
    if (label !== undefined) read.name = label;
    const state = reader.field(thread.state, `${name}.state`, 64);
    if (state !== undefined) read.state = state;
    for (const key of ['crashed', 'current', 'main'] as const) {
      const flag = reader.boolean(thread[key]);
      if (flag !== undefined) read[key] = flag;
    }
    const stacktrace = readStacktrace(thread.stacktrace, `${name}.stacktrace`, reader);
    if (stacktrace) read.stacktrace = stacktrace;
    return read;
  });
}

function rank(thread: Json): number {
  return thread.crashed === true ? 0 : thread.current === true ? 1 : 2;
}
