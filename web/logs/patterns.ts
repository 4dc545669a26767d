/** Patterns in words. */
import { millisecondsOf } from '#web/log-time.ts';

/** Closer to the oldest line that is kept, nobody can say whether it was there before. */
const BEGINNING_MS = 3_600_000;

export const seenWords = (firstSeen: string, keptSince: string | null) =>
  keptSince !== null && millisecondsOf(firstSeen) - millisecondsOf(keptSince) < BEGINNING_MS
    ? 'there since the oldest lines that are kept,'
    : 'first seen';

export function shareWords(records: number, all: number): string {
  const share = (records / all) * 100;
  if (share >= 99.95) return records === all ? '100 %' : '> 99.9 %';
  if (share < 0.1) return '< 0.1 %';
  return `${share.toFixed(1)} %`;
}

const PLACEHOLDER = /<(?:num|time|size|host|name|path|url|email|uuid|mac|hex|id|str|\*)>/g;

/** A line may hold the text of a placeholder itself; nobody can tell the two apart, and it matters little. */
export function templateParts(template: string): { at: number; text: string; isPlaceholder: boolean }[] {
  const parts: { at: number; text: string; isPlaceholder: boolean }[] = [];
  let from = 0;
  for (const { 0: text, index } of template.matchAll(PLACEHOLDER)) {
    if (index > from) parts.push({ at: from, text: template.slice(from, index), isPlaceholder: false });
    parts.push({ at: index, text, isPlaceholder: true });
    from = index + text.length;
  }
  if (from < template.length) parts.push({ at: from, text: template.slice(from), isPlaceholder: false });
  return parts;
}
