/** A value in one line, as a debugger shows it closed: enough to decide whether to open it. */
const PREVIEW_MAX = 120;
/** Entries looked at; more cannot fit the line anyway. */
const ENTRIES_MAX = 12;

export function previewOf(value: unknown): string {
  const text = write(value, 0);
  return text.length > PREVIEW_MAX ? `${text.slice(0, PREVIEW_MAX)}…` : text;
}

function write(value: unknown, depth: number): string {
  if (typeof value === 'string') return `"${value.length > 40 ? `${value.slice(0, 40)}…` : value}"`;
  if (typeof value !== 'object' || value === null) return String(value);
  const isList = Array.isArray(value);
  const entries = Object.entries(value);
  if (entries.length === 0) return isList ? '[]' : '{}';
  if (depth >= 2) return isList ? `[… ${entries.length}]` : '{…}';
  const parts = entries
    .slice(0, ENTRIES_MAX)
    .map(([key, each]) => (isList ? write(each, depth + 1) : `${key}: ${write(each, depth + 1)}`));
  if (entries.length > ENTRIES_MAX) parts.push(`… ${entries.length - ENTRIES_MAX} more`);
  return isList ? `[${parts.join(', ')}]` : `{${parts.join(', ')}}`;
}
