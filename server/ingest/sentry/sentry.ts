/**
 * The door that every Sentry SDK knocks at, by DSN: bytes to records, one file per way in.
 * Facts: https://develop.sentry.dev/sdk/, and what real SDKs send (fixtures/sentry).
 */
import type { Protocol } from '#server/ingest/protocol.ts';
import { refuse } from './answers.ts';
import { attachmentsRoute } from './attachments.ts';
import { cronRoutes } from './cron.ts';
import { envelopeRoutes } from './envelope.ts';
import { minidumpRoute } from './minidump.ts';
import { securityRoutes } from './security.ts';
import { storeRoutes } from './store.ts';
import { unrealRoute } from './unreal.ts';
import { userFeedbackRoutes } from './user-feedback.ts';

export const sentryProtocol: Protocol = {
  name: 'sentry',
  sends: 'events',
  // Any page may send. Without the exposed headers a browser SDK could not see that it is rate-limited.
  cors: {
    allowHeaders:
      'x-sentry-auth, x-requested-with, x-forwarded-for, origin, referer, accept, content-type, authentication, authorization, content-encoding, transfer-encoding, sentry-trace, baggage',
    exposeHeaders: 'x-sentry-error, x-sentry-rate-limits, retry-after',
    maxAgeSeconds: 3600,
  },
  routes: [
    ...envelopeRoutes,
    ...storeRoutes,
    ...securityRoutes,
    minidumpRoute,
    unrealRoute,
    attachmentsRoute,
    ...cronRoutes,
    ...userFeedbackRoutes,
  ],
  refuse,
};
