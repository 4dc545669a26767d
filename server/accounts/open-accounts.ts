/** Puts accounts together for main: the hook that knows viewers, the routes, and the first start. */
import type { FastifyPluginAsync } from 'fastify';
import type { ProjectSummary } from '#contract/people.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import { pathPrefix } from '#server/platform/path-prefix.ts';
import type { MetadataStore } from '#server/store/metadata/metadata.ts';
import { MEMBERS_LISTED_MAX, selectMember, selectMembers } from './account-queries.ts';
import { createAuth } from './auth.ts';
import { type FirstStartOptions, firstStart } from './first-start.ts';
import { memberRoutes } from './member-routes.ts';
import { recogniseViewer } from './recognise-viewer.ts';
import { sessionRoutes } from './session-routes.ts';
import { setupRoutes } from './setup-routes.ts';
import { createSignIn } from './sign-in.ts';
import { tokenRoutes } from './token-routes.ts';
import { createViewers } from './viewers.ts';

export interface Accounts {
  /** To be called on the scope of all people's routes, before them: fills `request.viewer`. */
  recogniseViewer: FastifyPluginAsync;
  routes: FastifyPluginAsync;
  /** Names of an organization's people by user id. */
  peopleNames(organizationId: number): Promise<ReadonlyMap<string, string>>;
  /** Where a member has mail; null: they are none. */
  emailOf(organizationId: number, userId: string): Promise<string | null>;
  /** Once per start, after the metadata is migrated and before the first request. */
  firstStart(
    options: Pick<FirstStartOptions, 'bootstrap' | 'createFirstProject'>,
  ): ReturnType<typeof firstStart>;
}

export function openAccounts(options: {
  store: MetadataStore;
  clock: Clock;
  log: Log;
  version: string;
  /** Asked at each use, for the port may be known only after listening. */
  publicUrl: () => string;
  /** The projects of an organization, for the session; from projects. */
  listProjects: (organizationId: number) => Promise<ProjectSummary[]>;
}): Accounts {
  const { store, clock, log, publicUrl } = options;
  const { db } = store;
  const auth = createAuth({
    store,
    clock,
    log,
    secureCookies: publicUrl().startsWith('https://'),
    cookiePath: pathPrefix(publicUrl()) || '/',
  });
  const viewers = createViewers({ db, auth, clock, log });
  const signIn = createSignIn({ auth, log });
  const shared = { ...options, db, auth, viewers, signIn };

  return {
    recogniseViewer: recogniseViewer({ viewers, cookieName: auth.cookieName, publicUrl }),
    async routes(app) {
      await app.register(sessionRoutes(shared));
      await app.register(setupRoutes(shared));
      await app.register(memberRoutes(shared));
      await app.register(tokenRoutes(shared));
    },
    async peopleNames(organizationId) {
      const people = await selectMembers(db, organizationId, MEMBERS_LISTED_MAX);
      return new Map(people.map((person) => [person.id, person.name]));
    },
    emailOf: async (organizationId, userId) =>
      (await selectMember(db, organizationId, userId))?.email ?? null,
    firstStart: (first) => firstStart({ ...first, store, auth, clock, publicUrl }),
  };
}
