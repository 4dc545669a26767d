/** Comments in Sentry's API, where they are called notes. */
import type { FastifyPluginAsync } from 'fastify';
import { CommentRequest } from '#contract/teamwork.ts';
import { findIssue } from '#server/issues/issues.ts';
import { addComment, changeComment, deleteComment, listComments } from '#server/issues/teamwork/comments.ts';
import { ISSUE_PATHS } from './issue-routes.ts';
import type { SentryApi } from './sentry-api.ts';
import { bodyOf, linkPages, ONE_PAGE, type SentryRequest, serve } from './sentry-request.ts';
import { noteShape } from './teamwork-shapes.ts';

export function noteRoutes(api: SentryApi): FastifyPluginAsync {
  const named = ({ viewer, params }: SentryRequest) => findIssue(api, viewer, params.issue!);
  const noteId = ({ params }: SentryRequest) => (/^\d{1,15}$/.test(params.note!) ? Number(params.note) : 0);

  return async (app) => {
    for (const path of ISSUE_PATHS.flatMap((issue) => [`${issue}comments/`, `${issue}notes/`])) {
      serve(app, 'GET', path, 'event:read', async (request) => {
        const issue = await named(request);
        linkPages(api, request, ONE_PAGE);
        const comments = await listComments(api, request.viewer, issue);
        return comments.map((comment) => noteShape(comment, issue.row.id));
      });

      serve(app, 'POST', path, 'event:write', async (request) => {
        const issue = await named(request);
        const { text } = bodyOf(CommentRequest, request);
        request.reply.code(201);
        return noteShape(await addComment(api, request.viewer, issue, text), issue.row.id);
      });

      serve(app, 'PUT', `${path}:note/`, 'event:write', async (request) => {
        const issue = await named(request);
        const { text } = bodyOf(CommentRequest, request);
        const changed = await changeComment(api, request.viewer, issue, noteId(request), text);
        return noteShape(changed, issue.row.id);
      });

      serve(app, 'DELETE', `${path}:note/`, 'event:write', async (request) => {
        await deleteComment(api, request.viewer, await named(request), noteId(request));
        return request.reply.code(204).send();
      });
    }
  };
}
