/**
 * A shop whose payments fail: one PaymentError for each of so many users, by the real @sentry/node, which sends an error
 * that is like the one before only once.
 */
import * as Sentry from '@sentry/node';

const [first, last] = process.argv.slice(2).map(Number);

class PaymentError extends Error {
  name = 'PaymentError';
}

Sentry.init({ dsn: process.env.SENTRY_DSN, environment: 'production', release: 'shop@1.4.0' });
for (let user = first; user <= last; user++)
  Sentry.withScope((scope) => {
    scope.setUser({ id: String(user) });
    Sentry.captureException(new PaymentError(`order ${user}: gateway answered 503`));
  });
if (!(await Sentry.flush(10_000))) process.exit(1);
