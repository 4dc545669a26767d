/** /api/v1/projects/:slug/grouping: a project's rules, what is wrong with them, and what they would do. */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import {
  GroupingPreview,
  GroupingRules,
  GroupingRulesCheck,
  GroupingRulesRequest,
} from '#contract/grouping.ts';
import type { Scope } from '#contract/people.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import { type IssueStores, visibleProjects } from '#server/issues/issues.ts';
import { previewRules } from './preview.ts';
import { problemsOf, saveRules, selectRules } from './rule-store.ts';

const tags = ['grouping'];
const params = z.object({ slug: z.string().max(100) });
const PATH = '/api/v1/projects/:slug/grouping';

export function groupingRoutes(stores: IssueStores): FastifyPluginAsync {
  const { metadata, telemetry, clock } = stores;
  const { db } = metadata;

  const named = async (request: FastifyRequest<{ Params: { slug: string } }>, scope: Scope) => {
    const viewer = requireViewer(request, scope);
    const [project] = await visibleProjects(stores, viewer, request.params.slug);
    return { viewer, id: Number(project!.id), slug: project!.slug };
  };
  const shown = async (organization: number, project: number): Promise<z.input<typeof GroupingRules>> => {
    const { updatedAt, updatedBy, ...texts } = await selectRules(db, project);
    return {
      ...texts,
      problems: problemsOf(texts),
      updatedAt: updatedAt === null ? null : new Date(updatedAt).toISOString(),
      updatedBy:
        updatedBy === null ? null : ((await stores.peopleNames(organization)).get(updatedBy) ?? null),
    };
  };

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      PATH,
      {
        schema: {
          tags,
          summary: 'The grouping rules of a project',
          params,
          response: { 200: GroupingRules },
        },
      },
      async (request) => {
        const { viewer, id } = await named(request, 'project:read');
        return shown(viewer.organization.id, id);
      },
    );

    app.put(
      PATH,
      {
        schema: {
          tags,
          summary: 'Save grouping rules. True for what is processed from then on; nothing stored changes',
          params,
          body: GroupingRulesRequest,
          response: { 200: GroupingRules },
        },
      },
      async (request) => {
        const { viewer, id } = await named(request, 'project:write');
        await saveRules(db, id, request.body, { userId: viewer.userId, now: clock.now() });
        return shown(viewer.organization.id, id);
      },
    );

    app.post(
      `${PATH}/check`,
      {
        schema: {
          tags,
          summary: 'What is wrong with grouping rules, by line and column',
          params,
          body: GroupingRulesRequest,
          response: { 200: GroupingRulesCheck },
        },
      },
      async (request) => {
        await named(request, 'project:read');
        return { problems: problemsOf(request.body) };
      },
    );

    app.post(
      `${PATH}/preview`,
      {
        config: { queries: true },
        schema: {
          tags,
          summary: 'What other grouping rules would have done to the events stored last',
          params,
          body: GroupingRulesRequest,
          response: { 200: GroupingPreview },
        },
      },
      async (request) => {
        const project = await named(request, 'project:read');
        return previewRules(
          { db, telemetry, clock },
          project,
          await selectRules(db, project.id),
          request.body,
        );
      },
    );
  };
}
