// A small shop that logs through @sentry/node in the ways people have: Sentry's own logger, the console, pino and winston,
// beside an error of the same trace. Needs pino and winston: node shop-logs.mjs
import * as Sentry from '@sentry/node';
import winston from 'winston';

Sentry.init({
  dsn: process.env.SENTRY_DSN,
  release: 'shop@1.4.0',
  environment: 'production',
  serverName: 'web-1',
  tracesSampleRate: 0,
  enableLogs: true,
  integrations: [
    Sentry.consoleLoggingIntegration({ levels: ['warn', 'error'] }),
    Sentry.pinoIntegration({ log: { levels: ['info', 'warn', 'error'] } }),
  ],
});
// After Sentry, so that its integration sees pino load.
const { default: pino } = await import('pino');

Sentry.setUser({ id: '42', email: 'ann@example.com', username: 'ann' });
const { logger } = Sentry;
logger.info(logger.fmt`cart of ${'ann'} loaded with ${3} items`, {
  cart_id: 'c-17',
  total: 59.9,
  gift: false,
});
logger.warn('provider is slow', { took_ms: 2300, order: 9007199254740991 });
logger.fatal('payment gave up');
console.error('card declined for order %s', 5990);

const nowhere = { write: () => {} };
pino({ name: 'shop-pino' }, nowhere).error(
  { requestId: 'r-9', err: new Error('card declined') },
  'payment failed',
);

const SentryTransport = Sentry.createSentryWinstonTransport(winston.Transport);
winston
  .createLogger({ level: 'debug', transports: [new SentryTransport()] })
  .info('order placed', { orderId: 17, region: 'eu' });

Sentry.captureException(new Error('Order 5990 was not paid'));
await Sentry.flush(2000);
await Sentry.close(2000);
