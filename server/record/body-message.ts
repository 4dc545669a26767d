/**
 * What a body of JSON says in words, under the names that loggers give it: rows and sentences show that instead of braces.
 * The body itself stays as it was sent.
 */

/** Names of loggers: pino, bunyan, winston, zap, zerolog, slog, logback, Serilog, structlog, ECS, GELF. */
export const MESSAGE_NAMES = [
  'message',
  'msg',
  'body',
  '@m',
  'log',
  'event',
  'text',
  'short_message',
  '@mt',
] as const;

/** Under which they say what was caught: the message is then often no more than `request failed`. */
const ERROR_NAMES = ['err', 'error', 'exception', 'error.message', 'exception.message'] as const;

/** A longer body is mostly data: a row of a list is not worth reading it. */
const BODY_CHARS_MAX = 16_384;

/** Undefined for a body that is no JSON object, or names no message. */
export function messageInBody(body: string): string | undefined {
  if (body.length > BODY_CHARS_MAX || !OBJECT.test(body)) return undefined;
  const fields = parseObject(body);
  const message = fields && firstText(fields, MESSAGE_NAMES);
  if (!message) return undefined;
  const caught = firstText(fields, ERROR_NAMES);
  return caught === '' || message.includes(caught) ? message : `${message}: ${caught}`;
}

const OBJECT = /^\s*\{/;

function parseObject(body: string): Record<string, unknown> | null {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** Of an object its message: an error as JSON. */
function firstText(fields: Record<string, unknown>, names: readonly string[]): string {
  for (const name of names) {
    if (!Object.hasOwn(fields, name)) continue;
    const value = fields[name];
    const text =
      value !== null && typeof value === 'object' ? (value as { message?: unknown }).message : value;
    if (typeof text === 'string' && text.trim() !== '') return text.trim();
  }
  return '';
}
