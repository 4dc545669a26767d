/**
 * Who is behind a credential: a session cookie or an API token -> Viewer. Remembered for a few seconds, for a
 * screen asks many things at once; whatever takes rights away calls `forget`, and the next request looks again.
 */
import { LRUCache } from 'lru-cache';
import { type Scope, TOKEN_SCOPES } from '#contract/people.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { selectMembership, selectToken } from './account-queries.ts';
import type { Viewer } from './accounts.ts';
import type { Auth } from './auth.ts';
import { ROLE_SCOPES, roleOfScopes } from './roles.ts';
import { hashSecret } from './secrets.ts';

/** How long a viewer is remembered: the time for which another process may still believe a revoked token. */
const REMEMBER_MS = 5_000;
/** Viewers remembered at once; each is below 1 KB. */
const VIEWERS_MAX = 2_000;
/** A token's last use is noted at most this often: each note is a write. */
const LAST_USED_EVERY_MS = 60_000;

export interface Viewers {
  /** `cookie` is the session cookie as `name=value`. `setCookies` are to be sent on. */
  bySession(cookie: string): Promise<{ viewer: Viewer; setCookies: string[] } | null>;
  byToken(token: string): Promise<Viewer | null>;
  /** Rights have changed: nobody is remembered any more. */
  forget(): void;
}

export function createViewers(options: {
  db: MetadataDb;
  auth: Pick<Auth, 'session'>;
  clock: Clock;
  log: Log;
}): Viewers {
  const { db, auth, clock, log } = options;
  const remembered = new LRUCache<string, Viewer>({ max: VIEWERS_MAX, ttl: REMEMBER_MS });
  /** Counts the calls of `forget`: what was looked up before one must not be remembered after it. */
  let generation = 0;

  function remember(key: string, viewer: Viewer, since: number): void {
    if (since === generation) remembered.set(key, viewer);
  }

  return {
    async bySession(cookie) {
      const key = `session ${hashSecret(cookie)}`;
      const known = remembered.get(key);
      if (known) return { viewer: known, setCookies: [] };
      const since = generation;
      const person = await auth.session(cookie);
      const membership = person && (await selectMembership(db, person.userId));
      if (!person || !membership) return null;
      const { role, organizationId, organizationSlug, organizationName } = membership;
      const viewer: Viewer = {
        userId: person.userId,
        name: person.name,
        email: person.email,
        organization: { id: organizationId, slug: organizationSlug, name: organizationName },
        role,
        scopes: ROLE_SCOPES[role],
        by: 'session',
      };
      remember(key, viewer, since);
      return { viewer, setCookies: person.setCookies };
    },

    async byToken(token) {
      const tokenHash = hashSecret(token);
      const key = `token ${tokenHash}`;
      const known = remembered.get(key);
      if (known) return known;
      const since = generation;
      const now = clock.now();
      const row = await selectToken(db, tokenHash, now);
      const viewer = row && tokenViewer(row);
      if (!viewer) return null;
      if (row.lastUsedAt === null || row.lastUsedAt <= now - LAST_USED_EVERY_MS) await noteUse(row.id, now);
      // One that ends soon is looked up each time rather than believed beyond its end.
      if (row.expiresAt === null || row.expiresAt > now + REMEMBER_MS) remember(key, viewer, since);
      return viewer;
    },

    forget() {
      generation++;
      remembered.clear();
    },
  };

  /** A note that cannot be written must not keep anybody from reading. */
  async function noteUse(id: number, now: number): Promise<void> {
    try {
      await db.updateTable('api_token').set({ last_used_at: now }).where('id', '=', id).execute();
    } catch (error) {
      log.warn({ err: error }, 'the last use of an API token could not be noted');
    }
  }
}

/** Null when the token belongs to a person who is no longer a member. */
export function tokenViewer(row: NonNullable<Awaited<ReturnType<typeof selectToken>>>): Viewer | null {
  if (row.userId !== null && row.role === null) return null;
  const allowed: readonly Scope[] = row.role ? ROLE_SCOPES[row.role] : TOKEN_SCOPES;
  const granted = JSON.parse(row.scopes) as string[];
  const scopes = allowed.filter((scope) => granted.includes(scope));
  return {
    userId: row.userId,
    name: row.name,
    email: row.email ?? '',
    organization: { id: row.organizationId, slug: row.organizationSlug, name: row.organizationName },
    role: roleOfScopes(scopes),
    scopes,
    by: 'token',
  };
}
