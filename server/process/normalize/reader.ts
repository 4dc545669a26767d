/**
 * Reads values out of hostile JSON. Every reader gives the value in the one spelling we keep, or undefined,
 * and notes on the event what it cut or could not read. Nothing here throws for what a sender sent.
 */
import type { EventProblem } from '#server/record/event.ts';
import { BOUNDS } from './bounds.ts';

export type Json = Record<string, unknown>;

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A number, or a text that spells one; NaN for everything else. `Number()` of a sender's object may throw. */
export function numberOf(value: unknown): number {
  return typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
}

export class Reader {
  readonly problems: EventProblem[] = [];
  /** Nodes of free-form data this event may still keep. */
  #nodesLeft: number = BOUNDS.dataNodes;
  /** Stack frames this event may still keep. */
  framesLeft: number = BOUNDS.framesOfEvent;

  /** The name may hold keys of the sender, as long as the event: it is cut like any other field. */
  note(type: EventProblem['type'], name: string, detail: string): void {
    if (this.problems.length === BOUNDS.problems) return;
    const path = name.length > BOUNDS.fieldChars ? cut(name, BOUNDS.fieldChars) : name;
    this.problems.push({ type, name: path, detail });
  }

  /** A string, or what stands for one (number, boolean). Longer ones are cut and end in an ellipsis. */
  text(value: unknown, name: string, charsMax: number = BOUNDS.fieldChars): string | undefined {
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
      return String(value);
    if (typeof value !== 'string') {
      this.note('invalid_data', name, `expected text, got ${Array.isArray(value) ? 'a list' : typeof value}`);
      return undefined;
    }
    if (value.length <= charsMax) return value;
    this.note('value_trimmed', name, `kept ${charsMax} of ${value.length} characters`);
    return cut(value, charsMax);
  }

  /** As `text`, trimmed, and undefined when nothing is left. */
  field(value: unknown, name: string, charsMax: number = BOUNDS.fieldChars): string | undefined {
    const text = this.text(value, name, charsMax)?.trim();
    return text === '' ? undefined : text;
  }

  /** A whole number that every reader of JSON keeps exactly; larger ones become the largest of those. */
  integer(value: unknown, name: string): number | undefined {
    if (value === undefined || value === null || value === '') return undefined;
    const number = numberOf(value);
    if (Number.isSafeInteger(number)) return number;
    if (Number.isFinite(number))
      return Math.min(Math.max(Math.trunc(number), Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
    this.note('invalid_data', name, 'expected a number');
    return undefined;
  }

  boolean(value: unknown): boolean | undefined {
    if (typeof value === 'boolean') return value;
    if (value === 'true' || value === 1) return true;
    if (value === 'false' || value === 0) return false;
    return undefined;
  }

  /** An object. An empty text or list stands for an empty one, as PHP writes it: no problem of the event's. */
  record(value: unknown, name: string): Json | undefined {
    if (value === undefined || value === null || value === '') return undefined;
    if (Array.isArray(value) && value.length === 0) return undefined;
    if (isRecord(value)) return value;
    this.note(
      'invalid_data',
      name,
      `expected an object, got ${Array.isArray(value) ? 'a list' : typeof value}`,
    );
    return undefined;
  }

  /** A list given as `[…]`, `{values: […]}` or one single object; entries that are no objects are left out. */
  list(value: unknown, name: string): Json[] {
    if (value === undefined || value === null) return [];
    const inner = isRecord(value) ? ('values' in value ? value.values : [value]) : value;
    if (inner === null || inner === undefined) return [];
    if (!Array.isArray(inner)) {
      this.note('invalid_data', name, 'expected a list');
      return [];
    }
    return inner.filter(isRecord);
  }

  /** Free-form data: any JSON, bounded in depth, size and number of nodes. */
  data(value: unknown, name: string, depth: number = BOUNDS.dataDepth): unknown {
    if (this.#nodesLeft <= 0) return undefined;
    this.#nodesLeft -= 1;
    if (this.#nodesLeft === 0)
      this.note('too_many', name, `kept ${BOUNDS.dataNodes} values of free-form data, the rest was cut`);
    if (typeof value === 'string') {
      if (value.length <= BOUNDS.dataChars) return value;
      this.note('value_trimmed', name, `kept ${BOUNDS.dataChars} of ${value.length} characters`);
      return cut(value, BOUNDS.dataChars);
    }
    if (typeof value !== 'object' || value === null) return value;
    if (depth === 0) return Array.isArray(value) ? '[…]' : '{…}';
    if (Array.isArray(value)) {
      if (value.length > BOUNDS.dataEntries)
        this.note('too_many', name, `kept ${BOUNDS.dataEntries} of ${value.length} entries`);
      return value.slice(0, BOUNDS.dataEntries).map((entry) => this.data(entry, name, depth - 1) ?? null);
    }
    return this.dataRecord(value as Json, name, depth);
  }

  /** Free-form data that must be an object. */
  dataRecord(
    value: unknown,
    name: string,
    depth: number = BOUNDS.dataDepth,
    entriesMax: number = BOUNDS.dataEntries,
  ): Json | undefined {
    const record = this.record(value, name);
    if (!record) return undefined;
    const kept: Json = {};
    let left = entriesMax;
    for (const key in record) {
      if (key === '__proto__') continue;
      if (left-- === 0) {
        this.note('too_many', name, `kept ${entriesMax} of ${Object.keys(record).length} entries`);
        break;
      }
      const entry = this.data(record[key], `${name}.${key}`, depth - 1);
      if (entry !== undefined)
        kept[key.length > BOUNDS.fieldChars ? cut(key, BOUNDS.fieldChars) : key] = entry;
    }
    return kept;
  }

  /** Pairs given as `[[k, v], …]` or `{k: v}` or `{k: [v, v]}`, as headers, cookies and query strings come. */
  pairs(value: unknown, name: string, pairsMax: number): [string, string][] | undefined {
    if (value === undefined || value === null) return undefined;
    const entries: unknown[] = Array.isArray(value) ? value : isRecord(value) ? Object.entries(value) : [];
    const kept: [string, string][] = [];
    for (const entry of entries) {
      if (!Array.isArray(entry)) continue;
      for (const one of Array.isArray(entry[1]) ? entry[1] : [entry[1]]) {
        if (kept.length === pairsMax) {
          this.note('too_many', name, `kept ${pairsMax} entries`);
          return kept;
        }
        const key = this.text(entry[0], name);
        if (key !== undefined) kept.push([key, this.text(one, `${name}.${key}`, BOUNDS.dataChars) ?? '']);
      }
    }
    return kept.length > 0 ? kept : undefined;
  }
}

/** The first characters of a text with an ellipsis, never half of a surrogate pair. */
export function cut(text: string, charsMax: number): string {
  const end = charsMax - 1;
  const code = text.charCodeAt(end - 1);
  return `${text.slice(0, code >= 0xd800 && code <= 0xdbff ? end - 1 : end)}…`;
}

/**
 * JSON bytes of a sender as a value. NUL and lone surrogates can only come from \u escapes here (UTF-8 decoding
 * replaces broken bytes), and neither store takes them; most payloads have none, so look before walking.
 */
export function parseHostileJson(bytes: Uint8Array): unknown {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const value: unknown = JSON.parse(buffer.toString('utf8'));
  const suspicious = buffer.includes('\\u0000') || buffer.includes('\\ud') || buffer.includes('\\uD');
  return suspicious ? wellFormed(value) : value;
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\ufffd');
  if (Array.isArray(value)) return value.map(wellFormed);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [wellFormed(key), wellFormed(entry)]),
  );
}
