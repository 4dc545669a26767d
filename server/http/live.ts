/**
 * GET /api/v1/live: server-sent events that say what a batch changed, so that screens need not ask again and
 * again. A message is a hint to look, not the data: merging and losing some is fine, keeping a slow client's
 * backlog in memory is not.
 */
import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { LiveMessage } from '#contract/api.ts';
import { Unavailable } from '#server/platform/rejection.ts';

/** Says whether the one who asks may see a project. Throws the refusal when they may see nothing. */
export type Authorize = (request: FastifyRequest) => (projectId: string) => boolean;

export interface LiveHub {
  /** Tells every client who may see the project, now or with the next ones. Never waits, never throws. */
  publish(message: LiveMessage): void;
  /** The route, to be mounted among the people's routes. */
  routes: FastifyPluginAsync;
  readonly clients: number;
}

/** Open streams. A person has one per tab. */
const CLIENTS_MAX = 500;

/** Milliseconds between two messages of one project: two a second are as much as a screen can usefully redraw. */
const MESSAGE_EVERY_MS = 500;

/** Ids listed in a merged message; a screen that shows 100 issues needs no more. */
const ISSUE_IDS_MAX = 500;

/** Unsent bytes of one client beyond which it is cut off; its browser comes back by itself. */
const UNSENT_BYTES_MAX = 64 * 1024;

/** Milliseconds between comments that keep proxies (commonly 60 s) from closing the stream. */
const HEARTBEAT_MS = 20_000;

/** Milliseconds a stream lives: whoever has lost the right to look is asked again when their browser returns. */
const STREAM_MS_MAX = 15 * 60_000;

/** Milliseconds after which a browser returns. */
const RETRY_MS = 2000;

const DESCRIPTION = { summary: 'What each batch changed, as server-sent events', tags: ['live'] };

interface Client {
  response: ServerResponse;
  maySee(projectId: string): boolean;
}

export function createLiveHub(options: { authorize: Authorize; clientsMax?: number }): LiveHub {
  const { authorize, clientsMax = CLIENTS_MAX } = options;
  const clients = new Set<Client>();
  /** Projects that had a message within the last interval, and what has come for them since. */
  const resting = new Map<string, LiveMessage | null>();

  function publish(message: LiveMessage) {
    if (clients.size === 0) return;
    const waiting = resting.get(message.projectId);
    if (waiting !== undefined) {
      resting.set(message.projectId, waiting === null ? message : merge(waiting, message));
      return;
    }
    send(message);
    rest(message.projectId);
  }

  function rest(projectId: string) {
    resting.set(projectId, null);
    setTimeout(() => {
      const waiting = resting.get(projectId);
      resting.delete(projectId);
      if (waiting) {
        send(waiting);
        rest(projectId);
      }
    }, MESSAGE_EVERY_MS).unref();
  }

  function send(message: LiveMessage) {
    const text = `data: ${JSON.stringify(message)}\n\n`;
    for (const client of clients) if (client.maySee(message.projectId)) write(client, text);
  }

  function write(client: Client, text: string) {
    if (client.response.writableLength > UNSENT_BYTES_MAX) client.response.destroy();
    else client.response.write(text);
  }

  async function routes(app: FastifyInstance) {
    app.get('/api/v1/live', { exposeHeadRoute: false, schema: DESCRIPTION }, (request, reply) => {
      const maySee = authorize(request);
      if (clients.size >= clientsMax)
        throw new Unavailable('live_full', 'As many people watch as this server can tell. Reload later.');

      reply.hijack();
      const response = reply.raw;
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) response.setHeader(name, value);
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // nginx holds answers back until they are whole unless it is told not to.
        'x-accel-buffering': 'no',
      });
      const client: Client = { response, maySee };
      clients.add(client);
      write(client, `retry: ${RETRY_MS}\n\n`);

      const heartbeat = setInterval(() => write(client, ': still here\n\n'), HEARTBEAT_MS).unref();
      const end = setTimeout(() => response.end(), STREAM_MS_MAX).unref();
      // A page that goes closes its side first: nobody reads on, and the next heartbeat need not find that out.
      request.raw.socket.once('end', () => response.end());
      response.on('error', () => {});
      response.on('close', () => {
        clients.delete(client);
        clearInterval(heartbeat);
        clearTimeout(end);
      });
    });

    app.addHook('preClose', async () => {
      for (const client of clients) client.response.end();
    });
  }

  return {
    publish,
    routes,
    get clients() {
      return clients.size;
    },
  };
}

/** Two batches as one: what changed in either, and the newest title. */
function merge(older: LiveMessage, newer: LiveMessage): LiveMessage {
  return {
    ...newer,
    issueIds: union(newer.issueIds, older.issueIds),
    newIssueIds: union(newer.newIssueIds, older.newIssueIds),
    events: older.events + newer.events,
    lastTitle: newer.lastTitle || older.lastTitle,
    lastIssueId: newer.lastIssueId || older.lastIssueId,
  };
}

function union(first: string[], second: string[]): string[] {
  return [...new Set([...first, ...second])].slice(0, ISSUE_IDS_MAX);
}
