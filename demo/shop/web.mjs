// The shop's web service: what a customer asks for, asked of the services behind it. Errors by @sentry/node, lines by
// OpenTelemetry. node --import ./instrument.mjs web.mjs
import * as Sentry from '@sentry/node';
import { log } from './log.mjs';
import { serve } from './pages.mjs';

const { PAYMENTS_URL, ORDERS_URL, RECOMMENDATIONS_URL, SHIPPING_URL, QUEUE_URL } = process.env;
/** Hosts that are asked in turn. */
const STOCK_URLS = Object.keys(process.env)
  .filter((name) => /^STOCK_\d+_URL$/.test(name))
  .map((name) => process.env[name]);
const ORDERS_MS_MAX = 1500;

const post = (url, body, headers) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** Who asks; from here on errors carry it, and so do the lines. */
function userOf(request) {
  const id = /(?:^|; )user=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
  Sentry.setUser(id ? { id } : null);
  return id;
}

async function checkout({ body, request }) {
  const user = userOf(request);
  log.info(`cart of order ${body.order}: ${body.cents} cents`, { 'user.id': user, order: body.order });
  const { order, cents } = body;
  const answer = await post(`${PAYMENTS_URL}/payments`, { order, cents, user_id: user });
  if (!answer.ok) {
    log.error(`checkout of order ${order} failed: payments answered ${answer.status}`, {
      'user.id': user,
      order,
    });
    return { status: 502, body: { error: 'Your card was not charged. Please try again.' } };
  }
  log.info(`order ${order} placed`, { 'user.id': user, order });
  return { body: await answer.json() };
}

async function orders({ request }) {
  const user = userOf(request);
  log.info('orders are looked at', { 'user.id': user });
  const answer = await fetch(`${ORDERS_URL}/orders?user_id=${user}`, {
    signal: AbortSignal.timeout(ORDERS_MS_MAX),
  });
  return { body: await answer.json() };
}

let turn = 0;
/** The next host in turn, and those after it while one cannot be reached at all. */
async function askStock(path) {
  for (let left = STOCK_URLS.length; ; left -= 1) {
    turn = (turn + 1) % STOCK_URLS.length;
    try {
      return await fetch(`${STOCK_URLS[turn]}${path}`);
    } catch (error) {
      if (left <= 1) throw error;
    }
  }
}

async function product({ query, request }) {
  const user = userOf(request);
  const sku = query.get('sku');
  log.info(`product ${sku} is looked at`, { 'user.id': user });
  const { stock } = await (await askStock(`/stock?sku=${sku}&user_id=${user}`)).json();
  return { body: { sku, available: stock.quantity > 0 } };
}

async function home({ request }) {
  const user = userOf(request);
  log.info('front page', { 'user.id': user });
  const answer = await fetch(`${RECOMMENDATIONS_URL}/recommendations?user_id=${user}`);
  return { body: await answer.json() };
}

async function ship({ body: { order }, request }) {
  const user = userOf(request);
  log.info(`order ${order} is packed`, { 'user.id': user, order });
  const answer = await post(`${SHIPPING_URL}/labels`, { order, user_id: user });
  const { label } = await answer.json();
  if (!label) throw new Error(`order ${order} cannot be shipped: it has no label`);
  return { body: { label } };
}

async function invoice({ body: { order, address }, request }) {
  const user = userOf(request);
  if (!address)
    log.warn(`order ${order} has no address, its invoice is queued without`, { 'user.id': user, order });
  await post(`${QUEUE_URL}/messages`, { order, address, user_id: user, trace: Sentry.getTraceData() });
  log.info(`invoice of order ${order} queued`, { 'user.id': user, order });
  return { status: 202 };
}

serve(
  'web',
  {
    'POST /checkout': checkout,
    'GET /orders': orders,
    'GET /product': product,
    'GET /home': home,
    'POST /ship': ship,
    'POST /invoice': invoice,
  },
  (error, request) => {
    Sentry.captureException(error);
    log.error(`${request.method} ${request.url} failed: ${error.message}`, { 'user.id': userOf(request) });
  },
);
