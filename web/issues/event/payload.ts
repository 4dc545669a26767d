/**
 * The event's payload as the page draws it. The payload is what a stranger's program sent, tidied by the server:
 * nothing about its shape is taken on trust, so a broken part is left out and never breaks the page.
 */

export interface Frame {
  filename: string;
  absPath: string;
  function: string;
  module: string;
  package: string;
  address: string;
  line: number | null;
  column: number | null;
  /** The source around the line; empty when the sender had none. */
  context: { number: number; text: string; hit: boolean }[];
  inApp: boolean;
  vars: [string, unknown][];
}

export interface Mechanism {
  type: string;
  handled: boolean | null;
  synthetic: boolean;
  source: string;
  id: number | null;
  parentId: number | null;
  isGroup: boolean;
  details: [string, unknown][];
}

export interface ExceptionView {
  type: string;
  value: string;
  module: string;
  threadId: string;
  mechanism: Mechanism | null;
  /** Oldest call first, as sent. */
  frames: Frame[];
  /** The same calls in the generated code, where a source map led to the original. */
  generatedFrames: Frame[];
}

export interface ThreadView {
  id: string;
  name: string;
  state: string;
  crashed: boolean;
  current: boolean;
  frames: Frame[];
}

export interface BreadcrumbView {
  /** Milliseconds since 1970. */
  at: number | null;
  type: string;
  category: string;
  message: string;
  level: string;
  data: [string, unknown][];
}

export interface RequestView {
  method: string;
  url: string;
  query: [string, string][];
  headers: [string, string][];
  cookies: [string, string][];
  data: unknown;
  env: [string, unknown][];
}

export interface EventView {
  level: string;
  platform: string;
  logger: string;
  transaction: string;
  serverName: string;
  release: string;
  dist: string;
  environment: string;
  message: string;
  exceptions: ExceptionView[];
  threads: ThreadView[];
  /** A stack that belongs to the event itself, of senders that report no exception. */
  frames: Frame[];
  breadcrumbs: BreadcrumbView[];
  user: [string, unknown][];
  request: RequestView | null;
  tags: [string, string][];
  extra: [string, unknown][];
  contexts: { name: string; values: [string, unknown][] }[];
  modules: [string, string][];
  sdk: { name: string; version: string; details: [string, unknown][] };
  /** Reports of browsers: CSP and its siblings. */
  report: { name: string; values: [string, unknown][] } | null;
  problems: { type: string; name: string; detail: string }[];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const record = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});
const records = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];
const valuesOf = (value: unknown) => records(record(value).values);
const text = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : '';
const number = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;
/** Of what a program told about itself, what it said; a null there says nothing. */
const entries = (value: unknown): [string, unknown][] =>
  everyEntry(value).filter(([, each]) => each !== null);
/** Of variables and data also the nulls, which are values like others. */
const everyEntry = (value: unknown): [string, unknown][] =>
  Object.entries(record(value)).filter(([, each]) => each !== undefined);
const pairs = (value: unknown): [string, string][] =>
  Array.isArray(value)
    ? value.flatMap((pair): [string, string][] =>
        Array.isArray(pair) && pair.length === 2 ? [[text(pair[0]), text(pair[1])]] : [],
      )
    : entries(value).map(([key, each]) => [key, text(each)]);
const lines = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : []);

