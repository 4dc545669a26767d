/**
 * The exception that a logger put beside its message: OpenTelemetry's attributes, the fields of pino, winston, bunyan,
 * logback, log4j, serilog, zap, slog, monolog, structlog and ECS. Names are compared in lower case with every sign as a
 * dot, since Loki makes `_` of what others write as `.`.
 */
import type { AttributeValue } from '#server/record/log.ts';

/** Fields by their names, nested ones with dots. */
export type Fields = ReadonlyMap<string, AttributeValue>;

export interface FoundFields {
  type: string;
  message: string;
  /** Texts in which the stack may be, the most telling first. */
  stacks: string[];
  /** What was logged with it. */
  logged: string;
  /** Named as an exception: an event even without a stack. */
  isNamed: boolean;
}

const STACKS = [
  ...[
    'exception.stacktrace',
    'error.stack.trace',
    'error.stack',
    'err.stack',
    'exception.stack',
    'errorverbose',
  ],
  ...['error.stacktrace', 'stack.trace', 'stacktrace', 'stack', 'exc.text', 'exc.info', 'traceback', 'x'],
  ...['thrown.extendedstacktrace', 'thrown.stacktrace', 'exception.stack.trace', 'context.exception.trace'],
  ...[
    'exception.trace',
    'exception.traceback',
    'exception',
    'error',
    'err',
    'thrown',
    'cause.stack',
    'reason.stack',
  ],
];
const TYPES = [
  ...[
    'exception.type',
    'exception.exception.class',
    'exception.class',
    'context.exception.class',
    'err.type',
  ],
  ...['error.type', 'thrown.name', 'err.name', 'error.name', 'error.kind', 'exception.name'],
];
const MESSAGES = [
  ...['exception.message', 'exception.exception.message', 'context.exception.message', 'err.message'],
  ...['error.message', 'thrown.message'],
];
const LOGGED = ['message', 'msg', 'mt', 'log', 'event', 'text'];
/** Names that say: this is an exception. `error.type` is not among them: in OpenTelemetry it is any failure's word. */
const SURE = ['exception.type', 'exception.exception.class', 'exception.class', 'context.exception.class'];

const DEPTH_MAX = 3;
const FIELDS_MAX = 256;
/** A body longer than this is not read as JSON. */
const JSON_CHARS_MAX = 262_144;
const LINES_MAX = 1_000;

export function fieldsOf(attributes: Readonly<Record<string, AttributeValue>>, body: string): Fields {
  const fields = new Map<string, AttributeValue>();
  visit(attributes, '', DEPTH_MAX, fields);
  const object = body.charCodeAt(0) === 0x7b && body.length <= JSON_CHARS_MAX ? parseObject(body) : null;
  if (object) visit(object, '', DEPTH_MAX, fields);
  return fields;
}

function parseObject(body: string): Record<string, AttributeValue> | null {
  try {
    return JSON.parse(body) as Record<string, AttributeValue>;
  } catch {
    return null;
  }
}

/** The first of a name stays: attributes say it before the body. */
function visit(
  object: Readonly<Record<string, AttributeValue>>,
  prefix: string,
  depth: number,
  into: Map<string, AttributeValue>,
): void {
  for (const key in object) {
    if (into.size >= FIELDS_MAX) return;
    const value = object[key]!;
    const name = prefix + key.slice(0, 100).toLowerCase().replace(/^@/, '').replace(/[_-]/g, '.');
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      if (depth > 1) visit(value, `${name}.`, depth - 1, into);
    } else if (!into.has(name)) into.set(name, value);
  }
}

export function exceptionIn(fields: Fields): FoundFields {
  const first = (names: readonly string[]) => {
    for (const name of names) {
      const value = fields.get(name);
      if (typeof value === 'string' && value !== '') return value;
    }
    return '';
  };
  return {
    type: first(TYPES),
    message: first(MESSAGES),
    stacks: STACKS.flatMap((name) => textOf(fields.get(name))),
    logged: first(LOGGED),
    isNamed: SURE.some((name) => typeof fields.get(name) === 'string'),
  };
}

/** Lists are of lines, as monolog and log4j write them: `/app/cart.php:3`, `{class, method, file, line}`. */
function textOf(value: AttributeValue | undefined): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (!Array.isArray(value)) return [];
  const lines = value.slice(0, LINES_MAX).map(lineOf);
  return [lines.join('\n')];
}

function lineOf(value: AttributeValue, at: number): string {
  if (typeof value === 'string') {
    const place = /^(.{1,1000}):(\d{1,9})$/.exec(value);
    return place ? `#${at} ${place[1]}(${place[2]}): ` : value;
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return '';
  const { class: name, method, file, line } = value;
  return `at ${String(name)}.${String(method)}(${String(file)}:${String(line)})`;
}
