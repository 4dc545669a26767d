/** /api/v1/feedback: what users wrote, for the screens, and what people make of it. */
import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { FeedbackList, FeedbackQuery, FeedbackUpdate } from '#contract/feedback.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import type { IssueStores } from '#server/issues/issues.ts';
import { deleteFeedback, listFeedback, markFeedback } from './feedback.ts';

const tags = ['feedback'];

export function feedbackRoutes(stores: IssueStores): FastifyPluginAsync {
  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/feedback',
      {
        schema: {
          tags,
          summary: 'What users wrote, newest first, with the files that came with it',
          querystring: FeedbackQuery,
          response: { 200: FeedbackList },
        },
      },
      (request) => listFeedback(stores, requireViewer(request, 'event:read'), request.query),
    );

    app.patch(
      '/api/v1/feedback',
      {
        schema: {
          tags,
          summary: 'Mark feedback as read, resolved, spam or unread; those that do not exist are passed over',
          body: FeedbackUpdate,
        },
      },
      async (request, reply) => {
        await markFeedback(stores, requireViewer(request, 'event:write'), request.body);
        return reply.code(204).send();
      },
    );

    app.delete(
      '/api/v1/feedback/:id',
      {
        schema: {
          tags,
          summary: 'Delete feedback with its screenshots',
          params: z.object({ id: z.string().max(20) }),
        },
      },
      async (request, reply) => {
        await deleteFeedback(stores, requireViewer(request, 'event:admin'), request.params.id);
        return reply.code(204).send();
      },
    );
  };
}