export function readPayload(payload: Record<string, unknown>): EventView {
  const logentry = record(payload.logentry);
  const sdk = record(payload.sdk);
  return {
    level: text(payload.level) || 'error',
    platform: text(payload.platform),
    logger: text(payload.logger),
    transaction: text(payload.transaction),
    serverName: text(payload.server_name),
    release: text(payload.release),
    dist: text(payload.dist),
    environment: text(payload.environment),
    message: text(logentry.formatted) || text(logentry.message),
    exceptions: valuesOf(payload.exception).map(readException),
    threads: valuesOf(payload.threads).map(readThread),
    frames: readFrames(payload.stacktrace),
    breadcrumbs: valuesOf(payload.breadcrumbs).map(readBreadcrumb),
    user: entries(payload.user),
    request: isRecord(payload.request) ? readRequest(payload.request) : null,
    tags: pairs(payload.tags),
    extra: everyEntry(payload.extra),
    contexts: entries(payload.contexts)
      .map(([name, values]) => ({ name, values: entries(values) }))
      .filter((each) => each.values.length > 0),
    modules: pairs(payload.modules),
    sdk: {
      name: text(sdk.name),
      version: text(sdk.version),
      details: entries({ integrations: sdk.integrations, packages: sdk.packages }),
    },
    report: readReport(payload),
    problems: records(payload.errors).map((each) => ({
      type: text(each.type),
      name: text(each.name),
      detail: text(each.detail),
    })),
  };
}

function readException(value: Record<string, unknown>): ExceptionView {
  return {
    type: text(value.type),
    value: text(value.value),
    module: text(value.module),
    threadId: text(value.thread_id),
    mechanism: isRecord(value.mechanism) ? readMechanism(value.mechanism) : null,
    frames: readFrames(value.stacktrace),
    generatedFrames: readFrames(value.raw_stacktrace),
  };
}

function readMechanism(value: Record<string, unknown>): Mechanism {
  return {
    type: text(value.type),
    handled: typeof value.handled === 'boolean' ? value.handled : null,
    synthetic: value.synthetic === true,
    source: text(value.source),
    id: number(value.exception_id),
    parentId: number(value.parent_id),
    isGroup: value.is_exception_group === true,
    details: [
      ...entries({ description: value.description, help_link: value.help_link }),
      ...entries(value.meta),
      ...entries(value.data),
    ],
  };
}

function readThread(value: Record<string, unknown>): ThreadView {
  return {
    id: text(value.id),
    name: text(value.name),
    state: text(value.state),
    crashed: value.crashed === true,
    current: value.current === true,
    frames: readFrames(value.stacktrace),
  };
}

const readFrames = (stacktrace: unknown): Frame[] => records(record(stacktrace).frames).map(readFrame);

function readFrame(value: Record<string, unknown>): Frame {
  return {
    filename: text(value.filename),
    absPath: text(value.abs_path),
    function: text(value.function) || text(value.raw_function),
    module: text(value.module),
    package: text(value.package),
    address: text(value.instruction_addr),
    line: number(value.lineno),
    column: number(value.colno),
    context: readContext(value),
    inApp: value.in_app === true,
    vars: everyEntry(value.vars),
  };
}

function readContext(value: Record<string, unknown>): Frame['context'] {
  if (typeof value.context_line !== 'string') return [];
  const before = lines(value.pre_context);
  const hit = number(value.lineno) ?? before.length + 1;
  const all = [...before, value.context_line, ...lines(value.post_context)];
  return all.map((line, index) => ({
    number: hit - before.length + index,
    text: line,
    hit: index === before.length,
  }));
}

function readBreadcrumb(value: Record<string, unknown>): BreadcrumbView {
  const seconds = number(value.timestamp);
  return {
    at: seconds === null ? null : seconds * 1000,
    type: text(value.type),
    category: text(value.category),
    message: text(value.message),
    level: text(value.level) || 'info',
    data: everyEntry(value.data),
  };
}

function readRequest(value: Record<string, unknown>): RequestView {
  return {
    method: text(value.method),
    url: text(value.url),
    query: pairs(value.query_string),
    headers: pairs(value.headers),
    cookies: pairs(value.cookies),
    data: value.data ?? null,
    env: entries(value.env),
  };
}

function readReport(payload: Record<string, unknown>): EventView['report'] {
  for (const name of ['csp', 'nel', 'hpkp', 'expectct', 'expectstaple'])
    if (isRecord(payload[name])) return { name, values: entries(payload[name]) };
  return null;
}
