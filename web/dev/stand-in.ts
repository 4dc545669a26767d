/// <reference types="node" />
/**
 * A stand-in for the server, for looking at the screens with rich data: the paths of /api/v1 over made-up
 * projects, kept in memory. Never shipped, and no test of the server. `node web/dev/stand-in.ts [port]` serves
 * the built web with it, under the same content security policy as the real one.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { LiveMessage } from '#contract/live.ts';
import type { LogRecord, LogTailMessage } from '#contract/logs.ts';
import {
  makeWorld,
  Refusal,
  type Request,
  routes,
  type StandInOptions,
  type World,
} from './stand-in-routes.ts';

const BUILT = join(import.meta.dirname, '../../dist/web');
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'";
const BODY_BYTES_MAX = 1_000_000;

export interface StandIn {
  url: string;
  world: World;
  /** Sends a live message to every open page. */
  announce: (message: LiveMessage) => void;
  /** Sends lines to every page that follows, so many of which are left out. */
  arrive: (items: readonly LogRecord[], leftOut?: number) => void;
  close: () => Promise<void>;
}

export async function startStandIn(options: StandInOptions = {}, port = 0): Promise<StandIn> {
  const world = makeWorld(options);
  const streams = new Set<ServerResponse>();
  const tails = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    answer(request, response, world, { streams, tails }).catch((error: unknown) => {
      const refusal = error instanceof Refusal ? error : new Refusal(500, 'internal', String(error));
      response.writeHead(refusal.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { code: refusal.code, message: refusal.message } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}`,
    world,
    announce: (message) => {
      for (const stream of streams) stream.write(`data: ${JSON.stringify(message)}\n\n`);
    },
    arrive: (items, leftOut = 0) => {
      const at = Date.now();
      const message: LogTailMessage = {
        type: 'lines',
        ...{ since: at - 1000, at, leftOut },
        items: [...items],
        arrived: items.length + leftOut,
      };
      for (const tail of tails) tail.write(`data: ${JSON.stringify(message)}\n\n`);
    },
    close: () => {
      for (const stream of [...streams, ...tails]) stream.end();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  world: World,
  { streams, tails }: Record<'streams' | 'tails', Set<ServerResponse>>,
) {
  const url = new URL(request.url ?? '/', 'http://stand-in');
  if (!url.pathname.startsWith('/api/v1/')) return sendFile(url.pathname, response);
  const path = url.pathname.slice('/api/v1'.length);
  if (path === '/live') {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': hello\n\n');
    streams.add(response);
    request.on('close', () => streams.delete(response));
    return;
  }
  if (path === '/logs/tail') {
    const start: LogTailMessage = { type: 'start', at: Date.now(), resumed: false };
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(`data: ${JSON.stringify(start)}\n\n`);
    tails.add(response);
    request.on('close', () => tails.delete(response));
    return;
  }
  for (const [method, pattern, run] of routes) {
    const match = method === request.method ? pattern.exec(path) : null;
    if (!match) continue;
    await new Promise((resolve) => setTimeout(resolve, world.delayMs));
    const asked: Request = {
      parts: match.slice(1).map(decodeURIComponent),
      query: url.searchParams,
      body: await readBody(request),
      world,
    };
    const result = run(asked);
    if (result === undefined) return response.writeHead(204).end();
    if (result instanceof Uint8Array)
      return response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(result);
    response.writeHead(200, { 'content-type': 'application/json' });
    return response.end(JSON.stringify(result));
  }
  throw new Refusal(404, 'not_found', 'There is nothing at this address, or you may not see it.');
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > BODY_BYTES_MAX) throw new Refusal(413, 'body_too_large', 'Too much.');
  }
  return text ? JSON.parse(text) : {};
}

async function sendFile(path: string, response: ServerResponse) {
  const name = normalize(extname(path) ? path : '/index.html');
  try {
    const bytes = await readFile(join(BUILT, name));
    response.writeHead(200, {
      'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
      'content-encoding': 'gzip',
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
    });
    response.end(gzipSync(bytes));
  } catch {
    response.writeHead(404).end('Not found. Build the web first: npm run build:web');
  }
}

if (import.meta.main) {
  const { url } = await startStandIn({}, Number(process.argv[2] ?? 4000));
  console.log(`The stand-in serves the built web at ${url}`);
}
