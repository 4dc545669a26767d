/** Numbers of forms in which an empty field means that there is no limit. */
import { textOf } from '#web/ui/form-text.ts';

export const BYTES_PER_MEGABYTE = 1_000_000;

/** Null for an empty field; whole, in units of `per`. */
export function numberOf(form: FormData, name: string, per = 1): number | null {
  const text = textOf(form, name).trim();
  return text === '' ? null : Math.round(Number(text) * per);
}
