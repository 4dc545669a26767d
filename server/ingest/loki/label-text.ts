/** Labels as Prometheus writes them: `{app="shop", env="prod"}`. */

/** `name="value"`; a value may hold escapes. */
const PAIR = /\s*([A-Za-z_][\w.:-]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,|$)/y;

/** Null when the text is not a list of labels in braces. */
export function readLabelText(text: string): Record<string, string> | null {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{') || !trimmed.endsWith('}')) return null;
  const inside = trimmed.slice(1, -1).trim();
  const labels: Record<string, string> = {};
  PAIR.lastIndex = 0;
  while (PAIR.lastIndex < inside.length) {
    const match = PAIR.exec(inside);
    if (match === null) return null;
    labels[match[1]!] = unescaped(match[2]!);
  }
  return labels;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function unescaped(value: string): string {
  return value.includes('\\') ? value.replace(/\\(.)/gs, (_, char: string) => ESCAPES[char] ?? char) : value;
}
