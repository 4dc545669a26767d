/**
 * The front door of HTTP, written once for every protocol: key -> decode -> admit -> journal -> answer. A 2xx is sent
 * only after the journal has made the records durable; one request is one frame, whole or not at all. Whatever
 * is refused is counted with its reason, and the sender is told in the words of its protocol.
 */
import type { IncomingMessage } from 'node:http';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { Clock } from '#server/platform/clock.ts';
import type { Metrics } from '#server/platform/metrics.ts';
import { Rejection, Unavailable } from '#server/platform/rejection.ts';
import { reject } from '#server/record/rejections.ts';
import { type Acceptance, type Admitted, codeOf } from './acceptance.ts';
import { limitReached, refusalAnswer, sendAnswer } from './answer.ts';
import { answerHeaders, preflightHeaders } from './cors.ts';
import { asIngestRequest } from './ingest-request.ts';
import { checkKey, type KeyDirectory, type KnownKey, namedKey } from './keys.ts';
import { createLoopTurns } from './loop-turns.ts';
import type { Answer, Held, IngestRequest, Protocol, Route } from './protocol.ts';
import { namedIdentity } from './request-identity.ts';

type Unpack = IngestRequest['unpack'];

/** Reads a body within its limits and calls `use` with it. Throws Rejection or Unavailable. http has it. */
type WithBody = <T>(
  raw: IncomingMessage,
  limits: { bytesMax?: number },
  use: (body: Buffer, unpack: Unpack) => Promise<T>,
) => Promise<T>;

export interface IngestOptions {
  protocols: readonly Protocol[];
  keys: KeyDirectory;
  acceptance: Acceptance;
  withBody: WithBody;
  clock: Clock;
  metrics: Metrics;
}

/** What is known of a request when it ends, well or badly: whom to charge, and for what. */
interface Passage {
  key: KnownKey | null;
  /** Null until its body has arrived. */
  request: IngestRequest | null;
  /** Null until it is decoded. */
  admitted: Admitted | null;
}

/** What is longer waits its turn to be decoded: a push of 1,000 lines takes 3 ms, an error event 0.3. */
const SMALL_BODY_BYTES_MAX = 64 * 1024;

const NO_BODY = Buffer.alloc(0);
const unpackNothing: Unpack = async () => NO_BODY;

export function createIngest(options: IngestOptions): FastifyPluginAsync {
  const { protocols, keys, acceptance, withBody, clock, metrics } = options;
  const turns = createLoopTurns();

  return async (app) => {
    for (const protocol of protocols)
      for (const [path, routes] of routesByPath(protocol)) {
        for (const route of routes) mount(protocol, route, path);
        if (protocol.cors) mountPreflight(protocol.cors, routes, path);
      }

    function mount(protocol: Protocol, route: Route, path: string) {
      const cors = answerHeaders(protocol.cors);
      app.route({
        method: route.method,
        url: path,
        exposeHeadRoute: false,
        // The door stands where Fastify would begin to look at the body: what to make of it is the protocol's
        // business, whatever Content-Type says, and no hook or parser of Fastify is on the way.
        onRequest: async (request, reply) => {
          reply.headers(cors);
          const answer = await pass(protocol, route, request);
          metrics.requests.inc({ route: path, status: String(answer.status) });
          return sendAnswer(reply, answer);
        },
        handler: () => {},
      });
    }

    function mountPreflight(cors: NonNullable<Protocol['cors']>, routes: Route[], path: string) {
      const headers = preflightHeaders(
        cors,
        routes.map((route) => route.method),
      );
      app.options(path, (_request, reply) => reply.code(204).headers(headers).send());
    }
  };

  /** One request to its answer. Throws only when something is wrong with us. */
  async function pass(protocol: Protocol, route: Route, fastifyRequest: FastifyRequest): Promise<Answer> {
    const passage: Passage = { key: null, request: null, admitted: null };
    try {
      const limits = route.bodyBytesMax === undefined ? {} : { bytesMax: route.bodyBytesMax };
      if (route.method === 'GET')
        return await take(route, fastifyRequest, { body: NO_BODY, unpack: unpackNothing }, passage);
      return await withBody(fastifyRequest.raw, limits, (body, unpack) =>
        take(route, fastifyRequest, { body, unpack }, passage),
      );
    } catch (error) {
      if (!(error instanceof Rejection) && !(error instanceof Unavailable)) throw error;
      await countRefused(error, passage, route, fastifyRequest);
      return refusalAnswer(protocol, error, passage.admitted?.limits ?? [], {
        headers: fastifyRequest.headers as Record<string, string>,
      });
    }
  }

  async function take(
    route: Route,
    fastifyRequest: FastifyRequest,
    came: { body: Buffer; unpack: Unpack },
    passage: Passage,
  ): Promise<Answer> {
    const request = asIngestRequest(fastifyRequest, { ...came, receivedAt: clock.now() });
    passage.request = request;

    const credentials = route.credentials(request);
    const key = await keys.find(namedKey(credentials));
    if (!key) throw reject('key_unknown');
    passage.key = key;
    checkKey(key, credentials.project);

    if (came.body.length > SMALL_BODY_BYTES_MAX) await turns.next();
    const decoded = await route.decode(request);
    const identity = namedIdentity(request, key.id);
    const admitted = acceptance.admit(key, decoded, { ...request, identity });
    passage.admitted = admitted;
    await acceptance.append(admitted);
    // Counted record by record when it was admitted: this is only the answer.
    if (admitted.isRefused) throw limitReached(admitted.limits);
    return route.answer(decoded, { limited: admitted.limits }, request);
  }

  /** A request refused as a whole: all that it holds. Nobody looks into what a stranger sent. */
  async function countRefused(
    error: Rejection | Unavailable,
    passage: Passage,
    route: Route,
    fastifyRequest: FastifyRequest,
  ) {
    const { request, admitted } = passage;
    const key = request ? passage.key : await findSender(route, fastifyRequest);
    if (admitted && key) return acceptance.abandon(admitted, codeOf(error), key, clock.now());
    const unread = key && request ? route.holds(request) : [unknown(request?.body ?? NO_BODY)];
    acceptance.refuse(unread, codeOf(error), key);
  }

  /** Whose body never came whole, as far as the rest of the request says. */
  async function findSender(route: Route, fastifyRequest: FastifyRequest): Promise<KnownKey | null> {
    const came = { body: NO_BODY, unpack: unpackNothing, receivedAt: clock.now() };
    try {
      return await keys.find(namedKey(route.credentials(asIngestRequest(fastifyRequest, came))));
    } catch (error) {
      if (error instanceof Rejection) return null;
      throw error;
    }
  }
}

function unknown(body: Buffer): Held {
  return { kind: 'unknown', quantity: 1, bytes: body.length };
}

/** Every address of a protocol with its routes. A path with a trailing slash is served without it too. */
function routesByPath(protocol: Protocol): Map<string, Route[]> {
  const paths = new Map<string, Route[]>();
  for (const route of protocol.routes)
    for (const path of new Set([route.path, route.path.replace(/(?<=.)\/$/, '')]))
      paths.set(path, [...(paths.get(path) ?? []), route]);
  return paths;
}
