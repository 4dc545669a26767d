/**
 * Which labels of a stream stay labels. Every value of a label makes streams of its own, and lists of labels and
 * streams grow with them; so a label that is an id, or one too many, becomes an attribute of each record of the stream.
 * Nothing is lost: searches look among both, and selectors where a label may have gone. What is decided depends on the
 * labels of the one stream alone, so the same stream is the same whenever it is sent.
 */

/** Labels of one stream: Loki's own default, which its agents are configured for. */
const LABELS_MAX = 15;
/** Characters of a name and of a value: Loki's own limits. */
const NAME_CHARS_MAX = 1_024;
const VALUE_CHARS_MAX = 2_048;

/** What people choose streams by, the dearest first: these stay when there are too many. */
const DEAR = [
  ...['service_name', 'service', 'app', 'job', 'container', 'component', 'namespace', 'pod', 'host'],
  ...['hostname', 'instance', 'node', 'cluster', 'env', 'environment', 'region', 'level', 'detected_level'],
];
const RANK: ReadonlyMap<string, number> = new Map(DEAR.map((name, rank) => [name, rank]));

const UUID = /^\{?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\}?$/i;
/** Of a trace, a span, a commit, a digest. A digit keeps words such as `feedface` apart. */
const HEX_ID = /^(?=.*\d)[0-9a-f]{16,128}$/i;
/** Numbers of ten digits and more are times and keys of tables. */
const NUMBER_ID = /^\d{10,}$/;

type Labels = Readonly<Record<string, string>>;

interface Sorted {
  labels: Record<string, string>;
  /** Null when all stay. */
  moved: Record<string, string> | null;
}

export function sortLabels(labels: Labels): Sorted {
  const names = Object.keys(labels);
  const stays = new Set(
    names
      .filter((name) => isLabel(name, labels[name]!))
      .sort(byDearness)
      .slice(0, LABELS_MAX),
  );
  if (stays.size === names.length) return { labels: { ...labels }, moved: null };
  const sorted = { labels: nothing(), moved: nothing() };
  for (const name of names) sorted[stays.has(name) ? 'labels' : 'moved'][name] = labels[name]!;
  return sorted;
}

/** Names are a sender's, `__proto__` too. */
const nothing = (): Record<string, string> => Object.create(null);

function isLabel(name: string, value: string): boolean {
  if (name.length > NAME_CHARS_MAX || value.length > VALUE_CHARS_MAX) return false;
  return !UUID.test(value) && !HEX_ID.test(value) && !NUMBER_ID.test(value);
}

/** Of the others, the first by name: the order in which they were sent says nothing. */
function byDearness(a: string, b: string): number {
  const [rankA, rankB] = [RANK.get(a) ?? DEAR.length, RANK.get(b) ?? DEAR.length];
  return rankA - rankB || (a < b ? -1 : 1);
}

/** What the types of attributes call one that was a label. */
export const MOVED_LABEL = 'label';

/** The attribute that a moved label becomes, beside those of its record. */
export const movedName = (name: string, attributes: Readonly<Record<string, unknown>>): string =>
  Object.hasOwn(attributes, name) ? besideAttribute(name) : name;

/** Of a label whose name an attribute of the record has. */
export const besideAttribute = (name: string): string => `${name}_label`;

/** Whether a label with this value is one in every stream, whatever others the stream has. */
export const isAlwaysLabel = (name: string, value: string): boolean =>
  isLabel(name, value) && (RANK.get(name) ?? LABELS_MAX) < LABELS_MAX;
