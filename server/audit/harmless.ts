/**
 * What of a request's body may be kept for years: numbers, switches, and texts under names that are known to hold none of
 * anybody's secrets. Of everything else it is kept that it was there. A list of what may stand, not of what may not: the
 * next secret has a name that nobody thought of.
 */

const HARMLESS = new Set(
  [
    'action autoResolveDays commit count days email enabled environment expiresAt from group hashes id ids in kind',
    'label level name number period platform priority project projectId projects release repository resolution role scopes',
    'severity slug sort source status substate target team teamId timezone to type until userId users version versions',
  ]
    .join(' ')
    .split(' '),
);
/** Whatever the value is, and in addresses too. */
export const SECRET = /pass|secret|token|credential|authorization|cookie|dsn|private|signature/i;

const CHARS_MAX = 200;
const ITEMS_MAX = 20;
const FIELDS_MAX = 40;
const DEPTH_MAX = 3;
/** Of all changes of an entry together, as JSON. */
const BYTES_MAX = 4_000;

export function harmlessChanges(body: unknown): Record<string, unknown> {
  if (!isPlain(body)) return {};
  const changes = harmlessFields(body, 0);
  return JSON.stringify(changes).length <= BYTES_MAX
    ? changes
    : { fields: Object.keys(changes).slice(0, FIELDS_MAX) };
}

function harmlessFields(body: Record<string, unknown>, depth: number): Record<string, unknown> {
  const entries = Object.entries(body).slice(0, FIELDS_MAX);
  return Object.fromEntries(
    entries.map(([name, value]) => [name.slice(0, CHARS_MAX), harmless(name, value, depth)]),
  );
}

function harmless(name: string, value: unknown, depth: number): unknown {
  if (SECRET.test(name)) return '(left out)';
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value === 'string')
    return HARMLESS.has(name) && value.length <= CHARS_MAX ? value : `(text of ${value.length} characters)`;
  if (depth >= DEPTH_MAX) return '(more)';
  if (Array.isArray(value)) {
    const shown = value.slice(0, ITEMS_MAX).map((one) => harmless(name, one, depth + 1));
    return value.length > ITEMS_MAX ? [...shown, `(${value.length - ITEMS_MAX} more)`] : shown;
  }
  return isPlain(value) ? harmlessFields(value, depth + 1) : '(left out)';
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null);
