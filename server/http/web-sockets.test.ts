import { once } from 'node:events';
import type { FastifyInstance } from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openTestListener, sendRaw, type TestListener } from './test-listener.ts';

let listener: TestListener;
afterEach(() => listener.close());

async function open() {
  listener = await openTestListener({
    nouns: [
      async (app: FastifyInstance) => {
        app.get('/api/v1/echo', { exposeHeadRoute: false }, async (_request, reply) => {
          const socket = await reply.acceptWebSocket();
          socket.on('message', (bytes) => socket.send(`heard ${bytes}`));
        });
        app.get('/api/v1/plain', () => ({ plain: true }));
        app.post('/api/v1/plain', (request) => ({ got: request.body }));
      },
    ],
  });
}
const connect = (path: string) => new WebSocket(`${listener.address.replace('http', 'ws')}${path}`);

test('a route that takes a WebSocket talks over it', async () => {
  await open();
  const socket = connect('/api/v1/echo');
  await once(socket, 'open');
  socket.send('hello');
  const [answer] = await once(socket, 'message');
  expect(String(answer)).toBe('heard hello');
  socket.close();
  await once(socket, 'close');
});

test('it is told when the program stops', async () => {
  await open();
  const socket = connect('/api/v1/echo');
  await once(socket, 'open');
  const closed = once(socket, 'close');
  await listener.close();
  expect((await closed)[0]).toBe(1001);
  await open();
});

test('any other route answers, and the connection ends', async () => {
  await open();
  const [, plain] = await once(connect('/api/v1/plain'), 'unexpected-response');
  expect(plain.statusCode).toBe(200);
  const [, missing] = await once(connect('/api/v1/nothing'), 'unexpected-response');
  expect(missing.statusCode).toBe(404);
  const answer = await fetch(`${listener.address}/api/v1/echo`);
  expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('WebSocket')]);
});

test('a handshake that is wrong is refused', async () => {
  await open();
  const answer = await sendRaw(listener.port, [
    'GET /api/v1/echo HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  ]);
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
});

test('a message larger than anybody has to say closes the connection', async () => {
  await open();
  const socket = connect('/api/v1/echo');
  await once(socket, 'open');
  socket.send('x'.repeat(70_000));
  expect((await once(socket, 'close'))[0]).toBe(1009);
});

test('a sender that offers HTTP/2, as Java does, is answered as if it had not', async () => {
  await open();
  const body = '{"a":1}';
  const answer = await sendRaw(listener.port, [
    'POST /api/v1/plain HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\n' +
      `HTTP2-Settings: AAEAAEAAAAIAAAAA\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  ]);
  expect(answer).toContain('{"got":{"a":1}}');
});
