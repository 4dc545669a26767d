// What a service sends in a mixed hour, with @sentry/node: errors of which half are sampled away and some held back by
// its own hook, logs and spans. Prints how many of each it made. node mixed-hour.mjs [limited]
import * as Sentry from '@sentry/node';

const isLimited = process.argv[2] === 'limited';

Sentry.init({
  dsn: process.env.SENTRY_DSN,
  release: 'shop@1.4.0',
  sampleRate: isLimited ? 1 : 0.5,
  tracesSampleRate: isLimited ? 0 : 1,
  enableLogs: true,
  _experiments: { enableLogs: true },
  beforeSend: (event) => (event.exception?.values?.[0]?.value?.includes('secret') ? null : event),
});

const made = { event: 0, log: 0 };
const fail = (text) => {
  made.event += 1;
  Sentry.captureException(new Error(text));
};

if (isLimited) {
  // One after the other, so that the refusal is heard before the next is sent.
  for (let n = 0; n < 10; n += 1) {
    fail(`refused at some time ${n}`);
    await Sentry.flush(2000);
  }
} else {
  for (let n = 0; n < 40; n += 1) fail(`step ${n} of the import failed`);
  for (let n = 0; n < 5; n += 1) fail(`the secret of customer ${n}`);
  Sentry.startSpan({ name: 'GET /checkout', op: 'http.server' }, () => {
    Sentry.startSpan({ name: 'SELECT cart', op: 'db' }, () => {});
  });
  for (let n = 0; n < 7; n += 1, made.log += 1) Sentry.logger.info(`cart ${n} loaded`);
}
await Sentry.flush(2000);
await Sentry.close(2000);
console.log(JSON.stringify(made));
