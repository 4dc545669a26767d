// Lines of services without an SDK: pino through pino-loki, to Loki's push.
import pino from 'pino';

const { HOSTNAME, LOKI_URL, LOKI_PASSWORD, SERVICE } = process.env;

export const log = pino({
  base: { hostname: HOSTNAME },
  transport: {
    target: 'pino-loki',
    options: {
      host: LOKI_URL,
      basicAuth: { username: SERVICE, password: LOKI_PASSWORD },
      labels: { service_name: SERVICE },
      batching: { interval: 1 },
    },
  },
});

/** The trace that a request belongs to, in whichever header it says so. */
export function traceOf({ headers }) {
  const header = headers.traceparent ?? headers['sentry-trace'] ?? '';
  const [, trace_id] = /^(?:[0-9a-f]{2}-)?([0-9a-f]{32})-/.exec(header) ?? [];
  return trace_id ? { trace_id } : {};
}

/** pino-loki sends once a second: what waits is sent before the end. */
process.once('SIGTERM', () => log.flush(() => setTimeout(() => process.exit(), 1500)));
