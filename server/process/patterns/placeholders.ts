/** What stands in a template where values were. Part of pattern v1, frozen: a new name is a new version. */

import { indexOfCode } from './characters.ts';

const NAMES = [
  'num',
  'size',
  'time',
  'mac',
  'host',
  'url',
  'email',
  'path',
  'uuid',
  'hex',
  'id',
  'str',
  'name',
  '*',
] as const;

export type PlaceholderName = (typeof NAMES)[number];

export interface Placeholder {
  name: PlaceholderName;
  codes: Uint16Array;
}

export const PLACEHOLDERS = Object.fromEntries(
  NAMES.map((name) => [name, { name, codes: Uint16Array.from(`<${name}>`, (sign) => sign.charCodeAt(0)) }]),
) as Record<PlaceholderName, Placeholder>;

const BY_TEXT = new Map(NAMES.map((name) => [`<${name}>`, PLACEHOLDERS[name]]));
const LENGTH_MAX = 10;

/** The placeholder that a template brought with it, so that the template of a template is itself. */
export function placeholderAt(text: string, at: number): Placeholder | undefined {
  const end = indexOfCode(text, 0x3e, at + 2, at + LENGTH_MAX);
  return end === -1 ? undefined : BY_TEXT.get(text.slice(at, end + 1));
}
