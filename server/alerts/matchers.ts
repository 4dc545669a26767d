/** Does a silence speak of a firing: all of its matchers, by the labels. Linear in the text, whatever stands in it. Pure. */
import type { AlertMatcher } from '#contract/alerts.ts';

export const matchesAll = (matchers: readonly AlertMatcher[], labels: Readonly<Record<string, string>>) =>
  matchers.every(({ name, value, negated }) => isLike(labels[name] ?? '', value) !== negated);

/** `*` stands for any characters; case counts. */
export function isLike(text: string, pattern: string): boolean {
  const pieces = pattern.split('*');
  const [first] = pieces as [string];
  if (pieces.length === 1) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  const last = pieces.at(-1)!;
  return text.length - last.length >= at && text.endsWith(last);
}
