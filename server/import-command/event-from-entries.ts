/**
 * An event as Sentry's API shows it to screens (`entries`, in camel case) -> Sentry's JSON of it, for sources that give no
 * more. What the screens do not show is lost; what groups an event is all there. Pure; nothing is believed to have its type.
 */

type Json = Record<string, unknown>;

export function eventFromEntries(shown: Json): Json {
  const event: Json = {
    timestamp: shown.dateCreated,
    platform: shown.platform,
    type: shown.type,
    user: shown.user,
    contexts: shown.contexts,
    extra: shown.context,
    modules: shown.packages,
    sdk: shown.sdk,
    dist: shown.dist,
    tags: shown.tags,
    release: isRecord(shown.release) ? shown.release.version : shown.release,
  };
  for (const entry of listOf(shown.entries)) {
    if (typeof entry.type !== 'string' || !isRecord(entry.data)) continue;
    Object.assign(event, INTERFACES.get(entry.type)?.(entry.data));
  }
  return withoutNulls(event);
}

const INTERFACES: ReadonlyMap<string, (data: Json) => Json> = new Map([
  ['message', (data) => ({ logentry: data })],
  ['exception', (data) => ({ exception: { values: listOf(data.values).map(exceptionOf) } })],
  ['threads', (data) => ({ threads: { values: listOf(data.values).map(threadOf) } })],
  ['stacktrace', (data) => ({ stacktrace: stackOf(data) })],
  ['breadcrumbs', (data) => ({ breadcrumbs: { values: listOf(data.values) } })],
  ['request', (data) => ({ request: { ...data, query_string: data.query } })],
  ['debugmeta', (data) => ({ debug_meta: data })],
  ...['csp', 'hpkp', 'expectct', 'expectstaple', 'nel', 'template'].map(
    (name): [string, (data: Json) => Json] => [name, (data) => ({ [name]: data })],
  ),
]);

const exceptionOf = ({ threadId, stacktrace, rawStacktrace, ...rest }: Json): Json =>
  withoutNulls({
    ...rest,
    thread_id: threadId,
    stacktrace: isRecord(stacktrace) ? stackOf(stacktrace) : null,
    raw_stacktrace: isRecord(rawStacktrace) ? stackOf(rawStacktrace) : null,
  });

const threadOf = ({ stacktrace, rawStacktrace: _, heldLocks: __, ...rest }: Json): Json =>
  withoutNulls({ ...rest, stacktrace: isRecord(stacktrace) ? stackOf(stacktrace) : null });

const stackOf = ({ frames, registers }: Json): Json =>
  withoutNulls({ frames: listOf(frames).map(frameOf), registers });

function frameOf(frame: Json): Json {
  return withoutNulls({
    filename: frame.filename,
    abs_path: frame.absPath,
    module: frame.module,
    package: frame.package,
    platform: frame.platform,
    function: frame.function,
    raw_function: frame.rawFunction,
    instruction_addr: frame.instructionAddr,
    symbol_addr: frame.symbolAddr,
    lineno: frame.lineNo,
    colno: frame.colNo,
    in_app: frame.inApp,
    vars: frame.vars,
    ...contextOf(frame),
  });
}

/** `[[number, text], ...]` around the line itself. */
function contextOf({ context, lineNo }: Json): Json {
  const lines = Array.isArray(context)
    ? context.filter((line): line is unknown[] => Array.isArray(line))
    : [];
  const at = lines.findIndex(([number]) => number === lineNo);
  if (at < 0) return {};
  const texts = lines.map(([, text]) => text);
  return { pre_context: texts.slice(0, at), context_line: texts[at], post_context: texts.slice(at + 1) };
}

const withoutNulls = (given: Json): Json =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null && value !== undefined));

const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isRecord) : []);

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
