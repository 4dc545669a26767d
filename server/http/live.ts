/**
 * GET /api/v1/live: server-sent events that say what a batch changed, so that screens need not ask again and
 * again. A message is a hint to look, not the data: merging and losing some is fine, keeping a slow client's
 * backlog in memory is not.
 */
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { LiveMessage } from '#contract/live.ts';
import { Unavailable } from '#server/platform/rejection.ts';
import { type EventStream, openEventStream } from './event-stream.ts';

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

const DESCRIPTION = { summary: 'What each batch changed, as server-sent events', tags: ['live'] };

interface Client {
  stream: EventStream;
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

  function write({ stream }: Client, text: string) {
    if (stream.unsentBytes > UNSENT_BYTES_MAX) stream.cut();
    else stream.write(text);
  }

  async function routes(app: FastifyInstance) {
    app.get('/api/v1/live', { exposeHeadRoute: false, schema: DESCRIPTION }, (request, reply) => {
      const maySee = authorize(request);
      if (clients.size >= clientsMax)
        throw new Unavailable('live_full', 'As many people watch as this server can tell. Reload later.');
      const client: Client = { stream: openEventStream(request, reply), maySee };
      clients.add(client);
      client.stream.onClose(() => clients.delete(client));
    });

    app.addHook('preClose', async () => {
      for (const { stream } of clients) stream.end();
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
