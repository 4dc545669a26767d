/** /api/v1/saved-queries: searches of logs that people keep for each other. */
import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import type { ProjectSummary } from '#contract/people.ts';
import { SavedQueries, SavedQuery, SavedQueryRequest, SavedQueryUpdate } from '#contract/saved-queries.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import { reject } from '#server/record/rejections.ts';
import {
  changeSavedQuery,
  deleteSavedQuery,
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

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/saved-queries',
      { schema: { tags, summary: 'Saved searches of logs, by name', response: { 200: SavedQueries } } },
      async (request) => listSavedQueries(stores, requireViewer(request, 'event:read')),
    );

    app.post(
      '/api/v1/saved-queries',
      {
        schema: {
          tags,
          summary: 'Save a search of logs under a name',
          body: SavedQueryRequest,
          response: { 201: SavedQuery },
        },
      },
      async (request, reply) => {
        const viewer = requireViewer(request, 'event:write');
        const { name, view, project } = request.body;
        const projectId = await projectIdOf(viewer.organization.id, project);
        return reply.code(201).send(await saveQuery(stores, viewer, { name, view, projectId }));
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
        const viewer = requireViewer(request, 'event:write');
        return changeSavedQuery(stores, viewer, request.params.id, request.body);
      },
    );

    app.delete(
      '/api/v1/saved-queries/:id',
      { schema: { tags, summary: 'Delete a saved search', params: one } },
      async (request, reply) => {
        await deleteSavedQuery(stores, requireViewer(request, 'event:write'), request.params.id);
        return reply.code(204).send();
      },
    );
  };
}
