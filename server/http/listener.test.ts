import { connect } from 'node:net';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { afterEach, expect, test, vi } from 'vitest';
import * as z from 'zod';
import type { Log } from '#server/platform/log.ts';
import { Unavailable } from '#server/platform/rejection.ts';
import { reject } from '#server/record/rejections.ts';
import { createBodies } from './body.ts';
import type { ListenerOptions } from './listener.ts';
import { openTestListener, sendRaw, type TestListener } from './test-listener.ts';

let listener: TestListener;
afterEach(() => listener.close());

async function open(options: Partial<ListenerOptions> = {}) {
  listener = await openTestListener({ nouns: [things], ...options });
}

const things: FastifyPluginAsync = async (app) => {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  typed.get(
    '/api/v1/things/:id',
    { schema: { response: { 200: z.object({ id: z.string() }) } } },
    (request) => ({
      id: (request.params as { id: string }).id,
    }),
  );
  typed.post(
    '/api/v1/things',
    { schema: { body: z.object({ name: z.string(), size: z.object({ width: z.number().max(9) }) }) } },
    () => ({}),
  );
  app.get('/api/v1/fails/:how', (request) => {
    const { how } = request.params as { how: string };
    if (how === 'refused') throw reject('not_allowed', 'needs org:admin', { headers: { 'x-hint': 'ask' } });
    if (how === 'unavailable')
      throw new Unavailable('engine_away', 'The engine restarts.', { retryAfterSeconds: 3 });
    throw new Error('password=hunter2');
  });
};

async function get(path: string, init: RequestInit = {}) {
  const answer = await fetch(`${listener.address}${path}`, init);
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    json: text.startsWith('{') ? JSON.parse(text) : null,
  };
}

const post = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  get('/api/v1/things', { method: 'POST', body, headers });

test('a refusal is its status, its code and its sentence, twice: for our web and for other clients', async () => {
  await open();
  const answer = await get('/api/v1/fails/refused');
  const message =
    'You may not do this. Ask an administrator, or use a token with the scope it needs. (needs org:admin)';
  expect(answer.status).toBe(403);
  expect(answer.json).toEqual({ error: { code: 'not_allowed', message }, detail: message });
  expect(answer.headers.get('x-hint')).toBe('ask');
});

test('what we cannot do now is 503 with the time to come back', async () => {
  await open();
  const answer = await get('/api/v1/fails/unavailable');
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('3');
  expect(answer.json.error).toEqual({ code: 'engine_away', message: 'The engine restarts.' });
});

test('a bug is 500 with the id under which the log has the cause, and tells nothing else', async () => {
  const error = vi.fn();
  await open({ log: { error } as unknown as Log });
  const answer = await get('/api/v1/fails/bug');
  expect(answer.status).toBe(500);
  expect(answer.json.error.code).toBe('internal_error');
  expect(answer.text).not.toContain('hunter2');
  const id = answer.headers.get('x-request-id');
  expect(answer.json.error.message).toContain(id);
  expect(error).toHaveBeenCalledWith(
    expect.objectContaining({ request: id, err: expect.objectContaining({ message: 'password=hunter2' }) }),
    expect.any(String),
  );
});

test.each<[string, string, string, number, string, string]>([
  [
    'a wrong field',
    '{"name":"a","size":{"width":10}}',
    'application/json',
    400,
    'request_invalid',
    'body.size.width: ',
  ],
  ['a missing field', '{"size":{"width":1}}', 'application/json', 400, 'request_invalid', 'body.name: '],
  ['another shape', '[]', 'application/json', 400, 'request_invalid', 'body: '],
  ['a body that is not JSON', '{"name":', 'application/json', 400, 'json_invalid', ''],
  ['a body that poisons prototypes', '{"__proto__":{"a":1}}', 'application/json', 400, 'json_invalid', ''],
  ['no body', '', 'application/json', 400, 'body_empty', ''],
  ['another type', 'name=a', 'application/x-www-form-urlencoded', 415, 'media_type_unknown', ''],
  ['a type that is none', 'name=a', 'json', 415, 'media_type_unknown', ''],
  ['too much', `"${'a'.repeat(1024 * 1024)}"`, 'application/json', 413, 'body_too_large', ''],
])('%s is refused with a code of the table', async (_, body, type, status, code, where) => {
  await open();
  const answer = await post(body, { 'content-type': type });
  expect(answer.status).toBe(status);
  expect(answer.json.error.code).toBe(code);
  expect(answer.json.detail).toContain(where);
});

