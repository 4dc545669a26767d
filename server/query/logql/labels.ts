/**
 * What Loki calls labels, for our log records. Stream labels are the labels a sender gave its stream, the resource
 * attributes that Loki promotes, and `service_name`. Structured metadata are the other attributes, the fields of
 * protocols that have them, and `detected_level`. Each rule stands here twice, for a record in hand and as a plan.
 */
import { type AttributeKey, all, not, type PlanText } from '#server/query/plan/plan.ts';
import type { RecordIdentity } from '#server/query/plan/run-plan.ts';
import { levelOfNumber } from '#server/record/log.ts';

/** Without a prototype, so that a label may have any name. */
export type Labels = Record<string, string>;

export function labelsOf(entries: Iterable<readonly [string, string]> = []): Labels {
  const labels: Labels = Object.create(null);
  for (const [name, value] of entries) labels[name] = value;
  return labels;
}

const PLAIN_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** A name that a label may have: odd characters become underscores. */
export function labelName(key: string): string {
  if (PLAIN_NAME.test(key)) return key;
  const name = key.replaceAll(/[^a-zA-Z0-9_]/gu, '_');
  return /^[0-9]/.test(name) ? `_${name}` : name;
}

/** Resource attributes that become labels of the stream when they come by OpenTelemetry. */
const PROMOTED: ReadonlyMap<string, string> = new Map(
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
const PROMOTED_KEYS: ReadonlySet<string> = new Set(PROMOTED.values());

/** The label of a stream that a resource attribute becomes, if it does. */
export const promotedLabel = (key: string): string | undefined =>
  PROMOTED_KEYS.has(key) ? labelName(key) : undefined;

/** Labels that name the service when no label `service_name` does; the first that is there. */
const SERVICE_LABELS = [
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
const UNKNOWN_SERVICE = 'unknown_service';
const CRITICAL = ['critical', 'crit'];
const UNKNOWN_LEVEL = 'unknown';

/** What a record is known by before any pipeline looks at it. */
export interface BaseLabels {
  stream: Labels;
  /** Names that are labels of the stream too have `_extracted` behind them. */
  metadata: Labels;
}

export function streamLabels(identity: Pick<RecordIdentity, 'labels' | 'resource' | 'service'>): Labels {
  // A label of a stream that is empty is none.
  const stream = labelsOf(Object.entries(identity.labels).filter(([, value]) => value !== ''));
  for (const [name, key] of PROMOTED) {
    const value = identity.resource[key];
    if (value !== undefined && value !== '' && stream[name] === undefined) stream[name] = value;
  }
  stream.service_name = serviceName(identity);
  return stream;
}

export function baseLabels(identity: RecordIdentity): BaseLabels {
  const stream = streamLabels(identity);
  const metadata = labelsOf();
  const found = metadataOf(identity);
  for (const name in found)
    metadata[stream[name] === undefined ? name : `${name}_extracted`] ??= found[name]!;
  return { stream, metadata };
}

function serviceName({
  labels,
  resource,
  service,
}: Pick<RecordIdentity, 'labels' | 'resource' | 'service'>): string {
  if (labels.service_name) return labels.service_name;
  for (const name of SERVICE_LABELS) if (labels[name]) return labels[name];
  return resource['service.name'] || service || UNKNOWN_SERVICE;
}

function metadataOf(identity: RecordIdentity): Labels {
  const { attributes, resource } = identity;
  const found = labelsOf();
  addAsLabels(found, attributes, () => true);
  addAsLabels(found, resource, (key) => !PROMOTED_KEYS.has(key));
  if (identity.source !== 'loki')
    for (const [name, value] of Object.entries(fieldsOf(identity)))
      if (value !== '' && found[name] === undefined) found[name] = value;
  found.detected_level ??= detectedLevel(identity);
  return found;
}

/** A key that needs no change goes before those that become the same; what was found before stays. */
function addAsLabels(found: Labels, from: Record<string, string>, isOne: (key: string) => boolean): void {
  const added = labelsOf();
  for (const key in from) if (isOne(key) && labelName(key) === key) added[key] = from[key]!;
  for (const key in from) {
    const name = labelName(key);
    if (isOne(key) && key !== '' && added[name] === undefined) added[name] = from[key]!;
  }
  for (const name in added) if (found[name] === undefined) found[name] = added[name]!;
}

const fieldsOf = (identity: RecordIdentity): Labels => ({
  trace_id: identity.own_trace_id,
  span_id: identity.own_span_id,
  scope_name: identity.scope,
  severity_text: identity.severity_text,
  severity_number: identity.severity_number === 0 ? '' : String(identity.severity_number),
});

function detectedLevel({ severity_number, severity_text }: RecordIdentity): string {
  if (CRITICAL.includes(severity_text.toLowerCase())) return 'critical';
  return levelOfNumber(severity_number) || UNKNOWN_LEVEL;
}

const attribute = (of: AttributeKey['of'], name: string): PlanText => ({
  is: 'attribute',
  key: { of, name },
});
const constant = (value: string): PlanText => ({ is: 'constant', value });
const NOTHING = constant('');
const isEmpty = (text: PlanText) => ({ is: 'equal', text, value: '' }) as const;

/** The first that is not empty. */
function firstOf(first: PlanText, ...others: PlanText[]): PlanText {
  return others.length === 0
    ? first
    : {
        is: 'if',
        condition: not(isEmpty(first)),
        value: first,
        otherwise: firstOf(others[0]!, ...others.slice(1)),
      };
}

/** A label of the stream as a plan; empty when there is none. */
export function streamLabelText(name: string): PlanText {
  if (name === 'service_name')
    return firstOf(
      ...(['service_name', ...SERVICE_LABELS].map((label) => attribute('labels', label)) as [PlanText]),
      attribute('resource', 'service.name'),
      { is: 'column', column: 'service' },
      constant(UNKNOWN_SERVICE),
    );
  const own = attribute('labels', name);
  const promoted = PROMOTED.get(name);
  return promoted === undefined ? own : firstOf(own, attribute('resource', promoted));
}

/** The same, also where it became an attribute. That is more to read. */
export const streamOrMovedLabelText = (name: string): PlanText =>
  name === 'service_name'
    ? streamLabelText(name)
    : firstOf(attribute('labels', name), { is: 'moved-label', name }, streamLabelText(name));

/**
 * A label of the stream or of the structured metadata as a plan; empty when there is none. Undefined for names that
 * only a clash of names makes.
 */
export function baseLabelText(name: string): PlanText | undefined {
  if (name.endsWith('_extracted')) return undefined;
  if (name === 'service_name') return streamLabelText(name);
  return firstOf(streamLabelText(name), metadataText(name));
}

function metadataText(name: string): PlanText {
  const inAttributes: AttributeKey = { of: 'attributes', name, asLabel: true };
  return {
    is: 'if',
    condition: { is: 'has', key: inAttributes },
    value: { is: 'attribute', key: inAttributes },
    otherwise: resourceText(name),
  };
}

function resourceText(name: string): PlanText {
  // Promoted keys are looked at before the metadata, and their labels have no other key here.
  const key: AttributeKey = { of: 'resource', name, asLabel: !PROMOTED.has(name) };
  return {
    is: 'if',
    condition: { is: 'has', key },
    value: { is: 'attribute', key },
    otherwise: fieldText(name),
  };
}

function fieldText(name: string): PlanText {
  const field: PlanText | undefined =
    name === 'trace_id' || name === 'span_id' || name === 'severity_text'
      ? { is: 'column', column: name }
      : name === 'scope_name'
        ? { is: 'column', column: 'scope' }
        : name === 'severity_number'
          ? { is: 'severity_number' }
          : undefined;
  if (field)
    return {
      is: 'if',
      condition: all({ is: 'equal', text: { is: 'column', column: 'source' }, value: 'loki' }),
      value: NOTHING,
      otherwise: field,
    };
  if (name !== 'detected_level') return NOTHING;
  return {
    is: 'if',
    condition: { is: 'lower-in', text: { is: 'column', column: 'severity_text' }, values: CRITICAL },
    value: constant('critical'),
    otherwise: firstOf({ is: 'level' }, constant(UNKNOWN_LEVEL)),
  };
}
