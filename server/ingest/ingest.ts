/**
 * The front door, written once for every protocol: key -> decode -> admit -> journal -> answer. A 2xx is sent
 * only after the journal has made the records durable; one request is one frame, whole or not at all. Whatever
 * is refused is counted with its reason, and the sender is told in the words of its protocol.
 */
import type { IncomingMessage } from 'node:http';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { assert } from '#server/platform/assert.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Metrics } from '#server/platform/metrics.ts';
import { Rejection, Unavailable } from '#server/platform/rejection.ts';
import { type AcceptedRecord, encodeAccepted, laneOf, quantityOf } from '#server/record/accepted.ts';
import { REJECTIONS, type RejectionCode, reject } from '#server/record/rejections.ts';
import type { Admission } from './admit.ts';
import { limitReached, refusalAnswer, sendAnswer } from './answer.ts';
import { answerHeaders, preflightHeaders } from './cors.ts';
import { asIngestRequest } from './ingest-request.ts';
import { checkKey, type KeyDirectory, type KnownKey, namedKey } from './keys.ts';
import type { Answer, Append, Decoded, Held, IngestRequest, Limit, Protocol, Route } from './protocol.ts';
import type { Refusals } from './refusals.ts';

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
  append: Append;
  admission: Admission;
  refusals: Refusals;
  withBody: WithBody;
  clock: Clock;
  metrics: Metrics;
}

/** What is known of a request when it ends, well or badly: whom to charge, and for what. */
interface Passage {
  key: KnownKey | null;
  /** Null until its body has arrived. */
  request: IngestRequest | null;
  /** What is neither durable nor counted as refused; null until the request is decoded. */
  pending: Held[] | null;
  limits: Limit[];
}

const NO_BODY = Buffer.alloc(0);
const unpackNothing: Unpack = async () => NO_BODY;

export function createIngest(options: IngestOptions): FastifyPluginAsync {
  const { protocols, keys, append: appendTo, admission, refusals, withBody, clock, metrics } = options;

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
    const passage: Passage = { key: null, request: null, pending: null, limits: [] };
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
      return refusalAnswer(protocol, error, passage.limits);
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

    const decoded = await route.decode(request);
    const { kept, refused, limits } = admission.admit(key, decoded.request.records, request.receivedAt);
    passage.pending = [...kept.map(heldBy), ...decoded.counts.filter(({ outcome }) => outcome === 'dropped')];
    passage.limits = limits;
    for (const { record, code } of refused) count(heldBy(record), code, key);

    await append(request, decoded, kept, key);
    passage.pending = [];
    // Counted above, record by record: this is only the answer.
    if (refused.length > 0 && kept.every((record) => record.type === 'counts')) throw limitReached(limits);
    return route.answer(decoded, { limited: limits });
  }

  /** Resolves when the records and the decoder's counts are durable. Nothing to keep, nothing to write. */
  async function append(request: IngestRequest, decoded: Decoded, kept: AcceptedRecord[], key: KnownKey) {
    const records =
      decoded.counts.length === 0 ? kept : [...kept, countsRecord(decoded, key, request.receivedAt)];
    if (records.length === 0) return;
    const stop = metrics.journalAppendSeconds.startTimer();
    const shared = {
      ...decoded.request,
      project: key.projectId,
      key: key.id,
      receivedAt: request.receivedAt,
      clientIp: request.clientIp,
    };
    await Promise.all(
      [...Map.groupBy(records, ({ type }) => laneOf(type))].map(([lane, together]) =>
        appendTo(lane, encodeAccepted({ ...shared, records: together })),
      ),
    );
    stop();
    for (const record of kept)
      metrics.ingestRecords.inc({ kind: record.kind, outcome: 'accepted' }, quantityOf(record));
  }

  /** A request refused as a whole: all that it holds. Nobody looks into what a stranger sent. */
  async function countRefused(
    error: Rejection | Unavailable,
    passage: Passage,
    route: Route,
    fastifyRequest: FastifyRequest,
  ) {
    const { request, pending } = passage;
    const key = request ? passage.key : await findSender(route, fastifyRequest);
    const unread = key && request ? route.holds(request) : [unknown(request?.body ?? NO_BODY)];
    for (const held of pending ?? unread) count(held, codeOf(error), key);
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

  function count({ kind, quantity, bytes }: Held, code: RejectionCode, key: KnownKey | null) {
    metrics.ingestRecords.inc({ kind, outcome: 'rejected' }, quantity);
    refusals.add({ ...owner(key), kind, code, quantity, bytes });
  }
}

function heldBy(record: AcceptedRecord): Held {
  return { kind: record.kind, quantity: quantityOf(record), bytes: record.payload.byteLength };
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

/** The ledger line for items that were read and are not kept: it is as durable as the records beside it. */
function countsRecord(decoded: Decoded, key: KnownKey, at: number): AcceptedRecord {
  const counts = decoded.counts.map((line) => ({ ...line, at, project: key.projectId, key: key.id }));
  return { type: 'counts', kind: 'unknown', meta: { counts }, payload: NO_BODY };
}

function owner(key: KnownKey | null): { project: number; key: number } {
  return key ? { project: key.projectId, key: key.id } : { project: 0, key: 0 };
}

/** The ledger knows the codes of the table. What we could not take for now counts as the server being behind. */
function codeOf(error: Rejection | Unavailable): RejectionCode {
  if (error instanceof Unavailable) return 'overloaded';
  assert(
    error.code in REJECTIONS,
    `a protocol refused with the code ${error.code}, which is not in the table`,
  );
  return error.code as RejectionCode;
}