test('an answer that does not fit its own schema is a bug of ours, not the caller’s', async () => {
  const wrong: FastifyPluginAsync = async (app) => {
    app
      .withTypeProvider<ZodTypeProvider>()
      .get(
        '/api/v1/wrong',
        { schema: { response: { 200: z.object({ id: z.string() }) } } },
        () => ({ id: 5 }) as never,
      );
  };
  await open({ nouns: [wrong] });
  expect((await get('/api/v1/wrong')).status).toBe(500);
});

test('an address that is not there is 404 as JSON', async () => {
  await open();
  const answer = await get('/api/v1/nothing');
  expect([answer.status, answer.json.error.code]).toEqual([404, 'not_found']);
  expect((await get('/api/1/nothing', { method: 'POST', body: 'x' })).json.error.code).toBe('not_found');
});

test('an address that takes other methods says which', async () => {
  await open();
  const answer = await get('/api/v1/things/4', { method: 'PUT' });
  expect([answer.status, answer.json.error.code]).toEqual([405, 'method_not_allowed']);
  expect(answer.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
  const options = await get('/api/v1/things', { method: 'OPTIONS' });
  expect([options.status, options.headers.get('allow')]).toEqual([204, 'POST, OPTIONS']);
});

test('HEAD answers as GET does, without the body', async () => {
  await open();
  const answer = await get('/api/v1/things/4', { method: 'HEAD' });
  expect([answer.status, answer.headers.get('content-length'), answer.text]).toEqual([200, '10', '']);
});

test('an address with broken percent signs or of absurd length is refused', async () => {
  await open();
  const broken = await get('/api/v1/things/%zz');
  expect([broken.status, broken.json.error.code]).toEqual([400, 'request_invalid']);
  expect((await get(`/api/v1/things/${'a'.repeat(2000)}`)).json.error.code).toBe('address_too_long');
});

test('the hooks that ask who reads are run for nouns, and neither for senders nor for the web', async () => {
  const asked: string[] = [];
  await open({
    viewers: [
      async (app) => {
        app.addHook('onRequest', async (request) => {
          asked.push(request.url);
        });
      },
    ],
    ingest: [
      async (app: FastifyInstance) => {
        app.post('/api/1/envelope/', () => '{}');
      },
    ],
  });
  await get('/api/v1/things/4');
  await get('/api/1/envelope/', { method: 'POST' });
  await get('/issues/4');
  await get('/health/live');
  expect(asked).toEqual(['/api/v1/things/4']);
});

test('our own API describes itself, and nothing else', async () => {
  await open({
    ingest: [
      async (app: FastifyInstance) => {
        app.post('/api/:project/envelope/', () => '{}');
      },
    ],
  });
  const { json } = await get('/api/v1/openapi.json');
  expect(json.openapi).toBe('3.1.0');
  expect(json.info.version).toBe('1.2.3');
  expect(Object.keys(json.paths)).toEqual(['/api/v1/things/{id}', '/api/v1/things']);
  const body = json.paths['/api/v1/things'].post.requestBody.content['application/json'].schema;
  expect(body.properties.size.properties.width).toMatchObject({ type: 'number', maximum: 9 });
});

test('pages and answers may not be embedded, guessed or mixed with other sites', async () => {
  await open();
  const { headers } = await get('/api/v1/things/4');
  const policy = headers.get('content-security-policy')!.split(';');
  expect(policy.toSorted()).toEqual(
    [
      "default-src 'none'",
      ...['script', 'style', 'img', 'font', 'connect', 'worker', 'manifest'].map(
        (kind) => `${kind}-src 'self'`,
      ),
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ].toSorted(),
  );
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-frame-options')).toBe('DENY');
  expect(headers.get('strict-transport-security')).toBeNull();
});

test('https is only insisted on where people come by https', async () => {
  await open({ publicUrl: 'https://errors.example' });
  expect((await get('/api/v1/things/4')).headers.get('strict-transport-security')).toBe('max-age=15552000');
});

test.each(['/api/v1/things/4', '/errors/api/v1/things/4'])(
  'under a public address with a path, %s is served whether or not the proxy took the path off',
  async (path) => {
    await open({ publicUrl: 'https://example.org/errors' });
    expect((await get(path)).status).toBe(200);
  },
);

test.each([
  [0, '127.0.0.1'],
  [1, '203.0.113.9'],
  [2, '198.51.100.7'],
])('with %i trusted proxies the address of the sender is %s', async (trustedProxies, ip) => {
  const whoami: FastifyPluginAsync = async (app) => {
    app.get('/api/v1/whoami', (request) => ({ ip: request.ip }));
  };
  await open({ trustedProxies, nouns: [whoami] });
  const forwarded = { 'x-forwarded-for': '192.0.2.1, 198.51.100.7, 203.0.113.9' };
  expect((await get('/api/v1/whoami', { headers: forwarded })).json).toEqual({ ip });
});

test.each<[string, (string | Buffer)[], boolean, number, string]>([
  ['bytes that are not HTTP', [Buffer.from([0, 1, 2, 255, 13, 10, 13, 10])], false, 400, 'http_invalid'],
  ['a TLS greeting', [Buffer.from('16030100f8010000f40303', 'hex')], false, 400, 'http_invalid'],
  [
    'headers without end',
    ['GET / HTTP/1.1\r\nhost: a\r\nx: ', 'a'.repeat(40_000)],
    false,
    431,
    'headers_too_large',
  ],
  [
    'two lengths',
    ['POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
    false,
    400,
    'http_invalid',
  ],
  [
    'a length and chunks',
    ['POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
    false,
    400,
    'http_invalid',
  ],
  ['a request without a Host', ['GET / HTTP/1.1\r\nconnection: close\r\n\r\n'], false, 400, 'http_invalid'],
  ['a tunnel', ['CONNECT b:443 HTTP/1.1\r\nhost: b\r\n\r\n'], false, 405, 'method_not_allowed'],
  [
    'an odd expectation',
    ['GET /x/y.js HTTP/1.1\r\nhost: a\r\nexpect: tea\r\nconnection: close\r\n\r\n'],
    false,
    404,
    'not_found',
  ],
  ['a request that ends in its headers', ['GET / HTTP/1.1\r\nhost'], true, 400, 'body_incomplete'],
])('%s are answered and the connection is closed', async (_, pieces, end, status, code) => {
  await open();
  const answer = await sendRaw(listener.port, pieces, { end });
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(answer).toContain(`"code":"${code}"`);
});

test('a sender that closes its side once the request is out still reads the answer, and the connection ends', async () => {
  const later: FastifyPluginAsync = async (app) => {
    app.get('/api/v1/later', () => new Promise((resolve) => setTimeout(resolve, 50, { done: true })));
  };
  await open({ nouns: [later] });
  const request = 'GET /api/v1/later HTTP/1.1\r\nhost: a\r\n\r\n';
  const answer = await sendRaw(listener.port, [request], { end: true });
  expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*\{"done":true\}$/);
  const two = await sendRaw(listener.port, [request, request], { end: true });
  expect(two.match(/HTTP\/1\.1 200 /g)).toHaveLength(2);
});

test('whoever sends slowly holds a socket for a bounded time, while others are served', async () => {
  await open({ timeouts: { headersMs: 200, requestMs: 400, checkMs: 50 } });
  const inHeaders = Array.from({ length: 50 }, () =>
    sendRaw(listener.port, ['GET / HTTP/1.1\r\nhost: a\r\nx-slow:']),
  );
  const inBody = sendRaw(listener.port, [
    'POST /api/v1/things HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
  ]);
  expect((await get('/api/v1/things/4')).status).toBe(200);
  for (const answer of await Promise.all([...inHeaders, inBody])) {
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('"code":"request_timeout"');
  }
});

test('whoever was refused and never closes its side is cut off, and the body it began is let go', async () => {
  const { withBody } = createBodies({ bodyBytesMax: 1000, reject });
  const ends: string[] = [];
  const takesBody: FastifyPluginAsync = async (app) => {
    app.post('/body', {
      onRequest: async (request, reply) => {
        await withBody(request.raw, {}, async () => {}).catch((error) => ends.push(error.code));
        return reply.send('');
      },
      handler: () => {},
    });
  };
  await open({ ingest: [takesBody], timeouts: { headersMs: 200, requestMs: 400, checkMs: 50 } });
  const refused = ['CONNECT b:443 HTTP/1.1\r\nhost: b\r\n\r\n', 'GET / HTTP/1.1\r\nx-slow:', ''];
  const inBody = 'POST /body HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n{';
  const sockets = [...refused, inBody].map((bytes) => {
    const socket = connect({ port: listener.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => {}).write(bytes);
    return socket.resume();
  });
  const connections = () =>
    new Promise((resolve) => listener.app.server.getConnections((_, count) => resolve(count)));
  await expect.poll(connections).toBe(sockets.length);
  await expect.poll(connections, { timeout: 5000 }).toBe(0);
  expect(ends).toEqual(['body_incomplete']);
  for (const socket of sockets) socket.destroy();
});

test('whoever stops reading an answer is cut off, and whoever waits for one is not', {
  timeout: 20_000,
}, async () => {
  const large: FastifyPluginAsync = async (app) => {
    app.get('/api/v1/large', () => 'a'.repeat(50_000_000));
    app.get('/api/v1/later', () => new Promise((resolve) => setTimeout(resolve, 200, { done: true })));
  };
  await open({ nouns: [large], timeouts: { stillMs: 1_500 } });
  const socket = connect({ port: listener.port, host: '127.0.0.1' }).pause();
  socket.on('error', () => {}).write('GET /api/v1/large HTTP/1.1\r\nhost: a\r\n\r\n');
  expect((await get('/api/v1/later', { headers: { connection: 'close' } })).json).toEqual({ done: true });
  const connections = () =>
    new Promise((resolve) => listener.app.server.getConnections((_, count) => resolve(count)));
  await expect.poll(connections, { timeout: 15_000 }).toBe(0);
  socket.destroy();
});

test('closing lets requests under way finish, and cuts those that do not', async () => {
  let finish = () => {};
  let underWay = 0;
  const slow: FastifyPluginAsync = async (app) => {
    app.addHook('onRequest', async () => void underWay++);
    app.get('/api/v1/slow', () => new Promise((resolve) => (finish = () => resolve({ done: true }))));
    app.get('/api/v1/endless', () => new Promise(() => {}));
  };
  await open({ nouns: [slow], timeouts: { closeMs: 300 } });
  const slowAnswer = get('/api/v1/slow');
  const endlessAnswer = get('/api/v1/endless').catch(() => 'cut');
  await expect.poll(() => underWay).toBe(2);
  const closed = listener.close();
  finish();
  expect((await slowAnswer).json).toEqual({ done: true });
  expect(await endlessAnswer).toBe('cut');
  await closed;
});

test('health and metrics answer anybody and name nobody', async () => {
  const waitingFor: string[] = [];
  await open({ health: { notReady: () => waitingFor } });
  expect((await get('/health/live')).json).toEqual({ status: 'alive' });
  expect([(await get('/health/ready')).status, (await get('/health/ready')).json]).toEqual([
    200,
    { status: 'ready' },
  ]);
  waitingFor.push('telemetry');
  const notReady = await get('/health/ready');
  expect([notReady.status, notReady.json]).toEqual([503, { status: 'not ready', waitingFor: ['telemetry'] }]);
  await get('/api/v1/things/secret');
  const { text } = await get('/metrics');
  expect(text).toContain('tandem_http_requests_total{route="/api/v1/things/:id",status="200"} 1');
  expect(text).toContain('tandem_event_loop_lag_p99_seconds');
  expect(text).not.toContain('secret');
});
