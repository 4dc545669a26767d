// The shop's web service: what a customer asks for, asked of the services behind it. Errors by @sentry/node, lines by
// OpenTelemetry. node --import ./instrument.mjs web.mjs
import { createServer } from 'node:http';
import * as Sentry from '@sentry/node';
import { log } from './log.mjs';

const PAYMENTS = process.env.PAYMENTS_URL;

async function checkout(user, { order, cents }) {
  log.info(`cart of order ${order}: ${cents} cents`, { 'user.id': user, order });
  const answer = await fetch(`${PAYMENTS}/payments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ order, cents, user_id: user }),
  });
  if (!answer.ok) {
    log.error(`checkout of order ${order} failed: payments answered ${answer.status}`, {
      'user.id': user,
      order,
    });
    return { status: 502, body: { error: 'Your card was not charged. Please try again.' } };
  }
  log.info(`order ${order} placed`, { 'user.id': user, order });
  return { status: 200, body: await answer.json() };
}

const ROUTES = { 'POST /checkout': checkout };

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {};
}

const server = createServer(async (request, response) => {
  const answer = ({ status, body }) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const user = /(?:^|; )user=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
  Sentry.setUser(user ? { id: user } : null);
  const route = ROUTES[`${request.method} ${request.url}`];
  if (!route) return answer({ status: 404, body: { error: 'There is no such page.' } });
  try {
    answer(await route(user, await bodyOf(request)));
  } catch (error) {
    Sentry.captureException(error);
    log.error(`${request.method} ${request.url} failed: ${error.message}`, { 'user.id': user });
    answer({ status: 500, body: { error: 'Something went wrong.' } });
  }
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () =>
  console.log(`web is listening on http://127.0.0.1:${server.address().port}`),
);
