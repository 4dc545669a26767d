/**
 * The one HTTP listener: senders' routes, people's routes, the web, health. It knows none of them; main hands
 * them over. What is always true here: every error becomes an answer in one place, every wait has a limit, and
 * a sender's request passes no hook that is meant for people.
 */
import { randomBytes } from 'node:crypto';
import fastify, {
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyPluginCallback,
  type FastifyReply,
} from 'fastify';
import type { Log } from '#server/platform/log.ts';
import type { Metrics } from '#server/platform/metrics.ts';
import { pathPrefix } from '#server/platform/path-prefix.ts';
import { createAllowedMethods } from './allowed-methods.ts';
import { answerClientError, answerHalfClosed, answerOddRequests } from './client-error.ts';
import { errorAnswer } from './error-answer.ts';
import { type Health, serveHealth } from './health.ts';
import { describeApi } from './openapi.ts';
import type { Reject } from './reject.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { serveWeb } from './web.ts';
import { asksForWebSocket, takeWebSockets } from './web-sockets.ts';

type Plugin = FastifyPluginAsync | FastifyPluginCallback;

export interface ListenerOptions {
  log: Log;
  metrics: Metrics;
  reject: Reject;
  version: string;
  /** Empty when it is not known: then https is not assumed. */
  publicUrl: string;
  trustedProxies: number;
  /** Senders' routes. They read their bodies themselves. */
  ingest: Plugin[];
  /** Hooks and decorations that all people's routes share: who is asking. Runs in their scope, before them. */
  viewers: FastifyPluginAsync[];
  /** People's routes, one plugin per noun. */
  nouns: Plugin[];
  health: Health;
  /** Where the built web lies. Without an index.html in it only the APIs are served. */
  webDirectory: string;
  /** For tests that cannot wait. */
  timeouts?: Partial<typeof TIMEOUTS>;
}

export interface Listener {
  app: FastifyInstance;
  /** Resolves with the address, e.g. `http://127.0.0.1:4000`. */
  listen(host: string, port: number): Promise<string>;
  /** Takes no more, lets requests under way finish, cuts what is left after a while. */
  close(): Promise<void>;
}

/** Milliseconds. Slow senders hold a socket and nothing else until they run out. */
const TIMEOUTS = {
  /** Until the headers are there. They fit one packet; a phone on a bad line needs seconds, not minutes. */
  headersMs: 15_000,
  /** Until the whole request is there: the largest body (100 MB) at 7 Mbit/s. */
  requestMs: 120_000,
  /** Idle between two requests. Longer than the 60 s of common load balancers, so that they close first. */
  keepAliveMs: 65_000,
  /** Nothing moves on a socket, as with a reader that stopped reading. Longer than a request may take, which is answered. */
  stillMs: 180_000,
  /** How often Node looks for those that ran out. */
  checkMs: 5_000,
  /** How long close() waits for requests under way. */
  closeMs: 10_000,
};

/** Sockets open at once; more are closed unanswered. 2,000 idle ones cost about 20 MB. */
const CONNECTIONS_MAX = 10_000;

/** Bytes of all headers of one request. Twice Node's default: cookies and baggage of large sites come along. */
const HEADER_BYTES_MAX = 32 * 1024;

/** Characters of one path parameter: a release name is up to 250 characters, each up to three when encoded. */
const PARAM_LENGTH_MAX = 1024;

/** Bytes of a JSON body of our own API. Ingest routes have their own limits. */
const API_BODY_BYTES_MAX = 1024 * 1024;

