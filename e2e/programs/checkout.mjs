// The shop's checkout service: it serves real requests and asks a payment provider that has begun to answer 503.
// node checkout.mjs [CUSTOMERS] [DAYS]: so many customers pay, spread over so many days before now, the last one now.
import { once } from 'node:events';
import { createServer } from 'node:http';
import * as Sentry from '@sentry/node';

const [customers = 1, days = 0] = process.argv.slice(2).map(Number);
const NAMES = ['ada', 'grace', 'alan', 'edsger', 'barbara', 'donald', 'margaret', 'ken', 'frances', 'dennis'];
const REGIONS = ['eu-central', 'eu-central', 'eu-west', 'us-east'];
const SECONDS_PER_DAY = 86_400;

Sentry.init({
  dsn: process.env.SENTRY_DSN,
  release: 'checkout@2.14.1',
  environment: 'production',
  serverName: 'checkout-7c9f',
  sendDefaultPii: true,
  includeLocalVariables: true,
  // Paths as a build machine has them, not as this one.
  integrations: [Sentry.rewriteFramesIntegration({ root: import.meta.dirname, prefix: 'app:///' })],
});

class ProviderError extends Error {
  name = 'ProviderError';
}
class PaymentError extends Error {
  name = 'PaymentError';
}

/** Moves what one customer met into the past: everything but the order stays as the SDK made it. */
function happenedDaysAgo(age) {
  const shift = age * SECONDS_PER_DAY;
  Sentry.getIsolationScope().addEventProcessor((event) => {
    event.timestamp -= shift;
    for (const breadcrumb of event.breadcrumbs ?? []) breadcrumb.timestamp -= shift;
    if (age > 4) event.release = 'checkout@2.14.0';
    return event;
  });
}

async function listen(handler) {
  const server = createServer(handler);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const provider = await listen((request, response) => {
  request.resume();
  // A connection kept alive would tell its breadcrumbs to the customer who opened it.
  response.setHeader('connection', 'close');
  if (request.url === '/v1/charges')
    response.writeHead(503, { 'retry-after': '30' }).end('upstream overloaded');
  else response.end('{"cards":["visa"]}');
});
const providerUrl = `http://127.0.0.1:${provider.address().port}`;

async function charge(order) {
  const attempt = 2;
  const answer = await fetch(`${providerUrl}/v1/charges`, { method: 'POST', body: JSON.stringify(order) });
  if (!answer.ok)
    throw new ProviderError(`Charge for ${order.id} answered ${answer.status} (attempt ${attempt})`);
  return answer.json();
}

let orders = 0;
async function pay(customer, cart) {
  orders += 1;
  const order = { id: `A-${1000 + orders}`, amount: cart.total, currency: 'EUR', customer };
  try {
    return await charge(order);
  } catch (cause) {
    throw new PaymentError(`Order could not be paid: ${order.amount} ${order.currency}`, { cause });
  }
}

const checkout = await listen(async (request, response) => {
  const customer = request.headers['x-customer'];
  // The SDK reads along and keeps the body.
  request.on('data', () => {});
  await once(request, 'end');
  const items = 2 + (NAMES.indexOf(customer) % 4);
  const cart = { items, total: items * 19.5, coupon: 'SPRING' };
  happenedDaysAgo(Number(request.headers['x-days-ago']));
  Sentry.setUser({
    id: String(41 + NAMES.indexOf(customer)),
    username: customer,
    email: `${customer}@example.com`,
  });
  Sentry.setTag('region', request.headers['x-region']);
  Sentry.setTag('payment.provider', 'acquire');
  Sentry.setContext('cart', cart);
  Sentry.getIsolationScope().setTransactionName('POST /checkout');
  console.log(`cart of ${customer} loaded: ${cart.items} items`);
  await fetch(`${providerUrl}/v1/cards?customer=${customer}`);
  Sentry.addBreadcrumb({ category: 'cart', message: 'coupon SPRING applied', data: { discount: 6.5 } });
  console.warn('provider is slow: 2300 ms');
  try {
    await pay(customer, cart);
  } catch (error) {
    Sentry.withScope((scope) => {
      scope.addAttachment({
        filename: 'cart.json',
        data: JSON.stringify(cart),
        contentType: 'application/json',
      });
      Sentry.captureException(error);
    });
    response.statusCode = 502;
  }
  response.end();
});

for (let n = 0; n < customers; n += 1) {
  // Rare at first, then more and more often.
  const daysAgo = customers < 2 ? 0 : days * (1 - Math.sqrt(n / (customers - 1)));
  // The customer is nobody the service knows: what their browser does is no breadcrumb of its own.
  await Sentry.withIsolationScope(() =>
    fetch(`http://127.0.0.1:${checkout.address().port}/checkout?step=pay`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent':
          'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
        'x-customer': NAMES[n % NAMES.length],
        'x-region': REGIONS[n % REGIONS.length],
        'x-days-ago': String(daysAgo),
      },
      body: '{"pay":"card"}',
    }),
  );
}
await Sentry.flush(5000);
for (const server of [checkout, provider]) {
  server.closeAllConnections();
  server.close();
}
