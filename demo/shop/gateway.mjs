// The gateway to the bank, which charges cards. Lines by pino through pino-loki, to Loki's push. node gateway.mjs
// POST /switch {"down": true} is the incident: it answers 503 until it is told otherwise.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import pino from 'pino';

const log = pino({
  base: { hostname: process.env.HOSTNAME },
  transport: {
    target: 'pino-loki',
    options: {
      host: process.env.LOKI_URL,
      basicAuth: { username: 'gateway', password: process.env.LOKI_PASSWORD },
      labels: { service_name: 'gateway' },
      batching: { interval: 1 },
    },
  },
});

let isDown = false;

/** What the caller's request belongs to, in whichever header it says so. */
function traceOf({ headers }) {
  const [, trace_id] =
    /^(?:[0-9a-f]{2}-)?([0-9a-f]{32})-/.exec(headers.traceparent ?? headers['sentry-trace'] ?? '') ?? [];
  return trace_id ? { trace_id } : {};
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

const server = createServer(async (request, response) => {
  const answer = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const body = await bodyOf(request);
  if (request.url === '/switch') {
    isDown = body.down;
    return answer(200, {});
  }
  const { order, cents, user_id } = body;
  const line = log.child({ ...traceOf(request), user_id, order });
  if (isDown) {
    line.error({ status: 503 }, 'POST /charges 503: the bank does not answer');
    return answer(503, { error: 'unavailable' });
  }
  line.info({ status: 200 }, `POST /charges 200: ${cents} cents charged`);
  answer(200, { receipt: randomBytes(4).toString('hex') });
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () =>
  console.log(`gateway is listening on http://127.0.0.1:${server.address().port}`),
);
process.once('SIGTERM', () => log.flush(() => setTimeout(() => process.exit(), 1500)));
