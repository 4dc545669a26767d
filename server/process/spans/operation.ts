/**
 * What kind of work a span is, in Sentry's words (`http.server`, `db` …), for senders that do not say it: from the
 * attributes that OpenTelemetry's conventions ask for. Source:
 * https://develop.sentry.dev/sdk/telemetry/traces/span-operations/.
 */
import type { Attributes } from '#server/record/log.ts';
import type { SpanKind } from '#server/record/span.ts';

/** The first attribute that is there decides; older conventions stand behind newer ones. */
const SIGNS: readonly (readonly [attribute: string, operation: 'http' | 'db' | 'rpc' | 'queue' | 'faas'])[] =
  [
    ['db.system.name', 'db'],
    ['db.system', 'db'],
    ['messaging.system', 'queue'],
    ['rpc.system.name', 'rpc'],
    ['rpc.system', 'rpc'],
    ['faas.trigger', 'faas'],
    ['http.request.method', 'http'],
    ['http.method', 'http'],
  ];

/** Empty when nothing says it. */
export function operationOf(kind: SpanKind, attributes: Attributes | undefined): string {
  if (attributes === undefined) return '';
  const operation = SIGNS.find(([attribute]) => Object.hasOwn(attributes, attribute))?.[1];
  switch (operation) {
    case 'http':
    case 'rpc':
      return kind === 'server' || kind === 'client' ? `${operation}.${kind}` : operation;
    case 'queue':
      if (kind === 'producer') return 'queue.publish';
      return kind === 'consumer' ? 'queue.process' : operation;
    case 'faas':
      return 'function';
    default:
      return operation ?? '';
  }
}
