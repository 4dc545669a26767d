/** Puts issues together for main: the routes, and what must be completed after a start. */
import type { FastifyPluginAsync } from 'fastify';
import { refuseCutShort } from '#server/store/telemetry/refuse-cut-short.ts';
import { eventRoutes } from './event-routes.ts';
import { finishDeletions } from './issue-deletion.ts';
import { issueRoutes } from './issue-routes.ts';
import type { IssueStores } from './issues.ts';

export interface OpenIssues {
  routes: FastifyPluginAsync;
  /** Deletions that an earlier run, or an engine that was away, left half done. Once per start, and again at leisure. */
  finishDeletions(): Promise<void>;
}

export function openIssues(given: IssueStores): OpenIssues {
  const stores = { ...given, telemetry: refuseCutShort(given.telemetry) };
  return {
    async routes(app) {
      await app.register(issueRoutes(stores));
      await app.register(eventRoutes(stores));
    },
    finishDeletions: () => finishDeletions(stores),
  };
}
