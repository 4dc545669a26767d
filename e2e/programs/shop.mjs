// A small shop that fails in the ways an SDK reports. Runs with @sentry/node 7 to 11: node shop.mjs STORY
import * as Sentry from '@sentry/node';

const story = process.argv[2];
const isTraced = story === 'not-kept';

Sentry.init({
  dsn: process.env.SENTRY_DSN,
  release: 'shop@1.4.0',
  environment: 'production',
  serverName: 'web-1',
  tracesSampleRate: isTraced ? 1 : 0,
  enableLogs: true,
  _experiments: { enableLogs: true },
  sendDefaultPii: true,
});

class PaymentError extends Error {
  constructor(message, options) {
    super(message, options);
    this.name = 'PaymentError';
  }
}

function charge(cents) {
  throw new PaymentError(`Card declined for order ${cents}`);
}

const stories = {
  error() {
    Sentry.setUser({ id: '42', email: 'ann@example.com', username: 'ann' });
    Sentry.setTag('region', 'eu');
    Sentry.setContext('cart', { items: 3, total: 59.9 });
    Sentry.setExtra('attempt', 2);
    Sentry.addBreadcrumb({
      category: 'cart',
      message: 'checkout pressed',
      level: 'info',
      data: { items: 3 },
    });
    try {
      charge(5990);
    } catch (error) {
      Sentry.captureException(error);
    }
  },
  cause() {
    const refused = new TypeError('fetch failed', {
      cause: new Error('connect ECONNREFUSED 192.0.2.10:443'),
    });
    Sentry.captureException(new PaymentError('Payment provider is down', { cause: refused }));
    Sentry.captureException(
      new AggregateError([new RangeError('amount'), new PaymentError('currency')], 'Order is invalid'),
    );
  },
  message() {
    Sentry.captureMessage('Stock of SKU-7 is low', 'warning');
  },
  'unhandled-rejection'() {
    Promise.reject(new PaymentError('Nobody awaited this'));
  },
  'uncaught-exception'() {
    setTimeout(() => charge(100), 1);
  },
  attachment() {
    const attachments = [
      { filename: 'cart.json', data: '{"items":3}\n{"items":4}\n', contentType: 'application/json' },
      { filename: 'bytes.bin', data: new Uint8Array([0, 10, 13, 123, 255]) },
    ];
    Sentry.withScope((scope) => {
      for (const attachment of attachments) scope.addAttachment(attachment);
      Sentry.captureException(new PaymentError('With files'));
    });
  },
  'check-in'() {
    const monitor = {
      schedule: { type: 'crontab', value: '0 3 * * *' },
      checkinMargin: 5,
      maxRuntime: 30,
      timezone: 'Europe/Vienna',
    };
    const checkInId = Sentry.captureCheckIn(
      { monitorSlug: 'nightly-invoices', status: 'in_progress' },
      monitor,
    );
    Sentry.captureCheckIn({ checkInId, monitorSlug: 'nightly-invoices', status: 'ok', duration: 0.25 });
  },
  feedback() {
    const associatedEventId = Sentry.captureException(new PaymentError('The user saw this'));
    Sentry.captureFeedback({
      name: 'Ann',
      email: 'ann@example.com',
      message: 'The pay button does nothing',
      associatedEventId,
    });
  },
  'not-kept'() {
    Sentry.startSpan({ name: 'GET /checkout', op: 'http.server' }, () => {
      Sentry.startSpan({ name: 'SELECT cart', op: 'db' }, () => {});
      Sentry.logger?.info('cart loaded', { items: 3 });
      Sentry.logger?.error('payment slow');
      Sentry.metrics?.count?.('checkouts', 1);
    });
  },
  async sessions() {
    const { createServer } = await import('node:http');
    const server = createServer((request, response) => {
      if (request.url === '/broken') Sentry.captureException(new PaymentError('One request failed'));
      response.end();
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address();
    for (const path of ['/', '/', '/broken']) await (await fetch(`http://127.0.0.1:${port}${path}`)).text();
    server.closeAllConnections();
    server.close();
  },
  async 'rate-limited'() {
    // What is answered 429 mutes the SDK; what it then drops it tells when it closes.
    for (const message of ['first', 'second', 'third']) {
      Sentry.captureMessage(message);
      await Sentry.flush(2000);
    }
  },
};

await stories[story]();
if (!story.startsWith('un')) {
  await Sentry.flush(2000);
  await Sentry.close(2000);
}
