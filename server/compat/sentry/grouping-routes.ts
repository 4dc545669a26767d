/** Grouping in Sentry's API: issues taken apart by hash, look-alikes, and the rules as options of a project. */
import type { FastifyPluginAsync } from 'fastify';
import * as z from 'zod';
import type { ProjectSummary } from '#contract/people.ts';
import { saveRules, selectRules } from '#server/grouping/rule-store.ts';
import { findIssue } from '#server/issues/issues.ts';
import { readLookAlikes } from '#server/issues/look-alikes.ts';
import { takeOut } from '#server/issues/unmerge-issue.ts';
import { projectShape } from './account-shapes.ts';
import { ISSUE_PATHS } from './issue-routes.ts';
import { issueShape } from './issue-shape.ts';
import type { SentryApi } from './sentry-api.ts';
import { bodyOf, projectOf, type SentryRequest, serve } from './sentry-request.ts';

const ProjectOptions = z.object({
  fingerprintingRules: z.string().optional(),
  groupingEnhancements: z.string().optional(),
});

/** What a project's details say of its grouping. */
export async function groupingOptions(api: SentryApi, project: ProjectSummary) {
  const { fingerprint, stackTrace } = await selectRules(api.metadata.db, Number(project.id));
  return {
    fingerprintingRules: fingerprint,
    groupingEnhancements: stackTrace,
    // Grouping v1 is what Sentry calls so.
    groupingConfig: 'newstyle:2026-01-20',
  };
}

/** Sentry's names for what is compared. */
const FEATURES = {
  frames: 'exception:stacktrace:pairs',
  title: 'exception:message:character-shingles',
  type: 'exception:type',
} as const;

export function groupingRoutes(api: SentryApi): FastifyPluginAsync {
  async function unmerge(request: SentryRequest) {
    const issue = await findIssue(api, request.viewer, request.params.issue!);
    const hashes = request.query.getAll('id');
    if (hashes.length > 0) await takeOut(api, issue, hashes, request.viewer);
    return request.reply.code(202).send({});
  }

  return async (app) => {
    for (const path of ISSUE_PATHS) {
      // DELETE is how it was asked before 2025.
      for (const method of ['PUT', 'DELETE'] as const)
        serve(app, method, `${path}hashes/`, 'event:write', unmerge);

      serve(app, 'GET', `${path}similar/`, 'event:read', async ({ viewer, params, query }) => {
        const issue = await findIssue(api, viewer, params.issue!);
        const { items } = await readLookAlikes(api, issue);
        const limit = Number(query.get('limit') ?? items.length);
        const answers = [];
        for (const { issue: other, why } of items.slice(0, Number.isInteger(limit) ? limit : items.length)) {
          const found = await findIssue(api, viewer, other.id);
          const scores = Object.fromEntries(why.map(({ what, alike }) => [FEATURES[what], alike]));
          answers.push([issueShape(found, { publicUrl: api.publicUrl(), now: api.clock.now() }), scores]);
        }
        return answers;
      });
    }

    serve(app, 'PUT', '/api/0/projects/:org/:project/', 'project:write', async (request) => {
      const project = await projectOf(api, request);
      const { fingerprintingRules, groupingEnhancements } = bodyOf(ProjectOptions, request);
      if (fingerprintingRules !== undefined || groupingEnhancements !== undefined)
        await saveRules(
          api.metadata.db,
          Number(project.id),
          {
            ...(fingerprintingRules === undefined ? {} : { fingerprint: fingerprintingRules }),
            ...(groupingEnhancements === undefined ? {} : { stackTrace: groupingEnhancements }),
          },
          { userId: request.viewer.userId, now: api.clock.now() },
        );
      return { ...projectShape(project, request.viewer), ...(await groupingOptions(api, project)) };
    });
  };
}
