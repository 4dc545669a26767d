/** /api/v1/issues/…: whose an issue is, what people say about it, who follows it, whose bookmark it is. */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { BulkAssigneeRequest, IssuesAssigned } from '#contract/issues.ts';
import type { Scope } from '#contract/people.ts';
import { AssigneeRequest, Comment, CommentRequest, Comments } from '#contract/teamwork.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import { selectIssues } from '#server/issues/issue-selection.ts';
import { findIssue, findIssues, type IssueStores } from '#server/issues/issues.ts';
import { giveIssues, wantedAssignee } from './assignment.ts';
import { setBookmark } from './bookmarks.ts';
import { addComment, changeComment, deleteComment, listComments } from './comments.ts';
import { setFollowing } from './followers.ts';

const tags = ['issues'];
/** Id or short id. */
const params = z.object({ id: z.string().max(150) });
const ofComment = params.extend({ commentId: z.coerce.number().int().positive() });

export function teamworkRoutes(stores: IssueStores): FastifyPluginAsync {
  const { db } = stores.metadata;
  const writing = () => ({ db, now: stores.clock.now() });

  const named = async (request: FastifyRequest<{ Params: { id: string } }>, scope: Scope) => {
    const viewer = requireViewer(request, scope);
    return { viewer, issue: await findIssue(stores, viewer, request.params.id) };
  };

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.put(
      '/api/v1/issues/:id/assignee',
      {
        schema: {
          tags,
          summary: 'Give an issue to a member, a team, or nobody',
          params,
          body: AssigneeRequest,
        },
      },
      async (request, reply) => {
        const { viewer, issue } = await named(request, 'event:write');
        await giveIssues(stores, [issue], await wantedAssignee(stores, viewer, request.body), viewer);
        return reply.code(204).send();
      },
    );

    app.put(
      '/api/v1/issues/assignee',
      {
        schema: {
          tags,
          summary: 'Give many issues, or all that a search finds, to a member, a team, or nobody',
          body: BulkAssigneeRequest,
          response: { 200: IssuesAssigned },
        },
      },
      async (request) => {
        const viewer = requireViewer(request, 'event:write');
        const { ids, matching, to } = request.body;
        const wanted = await wantedAssignee(stores, viewer, to);
        const { slices, left } = await selectIssues(stores, viewer, { ids, matching });
        for await (const slice of slices)
          await giveIssues(stores, await findIssues(stores, viewer, slice.map(String)), wanted, viewer);
        return { left };
      },
    );

    app.get(
      '/api/v1/issues/:id/comments',
      { schema: { tags, summary: 'What people say, the newest first', params, response: { 200: Comments } } },
      async (request) => {
        const { viewer, issue } = await named(request, 'event:read');
        return listComments(stores, viewer, issue);
      },
    );

    app.post(
      '/api/v1/issues/:id/comments',
      {
        schema: {
          tags,
          summary: 'Say something about an issue; @Name and #team are told',
          params,
          body: CommentRequest,
          response: { 201: Comment },
        },
      },
      async (request, reply) => {
        const { viewer, issue } = await named(request, 'event:write');
        return reply.code(201).send(await addComment(stores, viewer, issue, request.body.text));
      },
    );

    app.patch(
      '/api/v1/issues/:id/comments/:commentId',
      {
        schema: {
          tags,
          summary: 'Change a comment of one’s own',
          params: ofComment,
          body: CommentRequest,
          response: { 200: Comment },
        },
      },
      async (request) => {
        const { viewer, issue } = await named(request, 'event:write');
        return changeComment(stores, viewer, issue, request.params.commentId, request.body.text);
      },
    );

    app.delete(
      '/api/v1/issues/:id/comments/:commentId',
      {
        schema: { tags, summary: 'Delete a comment of one’s own; with event:admin any', params: ofComment },
      },
      async (request, reply) => {
        const { viewer, issue } = await named(request, 'event:write');
        await deleteComment(stores, viewer, issue, request.params.commentId);
        return reply.code(204).send();
      },
    );

    // Of oneself alone, so whoever may look at the issue may: PUT begins it, DELETE ends it.
    for (const [what, set, begin, end] of [
      ['following', setFollowing, 'Follow an issue', 'Follow an issue no more, whatever happens to it'],
      ['bookmark', setBookmark, 'Put a bookmark at an issue', 'Take one’s bookmark away'],
    ] as const)
      for (const [method, summary, on] of [
        ['PUT', begin, true],
        ['DELETE', end, false],
      ] as const)
        app.route({
          method,
          url: `/api/v1/issues/:id/${what}`,
          schema: { tags, summary, params },
          handler: async (request, reply) => {
            const { viewer, issue } = await named(request, 'event:read');
            await set(writing(), issue.row.id, viewer.userId, on);
            return reply.code(204).send();
          },
        });
  };
}
