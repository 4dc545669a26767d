/** Signing in and out, in our words: what better-auth answers becomes cookies or a refusal of our table. */
import type { FastifyRequest } from 'fastify';
import { assert } from '#server/platform/assert.ts';
import type { Log } from '#server/platform/log.ts';
import { reject } from '#server/record/rejections.ts';
import type { Auth, Origin } from './auth.ts';
import { readCookie } from './session-cookie.ts';

export interface SignIn {
  /** Answers the cookies to set. Throws the refusal when e-mail and password do not fit. */
  signIn(request: FastifyRequest, credentials: { email: string; password: string }): Promise<string[]>;
  signOut(request: FastifyRequest): Promise<string[]>;
  /** Ends every other session of the person. */
  changePassword(
    request: FastifyRequest,
    change: { currentPassword: string; newPassword: string },
  ): Promise<string[]>;
}

export function createSignIn(options: { auth: Auth; log: Log }): SignIn {
  const { auth, log } = options;

  const originOf = (request: FastifyRequest): Origin => ({
    ip: request.ip,
    userAgent: request.headers['user-agent'],
    cookie: readCookie(request.headers.cookie, auth.cookieName),
  });

  async function pass(
    path: Parameters<Auth['handle']>[0],
    request: FastifyRequest,
    body: object,
    refusal: 'sign_in_failed' | 'password_wrong',
  ): Promise<string[]> {
    const answer = await auth.handle(path, originOf(request), body);
    if (answer.ok) return answer.headers.getSetCookie();
    if (answer.status === 429)
      throw reject('too_many_tries', '', {
        headers: { 'retry-after': answer.headers.get('x-retry-after') ?? '60' },
      });
    assert(answer.status < 500, `better-auth answered ${answer.status} to ${path}`);
    log.warn({ ip: request.ip, code: refusal }, 'a password was refused');
    throw reject(refusal);
  }

  return {
    signIn: (request, credentials) => {
      request.emailTried = credentials.email;
      return pass('sign-in/email', request, credentials, 'sign_in_failed');
    },
    signOut: (request) => pass('sign-out', request, {}, 'sign_in_failed'),
    changePassword: (request, change) =>
      pass('change-password', request, { ...change, revokeOtherSessions: true }, 'password_wrong'),
  };
}
