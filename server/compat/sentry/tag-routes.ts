/** The tags of an issue in Sentry's API. */
import type { FastifyPluginAsync } from 'fastify';
import { readTags, type Tag, type TagValue } from '#server/issues/issue-tags.ts';
import { findIssue, iso } from '#server/issues/issues.ts';
import { reject } from '#server/record/rejections.ts';
import { ISSUE_PATHS } from './issue-routes.ts';
import type { SentryApi } from './sentry-api.ts';
import { linkPages, ONE_PAGE, pageLimit, type SentryRequest, serve } from './sentry-request.ts';

/** As far back as Sentry's own retention lets clients expect. */
const PERIOD = '90d';
const TOP_VALUES = 10;

export function tagRoutes(api: SentryApi): FastifyPluginAsync {
  const tagOf = async ({ viewer, params }: SentryRequest, valuesMax: number): Promise<Tag> => {
    const issue = await findIssue(api, viewer, params.issue!);
    const { tags } = await readTags(api, issue, { period: PERIOD, key: params.key!, valuesMax });
    if (!tags[0]) throw reject('not_found', 'no event of the issue has this tag');
    return tags[0];
  };

  return async (app) => {
    for (const path of ISSUE_PATHS) {
      serve(app, 'GET', `${path}tags/`, 'event:read', async ({ viewer, params, query }) => {
        const issue = await findIssue(api, viewer, params.issue!);
        const keys = query.getAll('key');
        const { tags } = await readTags(api, issue, { period: PERIOD, valuesMax: TOP_VALUES });
        return tags.filter(({ key }) => keys.length === 0 || keys.includes(key)).map(tagShape);
      });

      serve(app, 'GET', `${path}tags/:key/`, 'event:read', async (request) =>
        tagShape(await tagOf(request, TOP_VALUES)),
      );

      serve(app, 'GET', `${path}tags/:key/values/`, 'event:read', async (request) => {
        const { key, top } = await tagOf(request, pageLimit(request.query));
        linkPages(api, request, ONE_PAGE);
        return top.map((value) => valueShape(key, value));
      });
    }
  };
}

function tagShape({ key, events, distinctValues, top }: Tag) {
  return {
    key,
    name: key,
    uniqueValues: distinctValues,
    totalValues: events,
    topValues: top.map((value) => valueShape(key, value)),
  };
}

function valueShape(key: string, { value, events, firstSeen, lastSeen }: TagValue) {
  return {
    key,
    name: value,
    value,
    count: events,
    firstSeen: iso(firstSeen),
    lastSeen: iso(lastSeen),
    query: `${key}:"${value.replaceAll(/["\\*]/g, '\\$&')}"`,
  };
}
