/**
 * What Loki calls labels, for our log records. What makes the labels of a stream is said in record/stream.ts.
 * Structured metadata are the other attributes, the fields of protocols that have them, and `detected_level`: each rule
 * about them stands here twice, for a record in hand and as a plan.
 */
import { type AttributeKey, all, not, type PlanText } from '#server/query/plan/plan.ts';
import type { RecordIdentity } from '#server/query/plan/run-plan.ts';
import { levelOfNumber } from '#server/record/log.ts';
import { labelName, PROMOTED, PROMOTED_KEYS, streamLabels } from '#server/record/stream.ts';

/** Without a prototype, so that a label may have any name. */
export type Labels = Record<string, string>;

export function labelsOf(entries: Iterable<readonly [string, string]> = []): Labels {
  const labels: Labels = Object.create(null);
  for (const [name, value] of entries) labels[name] = value;
  return labels;
}

const CRITICAL = ['critical', 'crit'];
const UNKNOWN_LEVEL = 'unknown';

/** What a record is known by before any pipeline looks at it. */
export interface BaseLabels {
  stream: Labels;
  /** Names that are labels of the stream too have `_extracted` behind them. */
  metadata: Labels;
}

export function baseLabels(identity: RecordIdentity): BaseLabels {
  const stream = streamLabels(identity);
  const metadata = labelsOf();
  const found = metadataOf(identity);
  for (const name in found)
    metadata[stream[name] === undefined ? name : `${name}_extracted`] ??= found[name]!;
  return { stream, metadata };
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
export const streamLabelText = (name: string): PlanText => ({ is: 'stream-label', name });

/** The same, also where it became an attribute. That is more to read. */
export const streamOrMovedLabelText = (name: string): PlanText =>
  name === 'service_name'
    ? streamLabelText(name)
    : firstOf(streamLabelText(name), { is: 'moved-label', name });

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
