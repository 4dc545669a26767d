/**
 * Where a page of a sorted list ended: the sort value and the id of the last row, so that the next page goes on
 * from there however many rows came before it in the meantime. Opaque to who holds it; checked when it comes back.
 */
import { reject } from '#server/record/rejections.ts';

export interface Cursor {
  /** Which list it belongs to: another order makes no sense of it. */
  list: string;
  /** `after`: the rows that follow; `before`: those in front. */
  way: 'after' | 'before';
  value: number;
  id: string;
}

export function writeCursor({ list, way, value, id }: Cursor): string {
  return Buffer.from([list, way, value, id].join(' ')).toString('base64url');
}

/** Null for an empty text: the first page. */
export function readCursor(text: string, list: string): Cursor | null {
  if (text === '') return null;
  const [of, way, value, id, ...rest] = Buffer.from(text, 'base64url').toString('utf8').split(' ');
  const isWhole = rest.length === 0 && id !== undefined && /^[\w:.@-]{1,64}$/.test(id);
  if (
    !isWhole ||
    of !== list ||
    (way !== 'after' && way !== 'before') ||
    !/^-?\d{1,15}(?:\.\d{1,20})?$/.test(value ?? '')
  )
    throw reject('cursor_invalid');
  return { list, way, value: Number(value), id };
}
