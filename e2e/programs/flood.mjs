// One error again and again, by twenty users in turn: node flood.mjs COUNT
import * as Sentry from '@sentry/node';

Sentry.init({
  dsn: process.env.SENTRY_DSN,
  release: 'shop@1.4.0',
  integrations: (all) => all.filter(({ name }) => name !== 'Dedupe'),
});
const error = () => new Error('Flood of the night');
for (let at = 0; at < Number(process.argv[2]); at += 1)
  Sentry.withScope((scope) => {
    scope.setUser({ id: String(at % 20) });
    Sentry.captureException(error());
  });
await Sentry.flush(10_000);
