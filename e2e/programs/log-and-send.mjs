// A shop that both logs and uses an SDK: node log-and-send.mjs pino|winston ORIGIN KEY, SENTRY_DSN set
import * as Sentry from '@sentry/node';
import pino from 'pino';
import winston from 'winston';
import LokiTransport from 'winston-loki';

const [logger, host, key] = process.argv.slice(2);
Sentry.init({ dsn: process.env.SENTRY_DSN, serverName: 'web-1' });

const loggers = {
  pino: () =>
    pino({
      transport: {
        target: 'pino-loki',
        options: {
          ...{ host, batching: { interval: 1 }, labels: { app: 'shop-pino' } },
          basicAuth: { username: 'any', password: key },
        },
      },
    }),
  winston: () =>
    winston.createLogger({
      format: winston.format.combine(winston.format.errors({ stack: true }), winston.format.json()),
      transports: [
        new LokiTransport({
          host,
          json: true,
          labels: { app: 'shop-winston' },
          basicAuth: `any:${key}`,
          interval: 1,
        }),
      ],
    }),
};
const log = loggers[logger]();

function charge(order) {
  throw new TypeError(`no card for ${order}`);
}

try {
  charge(logger);
} catch (error) {
  log.error(error);
  if (process.env.SENTRY_DSN) Sentry.captureException(error);
}
await Sentry.flush(2000);
setTimeout(() => process.exit(), 2500);
