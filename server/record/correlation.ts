/**
 * The columns that tie events, log records and spans together, and how SDKs and frameworks spell them. The
 * table is data: a new spelling is one word here and one line in the test.
 */

/** Empty string: not known. */
export interface Correlation {
  trace_id: string;
  span_id: string;
  user_id: string;
  session_id: string;
  request_id: string;
  service: string;
  host: string;
  release: string;
  environment: string;
}

/** Spellings per column, the more specific first; compared in lower case. */
export const SPELLINGS: Readonly<Record<keyof Correlation, readonly string[]>> = {
  trace_id: [
    'trace_id',
    'traceid',
    'trace.id',
    'traceparent',
    'dd.trace_id',
    'otel.trace_id',
    'x-b3-traceid',
    'sentry-trace',
  ],
  span_id: [
    'span_id',
    'spanid',
    'span.id',
    'dd.span_id',
    'x-b3-spanid',
    'transaction.id',
    'sentry.trace.parent_span_id',
  ],
  user_id: ['user.id', 'user_id', 'userid', 'usr.id', 'enduser.id', 'sub', 'uid'],
  session_id: ['session.id', 'session_id', 'sessionid', 'sid'],
  request_id: [
    'request_id',
    'request.id',
    'requestid',
    'http.request_id',
    'http.request.id',
    'x-request-id',
    'x_request_id',
    'x-correlation-id',
    'correlation_id',
    'correlationid',
    'reqid',
    'req.id',
    'x-amzn-requestid',
    'cf-ray',
  ],
  service: ['service.name', 'service_name', 'service', 'app', 'application', 'dd.service'],
  host: [
    'host.name',
    'hostname',
    'host',
    'server_name',
    'server.address',
    'kubernetes.pod_name',
    'k8s.pod.name',
  ],
  release: ['release', 'service.version', 'version', 'dd.version', 'sentry.release'],
  environment: [
    'deployment.environment.name',
    'deployment.environment',
    'environment',
    'env',
    'dd.env',
    'sentry.environment',
  ],
};

/** The first value any spelling of the column has in the pairs looked through; names compared in lower case. */
export function findSpelling(
  column: keyof Correlation,
  ...sources: (ReadonlyMap<string, string> | undefined)[]
): string {
  for (const source of sources) {
    if (!source || source.size === 0) continue;
    for (const name of SPELLINGS[column]) {
      const value = source.get(name);
      if (value) return column === 'trace_id' || column === 'span_id' ? correlationId(column, value) : value;
    }
  }
  return '';
}

/** A trace or span id as hex: alone, or inside a traceparent (`00-TRACE-SPAN-01`) or sentry-trace header. */
export function correlationId(column: 'trace_id' | 'span_id', value: string): string {
  // Shorter than both ids: the usual case, and this is asked for every record of a flood.
  if (value.length < 49) return normalizeHexId(value);
  const header = /^(?:[0-9a-f]{2}-)?([0-9a-f]{32})-([0-9a-f]{16})/i.exec(value);
  if (header) return (column === 'trace_id' ? header[1]! : header[2]!).toLowerCase();
  return normalizeHexId(value);
}

/** `4BF9…` or a dashed UUID as lower-case hex without dashes; other ids as they are, at most 64 characters. */
export function normalizeHexId(value: string): string {
  const bare = value.replaceAll('-', '').toLowerCase();
  return /^[0-9a-f]{8,64}$/.test(bare) ? bare : value.slice(0, 64).toWellFormed();
}
