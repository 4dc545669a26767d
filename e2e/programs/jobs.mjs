/** Jobs with the real @sentry/node: withMonitor, and the integration of the package cron. */
import * as Sentry from '@sentry/node';

Sentry.init({ dsn: process.env.SENTRY_DSN, environment: 'staging' });
const [, , story] = process.argv;
const SCHEDULE = { type: 'interval', value: 2, unit: 'hour' };

try {
  await Sentry.withMonitor(
    'send-newsletter',
    async () => {
      if (story === 'fails') throw new Error('the mail server refuses');
    },
    { schedule: SCHEDULE, checkinMargin: 15, maxRuntime: 10 },
  );
} catch {}

if (story === 'cron') {
  /** What the package cron has of a constructor; the SDK wraps it, and sends the schedule by itself. */
  class CronJob {
    constructor(_time, onTick) {
      this.onTick = onTick;
    }
  }
  const Checked = Sentry.cron.instrumentCron(CronJob, 'clean-carts');
  await new Checked('0 */6 * * *', () => {}, null, true, 'Europe/Vienna').onTick();
}
await Sentry.flush(5_000);
