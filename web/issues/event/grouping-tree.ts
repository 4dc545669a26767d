/**
 * "Why grouped?" as rows to draw: the component tree of the deciding variant, flattened, with its depth and what
 * each leaf gave to the hash. The tree came with the event, so nothing about its shape is taken on trust.
 */
export interface GroupingRow {
  depth: number;
  name: string;
  /** The values that were hashed, or would have been. */
  values: string[];
  contributes: boolean;
  hint: string;
}

export interface VariantView {
  key: string;
  title: string;
  hash: string | null;
  contributes: boolean;
  hint: string;
  rows: GroupingRow[];
}

const TITLES = new Map<string, string>(
  Object.entries({
    app: 'In-app stack',
    system: 'Whole stack',
    default: 'Message',
    custom_fingerprint: 'Fingerprint set by the sender',
    built_in_fingerprint: 'Built-in fingerprint rule',
    checksum: 'Checksum set by the sender',
    fallback: 'Nothing to group by',
  }),
);

/** Trees of real events have a few hundred nodes; a hostile one must not hang the page. */
const ROWS_MAX = 3000;
const DEPTH_MAX = 40;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown) => (typeof value === 'string' ? value : '');

export function readGrouping(grouping: Record<string, unknown> | null): {
  fingerprint: string[];
  /** The project's rule that set the fingerprint; empty: none did. */
  rule: string;
  variants: VariantView[];
} {
  const variants = Array.isArray(grouping?.variants) ? grouping.variants.filter(isRecord) : [];
  const rule = text(grouping?.fingerprintRule);
  return {
    rule,
    fingerprint: Array.isArray(grouping?.fingerprint) ? grouping.fingerprint.map(String) : [],
    variants: variants
      .map((variant) => ({
        key: text(variant.key),
        title:
          rule !== '' && variant.key === 'custom_fingerprint'
            ? 'Fingerprint set by a rule of the project'
            : (TITLES.get(text(variant.key)) ?? text(variant.key)),
        hash: typeof variant.hash === 'string' ? variant.hash : null,
        contributes: variant.contributes === true,
        hint: text(variant.hint),
        rows: flattenTree(variant.component),
      }))
      .toSorted((a, b) => Number(b.contributes) - Number(a.contributes)),
  };
}

/** The rows that made the hash, and the branches that lead to them; parts that were there but empty are no news. */
export function countedRows(rows: readonly GroupingRow[]): GroupingRow[] {
  const counted = rows.filter((row) => row.contributes);
  return counted.filter(
    (row, place) => row.values.length > 0 || (counted[place + 1]?.depth ?? 0) > row.depth,
  );
}

export function flattenTree(root: unknown): GroupingRow[] {
  const rows: GroupingRow[] = [];
  const visit = (node: Record<string, unknown>, depth: number) => {
    if (rows.length >= ROWS_MAX || depth > DEPTH_MAX) return;
    const values = Array.isArray(node.values) ? node.values : [];
    rows.push({
      depth,
      name: text(node.name) || text(node.id),
      values: values.filter((value) => typeof value === 'string' || typeof value === 'number').map(String),
      contributes: node.contributes === true,
      hint: text(node.hint),
    });
    for (const child of values) if (isRecord(child)) visit(child, depth + 1);
  };
  if (isRecord(root)) visit(root, 0);
  return rows;
}
