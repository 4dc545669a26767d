/**
 * What groups events that have neither exceptions nor stack traces: a template, a browser's security report, or
 * the message. Part of grouping v1, frozen. Each returns nothing when the event has no such thing.
 */
import type { EventPayload } from '#server/record/event.ts';
import type { GroupingComponent } from '#server/record/grouping.ts';
import { branch, ignore, leaf } from './component.ts';
import type { Messages } from './messages.ts';

/** Django's and Jinja's failing template. */
export function templateComponent(event: EventPayload): GroupingComponent | undefined {
  if (event.template === undefined) return undefined;
  const { filename, context_line } = event.template;
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return branch('template', [leaf('filename', text(filename)), leaf('context-line', text(context_line))]);
}

export function cspComponent(event: EventPayload): GroupingComponent | undefined {
  if (event.csp === undefined) return undefined;
  const report = readCsp(event.csp);
  const inline = report.inlineViolation;
  const violation = leaf('violation', inline === undefined ? undefined : `'${inline}'`);
  const uri = leaf('uri', report.blockedUri);
  if (inline === undefined) ignore(violation, 'not about an inline script');
  else ignore(uri, 'the violation says it');
  return branch('csp', [leaf('salt', report.directive), violation, uri]);
}

const CERTIFICATE_REPORTS = [
  ['hpkp', 'hpkp'],
  ['expectstaple', 'expect-staple'],
  ['expectct', 'expect-ct'],
] as const;

export function certificateComponent(event: EventPayload): GroupingComponent | undefined {
  for (const [key, id] of CERTIFICATE_REPORTS) {
    const report = event[key];
    if (report === undefined) continue;
    const host = report.hostname;
    return branch(id, [leaf('salt', id), leaf('hostname', typeof host === 'string' ? host : 'None')]);
  }
  return undefined;
}

export function messageComponent(event: EventPayload, messages: Messages): GroupingComponent | undefined {
  const text = event.logentry?.message || event.logentry?.formatted;
  return text ? messages.leaf('message', text) : undefined;
}

export interface CspReport {
  directive: string;
  /** The host of a web address, `'self'`, or a bare scheme. */
  blockedUri: string;
  inlineViolation: 'unsafe-inline' | 'unsafe-eval' | undefined;
}

const SELF = "'self'";

export function readCsp(csp: Record<string, unknown>): CspReport {
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  const directive = text(csp.effective_directive);
  const violated = text(csp.violated_directive);
  const blockedUri = normalizedUri(text(csp.blocked_uri));
  const isInline = directive === 'script-src' && blockedUri === SELF;
  return {
    directive,
    blockedUri,
    inlineViolation: !isInline
      ? undefined
      : violated.includes("'unsafe-inline'")
        ? 'unsafe-inline'
        : violated.includes("'unsafe-eval'")
          ? 'unsafe-eval'
          : undefined,
  };
}

function normalizedUri(uri: string): string {
  if (uri === '' || uri === SELF || uri === 'self') return SELF;
  // Browsers report data:, blob: and the like as the scheme alone.
  if (!uri.includes(':')) return `${uri}:`;
  const [, scheme = '', host = ''] = /^(?:([a-z][a-z0-9+.-]*):)?(?:\/\/([^/?#]*))?/i.exec(uri) ?? [];
  if (/^https?$/i.test(scheme)) return host;
  return host === '' ? `${scheme.toLowerCase()}:` : `${scheme.toLowerCase()}://${host}`;
}
