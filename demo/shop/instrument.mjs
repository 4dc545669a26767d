// Sentry, before everything else: node --import ./instrument.mjs web.mjs. As its documentation has it for Node.
import * as Sentry from '@sentry/node';

/** Where the lines of log.mjs go. */
const LOGS = process.env.OTEL_EXPORTER_OTLP_ENDPOINT ?? 'http://localhost:4318';

Sentry.init({
  dsn: process.env.SENTRY_DSN,
  release: process.env.SHOP_RELEASE,
  environment: 'production',
  serverName: process.env.HOSTNAME,
  // Without tracing, no request tells the next service to which trace it belongs.
  ...(process.env.SHOP_TRACES === 'no'
    ? { tracePropagationTargets: [] }
    : { tracesSampleRate: 1, propagateTraceparent: true }),
  integrations: (defaults) => [
    // It leaves out an error that is like the one before it; here every customer is to be counted.
    ...defaults.filter(({ name }) => name !== 'Dedupe'),
    Sentry.httpIntegration({ ignoreOutgoingRequests: (url) => url.startsWith(LOGS) }),
  ],
});
