/** /api/v1/issues/…: what an issue is made of, what looks like it, merging and taking apart. */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { IssueHashes, LookAlikes, MergeRequest, UnmergeRequest } from '#contract/grouping.ts';
import { Issue } from '#contract/issues.ts';
import type { Scope } from '#contract/people.ts';
import { requireViewer, type Viewer } from '#server/accounts/accounts.ts';
import { readHashes } from './issue-hashes.ts';
import { type FoundIssue, findIssue, type IssueStores, toIssue } from './issues.ts';
import { readLookAlikes } from './look-alikes.ts';
import { mergeIssues } from './merge-issues.ts';
import { takeOut } from './unmerge-issue.ts';

const tags = ['issues'];
/** Id or short id. */
const params = z.object({ id: z.string().max(150) });

export function mergeRoutes(stores: IssueStores): FastifyPluginAsync {
  const named = async (request: FastifyRequest<{ Params: { id: string } }>, scope: Scope) => {
    const viewer = requireViewer(request, scope);
    return { viewer, issue: await findIssue(stores, viewer, request.params.id) };
  };
  const shown = async (viewer: Viewer, id: number) =>
    toIssue(await findIssue(stores, viewer, String(id)), stores.clock.now());

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.post(
      '/api/v1/issues/merge',
      {
        schema: {
          tags,
          summary: 'Make one issue of several of a project; the answer is the one that stays',
          body: MergeRequest,
          response: { 200: Issue },
        },
      },
      async (request) => {
        const viewer = requireViewer(request, 'event:write');
        const { ids, into } = request.body;
        const target = into === undefined ? null : await findIssue(stores, viewer, into);
        const issues: FoundIssue[] = target ? [target] : [];
        for (const id of new Set(ids)) issues.push(await findIssue(stores, viewer, id));
        const { into: kept } = await mergeIssues(stores, issues, target?.row.id ?? null, viewer);
        return shown(viewer, kept);
      },
    );

    app.get(
      '/api/v1/issues/:id/hashes',
      {
        config: { queries: true },
        schema: {
          tags,
          summary: 'The hashes an issue is made of, and what was merged into it',
          params,
          response: { 200: IssueHashes },
        },
      },
      async (request) => readHashes(stores, (await named(request, 'event:read')).issue),
    );

    app.post(
      '/api/v1/issues/:id/unmerge',
      {
        schema: {
          tags,
          summary: 'Take hashes out of an issue; the answer is the issue that has them now',
          params,
          body: UnmergeRequest,
          response: { 200: Issue },
        },
      },
      async (request) => {
        const { viewer, issue } = await named(request, 'event:write');
        const id = await takeOut(stores, issue, request.body.hashes, viewer);
        return shown(viewer, id);
      },
    );

    app.get(
      '/api/v1/issues/:id/alike',
      {
        config: { queries: true },
        schema: {
          tags,
          summary: 'Issues of the same project that look like this one, and why',
          params,
          response: { 200: LookAlikes },
        },
      },
      async (request) => readLookAlikes(stores, (await named(request, 'event:read')).issue),
    );
  };
}
