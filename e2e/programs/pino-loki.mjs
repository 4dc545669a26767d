// A small shop that logs with pino through pino-loki: node pino-loki.mjs ORIGIN KEY
import pino from 'pino';

const [host, key] = process.argv.slice(2);
const log = pino({
  transport: {
    target: 'pino-loki',
    options: {
      host,
      batching: { interval: 1 },
      basicAuth: { username: 'any', password: key },
      labels: { app: 'shop-pino' },
    },
  },
});
log.info({ userId: 42 }, 'order 17 placed');
log.error(new Error('card declined'));
log.warn('stock is low');
setTimeout(() => process.exit(), 2500);
