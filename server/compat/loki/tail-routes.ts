/**
 * `tail` over a WebSocket: what there was, then each second what came in, in frames of a hundred entries. A client
 * that reads too slowly loses entries and is told so; nothing is kept for it. A tail that cannot go on ends with close
 * code 1011 and a sentence, as Loki's do.
 */
import type { FastifyInstance } from 'fastify';
import type { WebSocket } from 'ws';
import { LogQlTail } from '#server/query/logql/tail-logql.ts';
import type { LokiApi } from './loki-api.ts';
import { badParameter, readCount, readRange } from './loki-params.ts';
import { errorOf, type LokiRequest, lokiRequest } from './loki-request.ts';
import { queryOf } from './query-routes.ts';
import { wantsCategories } from './results.ts';
import { TailFrames } from './tail-frames.ts';

/** Between two pings, ms. */
const PING_MS = 1_000;
/** Pings without an answer after which a client is gone. */
const PINGS_LOST_MAX = 30;
/** A tail ends after an hour, and who may look is asked again when the client comes back. */
const TAIL_MS_MAX = 3_600_000;
/** Tails at the same time: each asks the engine twice a second and may remember 4 MB. */
const TAILS_MAX = 20;
const TAILS_PER_VIEWER_MAX = 10;
const DELAY_S_MAX = 5;
const HISTORY = { byDefault: 100, max: 5_000 };
const INTERNAL_ERROR = 1011;
/** Bytes of a close frame's text. */
const REASON_BYTES_MAX = 123;

export function tailRoutes(app: FastifyInstance, api: LokiApi): void {
  const tails = new Map<string, number>();
  const count = () => [...tails.values()].reduce((sum, one) => sum + one, 0);

  app.get('/loki/api/v1/tail', { exposeHeadRoute: false }, async (request, reply) => {
    const asked = await lokiRequest(api, request, reply);
    const tail = tailOf(api, asked);
    const viewer = String(request.viewer?.userId ?? request.viewer?.name);
    const own = tails.get(viewer) ?? 0;
    const socket = await reply.acceptWebSocket();
    if (own >= TAILS_PER_VIEWER_MAX || count() >= TAILS_MAX) {
      end(
        socket,
        `max concurrent tail requests limit exceeded, count > limit (${own + 1} > ${TAILS_PER_VIEWER_MAX})`,
      );
      return;
    }
    tails.set(viewer, own + 1);
    try {
      await follow(socket, tail, wantsCategories(asked.headers));
    } catch (error) {
      end(socket, textOf(api, error));
    } finally {
      const left = tails.get(viewer)! - 1;
      if (left > 0) tails.set(viewer, left);
      else tails.delete(viewer);
    }
  });
}

/** What is a bug has no text for the client. */
function textOf(api: LokiApi, error: unknown): string {
  try {
    return errorOf(error).text;
  } catch (bug) {
    api.log.error({ err: bug }, 'a live tail failed');
    return 'something went wrong in the server';
  }
}

function tailOf(api: LokiApi, { projects, form, now }: LokiRequest): LogQlTail {
  const delay = Number(form.get('delay_for') || 0);
  if (!Number.isInteger(delay) || delay < 0)
    throw badParameter('delay_for must be a whole number of seconds');
  if (delay > DELAY_S_MAX) throw badParameter(`delay_for can't be greater than ${DELAY_S_MAX}`);
  return new LogQlTail(api, projects, {
    query: queryOf(form),
    start: readRange(form, now).start,
    limit: readCount(form, ['limit'], HISTORY),
    delayMs: delay * 1_000,
    now: () => api.clock.now(),
  });
}

async function follow(socket: WebSocket, tail: LogQlTail, categorize: boolean): Promise<void> {
  const gone = new AbortController();
  socket.once('close', () => gone.abort());
  const stopPings = ping(socket);
  const until = performance.now() + TAIL_MS_MAX;
  const frames = new TailFrames(socket, categorize);
  try {
    for await (const { lines, dropped } of tail.steps(gone.signal)) {
      frames.drop(dropped);
      frames.send(lines);
      if (performance.now() > until) {
        end(socket, 'reached tail max duration limit');
        return;
      }
    }
  } catch (error) {
    // Nobody is there to hear of it.
    if (!gone.signal.aborted) throw error;
  } finally {
    stopPings();
  }
}

/** Each second, so that proxies see the connection live; ends one whose other side is gone. */
function ping(socket: WebSocket): () => void {
  let lost = 0;
  socket.on('pong', () => {
    lost = 0;
  });
  const timer = setInterval(() => {
    lost += 1;
    if (lost > PINGS_LOST_MAX) socket.terminate();
    else socket.ping();
  }, PING_MS);
  return () => clearInterval(timer);
}

function end(socket: WebSocket, reason: string): void {
  let text = reason;
  while (Buffer.byteLength(text) > REASON_BYTES_MAX) text = text.slice(0, -1);
  socket.close(INTERNAL_ERROR, text);
}
