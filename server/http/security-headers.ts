/**
 * What a browser may do with our pages: everything comes from and goes to this server, nothing is embedded, nothing
 * is inline, nothing is guessed. Senders never see these headers: they are not set on ingest routes.
 */
import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/** Seconds a browser remembers to use https only. Sent only when people reach us by https. */
const HSTS_SECONDS = 180 * 24 * 3600;

export async function setSecurityHeaders(scope: FastifyInstance, publicUrl: string): Promise<void> {
  await scope.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        // Scripts may set styles one by one; style elements and attributes written as text are nobody's here.
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        workerSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        // No page makes HTML or scripts from text; a library that begins to would be stopped and seen in the tests.
        requireTrustedTypesFor: ["'script'"],
      },
    },
    strictTransportSecurity: publicUrl.startsWith('https:')
      ? { maxAge: HSTS_SECONDS, includeSubDomains: false }
      : false,
    // Addresses here name issues and people: they stay on this site.
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
}
