/**
 * The part of Sentry's web API, `/api/0/`, that programs use: sentry-cli, MCP servers, dashboards, scripts. Shapes
 * are those of docs.sentry.io/api as real clients read them; what we do not have is there and empty. Reads our
 * nouns and keeps nothing of its own; refusals carry `detail`, as http writes it for everybody.
 */
import type { FastifyPluginAsync } from 'fastify';
import type { IssueStores } from '#server/issues/issues.ts';
import { refuseCutShort } from '#server/store/telemetry/refuse-cut-short.ts';
import { accountRoutes } from './account-routes.ts';
import { eventRoutes } from './event-routes.ts';
import { groupingRoutes } from './grouping-routes.ts';
import { issueRoutes } from './issue-routes.ts';
import { logRoutes } from './log-routes.ts';
import { memberRoutes } from './member-routes.ts';
import { monitorRoutes } from './monitor-routes.ts';
import { noteRoutes } from './note-routes.ts';
import { releaseRoutes } from './release-routes.ts';
import { repositoryRoutes } from './repository-routes.ts';
import { tagRoutes } from './tag-routes.ts';
import { teamRoutes } from './team-routes.ts';

export interface SentryApi extends IssueStores {
  version: string;
  /** The address people use, without a slash at its end. */
  publicUrl(): string;
}

export function sentryApi(given: SentryApi): FastifyPluginAsync {
  const api = { ...given, telemetry: refuseCutShort(given.telemetry) };
  return async (app) => {
    await app.register(accountRoutes(api));
    await app.register(issueRoutes(api));
    await app.register(groupingRoutes(api));
    await app.register(eventRoutes(api));
    await app.register(tagRoutes(api));
    await app.register(logRoutes(api));
    await app.register(monitorRoutes(api));
    await app.register(teamRoutes(api));
    await app.register(memberRoutes(api));
    await app.register(noteRoutes(api));
    await app.register(releaseRoutes(api));
    await app.register(repositoryRoutes(api));
  };
}
