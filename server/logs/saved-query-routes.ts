/** /api/v1/saved-queries: searches of logs and of issues that people keep, for each other or for themselves. */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import type { ProjectSummary } from '#contract/people.ts';
import {
  SavedQueries,
  SavedQuery,
  SavedQueryRequest,
  SavedQueryScreen,
  SavedQueryUpdate,
} from '#contract/saved-queries.ts';
import { requireViewer, type Viewer } from '#server/accounts/accounts.ts';
import { reject } from '#server/record/rejections.ts';
import {
  changeSavedQuery,
  deleteSavedQuery,
  isOwn,
  listSavedQueries,
  type SavedQueryStores,
  saveQuery,
} from './saved-queries.ts';

const tags = ['logs'];
const one = z.object({ id: z.coerce.number().int().positive() });

export function savedQueryRoutes(
  stores: SavedQueryStores & { listProjects(organizationId: number): Promise<ProjectSummary[]> },
): FastifyPluginAsync {
  /** Null for all projects; the project must be one of the viewer's. */
  async function projectIdOf(organizationId: number, slugOrId: string | null): Promise<number | null> {
    if (slugOrId === null) return null;
    const projects = await stores.listProjects(organizationId);
    const project = projects.find(({ slug, id }) => slug === slugOrId || id === slugOrId);
    if (!project) throw reject('not_found', `no project "${slugOrId}"`);
    return Number(project.id);
  }

  /** What is for all takes the right to write; what is one's own, nothing but to be oneself. */
  async function mayChange(request: FastifyRequest, id: number): Promise<Viewer> {
    const viewer = requireViewer(request, 'event:read');
    if (viewer.scopes.includes('event:write')) return viewer;
    return (await isOwn(stores, viewer, id)) ? viewer : requireViewer(request, 'event:write');
  }

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/saved-queries',
      {
        schema: {
          tags,
          summary: "Saved searches of logs or of issues: for all, and one's own",
          querystring: z.object({ screen: SavedQueryScreen.default('logs') }),
          response: { 200: SavedQueries },
        },
      },
      async (request) => listSavedQueries(stores, requireViewer(request, 'event:read'), request.query.screen),
    );

    app.post(
      '/api/v1/saved-queries',
      {
        schema: {
          tags,
          summary: 'Save a search of logs or of issues under a name, for all or for oneself',
          body: SavedQueryRequest,
          response: { 201: SavedQuery },
        },
      },
      async (request, reply) => {
        const { project, ...query } = request.body;
        const viewer = requireViewer(request, query.personal ? 'event:read' : 'event:write');
        const projectId = await projectIdOf(viewer.organization.id, project);
        return reply.code(201).send(await saveQuery(stores, viewer, { ...query, projectId }));
      },
    );

    app.patch(
      '/api/v1/saved-queries/:id',
      {
        schema: {
          tags,
          summary: 'Give a saved search another name, or another content',
          params: one,
          body: SavedQueryUpdate,
          response: { 200: SavedQuery },
        },
      },
      async (request) => {
        const viewer = await mayChange(request, request.params.id);
        return changeSavedQuery(stores, viewer, request.params.id, request.body);
      },
    );

    app.delete(
      '/api/v1/saved-queries/:id',
      { schema: { tags, summary: 'Delete a saved search', params: one } },
      async (request, reply) => {
        const viewer = await mayChange(request, request.params.id);
        await deleteSavedQuery(stores, viewer, request.params.id);
        return reply.code(204).send();
      },
    );
  };
}