export async function createListener(options: ListenerOptions): Promise<Listener> {
  const { log, metrics, reject } = options;
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  const allowedMethods = createAllowedMethods();

  const prefix = pathPrefix(options.publicUrl);

  const app = fastify({
    // Pages and DSNs carry the path of the public address; a proxy may or may not have taken it off.
    rewriteUrl: ({ url = '/' }) => withoutPrefix(url, prefix),
    // Our own log speaks of errors only; a line per request would be most of the log.
    logger: false,
    genReqId: requestIds(),
    // The socket is hop 0, the last entry of X-Forwarded-For hop 1.
    trustProxy: options.trustedProxies > 0 && ((_address, hop) => hop < options.trustedProxies),
    requestTimeout: timeouts.requestMs,
    connectionTimeout: timeouts.stillMs,
    keepAliveTimeout: timeouts.keepAliveMs,
    bodyLimit: API_BODY_BYTES_MAX,
    return503OnClosing: false,
    routerOptions: { maxParamLength: PARAM_LENGTH_MAX },
    http: {
      headersTimeout: timeouts.headersMs,
      connectionsCheckingInterval: timeouts.checkMs,
      maxHeaderSize: HEADER_BYTES_MAX,
      // Node would refuse without a word; the hook below says why.
      requireHostHeader: false,
      shouldUpgradeCallback: asksForWebSocket,
    },
    frameworkErrors: (error, request, reply) => {
      void sendError(error, request.id, reply);
    },
    clientErrorHandler: (error, socket) => answerClientError(error, socket, reject),
  });
  app.server.maxConnections = CONNECTIONS_MAX;
  answerHalfClosed(app.server);
  answerOddRequests(app.server, reject);
  takeWebSockets(app, reject);

  app.setErrorHandler((error, request, reply) => sendError(error, request.id, reply));
  app.addHook('onRequest', (request, _reply, done) => {
    const hostMissing = request.raw.headers.host === undefined && request.raw.httpVersion === '1.1';
    done(hostMissing ? reject('http_invalid', 'no Host header') : undefined);
  });
  app.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) if (route.url !== '*') allowedMethods.add(method, route.url);
  });

  for (const plugin of options.ingest) await app.register(plugin);

  await app.register(async (people) => {
    countAnswers(people, metrics);
    await setSecurityHeaders(people, options.publicUrl);
    await describeApi(people, options.version, prefix);
    // Called, not registered: a registered plugin would keep its hooks to itself.
    for (const plugin of options.viewers) await plugin(people, {});
    for (const plugin of options.nouns) await people.register(plugin);
  });

  await app.register(async (web) => {
    countAnswers(web, metrics);
    await setSecurityHeaders(web, options.publicUrl);
    serveHealth(web, options.health, metrics);
    await serveWeb(web, { directory: options.webDirectory, prefix, reject, allowedMethods });
  });

  await app.ready();

  function sendError(error: unknown, requestId: string, reply: FastifyReply) {
    const answer = errorAnswer(error, requestId, reject);
    if (answer.bug)
      log.error(
        { err: error, request: requestId, route: reply.request.routeOptions.url },
        'a request failed',
      );
    return reply
      .code(answer.status)
      .headers(answer.headers)
      .type('application/json; charset=utf-8')
      .send(answer.body);
  }

  return {
    app,
    listen: (host, port) => app.listen({ host, port }),
    async close() {
      const cut = setTimeout(() => app.server.closeAllConnections(), timeouts.closeMs).unref();
      await app.close();
      clearTimeout(cut);
    },
  };
}

function withoutPrefix(url: string, prefix: string): string {
  if (!prefix || !url.startsWith(prefix)) return url;
  const rest = url.slice(prefix.length);
  if (rest === '' || rest.startsWith('?')) return `/${rest}`;
  return rest.startsWith('/') ? rest : url;
}

/** Ids like `3f9c2a-1k`: the run of the program and a count, short enough to be read out in a support mail. */
function requestIds(): () => string {
  const run = randomBytes(3).toString('hex');
  let count = 0;
  return () => `${run}-${(++count).toString(36)}`;
}

function countAnswers(scope: FastifyInstance, metrics: Metrics): void {
  scope.addHook('onResponse', async (request, reply) => {
    metrics.requests.inc({ route: request.routeOptions.url ?? 'none', status: String(reply.statusCode) });
  });
}
