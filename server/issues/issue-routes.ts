/** /api/v1/issues: what the Issues screens read of issues and do to them. */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import {
  AffectedUsers,
  Issue,
  IssueBulkDelete,
  IssueBulkUpdate,
  IssueDetail,
  IssueList,
  IssueListQuery,
  IssueTags,
  IssueUpdate,
  PERIODS,
} from '#contract/issues.ts';
import type { Scope } from '#contract/people.ts';
import { IssuesChanged } from '#contract/workflow.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import { deleteIssues } from './issue-deletion.ts';
import { readIssue } from './issue-detail.ts';
import { listIssues } from './issue-queries.ts';
import { selectIssues, slicesOf } from './issue-selection.ts';
import { compareTags } from './issue-tags.ts';
import { readUsers } from './issue-users.ts';
import { changeIssues } from './issue-writes.ts';
import { findIssue, findIssues, type IssueStores, toIssue } from './issues.ts';

const tags = ['issues'];
/** Id or short id. */
const params = z.object({ id: z.string().max(150) });

export function issueRoutes(stores: IssueStores): FastifyPluginAsync {
  const { clock } = stores;

  const named = async (request: FastifyRequest<{ Params: { id: string } }>, scope: Scope) => {
    const viewer = requireViewer(request, scope);
    return { viewer, issue: await findIssue(stores, viewer, request.params.id) };
  };

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/issues',
      {
        config: { queries: true },
        schema: {
          tags,
          summary: 'Issues seen within a period, as a search finds them',
          querystring: IssueListQuery,
          response: { 200: IssueList },
        },
      },
      (request) => listIssues(stores, requireViewer(request, 'event:read'), request.query),
    );

    app.patch(
      '/api/v1/issues',
      {
        schema: {
          tags,
          summary:
            'Resolve, archive, reopen or prioritize many issues: those named, or all that a search finds',
          body: IssueBulkUpdate,
          response: { 200: IssuesChanged },
        },
      },
      async (request) => {
        const viewer = requireViewer(request, 'event:write');
        const { ids, matching, ...change } = request.body;
        return changeIssues(stores, await selectIssues(stores, viewer, { ids, matching }), change, viewer);
      },
    );

    app.post(
      '/api/v1/issues/delete',
      {
        schema: {
          tags,
          summary: 'Delete many issues with their events; those that do not exist are passed over',
          body: IssueBulkDelete,
        },
      },
      async (request, reply) => {
        const viewer = requireViewer(request, 'event:admin');
        await deleteIssues(stores, await findIssues(stores, viewer, request.body.ids));
        return reply.code(204).send();
      },
    );

    app.get(
      '/api/v1/issues/:id',
      {
        config: { queries: true },
        schema: { tags, summary: 'One issue, by id or short id', params, response: { 200: IssueDetail } },
      },
      async (request) => {
        const { viewer, issue } = await named(request, 'event:read');
        return readIssue(stores, viewer, issue);
      },
    );

    app.patch(
      '/api/v1/issues/:id',
      {
        schema: {
          tags,
          summary: 'Resolve, archive, reopen or prioritize an issue',
          params,
          body: IssueUpdate,
          response: { 200: Issue },
        },
      },
      async (request) => {
        const { viewer, issue } = await named(request, 'event:write');
        await changeIssues(stores, slicesOf([issue]), request.body, viewer);
        return toIssue(await findIssue(stores, viewer, request.params.id), clock.now());
      },
    );

    app.delete(
      '/api/v1/issues/:id',
      { schema: { tags, summary: 'Delete an issue with its events', params } },
      async (request, reply) => {
        const { issue } = await named(request, 'event:admin');
        await deleteIssues(stores, [issue]);
        return reply.code(204).send();
      },
    );

    app.get(
      '/api/v1/issues/:id/tags',
      {
        config: { queries: true },
        schema: {
          tags,
          summary:
            'How the values of every tag are distributed over the events, and what other events have of them',
          params,
          querystring: z.object({ period: z.enum(PERIODS).default('30d') }),
          response: { 200: IssueTags },
        },
      },
      async (request) => compareTags(stores, (await named(request, 'event:read')).issue, request.query),
    );

    app.get(
      '/api/v1/issues/:id/users',
      {
        config: { queries: true },
        schema: {
          tags,
          summary: 'Who was affected, those with the most events first',
          params,
          querystring: z.object({
            cursor: z.string().max(200).default(''),
            limit: z.coerce.number().int().min(1).max(100).default(25),
          }),
          response: { 200: AffectedUsers },
        },
      },
      async (request) => readUsers(stores, (await named(request, 'event:read')).issue, request.query),
    );
  };
}
