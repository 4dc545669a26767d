/**
 * The built web: its files, and its first page for every address a person may open or reload.
 * What belongs to an API is never answered with a page: a program would take it for an answer.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AllowedMethods } from './allowed-methods.ts';
import type { Reject } from './reject.ts';
import { formOf, readWebFiles, type WebFile, webFile } from './web-files.ts';

/** First segments of the addresses that programs speak to. */
const PROGRAMS =
  /^\/(api|loki|prometheus|v1|otlp|elasticsearch|cloudwatch|ingest|mcp|health|metrics|ready)(\/|$)/;

/** What is asked for as a file. Other dots are part of a name: `/releases/web@1.2.0`. */
const FILE = /^\/assets\/|\.(js|mjs|css|map|json|webmanifest|svg|png|jpe?g|webp|ico|woff2|txt|xml)$/i;

/** The build puts a hash of the content into the names of files in `assets/`: they never change. */
const HASHED = /^\/assets\//;
const FOR_EVER = 'public, max-age=31536000, immutable';
const ASK_FIRST = 'no-cache';

export async function serveWeb(
  scope: FastifyInstance,
  options: {
    directory: string;
    /** The path of the public address; empty when it has none. */
    prefix: string;
    reject: Reject;
    allowedMethods: AllowedMethods;
  },
): Promise<void> {
  const { directory, prefix, reject, allowedMethods } = options;
  const files = readWebFiles(directory);
  const index = files.get('/index.html');
  const page = index && webFile('/index.html', Buffer.from(pageUnder(prefix, index.plain.toString())));
  files.delete('/index.html');
  for (const [path, file] of files)
    scope.get(path, (request, reply) =>
      sendFile(request, reply, file, HASHED.test(path) ? FOR_EVER : ASK_FIRST),
    );

  scope.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0]!;
    if (page && isPage(request, path))
      // No page here is for a search engine, a public link least of all.
      return sendFile(request, reply.header('x-robots-tag', 'noindex, nofollow'), page, ASK_FIRST);
    return refuseUnrouted(request, reply, path);
  });

  function refuseUnrouted(request: FastifyRequest, reply: FastifyReply, path: string) {
    const allowed = allowedMethods.of(path);
    if (allowed.length === 0) throw reject('not_found');
    const headers = { allow: [...allowed, 'OPTIONS'].join(', ') };
    if (request.method === 'OPTIONS') return reply.code(204).headers(headers).send();
    throw reject('method_not_allowed', `it takes ${allowed.join(', ')}`, { headers });
  }
}

function sendFile(request: FastifyRequest, reply: FastifyReply, file: WebFile, cacheControl: string) {
  reply.headers({ 'cache-control': cacheControl, etag: file.etag, vary: 'accept-encoding' });
  if (request.headers['if-none-match']?.includes(file.etag)) return reply.code(304).send();
  const { encoding, bytes } = formOf(file, request.headers['accept-encoding']);
  if (encoding) reply.header('content-encoding', encoding);
  return reply.type(file.type).send(bytes);
}

/** The page with its prefix: what it loads stands under it, and its scripts read it from there (web/prefix.ts). */
function pageUnder(prefix: string, html: string): string {
  const written = prefix.replaceAll('&', '&amp;');
  return html
    .replaceAll(/ (src|href)="\//g, (_, name: string) => ` ${name}="${written}/`)
    .replace('name="tandem-prefix" content=""', () => `name="tandem-prefix" content="${written}"`);
}

/** True for an address the web draws by itself; a missing file (`/assets/old.js`) is missing. */
function isPage(request: FastifyRequest, path: string): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  return !PROGRAMS.test(path) && !FILE.test(path);
}
