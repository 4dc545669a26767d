/**
 * People and programs that read: who is asking, and what they may see. Routes of every noun ask here and
 * nowhere else.
 */
import type { FastifyRequest } from 'fastify';
import type { Scope } from '#contract/people.ts';
import { reject } from '#server/record/rejections.ts';

/** Whoever is behind a request to the read side: a signed-in person or an API token. */
export interface Viewer {
  /** better-auth user id; null for a token that no person owns. */
  userId: string | null;
  name: string;
  email: string;
  organization: { id: number; slug: string; name: string };
  role: 'owner' | 'admin' | 'member' | 'viewer';
  scopes: readonly Scope[];
  /** `session`: by cookie, so writes need a same-origin check; `token`: by Authorization header. */
  by: 'session' | 'token';
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the accounts hook before any read route runs; null when nobody is recognised. */
    viewer: Viewer | null;
    /** Whoever tries to sign in says that it is theirs. */
    emailTried?: string;
  }
}

/** The viewer, if they hold the scope. Throws the 401 or 403 refusal otherwise. */
export function requireViewer(request: FastifyRequest, scope: Scope): Viewer {
  const viewer = request.viewer;
  if (!viewer) throw reject('not_signed_in');
  if (!viewer.scopes.includes(scope)) throw reject('not_allowed', `needs ${scope}`);
  return viewer;
}
