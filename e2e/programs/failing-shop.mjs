/** A shop of which a part of the requests fail, with @sentry/node and its logs: each request is a trace of its own. */
import * as Sentry from '@sentry/node';

Sentry.init({
  dsn: process.env.SENTRY_DSN,
  enableLogs: true,
  release: 'shop@1.4.0',
  environment: 'production',
  serverName: 'web-1',
});

// Of two equal errors in a row the SDK sends one.
class PaymentError extends Error {
  name = 'PaymentError';
}

for (let request = 0; request < 120; request += 1)
  Sentry.startNewTrace(() => {
    Sentry.logger.info(`POST /pay began for order ${request}`, { shelf: String(request % 7) });
    if (request % 5 > 0) {
      Sentry.logger.info(`order ${request} is paid`);
      return;
    }
    Sentry.logger.warn(`upstream answered 503 after ${request} ms`, { provider: 'acme-pay' });
    Sentry.captureException(new PaymentError(`the provider is away for order ${request}`));
  });

await Sentry.flush(20_000);
