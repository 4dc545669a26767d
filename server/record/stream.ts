/**
 * The stream of a log record, as Loki names streams: the labels a sender gave it, the resource attributes that Loki
 * promotes, and `service_name`. It is stored as one text, of which a table has few different ones: what is asked of
 * streams is then asked of those few, and not of the maps of every record.
 */

/** Without a prototype, so that a label may have any name. */
type Labels = Record<string, string>;

export interface StreamSource {
  labels: Readonly<Labels>;
  resource: Readonly<Labels>;
  /** The service of the record, for when neither of them names one. */
  service: string;
}

const PLAIN_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** A name that a label may have: odd characters become underscores. */
export function labelName(key: string): string {
  if (PLAIN_NAME.test(key)) return key;
  const name = key.replaceAll(/[^a-zA-Z0-9_]/gu, '_');
  return /^[0-9]/.test(name) ? `_${name}` : name;
}

/** Resource attributes that become labels of the stream when they come by OpenTelemetry, by the label. */
export const PROMOTED: ReadonlyMap<string, string> = new Map(
  [
    'service.name',
    'service.namespace',
    'service.instance.id',
    'deployment.environment',
    'deployment.environment.name',
    'cloud.region',
    'cloud.availability_zone',
    'container.name',
    'k8s.cluster.name',
    'k8s.namespace.name',
    'k8s.pod.name',
    'k8s.container.name',
    'k8s.replicaset.name',
    'k8s.deployment.name',
    'k8s.statefulset.name',
    'k8s.daemonset.name',
    'k8s.cronjob.name',
    'k8s.job.name',
  ].map((key) => [labelName(key), key]),
);
export const PROMOTED_KEYS: ReadonlySet<string> = new Set(PROMOTED.values());

/** Labels that name the service, the dearest first. */
export const SERVICE_LABELS: readonly string[] = [
  'service_name',
  'service',
  'app',
  'application',
  'app_name',
  'name',
  'app_kubernetes_io_name',
  'container',
  'container_name',
  'k8s_container_name',
  'component',
  'workload',
  'job',
  'k8s_job_name',
];
export const UNKNOWN_SERVICE = 'unknown_service';

export function streamLabels({ labels, resource, service }: StreamSource): Labels {
  const stream: Labels = Object.create(null);
  // A label of a stream that is empty is none.
  for (const name in labels) if (labels[name] !== '') stream[name] = labels[name]!;
  for (const [name, key] of PROMOTED) {
    const value = resource[key];
    if (value !== undefined && value !== '' && stream[name] === undefined) stream[name] = value;
  }
  const named = SERVICE_LABELS.find((name) => labels[name]);
  stream.service_name = named ? labels[named]! : resource['service.name'] || service || UNKNOWN_SERVICE;
  return stream;
}

/**
 * Texts of a stream stand between these: no pattern of ours must look into a label. What a sender has of them is
 * written with the third, which no text of people has.
 */
export const STREAM_MARKS = { pair: '\x1e', value: '\x1f', escaping: '\x1a' };
const ESCAPES: readonly (readonly [character: string, as: string])[] = [
  [STREAM_MARKS.escaping, `${STREAM_MARKS.escaping}0`],
  [STREAM_MARKS.pair, `${STREAM_MARKS.escaping}1`],
  [STREAM_MARKS.value, `${STREAM_MARKS.escaping}2`],
];

export function escapeStreamText(text: string): string {
  return ESCAPES.reduce((escaped, [character, as]) => escaped.replaceAll(character, as), text);
}

function unescapeStreamText(text: string): string {
  return ESCAPES.toReversed().reduce((plain, [character, as]) => plain.replaceAll(as, character), text);
}

/** Equal for equal labels, in whatever order they came. */
export function printStream(labels: Labels): string {
  const pairs = Object.keys(labels)
    .sort()
    .map(
      (name) =>
        `${escapeStreamText(name)}${STREAM_MARKS.value}${escapeStreamText(labels[name]!)}${STREAM_MARKS.pair}`,
    );
  return STREAM_MARKS.pair + pairs.join('');
}

export function readStream(text: string): Labels {
  const labels: Labels = Object.create(null);
  for (const pair of text.split(STREAM_MARKS.pair)) {
    const at = pair.indexOf(STREAM_MARKS.value);
    if (at >= 0) labels[unescapeStreamText(pair.slice(0, at))] = unescapeStreamText(pair.slice(at + 1));
  }
  return labels;
}
