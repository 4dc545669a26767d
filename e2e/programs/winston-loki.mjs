// A small shop that logs with winston through winston-loki: node winston-loki.mjs ORIGIN KEY json|protobuf
import winston from 'winston';
import LokiTransport from 'winston-loki';

const [host, key, form] = process.argv.slice(2);
const log = winston.createLogger({
  transports: [
    new LokiTransport({
      host,
      json: form === 'json',
      labels: { app: `shop-winston-${form}` },
      basicAuth: `any:${key}`,
      interval: 1,
      format: winston.format.json(),
    }),
  ],
});
log.info('order 17 placed', { labels: { region: 'eu' }, userId: 42 });
log.error('card declined');
log.warn('stock is "low"');
setTimeout(() => process.exit(), 2500);
