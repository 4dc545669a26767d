/**
 * The entries of an event: exception, threads, breadcrumbs, request ... in the order Sentry's page shows them and
 * in the camel case of its API. Pure; everything in it came from a sender and is only carried over.
 */
import type { EventPayload, ExceptionValue, StackFrame, Stacktrace, Thread } from '#server/record/event.ts';

export interface Entry {
  type: string;
  data: unknown;
}

export function eventEntries(event: EventPayload): Entry[] {
  const entries: (Entry | undefined)[] = [
    event.logentry && {
      type: 'message',
      data: {
        formatted: event.logentry.formatted ?? event.logentry.message ?? null,
        message: event.logentry.message ?? null,
        params: event.logentry.params ?? null,
      },
    },
    event.exception && {
      type: 'exception',
      data: {
        values: event.exception.values.map(exceptionShape),
        hasSystemFrames: event.exception.values.some(({ stacktrace }) => hasSystemFrames(stacktrace)),
        excOmitted: null,
      },
    },
    event.stacktrace && { type: 'stacktrace', data: stacktraceShape(event.stacktrace) },
    event.threads && { type: 'threads', data: { values: event.threads.values.map(threadShape) } },
    event.template && { type: 'template', data: event.template },
    report(event),
    event.request && { type: 'request', data: requestShape(event.request) },
    event.breadcrumbs && {
      type: 'breadcrumbs',
      data: {
        values: event.breadcrumbs.values.map((crumb) => ({
          type: crumb.type ?? 'default',
          timestamp: crumb.timestamp === undefined ? null : new Date(crumb.timestamp * 1000).toISOString(),
          level: crumb.level ?? 'info',
          message: crumb.message ?? null,
          category: crumb.category ?? null,
          data: crumb.data ?? null,
          event_id: null,
        })),
      },
    },
    event.debug_meta && { type: 'debugmeta', data: { images: event.debug_meta.images ?? [] } },
  ];
  return entries.filter((entry) => entry !== undefined);
}

function report(event: EventPayload): Entry | undefined {
  for (const type of ['csp', 'hpkp', 'expectct', 'expectstaple', 'nel'] as const)
    if (event[type]) return { type, data: event[type] };
  return undefined;
}

function exceptionShape(exception: ExceptionValue) {
  return {
    type: exception.type ?? null,
    value: exception.value ?? null,
    module: exception.module ?? null,
    threadId: exception.thread_id ?? null,
    mechanism: exception.mechanism ?? null,
    stacktrace: exception.stacktrace ? stacktraceShape(exception.stacktrace) : null,
    rawStacktrace: exception.raw_stacktrace ? stacktraceShape(exception.raw_stacktrace) : null,
  };
}

function threadShape(thread: Thread) {
  return {
    id: thread.id ?? null,
    name: thread.name ?? null,
    state: thread.state ?? null,
    current: thread.current ?? false,
    crashed: thread.crashed ?? false,
    heldLocks: null,
    stacktrace: thread.stacktrace ? stacktraceShape(thread.stacktrace) : null,
    rawStacktrace: null,
  };
}

function stacktraceShape(stacktrace: Stacktrace) {
  return {
    frames: stacktrace.frames.map(frameShape),
    framesOmitted: stacktrace.frames_omitted ?? null,
    registers: stacktrace.registers ?? null,
    hasSystemFrames: hasSystemFrames(stacktrace),
  };
}

/** Both kinds of frames: only then is there something to fold away. */
function hasSystemFrames(stacktrace: Stacktrace | undefined): boolean {
  const frames = stacktrace?.frames ?? [];
  return frames.some((frame) => frame.in_app) && frames.some((frame) => !frame.in_app);
}

function frameShape(frame: StackFrame) {
  return {
    filename: frame.filename ?? null,
    absPath: frame.abs_path ?? null,
    module: frame.module ?? null,
    package: frame.package ?? null,
    platform: frame.platform ?? null,
    instructionAddr: frame.instruction_addr ?? null,
    symbolAddr: frame.symbol_addr ?? null,
    function: frame.function ?? null,
    rawFunction: frame.raw_function ?? null,
    symbol: null,
    context: contextLines(frame),
    lineNo: frame.lineno ?? null,
    colNo: frame.colno ?? null,
    inApp: frame.in_app ?? false,
    trust: null,
    errors: null,
    lock: null,
    sourceLink: null,
    vars: frame.vars ?? null,
  };
}

/** `[[line number, text], ...]`, the lines before, the line itself, those after. */
function contextLines({
  lineno,
  pre_context = [],
  context_line,
  post_context = [],
}: StackFrame): [number, string][] {
  if (lineno === undefined || context_line === undefined) return [];
  const lines = [...pre_context, context_line, ...post_context];
  return lines.map((text, at) => [lineno - pre_context.length + at, text]);
}

function requestShape(request: NonNullable<EventPayload['request']>) {
  return {
    apiTarget: null,
    method: request.method ?? null,
    url: request.url ?? null,
    query: request.query_string ?? [],
    fragment: request.fragment ?? null,
    data: request.data ?? null,
    headers: request.headers ?? [],
    cookies: request.cookies ?? [],
    env: request.env ?? null,
    inferredContentType: request.inferred_content_type ?? null,
  };
}
