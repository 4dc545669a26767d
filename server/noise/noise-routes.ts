/** /api/v1/noise and /api/v1/projects/:slug/noise: what logs and errors cost, and the rules for single patterns. */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import {
  NoiseCheck,
  NoiseCheckQuery,
  NoiseQuery,
  NoiseReport,
  NoiseRule,
  NoiseRuleRequest,
  NoiseRuleSwitch,
  NoiseRules,
} from '#contract/noise.ts';
import type { Scope } from '#contract/people.ts';
import { requireViewer, type Viewer } from '#server/accounts/accounts.ts';
import { type IssueStores, projectIds, visibleProjects } from '#server/issues/issues.ts';
import { reject } from '#server/record/rejections.ts';
import { diskCost } from './disk-cost.ts';
import { countsOfRules, newestOf, type RuleCount } from './noise-queries.ts';
import { noiseReport } from './noise-report.ts';
import {
  checkRequest,
  findRule,
  listRules,
  removeRule,
  ruleOf,
  type SavedRule,
  saveRule,
  switchRule,
} from './noise-rules.ts';
import { precededIssues, type RecordsOf } from './precedes.ts';

export interface NoiseStores extends IssueStores {
  /** What a line has in common with those of its pattern; main knows how. */
  templateOf(body: string): string;
}

const tags = ['noise'];
const params = z.object({ slug: z.string().max(150) });
const ruleParams = params.extend({ id: z.string().max(20) });
const DAY_MS = 86_400_000;
const PERIOD_MS = { '24h': DAY_MS, '7d': 7 * DAY_MS, '30d': 30 * DAY_MS };
/** How far back a record of a pattern is looked for that somebody makes a rule of, ms. */
const NEWEST_WITHIN_MS = 30 * DAY_MS;

interface Named {
  viewer: Viewer;
  id: number;
  slug: string;
}

