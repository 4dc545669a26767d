/**
 * WebSockets on the one listener. A request to upgrade goes the way of every other request, through hooks and routes,
 * so that who may ask is decided in one place; a route that takes it calls `reply.acceptWebSocket()`, any other
 * answers as it always does and the connection ends.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Reject } from './reject.ts';

declare module 'fastify' {
  interface FastifyReply {
    /** Opens the WebSocket that was asked for. Throws the refusal when none was. */
    acceptWebSocket(): Promise<WebSocket>;
  }
}

/** See client-error.ts: an import would cost memory. */
const { ServerResponse } = process.getBuiltinModule('node:http');

/** Bytes of a message to us; nobody has more to say here than to close. */
const MESSAGE_BYTES_MAX = 64 * 1024;

/** How long the other side may take to say goodbye when the program stops, ms. */
const CLOSE_MS = 1_000;
const GOING_AWAY = 1001;

/** Node would take any wish to upgrade for one of ours, and not read the body of a sender who offers HTTP/2. */
export const asksForWebSocket = ({ headers }: Pick<IncomingMessage, 'headers'>) =>
  /^websocket$/i.test(headers.upgrade ?? '');

export function takeWebSockets(app: FastifyInstance, reject: Reject): void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES_MAX,
    // Compression costs up to 300 KB for each connection.
    perMessageDeflate: false,
  });
  const waiting = new WeakMap<IncomingMessage, { socket: Socket; head: Buffer }>();

  app.server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    waiting.set(request, { socket, head });
    socket.on('error', () => socket.destroy());
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.on('finish', () => socket.end());
    app.routing(request, response);
  });

  app.decorateReply('acceptWebSocket', async function accept(this: FastifyReply) {
    const upgrade = waiting.get(this.request.raw);
    if (!upgrade)
      throw reject(
        'request_invalid',
        'this address takes a WebSocket: the client did not ask for an upgrade',
      );
    const { socket, head } = upgrade;
    this.hijack();
    this.raw.detachSocket(socket);
    return new Promise<WebSocket>((resolve) => {
      // A handshake that is wrong is answered 400 by the library, and nobody waits any more.
      sockets.handleUpgrade(this.request.raw, socket, head, (open) => {
        // Without a listener a broken frame would end the program; the library closes the connection by itself.
        open.on('error', () => {});
        resolve(open);
      });
    });
  });

  app.addHook('preClose', async () => {
    for (const client of sockets.clients) {
      client.close(GOING_AWAY, 'the server stops');
      setTimeout(() => client.terminate(), CLOSE_MS).unref();
    }
  });
}
