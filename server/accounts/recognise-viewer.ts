/**
 * The hook before every route of people: fills `request.viewer` from the Authorization header or the session
 * cookie, and turns away what another site makes a browser write. It refuses nobody for being unknown; routes
 * do that through `requireViewer`.
 */
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { reject } from '#server/record/rejections.ts';
import { requestOrigin } from './same-origin.ts';
import { readCookie } from './session-cookie.ts';
import type { Viewers } from './viewers.ts';

/** Methods that change nothing here. */
const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** For the one whose proxy changes the Host header. */
const ADVICE = 'if this is the page of this server, set TANDEM_PUBLIC_URL to the address people use';

export function recogniseViewer(options: {
  viewers: Viewers;
  cookieName: string;
  publicUrl: () => string;
}): FastifyPluginAsync {
  const { viewers, cookieName, publicUrl } = options;

  return async (app) => {
    app.decorateRequest('viewer', null);
    app.addHook('onRequest', async (request, reply) => {
      const sent = authorizationToken(request.headers.authorization);
      if (sent) request.viewer = await viewers.byToken(sent.token);
      // Only a program that means it sends a Bearer token; whatever else stands in a request, Basic passwords
      // included, a browser may have added to what another site asks for.
      if (request.viewer && !sent?.basic) return;
      // A WebSocket is read by whoever opened it, another site's page included: no same-origin policy keeps it away.
      const reads = READING.has(request.method) && request.headers.upgrade === undefined;
      const origin = reads ? 'same' : requestOrigin(request, publicUrl());
      if (origin === 'cross') throw reject('cross_site', ADVICE);
      // A header that is not ours (a proxy's own password) must not hide the cookie.
      if (!request.viewer) await bySession(request, reply, origin);
    });
  };

  async function bySession(request: FastifyRequest, reply: FastifyReply, origin: 'same' | 'unknown') {
    const cookie = readCookie(request.headers.cookie, cookieName);
    const found = cookie && (await viewers.bySession(cookie));
    if (!found) return;
    if (origin === 'unknown') throw reject('cross_site', 'the request has neither Origin nor Sec-Fetch-Site');
    if (found.setCookies.length > 0) reply.header('set-cookie', found.setCookies);
    request.viewer = found.viewer;
  }
}

/** `Bearer TOKEN`, or Basic with the token as password and any user name. */
export function authorizationToken(header: string | undefined): { token: string; basic: boolean } | null {
  const [, scheme, value] = /^(bearer|basic) +(\S+) *$/i.exec(header ?? '') ?? [];
  if (!scheme || !value) return null;
  if (scheme.toLowerCase() === 'bearer') return { token: value, basic: false };
  const pair = Buffer.from(value, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  const token = pair.slice(colon + 1);
  return colon >= 0 && token ? { token, basic: true } : null;
}
