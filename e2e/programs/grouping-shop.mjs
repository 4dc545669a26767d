// A shop whose errors could be grouped in more than one way. Once through: node grouping-shop.mjs
import * as Sentry from '@sentry/node';

Sentry.init({ dsn: process.env.SENTRY_DSN, release: 'shop@1.0.0', serverName: 'web-1' });

class TimeoutError extends Error {
  name = 'TimeoutError';
}
class CardError extends Error {
  name = 'CardError';
}

function pay() {
  throw new TimeoutError('pool is empty');
}
function ship() {
  throw new TimeoutError('no answer from the carrier');
}
function charge(card, retry) {
  if (retry) chargeAgain(card);
  throw new CardError(`card ${card} was declined`);
}
function chargeAgain(card) {
  throw new CardError(`card ${card} was declined`);
}

function report(run, user, region) {
  try {
    run();
  } catch (error) {
    Sentry.withScope((scope) => {
      scope.setUser({ id: user });
      scope.setTag('region', region);
      Sentry.captureException(error);
    });
  }
}

// The SDK sends the same error once when it comes twice in a row.
const orders = [
  [pay, 'ada', 'eu'],
  [ship, 'ada', 'eu'],
  [pay, 'grace', 'us'],
  [() => charge(4242, false), 'ada', 'eu'],
  [() => charge(9999, true), 'grace', 'us'],
];
for (const [run, user, region] of orders) report(run, user, region);
await Sentry.flush(10_000);
