/** The correlation columns of an event, from wherever the SDK or the framework put them. */
import { type Correlation, findSpelling, normalizeHexId } from '#server/record/correlation.ts';
import type { EventPayload } from '#server/record/event.ts';
import { BOUNDS } from './normalize/bounds.ts';
import { cut } from './normalize/reader.ts';

export function correlateEvent(event: EventPayload): Correlation {
  const tags = new Map(event.tags.map(([key, value]) => [key.toLowerCase(), value]));
  const headers = new Map(event.request?.headers?.map(([key, value]) => [key.toLowerCase(), value]));
  const extra = texts(event.extra);
  const app = texts(event.contexts?.app);
  const trace = texts(event.contexts?.trace);
  const resource = texts(event.contexts?.otel?.resource as Record<string, unknown> | undefined);
  return bounded({
    trace_id: hex(event.contexts?.trace?.trace_id) || findSpelling('trace_id', tags, extra, headers),
    span_id: hex(event.contexts?.trace?.span_id) || findSpelling('span_id', tags, extra),
    user_id: event.user?.id ?? findSpelling('user_id', tags, extra),
    session_id: findSpelling('session_id', tags, extra, app, texts(event.user?.data)),
    request_id: findSpelling('request_id', tags, extra, headers, trace),
    service: findSpelling('service', tags, resource, extra),
    host: event.server_name ?? findSpelling('host', tags, resource),
    release: event.release ?? findSpelling('release', resource),
    environment: event.environment ?? findSpelling('environment', resource),
  });
}

/** Tags and the event's own fields are short already; what was found in free-form data may be a document. */
function bounded(found: Correlation): Correlation {
  for (const name in found) {
    const value = found[name as keyof Correlation];
    if (value.length > BOUNDS.fieldChars) found[name as keyof Correlation] = cut(value, BOUNDS.fieldChars);
  }
  return found;
}

function hex(value: unknown): string {
  return typeof value === 'string' ? normalizeHexId(value) : '';
}

/** The plain values of free-form data, names in lower case. */
function texts(data: Record<string, unknown> | undefined): ReadonlyMap<string, string> | undefined {
  if (!data || typeof data !== 'object') return undefined;
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(data))
    if (typeof value === 'string' || typeof value === 'number') found.set(key.toLowerCase(), String(value));
  return found;
}
