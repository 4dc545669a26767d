/** /api/v1/projects/:slug/filters: what a project does not want to keep, what that dropped, and what it would have. */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { ExpectedErrors, FilterPreview, FilterRules, ProjectFilters } from '#contract/filters.ts';
import type { ProjectSummary, Scope } from '#contract/people.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import type { Clock } from '#server/platform/clock.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { issuesOfKinds } from './expected-issues.ts';
import { readCounts, readExpected } from './filter-counts.ts';
import type { FilterRules as Rules } from './filter-rules.ts';
import { changeRules, selectRules } from './filter-store.ts';
import { previewRules } from './preview.ts';
import { ruleProblem } from './rule-problems.ts';
import { readSpike } from './spike-limit.ts';

export interface FilterStores {
  db: MetadataDb;
  telemetry: TelemetryStore;
  clock: Clock;
  listProjects(organizationId: number): Promise<ProjectSummary[]>;
}

const tags = ['filters'];
const params = z.object({ slug: z.string().max(100) });

export function filterRoutes(stores: FilterStores): FastifyPluginAsync {
  const { db, telemetry, clock } = stores;

  async function projectOf(request: FastifyRequest<{ Params: { slug: string } }>, scope: Scope) {
    const viewer = requireViewer(request, scope);
    const projects = await stores.listProjects(viewer.organization.id);
    const project = projects.find(({ slug }) => slug === request.params.slug);
    if (!project) throw reject('not_found');
    return Number(project.id);
  }

  function checked(change: Partial<Rules>): Partial<Rules> {
    const problem = ruleProblem(change);
    if (problem !== null) throw reject('filter_invalid', problem);
    return change;
  }

  const shown = async (projectId: number, rules: Rules): Promise<z.input<typeof ProjectFilters>> => ({
    rules: rules as FilterRules,
    counts: await readCounts(telemetry, projectId, clock.now()),
    spike: await readSpike(telemetry, projectId, clock.now()),
  });

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/projects/:slug/filters',
      {
        schema: {
          tags,
          summary: 'What the project does not want to keep, and what was dropped by that lately',
          params,
          response: { 200: ProjectFilters },
        },
      },
      async (request) => {
        const projectId = await projectOf(request, 'project:read');
        return shown(projectId, await selectRules(db, projectId));
      },
    );

    app.patch(
      '/api/v1/projects/:slug/filters',
      {
        schema: {
          tags,
          summary:
            'Change filters; what is left out stays as it is. True for the next batch that is processed',
          params,
          body: FilterRules.partial(),
          response: { 200: ProjectFilters },
        },
      },
      async (request) => {
        const projectId = await projectOf(request, 'project:admin');
        return shown(projectId, await changeRules(db, projectId, checked(request.body), clock.now()));
      },
    );

    app.post(
      '/api/v1/projects/:slug/filters/preview',
      {
        schema: {
          tags,
          summary: 'What changed filters would have done to the events stored last',
          params,
          body: FilterRules.partial(),
          response: { 200: FilterPreview },
        },
      },
      async (request) => {
        const projectId = await projectOf(request, 'project:read');
        const rules = { ...(await selectRules(db, projectId)), ...checked(request.body) };
        return previewRules(telemetry, projectId, rules, clock.now());
      },
    );

    app.get(
      '/api/v1/projects/:slug/expected',
      {
        schema: {
          tags,
          summary: 'Errors that are part of the day: how many, what they cost, and whether they are filtered',
          params,
          querystring: z.object({ days: z.coerce.number().int().min(1).max(90).default(7) }),
          response: { 200: ExpectedErrors },
        },
      },
      async (request) => {
        const projectId = await projectOf(request, 'project:read');
        const { days } = request.query;
        const rules = await selectRules(db, projectId);
        const { total, kinds } = await readExpected(telemetry, projectId, days, rules, clock.now());
        const issues = await issuesOfKinds(
          db,
          projectId,
          kinds.map(({ kind }) => kind),
        );
        return {
          days,
          total,
          kinds: kinds.map((each) => ({ ...each, issues: issues.get(each.kind) ?? [] })),
        };
      },
    );
  };
}
