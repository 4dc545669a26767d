/** An issue's title in its two parts: what kind of error, and what it says. */
import type { Issue } from '#contract/issues.ts';

/** Titles of errors are written `Type: value`. A type is one word, which may hold colons: `std::bad_alloc`. */
const ERROR_TITLE = /^(\S+?)(?:: (.*))?$/s;

export function splitTitle({ title, type }: Pick<Issue, 'title' | 'type'>): {
  type: string;
  message: string;
} {
  const found = type === 'error' ? ERROR_TITLE.exec(title) : null;
  return found ? { type: found[1] ?? '', message: found[2] ?? '' } : { type: '', message: title };
}
