/**
 * Whether a request was made by a page of this server. A browser adds the session cookie to what any site asks
 * for; so what writes with the cookie must come from us. Sec-Fetch-Site is the browser's own word, sent over
 * https and on localhost; elsewhere Origin is compared.
 */
import type { FastifyRequest } from 'fastify';

/** `unknown`: neither header. Browsers send at least one of them with every request that writes. */
export function requestOrigin(request: FastifyRequest, publicUrl: string): 'same' | 'cross' | 'unknown' {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' ? 'same' : 'cross';
  const origin = request.headers.origin;
  if (origin === undefined) return 'unknown';
  const host = URL.parse(origin)?.host;
  return host && (host === request.host || host === URL.parse(publicUrl)?.host) ? 'same' : 'cross';
}
