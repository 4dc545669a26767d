/** A trace id as people copy it from anywhere: with dashes, in capitals; null for other words. */
export function traceIdIn(words: string): string | null {
  const id = words.trim().replaceAll('-', '').toLowerCase();
  return /^[0-9a-f]{32}$/.test(id) ? id : null;
}
