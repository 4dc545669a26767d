/** Issues in Sentry's API: lists of a project and of the organization, one issue, changing and deleting them. */
import type { FastifyPluginAsync } from 'fastify';
import * as z from 'zod';
import type { Viewer } from '#server/accounts/accounts.ts';
import { deleteIssues } from '#server/issues/issue-deletion.ts';
import { readIssue } from '#server/issues/issue-detail.ts';
import { issuePage } from '#server/issues/issue-queries.ts';
import { type IssueSlices, slicesMatching, slicesOf } from '#server/issues/issue-selection.ts';
import { readTags } from '#server/issues/issue-tags.ts';
import { readTrends } from '#server/issues/issue-trends.ts';
import { changeIssues } from '#server/issues/issue-writes.ts';
import { type FoundIssue, findIssue, findIssues, hashesOf } from '#server/issues/issues.ts';
import { giveIssues } from '#server/issues/teamwork/assignment.ts';
import { setBookmark } from '#server/issues/teamwork/bookmarks.ts';
import { followedReasons, setFollowing } from '#server/issues/teamwork/followers.ts';
import { readMarks } from '#server/issues/teamwork/teamwork.ts';
import { assignedTo } from './assigned-to.ts';
import { changeOf, IssueChangeBody } from './issue-change.ts';
import { isOn, issuePageQuery, projectsAskedFor } from './issue-query.ts';
import { issueDetailShape, issueShape, statsShape } from './issue-shape.ts';
import { mergeAsked } from './merge-asked.ts';
import type { SentryApi } from './sentry-api.ts';
import { bodyOf, linkPages, type SentryRequest, serve } from './sentry-request.ts';
import { sentryMarks } from './teamwork-shapes.ts';

const LISTS = ['/api/0/projects/:org/:project/issues/', '/api/0/organizations/:org/issues/'];
/** The last is how old clients still ask. */
export const ISSUE_PATHS = [
  '/api/0/issues/:issue/',
  '/api/0/organizations/:org/issues/:issue/',
  '/api/0/groups/:issue/',
];

/** Issues deleted by one request that names a search instead of ids: ten pages. */
const BULK_MAX = 1_000;
const BULK_PAGE = 100;

/** sentry-cli names a status beside, or instead of, a search. */
function searchOf(query: URLSearchParams): URLSearchParams {
  const status = query.get('status');
  if (!status || query.has('query')) return query;
  const named = new URLSearchParams(query);
  named.set('query', `is:${status}`);
  return named;
}

/** Who cares for an issue. */
const People = z.object({
  /** Empty or null: nobody. */
  assignedTo: z.string().max(320).nullish(),
  isBookmarked: z.boolean().optional(),
  isSubscribed: z.boolean().optional(),
});

