// A shop of one release whose cart is locked a few times: SHOP_RELEASE=shop@1.4.0 SHOP_TIMES=3 node locked-cart.mjs
import * as Sentry from '@sentry/node';

Sentry.init({ dsn: process.env.SENTRY_DSN, release: process.env.SHOP_RELEASE });

// The SDK sends no two like events in a row.
function openCart(customer) {
  throw new Error(`The cart of customer ${customer} is locked`);
}

for (let time = 0; time < Number(process.env.SHOP_TIMES ?? 1); time += 1)
  try {
    openCart(time);
  } catch (error) {
    Sentry.captureException(error);
  }
await Sentry.close(10_000);
