/** Repositories, code mappings and ownership, and what they make of the frames of an event. */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import {
  type CodeMapping,
  CodeMappingRequest,
  CodeMappings,
  EventCode,
  Ownership,
  OwnershipCheck,
  OwnershipRequest,
  Repositories,
  Repository,
  RepositoryRequest,
} from '#contract/code.ts';
import type { Scope } from '#contract/people.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import { findIssue, type IssueStores, projectIds, visibleProjects } from '#server/issues/issues.ts';
import { reject } from '#server/record/rejections.ts';
import { hostOf, isWebAddress, templateProblem } from './code-links.ts';
import { readEventCode } from './event-code.ts';
import { problemsOf, readOwnership, saveOwnership } from './ownership.ts';
import {
  addRepository,
  changeRepository,
  deleteMapping,
  deleteRepository,
  type MappingRow,
  putMappings,
  type RepositoryInput,
  type RepositoryRow,
  readMappings,
  readRepositories,
} from './repositories.ts';

const tags = ['code'];
const one = z.object({ id: z.coerce.number().int().positive() });
const ofProject = z.object({ slug: z.string().max(150) });

export function codeRoutes(stores: IssueStores): FastifyPluginAsync {
  const { db } = stores.metadata;
  const writing = () => ({ db, now: stores.clock.now() });

  const named = async (request: FastifyRequest<{ Params: { slug: string } }>, scope: Scope) => {
    const viewer = requireViewer(request, scope);
    const [projectId] = projectIds(await visibleProjects(stores, viewer, request.params.slug));
    return { organizationId: viewer.organization.id, projectId: projectId! };
  };

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/repositories',
      { schema: { tags, summary: 'Repositories, by name', response: { 200: Repositories } } },
      async (request) => {
        const { organization } = requireViewer(request, 'project:read');
        return (await readRepositories(db, organization.id)).map(toRepository);
      },
    );

    app.post(
      '/api/v1/repositories',
      {
        schema: {
          tags,
          summary: 'Say where a repository is looked at',
          body: RepositoryRequest,
          response: { 201: Repository },
        },
      },
      async (request, reply) => {
        const { organization } = requireViewer(request, 'project:admin');
        const made = await addRepository(writing(), organization.id, checked(request.body));
        return reply.code(201).send(toRepository(made));
      },
    );

    app.patch(
      '/api/v1/repositories/:id',
      {
        schema: {
          tags,
          summary: 'Change a repository',
          params: one,
          body: RepositoryRequest,
          response: { 200: Repository },
        },
      },
      async (request) => {
        const { organization } = requireViewer(request, 'project:admin');
        const given = checked(request.body);
        return toRepository(await changeRepository({ db }, organization.id, request.params.id, given));
      },
    );

    app.delete(
      '/api/v1/repositories/:id',
      { schema: { tags, summary: 'Delete a repository with its code mappings and commits', params: one } },
      async (request, reply) => {
        const { organization } = requireViewer(request, 'project:admin');
        await deleteRepository(db, organization.id, request.params.id);
        return reply.code(204).send();
      },
    );

    app.get(
      '/api/v1/projects/:slug/code-mappings',
      {
        schema: {
          tags,
          summary: 'Where the paths of stack traces lie in repositories',
          params: ofProject,
          response: { 200: CodeMappings },
        },
      },
      async (request) => {
        const { projectId } = await named(request, 'project:read');
        return (await readMappings(db, projectId)).map(toMapping);
      },
    );

    app.post(
      '/api/v1/projects/:slug/code-mappings',
      {
        schema: {
          tags,
          summary: 'Add a code mapping, or change the one with this stack root',
          params: ofProject,
          body: CodeMappingRequest,
          response: { 200: CodeMappings },
        },
      },
      async (request) => {
        const { organizationId, projectId } = await named(request, 'project:admin');
        const { repository, defaultBranch, stackRoot, sourceRoot } = request.body;
        const mappings = [{ stackRoot, sourceRoot }];
        await putMappings(writing(), organizationId, projectId, { repository, defaultBranch, mappings });
        return (await readMappings(db, projectId)).map(toMapping);
      },
    );

    app.delete(
      '/api/v1/projects/:slug/code-mappings/:id',
      { schema: { tags, summary: 'Delete a code mapping', params: ofProject.extend(one.shape) } },
      async (request, reply) => {
        const { projectId } = await named(request, 'project:admin');
        await deleteMapping(db, projectId, request.params.id);
        return reply.code(204).send();
      },
    );

    app.get(
      '/api/v1/projects/:slug/ownership',
      {
        schema: { tags, summary: 'Who owns which code', params: ofProject, response: { 200: Ownership } },
      },
      async (request) => {
        const { organizationId, projectId } = await named(request, 'project:read');
        return readOwnership(db, organizationId, projectId);
      },
    );

    app.put(
      '/api/v1/projects/:slug/ownership',
      {
        schema: {
          tags,
          summary: 'Say who owns which code; refused whole while a line cannot be read',
          params: ofProject,
          body: OwnershipRequest,
          response: { 200: Ownership },
        },
      },
      async (request) => {
        const { organizationId, projectId } = await named(request, 'project:admin');
        await saveOwnership(writing(), projectId, request.body);
        return readOwnership(db, organizationId, projectId);
      },
    );

    app.post(
      '/api/v1/projects/:slug/ownership/check',
      {
        schema: {
          tags,
          summary: 'What is wrong with ownership rules, line by line',
          params: ofProject,
          body: OwnershipRequest,
          response: { 200: OwnershipCheck },
        },
      },
      async (request) => {
        await named(request, 'project:read');
        return { problems: problemsOf(request.body) };
      },
    );

    app.get(
      '/api/v1/issues/:id/events/:eventId/code',
      {
        schema: {
          tags,
          summary: 'What the frames of an event lead to: lines at the code host, suspect commits, owners',
          params: z.object({ id: z.string().max(150), eventId: z.string().max(40) }),
          response: { 200: EventCode },
        },
      },
      async (request) => {
        const viewer = requireViewer(request, 'event:read');
        const { id, eventId } = request.params;
        const issue = await findIssue(stores, viewer, id);
        return readEventCode(stores, viewer.organization.id, issue, eventId);
      },
    );
  };
}

/** Where links lead must be the web, and a template must be one. */
function checked({ name, host, url, template }: RepositoryInput): RepositoryInput {
  if (url !== '' && !isWebAddress(url))
    throw reject('request_invalid', 'the address must begin with http:// or https://');
  const problem = host === 'template' ? templateProblem(template) : null;
  if (problem) throw reject('request_invalid', problem);
  return { name, host: host || hostOf(url), url, template: host === 'template' ? template : '' };
}

const toRepository = ({ id, name, host, url, template }: RepositoryRow): Repository => ({
  ...{ id: String(id), name, host, url, template },
});

const toMapping = (row: MappingRow): CodeMapping => ({
  id: String(row.id),
  repository: toRepository(row.repository),
  stackRoot: row.stack_root,
  sourceRoot: row.source_root,
  defaultBranch: row.default_branch,
});