export function noiseRoutes(stores: NoiseStores): FastifyPluginAsync {
  const { metadata, telemetry, clock } = stores;
  const { db } = metadata;

  async function projectOf(
    request: FastifyRequest<{ Params: { slug: string } }>,
    scope: Scope,
  ): Promise<Named> {
    const viewer = requireViewer(request, scope);
    const [project] = await visibleProjects(stores, viewer, request.params.slug);
    return { viewer, id: Number(project!.id), slug: project!.slug };
  }
  const check = (project: Named, what: RecordsOf) =>
    precededIssues({ db, telemetry }, project, what, clock.now());

  /** How many issues it goes before; refuses when somebody has yet to be told. Lower levels keep what they say. */
  async function issuesBefore(project: Named, what: RecordsOf, acknowledged: boolean) {
    const { issuesInAll, issues } = await check(project, what);
    if (issuesInAll > 0 && !acknowledged) {
      const named = issues.slice(0, 3).map((issue) => issue.shortId);
      throw reject('noise_precedes_issues', `Before ${issuesInAll}: ${named.join(', ')} …`);
    }
    return issuesInAll;
  }

  async function shown({ viewer, id: project }: Named, rules: readonly SavedRule[]): Promise<NoiseRule[]> {
    const [met, table, names] = await Promise.all([
      countsOfRules(telemetry, project),
      telemetry.tableOnDisk('logs'),
      stores.peopleNames(viewer.organization.id),
    ]);
    const disk = diskCost({ ...table, columns: [] }, { rows: 0, texts: { body: 0 } });
    return rules.map((rule) =>
      toRule(
        rule,
        met.filter((each) => each.rule === rule.id),
        {
          by: names.get(rule.created_by ?? '') ?? null,
          diskOf: (bytes) => disk.of({ rows: 0, texts: { body: bytes } }),
        },
      ),
    );
  }

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/noise',
      {
        config: { queries: true },
        schema: {
          tags,
          summary:
            'What logs and errors cost by pattern, service and issue, and advice on what could be less',
          querystring: NoiseQuery,
          response: { 200: NoiseReport },
        },
      },
      async (request) => {
        const viewer = requireViewer(request, 'event:read');
        const { project, period } = request.query;
        const projects = await visibleProjects(stores, viewer, project);
        const to = clock.now() + 1;
        const asked = { telemetry, projects: projectIds(projects), from: to - PERIOD_MS[period], to };
        return noiseReport({ db, templateOf: stores.templateOf }, asked, projects);
      },
    );

    app.get(
      '/api/v1/projects/:slug/noise/rules',
      {
        schema: {
          tags,
          summary: 'What the project does with single patterns, and what that has saved',
          params,
          response: { 200: NoiseRules },
        },
      },
      async (request) => {
        const project = await projectOf(request, 'event:read');
        return { items: await shown(project, await listRules(db, [project.id])) };
      },
    );

    app.get(
      '/api/v1/projects/:slug/noise/patterns/:id/issues',
      {
        config: { queries: true },
        schema: {
          tags,
          summary: 'Which issues a pattern goes before: to be asked before a rule takes its records away',
          params: params.extend({ id: z.string().regex(/^\d{1,16}$/) }),
          querystring: NoiseCheckQuery,
          response: { 200: NoiseCheck },
        },
      },
      async (request) => {
        const { id: pattern } = request.params;
        const project = await projectOf(request, 'event:read');
        return check(project, { pattern, contains: request.query.contains });
      },
    );

    app.post(
      '/api/v1/projects/:slug/noise/rules',
      {
        schema: {
          tags,
          summary:
            'Drop, sample or demote a pattern from the next batch on; refused for one that goes before issues unless that is acknowledged',
          params,
          body: NoiseRuleRequest,
          response: { 200: NoiseRule },
        },
      },
      async (request) => {
        const project = await projectOf(request, 'project:admin');
        const { body } = request;
        checkRequest(body);
        const now = clock.now();
        const known = (await listRules(db, [project.id])).find((rule) => rule.pattern_id === body.patternId);
        const lately = { telemetry, projects: [project.id], from: now - NEWEST_WITHIN_MS, to: now + DAY_MS };
        const sample = (await newestOf(lately, body.patternId)) ?? known?.sample;
        if (sample === undefined)
          throw reject(
            'noise_rule_invalid',
            'No log record of this project in the last 30 days has this pattern.',
          );
        const goesBefore = await issuesBefore(
          project,
          { pattern: body.patternId, contains: body.contains },
          body.acknowledged,
        );
        const id = await saveRule(metadata, {
          ...{ project: project.id, request: body, template: stores.templateOf(sample), sample, goesBefore },
          ...{ by: project.viewer.userId, now },
        });
        const [rule] = await shown(project, [await findRule(db, project.id, String(id))]);
        return rule!;
      },
    );

    app.patch(
      '/api/v1/projects/:slug/noise/rules/:id',
      {
        schema: {
          tags,
          summary: 'Switch a rule off or on again; on is guarded like a new one',
          params: ruleParams,
          body: NoiseRuleSwitch,
          response: { 200: NoiseRule },
        },
      },
      async (request) => {
        const project = await projectOf(request, 'project:admin');
        const rule = await findRule(db, project.id, request.params.id);
        const { enabled, acknowledged } = request.body;
        if (enabled)
          await issuesBefore(project, { pattern: rule.pattern_id, contains: rule.contains }, acknowledged);
        await switchRule(metadata, rule, enabled, clock.now());
        const [changed] = await shown(project, [await findRule(db, project.id, request.params.id)]);
        return changed!;
      },
    );

    app.delete(
      '/api/v1/projects/:slug/noise/rules/:id',
      {
        schema: {
          tags,
          summary: 'Remove a rule: its records are kept again from the next batch on',
          params: ruleParams,
        },
      },
      async (request, reply) => {
        const project = await projectOf(request, 'project:admin');
        await removeRule(metadata, await findRule(db, project.id, request.params.id));
        return reply.code(204).send();
      },
    );
  };
}

function toRule(
  rule: SavedRule,
  met: readonly RuleCount[],
  { by, diskOf }: { by: string | null; diskOf(bytes: number): number },
): NoiseRule {
  const gone = met.filter(({ fate }) => fate !== 'demoted');
  const sum = (counts: readonly RuleCount[], what: 'records' | 'bytes') =>
    counts.reduce((all, count) => all + count[what], 0);
  return {
    ...ruleOf(rule),
    goesBefore: rule.goes_before,
    createdAt: new Date(rule.created_at).toISOString(),
    createdBy: by,
    saved: {
      records: sum(gone, 'records'),
      bytes: sum(gone, 'bytes'),
      diskBytes: diskOf(sum(gone, 'bytes')),
      demoted: sum(
        met.filter(({ fate }) => fate === 'demoted'),
        'records',
      ),
    },
  };
}
