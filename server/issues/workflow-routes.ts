/** /api/v1: taking changes of issues back, what an issue can be resolved in, and what a project wants done by itself. */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import type { Scope } from '#contract/people.ts';
import { ProjectWorkflow, ResolveChoices, Undone, UndoRequest } from '#contract/workflow.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import { releasesToResolveIn, repositoryNames } from '#server/releases/releases.ts';
import { undoChange } from './issue-undo.ts';
import { findIssue, type IssueStores, visibleProjects } from './issues.ts';

const tags = ['issues'];
/** Releases offered in a menu; others are typed. */
const RELEASES_OFFERED = 50;

export function workflowRoutes(stores: IssueStores): FastifyPluginAsync {
  const { db } = stores.metadata;

  async function projectOf(request: FastifyRequest<{ Params: { slug: string } }>, scope: Scope) {
    const viewer = requireViewer(request, scope);
    const [project] = await visibleProjects(stores, viewer, request.params.slug);
    return Number(project!.id);
  }
  const shown = async (projectId: number): Promise<ProjectWorkflow> => {
    const row = await db
      .selectFrom('project_workflow')
      .select('auto_resolve_days')
      .where('project_id', '=', projectId)
      .executeTakeFirst();
    return { autoResolveDays: row?.auto_resolve_days ?? null };
  };

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();
    const project = z.object({ slug: z.string().min(1).max(100) });

    app.post(
      '/api/v1/issues/undo',
      {
        schema: {
          tags,
          summary: 'Take a change of issues back: once, within minutes, by who made it',
          body: UndoRequest,
          response: { 200: Undone },
        },
      },
      (request) => undoChange(stores, request.body.id, requireViewer(request, 'event:write')),
    );

    app.get(
      '/api/v1/issues/:id/releases',
      {
        schema: {
          tags,
          summary: 'What an issue can be resolved in: releases of its program, repositories',
          params: z.object({ id: z.string().max(150) }),
          response: { 200: ResolveChoices },
        },
      },
      async (request) => {
        const viewer = requireViewer(request, 'event:read');
        const { row } = await findIssue(stores, viewer, request.params.id);
        const releases = await releasesToResolveIn(db)(row.project_id, row.last_release);
        return {
          current: releases[0] ?? null,
          releases: releases.slice(0, RELEASES_OFFERED),
          repositories: await repositoryNames(db, viewer.organization.id),
        };
      },
    );

    app.get(
      '/api/v1/projects/:slug/workflow',
      {
        schema: {
          tags: ['projects'],
          summary: 'What happens to the issues of a project by itself',
          params: project,
          response: { 200: ProjectWorkflow },
        },
      },
      async (request) => shown(await projectOf(request, 'project:read')),
    );

    app.patch(
      '/api/v1/projects/:slug/workflow',
      {
        schema: {
          tags: ['projects'],
          summary: 'Change what happens to the issues of a project by itself',
          params: project,
          body: ProjectWorkflow.partial(),
          response: { 200: ProjectWorkflow },
        },
      },
      async (request) => {
        const id = await projectOf(request, 'project:write');
        const { autoResolveDays } = request.body;
        if (autoResolveDays !== undefined) {
          const values = { auto_resolve_days: autoResolveDays, updated_at: stores.clock.now() };
          await db
            .insertInto('project_workflow')
            .values({ project_id: id, ...values })
            .onConflict((conflict) => conflict.column('project_id').doUpdateSet(values))
            .execute();
        }
        return shown(id);
      },
    );
  };
}
