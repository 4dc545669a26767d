// The same shop with raven 2.6, the Node client before @sentry/node: node raven.cjs STORY
const Raven = require('raven');

Raven.config(process.env.SENTRY_DSN, {
  release: 'shop@1.4.0',
  environment: 'production',
  name: 'web-1',
}).install();

const stories = {
  error() {
    Raven.mergeContext({ user: { id: '42', email: 'ann@example.com' }, tags: { region: 'eu' } });
    Raven.captureBreadcrumb({ category: 'cart', message: 'checkout pressed' });
    Raven.captureException(new TypeError('Card declined'));
  },
  message() {
    Raven.captureMessage('Stock of SKU-7 is low', { level: 'warning' });
  },
};

stories[process.argv[2]]();
