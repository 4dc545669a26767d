/**
 * A view hierarchy, as the SDKs of phones and games send it, as rows to draw one below the other. It is a stranger's
 * JSON: read without recursion, and bounded.
 * Source: https://develop.sentry.dev/sdk/foundations/envelopes/envelope-items/#view-hierarchies.
 */
export interface ViewRow {
  /** Its place in the tree, as 0.2.1. */
  key: string;
  depth: number;
  type: string;
  identifier: string;
  /** `320 × 44 at 0, 20`; empty: not said. */
  box: string;
  hidden: boolean;
  /** Views inside of it. */
  children: number;
}

/** Rows drawn; a screen of an app has some hundred views. */
const ROWS_MAX = 2_000;
const TEXT_CHARS_MAX = 200;
/** Deeper rows are not moved further to the right. */
export const DEPTH_SHOWN_MAX = 40;

type Json = Record<string, unknown>;

/** Null when it is no view hierarchy. */
export function readViewTree(text: string): { system: string; rows: ViewRow[]; cutShort: boolean } | null {
  const json = parse(text);
  if (json === null || !Array.isArray(json.windows)) return null;
  const rows: ViewRow[] = [];
  const waiting = [...json.windows.entries()]
    .reverse()
    .map(([at, view]) => ({ view: view as unknown, depth: 0, key: String(at) }));
  while (waiting.length > 0 && rows.length < ROWS_MAX) {
    const { view, depth, key } = waiting.pop()!;
    if (!isRecord(view)) continue;
    const children: unknown[] = Array.isArray(view.children) ? view.children.slice(0, ROWS_MAX) : [];
    rows.push({ key, depth, ...wordsOf(view), children: children.length });
    for (const [at, child] of [...children.entries()].reverse())
      waiting.push({ view: child, depth: depth + 1, key: `${key}.${at}` });
  }
  return { system: textOf(json.rendering_system), rows, cutShort: waiting.length > 0 };
}

function wordsOf(view: Json): Pick<ViewRow, 'type' | 'identifier' | 'box' | 'hidden'> {
  const { width, height, x, y } = view;
  const size = isNumber(width) && isNumber(height) ? `${round(width)} × ${round(height)}` : '';
  const place = isNumber(x) && isNumber(y) ? `at ${round(x)}, ${round(y)}` : '';
  return {
    type: textOf(view.type) || 'view',
    identifier: textOf(view.identifier ?? view.tag ?? view.name),
    box: [size, place].filter(Boolean).join(' '),
    hidden: view.visible === false || view.alpha === 0,
  };
}

function parse(text: string): Json | null {
  try {
    const json: unknown = JSON.parse(text);
    return isRecord(json) ? json : null;
  } catch {
    return null;
  }
}

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const round = (value: number) => Math.round(value * 10) / 10;
const textOf = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, TEXT_CHARS_MAX) : '';
