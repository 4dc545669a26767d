/** /api/v1/issues/:id/…/story: an occurrence, or one of its users, with everything that is tied to it; and the way back. */
import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { EventCause, LogLinks, STORY_AROUND_MS, STORY_AROUND_MS_MAX, Story } from '#contract/story.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import { findIssue, type IssueStores, projectIds, visibleProjects } from '#server/issues/issues.ts';
import { eventCause } from './likely-cause.ts';
import { readLogLinks } from './log-links.ts';
import { newestOfUser, readStory } from './story.ts';

const tags = ['story'];
const window = z.object({
  /** Milliseconds before and after the error for lines of its session and user; of its host a tenth. */
  around: z.coerce.number().int().min(1_000).max(STORY_AROUND_MS_MAX).default(STORY_AROUND_MS),
});

export function storyRoutes(stores: IssueStores): FastifyPluginAsync {
  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/issues/:id/events/:eventId/story',
      {
        config: { queries: true },
        schema: {
          tags,
          summary:
            'Breadcrumbs, spans, log records and errors tied to an occurrence, in the order of time, with the likely cause',
          params: z.object({ id: z.string().max(150), eventId: z.string().max(40) }),
          querystring: window,
          response: { 200: Story },
        },
      },
      async (request) => {
        const viewer = requireViewer(request, 'event:read');
        const { story } = await readStory(stores, {
          projects: projectIds(await visibleProjects(stores, viewer)),
          issue: await findIssue(stores, viewer, request.params.id),
          which: request.params.eventId,
          aroundMs: request.query.around,
        });
        return story;
      },
    );

    app.get(
      '/api/v1/issues/:id/events/:eventId/cause',
      {
        config: { queries: true },
        schema: {
          tags,
          summary: 'The likely cause of an occurrence as its story marks it, when it could be counted',
          params: z.object({ id: z.string().max(150), eventId: z.string().max(40) }),
          response: { 200: EventCause },
        },
      },
      async (request) => {
        const viewer = requireViewer(request, 'event:read');
        return eventCause(stores, {
          projects: projectIds(await visibleProjects(stores, viewer)),
          issue: await findIssue(stores, viewer, request.params.id),
          which: request.params.eventId,
        });
      },
    );

    app.get(
      '/api/v1/issues/:id/users/story',
      {
        config: { queries: true },
        schema: {
          tags,
          summary:
            'What one user of an issue did around their newest occurrence: their log records, and those of their traces, requests and sessions',
          params: z.object({ id: z.string().max(150) }),
          querystring: window.extend({
            /** As the list of users names it: `id:42`. */
            user: z.string().min(1).max(500),
          }),
          response: { 200: Story },
        },
      },
      async (request) => {
        const viewer = requireViewer(request, 'event:read');
        const issue = await findIssue(stores, viewer, request.params.id);
        const { story } = await readStory(stores, {
          projects: projectIds(await visibleProjects(stores, viewer)),
          issue,
          which: await newestOfUser(stores, issue, request.query.user),
          ofUser: true,
          aroundMs: request.query.around,
        });
        return story;
      },
    );

    app.get(
      '/api/v1/logs/:id/links',
      {
        config: { queries: true },
        schema: {
          tags,
          summary:
            'The error that a log record tells of, those of its span, trace or request, and their issues',
          params: z.object({ id: z.string().max(100) }),
          response: { 200: LogLinks },
        },
      },
      async (request) => {
        return readLogLinks(stores, requireViewer(request, 'event:read'), request.params.id);
      },
    );
  };
}
