/**
 * The fields that a body itself carries, for those who log JSON or logfmt as plain text: looked through for the
 * level and for correlation, never taken out of the body.
 */

/** A body longer than this is not looked into: fields that matter stand at its front, or in attributes. */
const BODY_CHARS_MAX = 16_384;
/** Names looked at. */
const FIELDS_MAX = 64;
/** `{"request":{"id":…}}` is `request.id`: this deep. */
const DEPTH_MAX = 2;

export type FieldVisitor = (name: string, value: unknown) => void;

/** Calls for each field, nested ones with dotted names. Does nothing for a body that is neither JSON nor logfmt. */
export function visitBodyFields(body: string, visit: FieldVisitor): void {
  if (body.length > BODY_CHARS_MAX) return;
  const first = body.charCodeAt(0);
  if (first === OPEN_BRACE) {
    const fields = parseObject(body);
    if (fields) visitObject(fields, '', DEPTH_MAX, visit);
  } else if (body.includes('=')) visitLogfmt(body, visit);
}

const OPEN_BRACE = 0x7b;

function parseObject(body: string): Record<string, unknown> | null {
  if (body.charCodeAt(body.trimEnd().length - 1) !== 0x7d) return null;
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function visitObject(
  fields: Record<string, unknown>,
  prefix: string,
  depth: number,
  visit: FieldVisitor,
): void {
  let left = FIELDS_MAX;
  for (const name in fields) {
    if (left-- === 0) return;
    const value = fields[name];
    if (value !== null && typeof value === 'object') {
      if (depth > 1 && !Array.isArray(value))
        visitObject(value as Record<string, unknown>, `${prefix}${name}.`, depth - 1, visit);
    } else visit(prefix + name, value);
  }
}

/** `name=value` or `name="quoted value"` at the beginning or after white space. */
const PAIR = /(?:^|\s)([A-Za-z_][\w.-]{0,63})=(?:"((?:[^"\\]|\\.){0,512})"|([^\s"]{1,512}))/g;

function visitLogfmt(body: string, visit: FieldVisitor): void {
  PAIR.lastIndex = 0;
  for (let left = FIELDS_MAX; left > 0; left -= 1) {
    const match = PAIR.exec(body);
    if (match === null) return;
    visit(match[1]!, match[2] ?? match[3]);
  }
}
