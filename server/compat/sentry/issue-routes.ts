/** Issues in Sentry's API: lists of a project and of the organization, one issue, changing and deleting them. */
import type { FastifyPluginAsync } from 'fastify';
import { deleteIssues } from '#server/issues/issue-deletion.ts';
import { readIssue } from '#server/issues/issue-detail.ts';
import { issuePage } from '#server/issues/issue-queries.ts';
import { type IssueSlices, slicesMatching, slicesOf } from '#server/issues/issue-selection.ts';
import { readTags } from '#server/issues/issue-tags.ts';
import { readTrends } from '#server/issues/issue-trends.ts';
import { changeIssues } from '#server/issues/issue-writes.ts';
import { type FoundIssue, findIssue, findIssues, hashesOf } from '#server/issues/issues.ts';
import { changeOf, IssueChangeBody } from './issue-change.ts';
import { isOn, issuePageQuery, projectsAskedFor } from './issue-query.ts';
import { issueDetailShape, issueShape, statsShape } from './issue-shape.ts';
import type { SentryApi } from './sentry-api.ts';
import { bodyOf, linkPages, type SentryRequest, serve } from './sentry-request.ts';

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

export function issueRoutes(api: SentryApi): FastifyPluginAsync {
  const context = () => ({ publicUrl: api.publicUrl(), now: api.clock.now() });

  async function withStats(issues: readonly FoundIssue[], statsPeriod: string) {
    const period = statsPeriod === '24h' ? '24h' : '14d';
    const hashes = await hashesOf(
      api,
      issues.map(({ row }) => row.id),
    );
    const trends = await readTrends(api.telemetry, issues, hashes, period, api.clock.now());
    return issues.map((issue) => ({
      ...issueShape(issue, context()),
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
    const asked = issuePageQuery(query, api.clock.now());
    const page = await issuePage(api, await projectsAskedFor(api, request), asked);
    linkPages(api, request, page);
    reply.header('x-hits', page.total).header('x-max-hits', page.total);
    // Sentry has no word for a list that was cut short; a person who debugs a client sees this one.
    if (page.notices.length > 0) reply.header('x-tandem-notice', page.notices.join(' '));
    if (isOn(query.get('shortIdLookup')) && asked.filter.is === 'equal' && page.total === 1)
      reply.header('x-sentry-direct-hit', '1');
    // An empty period is how clients say that they draw no chart.
    const period = query.get('groupStatsPeriod') ?? query.get('statsPeriod') ?? '24h';
    return period === ''
      ? page.issues.map((issue) => issueShape(issue, context()))
      : withStats(page.issues, period);
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
    let asked = { ...issuePageQuery(searchOf(query), api.clock.now()), limit: BULK_PAGE };
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
    return slicesMatching(api, projects, issuePageQuery(searchOf(request.query), api.clock.now()));
  }

  /** Changes what we know how to change: the status and the priority. */
  async function update(request: SentryRequest, slices: () => Promise<IssueSlices>): Promise<void> {
    const change = changeOf(bodyOf(IssueChangeBody, request), api.clock.now());
    if (change) await changeIssues(api, await slices(), change, request.viewer);
  }

  return async (app) => {
    for (const path of LISTS) {
      serve(app, 'GET', path, 'event:read', list);
      serve(app, 'PUT', path, 'event:write', async (request) => {
        await update(request, () => meantSlices(request));
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
        await update(request, async () => slicesOf([issue]));
        return issueShape(await named(request), context());
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
        const group = issueShape(issue, context());
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
