/**
 * An event as a tracker has stored it -> as its SDK sent it, as far as that can be told: what the tracker added is taken
 * off, so that the event is grouped here like the next one of the same program. Two stored forms are known: Sentry's own
 * (`/events/{id}/json/`, also GlitchTip's and Bugsink's), and ours. Pure; the input is left alone. Hostile: nothing is
 * believed to have its type.
 */

type Json = Record<string, unknown>;

/** Added by trackers, and read by nobody here: titles and hashes are made anew. */
const ADDED: ReadonlySet<string> = new Set([
  'hashes',
  'grouping_config',
  'key_id',
  'project',
  'project_id',
  'received',
  'title',
  'metadata',
  'location',
  // An SDK sends a transaction; the culprit is what a tracker makes of it.
  'culprit',
  'nodestore_insert',
  'ingest_path',
  'errors',
  '_meta',
  '_metrics',
  '_fingerprint_info',
  '_ref',
  '_ref_version',
]);

/** Columns of an event that trackers show among its tags. */
const COLUMN_TAGS = ['level', 'release', 'environment', 'dist', 'transaction', 'server_name'] as const;
/** Computed from the rest of the event. */
const DERIVED_TAGS: ReadonlySet<string> = new Set([...COLUMN_TAGS, 'logger', 'user', 'url']);

export function asSent(stored: Json): Json {
  const event: Json = {};
  for (const [key, value] of Object.entries(stored))
    if (!ADDED.has(key) && value !== null) event[key] = value;
  event.timestamp ??= stored.datetime ?? stored.dateCreated;
  delete event.datetime;
  putTagsBack(event);
  putFingerprintBack(event, stored._fingerprint_info);
  for (const [name, key] of [
    ['exception', 'values'],
    ['threads', 'values'],
  ] as const) {
    const list = isRecord(event[name]) ? event[name][key] : event[name];
    if (Array.isArray(list)) event[name] = { values: list.map(withClientFrames) };
  }
  if (isRecord(event.stacktrace)) event.stacktrace = clientStack(event.stacktrace);
  return event;
}

/**
 * The event with the stacks that its SDK sent, where a source map made other ones of them; null when none was. What comes
 * while the map is not here is grouped by those.
 */
export function withRawStacks(event: Json): Json | null {
  let found = false;
  const raw = (name: string) => {
    const list = isRecord(event[name]) ? event[name].values : undefined;
    if (!Array.isArray(list)) return {};
    const values = list.map((value) => {
      if (!isRecord(value) || !isRecord(value.raw_stacktrace)) return value;
      found = true;
      const { raw_stacktrace, ...rest } = value;
      return { ...rest, stacktrace: raw_stacktrace };
    });
    return { [name]: { values } };
  };
  const changed = { ...event, ...raw('exception'), ...raw('threads') };
  return found ? changed : null;
}

/** Tags come as an object, as pairs, or as a list of { key, value }. */
function putTagsBack(event: Json): void {
  const tags = tagPairs(event.tags);
  for (const name of COLUMN_TAGS) event[name] ??= tags.find(([key]) => key === name)?.[1];
  event.tags = tags.filter(([key]) => !DERIVED_TAGS.has(key) && !key.startsWith('sentry:'));
}

function tagPairs(tags: unknown): [string, unknown][] {
  if (isRecord(tags)) return Object.entries(tags);
  if (!Array.isArray(tags)) return [];
  return tags.flatMap((tag): [string, unknown][] => {
    if (Array.isArray(tag)) return [[String(tag[0]), tag[1]]];
    return isRecord(tag) && typeof tag.key === 'string' ? [[tag.key, tag.value]] : [];
  });
}

/** A rule of the tracker's project may have set the fingerprint; what the SDK said, if anything, stands beside it. */
function putFingerprintBack(event: Json, info: unknown): void {
  if (!isRecord(info) || info.matched_rule === undefined) return;
  if (Array.isArray(info.client_fingerprint)) event.fingerprint = info.client_fingerprint;
  else delete event.fingerprint;
}

function withClientFrames(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const read = { ...value };
  for (const name of ['stacktrace', 'raw_stacktrace'])
    if (isRecord(read[name])) read[name] = clientStack(read[name]);
  return read;
}

function clientStack(stack: Json): Json {
  return Array.isArray(stack.frames) ? { ...stack, frames: stack.frames.map(clientFrame) } : stack;
}

/** Rules change whether a frame is the application's; Sentry keeps the word of the SDK as -1 (none), 0 and 1, as we do. */
function clientFrame(frame: unknown): unknown {
  if (!isRecord(frame) || !isRecord(frame.data)) return frame;
  const { client_in_app: client, orig_in_app: original, ...data } = frame.data;
  const said = typeof client === 'boolean' ? Number(client) : original;
  if (said !== -1 && said !== 0 && said !== 1) return frame;
  const { in_app: _, ...rest } = frame;
  return { ...rest, data, ...(said === -1 ? {} : { in_app: said === 1 }) };
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
