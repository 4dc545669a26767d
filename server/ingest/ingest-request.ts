/** What a protocol gets to see of an HTTP request: plain values, and nothing of the server but what unpacks them. */
import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { IngestRequest } from './protocol.ts';

export function asIngestRequest(
  request: FastifyRequest,
  { body, receivedAt, unpack }: Pick<IngestRequest, 'body' | 'receivedAt' | 'unpack'>,
): IngestRequest {
  const url = request.raw.url ?? '/';
  const question = url.indexOf('?');
  return {
    method: request.method,
    path: question < 0 ? url : url.slice(0, question),
    params: request.params as Record<string, string>,
    query: new URLSearchParams(question < 0 ? '' : url.slice(question + 1)),
    headers: joinedHeaders(request),
    body,
    clientIp: clientIp(request),
    receivedAt,
    unpack,
  };
}

/** Node joins all repeated headers but set-cookie, which no sender has a reason to send. */
function joinedHeaders(request: FastifyRequest): Record<string, string> {
  const { 'set-cookie': _, ...headers } = request.raw.headers;
  return headers as Record<string, string>;
}

/** The sender's address. What a proxy says is a header like any other: unless it is an address, it is not believed. */
function clientIp(request: FastifyRequest): string {
  const said = request.ip;
  const ip = isIP(said) ? said : (request.raw.socket.remoteAddress ?? '');
  return ip.startsWith('::ffff:') && isIP(ip.slice(7)) === 4 ? ip.slice(7) : ip;
}
