/** Attributes while they are read: the same for protobuf and JSON. */
import type { Attributes, AttributeValue } from '#server/record/log.ts';

/** `{"a":{"b":…}}` in a value: this deep. SDKs flatten, people nest a few levels, stacks end at some thousand. */
export const VALUE_DEPTH_MAX = 64;

/** The last of equal names wins. `__proto__` is a name like any other. */
export function setAttribute(
  attributes: Record<string, AttributeValue>,
  name: string,
  value: AttributeValue,
) {
  if (name === '__proto__')
    Object.defineProperty(attributes, name, { value, enumerable: true, writable: true, configurable: true });
  else attributes[name] = value;
}

/** JSON has no such numbers: as text they are not lost. */
export function numberOrText(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** What an SDK left out, under the names that OpenTelemetry gives it outside of OTLP. */
export function withDropped(
  attributes: Attributes | undefined,
  dropped: DroppedCounts,
): Attributes | undefined {
  if (dropped.attributes === 0 && dropped.events === 0 && dropped.links === 0) return attributes;
  const all = attributes ?? {};
  for (const what of ['attributes', 'events', 'links'] as const)
    if (dropped[what] > 0) all[`otel.dropped_${what}_count`] = dropped[what];
  return all;
}

export interface DroppedCounts {
  attributes: number;
  events: number;
  links: number;
}

/** An instrumentation scope in the terms of a batch: its name beside the records, the rest with what made them. */
export interface Scope {
  name: string;
  version: string;
  attributes?: Attributes;
}

/** Source of the names: https://opentelemetry.io/docs/specs/otel/common/mapping-to-non-otlp/#instrumentationscope. */
export function resourceWithScope(
  resource: Attributes | undefined,
  scope: Scope | undefined,
): Attributes | undefined {
  if (!scope || (scope.version === '' && scope.attributes === undefined)) return resource;
  const all: Attributes = { ...resource };
  if (scope.version !== '') all['otel.scope.version'] = scope.version;
  for (const name in scope.attributes) all[`otel.scope.${name}`] = scope.attributes[name]!;
  return all;
}