export function issueRoutes(api: SentryApi): FastifyPluginAsync {
  const context = () => ({ publicUrl: api.publicUrl(), now: api.clock.now() });

  async function marksFor(viewer: Viewer, issues: readonly FoundIssue[]) {
    const ids = issues.map(({ row }) => row.id);
    const [marks, followed] = await Promise.all([
      readMarks(api, viewer, ids),
      followedReasons(api.metadata.db, viewer.userId, ids),
    ]);
    return new Map([...marks].map(([id, each]) => [id, sentryMarks(each, followed.get(id))]));
  }

  async function withStats(
    issues: readonly FoundIssue[],
    statsPeriod: string,
    marks: Awaited<ReturnType<typeof marksFor>>,
  ) {
    const period = statsPeriod === '24h' ? '24h' : '14d';
    const hashes = await hashesOf(
      api,
      issues.map(({ row }) => row.id),
    );
    const trends = await readTrends(api.telemetry, issues, hashes, period, api.clock.now());
    return issues.map((issue) => ({
      ...issueShape(issue, context(), marks.get(issue.row.id)),
      stats: { [statsPeriod]: statsShape(trends.get(issue.row.id)!.trend) },
      lifetime: {
        count: String(issue.row.event_count),
        userCount: issue.row.user_count,
        firstSeen: new Date(issue.row.first_seen).toISOString(),
        lastSeen: new Date(issue.row.last_seen).toISOString(),
        stats: null,
      },
      filtered: null,
    }));
  }

  async function list(request: SentryRequest) {
    const { query, reply } = request;
    const asked = { ...issuePageQuery(query, api.clock.now()), asker: request.viewer };
    const page = await issuePage(api, await projectsAskedFor(api, request), asked);
    linkPages(api, request, page);
    reply.header('x-hits', page.total).header('x-max-hits', page.total);
    // Sentry has no word for a list that was cut short; a person who debugs a client sees this one.
    if (page.notices.length > 0) reply.header('x-tandem-notice', page.notices.join(' '));
    if (isOn(query.get('shortIdLookup')) && asked.filter.is === 'equal' && page.total === 1)
      reply.header('x-sentry-direct-hit', '1');
    // An empty period is how clients say that they draw no chart.
    const period = query.get('groupStatsPeriod') ?? query.get('statsPeriod') ?? '24h';
    const marks = await marksFor(request.viewer, page.issues);
    return period === ''
      ? page.issues.map((issue) => issueShape(issue, context(), marks.get(issue.row.id)))
      : withStats(page.issues, period, marks);
  }

  /** The issues a bulk request means: those of its ids, else those its search finds. */
  async function meant(request: SentryRequest): Promise<FoundIssue[]> {
    const { query, viewer } = request;
    const projects = await projectsAskedFor(api, request);
    const ids = query.getAll('id');
    if (ids.length > 0) {
      const found = await findIssues(api, viewer, ids.slice(0, BULK_MAX));
      return found.filter(({ project }) => projects.some(({ id }) => id === project.id));
    }
    const issues: FoundIssue[] = [];
    let asked = { ...issuePageQuery(searchOf(query), api.clock.now()), limit: BULK_PAGE, asker: viewer };
    for (;;) {
      const page = await issuePage(api, projects, asked);
      issues.push(...page.issues);
      if (!page.hasNext || issues.length >= BULK_MAX) return issues;
      asked = { ...asked, cursor: page.next };
    }
  }

  /** The same without looking at each of them: a search may find thousands. */
  async function meantSlices(request: SentryRequest): Promise<IssueSlices> {
    if (request.query.has('id')) return slicesOf(await meant(request));
    const projects = await projectsAskedFor(api, request);
    const asked = { ...issuePageQuery(searchOf(request.query), api.clock.now()), asker: request.viewer };
    return slicesMatching(api, projects, asked);
  }

  /** Changes what we know how to change: the status, the priority, and who cares for it. */
  async function update(
    request: SentryRequest,
    issues: () => Promise<readonly FoundIssue[]>,
    slices: () => Promise<IssueSlices>,
  ): Promise<void> {
    const { viewer } = request;
    const { assignedTo: to, isBookmarked, isSubscribed } = bodyOf(People, request);
    if (to !== undefined || isBookmarked !== undefined || isSubscribed !== undefined) {
      const found = await issues();
      const writing = { db: api.metadata.db, now: api.clock.now() };
      if (to !== undefined) await giveIssues(api, found, await assignedTo(api, viewer, to ?? ''), viewer);
      for (const { row } of found) {
        if (isBookmarked !== undefined) await setBookmark(writing, row.id, viewer.userId, isBookmarked);
        if (isSubscribed !== undefined) await setFollowing(writing, row.id, viewer.userId, isSubscribed);
      }
    }
    const change = changeOf(bodyOf(IssueChangeBody, request), api.clock.now());
    if (change) await changeIssues(api, await slices(), change, viewer);
  }

  return async (app) => {
    for (const path of LISTS) {
      serve(app, 'GET', path, 'event:read', list);
      serve(app, 'PUT', path, 'event:write', async (request) => {
        const merged = await mergeAsked(api, request, () => meant(request));
        if (merged) return merged;
        await update(
          request,
          () => meant(request),
          () => meantSlices(request),
        );
        const { status, substatus, priority, statusDetails } = bodyOf(IssueChangeBody, request);
        return { status, substatus, priority, statusDetails: statusDetails ?? {} };
      });
      serve(app, 'DELETE', path, 'event:admin', async (request) => {
        await deleteIssues(api, await meant(request));
        return request.reply.code(204).send();
      });
    }

    for (const path of ISSUE_PATHS) {
      const named = ({ viewer, params }: SentryRequest) => findIssue(api, viewer, params.issue!);

      serve(app, 'GET', path, 'event:read', async (request) => {
        const issue = await named(request);
        const [detail, { tags }] = await Promise.all([
          readIssue(api, request.viewer, issue),
          readTags(api, issue, { period: '30d', valuesMax: 0 }),
        ]);
        return issueDetailShape(issue, detail, tags, request.viewer, context());
      });

      serve(app, 'PUT', path, 'event:write', async (request) => {
        const issue = await named(request);
        await update(
          request,
          async () => [issue],
          async () => slicesOf([issue]),
        );
        const changed = await named(request);
        const marks = await marksFor(request.viewer, [changed]);
        return issueShape(changed, context(), marks.get(changed.row.id));
      });

      serve(app, 'DELETE', path, 'event:admin', async (request) => {
        await deleteIssues(api, [await named(request)]);
        return request.reply.code(202).send();
      });
    }

    serve(
      app,
      'GET',
      '/api/0/organizations/:org/shortids/:issue/',
      'event:read',
      async ({ viewer, params }) => {
        const issue = await findIssue(api, viewer, params.issue!);
        const marks = await marksFor(viewer, [issue]);
        const group = issueShape(issue, context(), marks.get(issue.row.id));
        return {
          organizationSlug: viewer.organization.slug,
          projectSlug: issue.project.slug,
          groupId: group.id,
          group,
          shortId: group.shortId,
        };
      },
    );
  };
}
