/** What a change leaves in the trail: through the real routes of alerts, projects and teams, on both metadata engines. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditList } from '#contract/audit.ts';
import { alertRoutes } from '#server/alerts/alert-routes.ts';
import { openTestApp, type TestApp } from '#server/issues/test-app.ts';
import { openTestIssues, type TestIssues } from '#server/issues/test-issues.ts';
import { createLog } from '#server/platform/log.ts';
import { startTestPostgres, type TestPostgres } from '#server/store/metadata/test-postgres.ts';
import { teamRoutes } from '#server/teams/team-routes.ts';
import { auditRoutes } from './audit-routes.ts';
import { auditTrail } from './trail.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

describe.each(['sqlite', 'postgres'] as const)('a change on %s', (engine) => {
  let world: TestIssues;
  let app: TestApp;
  let dying: Promise<void> | null = null;

  beforeAll(async () => {
    world = await openTestIssues(engine === 'postgres' ? await postgres.createDatabase() : '');
    world.viewer.scopes = [...world.viewer.scopes, 'alerts:read', 'alerts:write', 'org:admin', 'member:read'];
    const { db } = world.metadata;
    const trail = auditTrail({
      ...{ db, clock: world.clock, log: createLog('silent') },
      findMember: async () => undefined,
    });
    const stores = {
      ...world,
      ...{ templateOf: () => '', publicUrl: () => '', findCause: async () => null },
      enqueue: async () => {},
    };
    app = await openTestApp(world, [
      async (scope) => {
        await trail(scope, {});
        // As if the program were killed before it could answer.
        scope.addHook('preHandler', async () => {
          await dying;
        });
        await scope.register(alertRoutes(stores));
        await scope.register(teamRoutes(world));
        await scope.register(auditRoutes({ db, days: 365 }));
      },
    ]);
  });
  afterAll(async () => {
    await app.close();
    await world.discard();
  });

  const newest = async () => (await app.read<AuditList>('/api/v1/audit')).items[0]!;
  const rule = (threshold: number, query = 'level:error') => ({
    name: 'Errors',
    condition: {
      ...{ kind: 'log', source: { dialect: 'search', query } },
      test: { is: 'above', threshold },
    },
  });

  it('of a rule is told from what to what, and of a deleted one what it was', async () => {
    const made = (await (await app.ask('POST', '/api/v1/alerts/rules', rule(100))).json()) as { id: string };
    expect(await newest()).toMatchObject({
      route: 'POST /api/v1/alerts/rules',
      status: 201,
      differences: [],
    });
    await app.ask('PUT', `/api/v1/alerts/rules/${made.id}`, rule(50, 'level:fatal'));
    expect((await newest()).differences).toEqual(
      [
        { field: 'definition.condition.test.threshold', before: 100, after: 50 },
        { field: 'definition.condition.source.query', before: 'level:error', after: 'level:fatal' },
      ].toSorted((a, b) => (a.field < b.field ? -1 : 1)),
    );
    await app.ask('PUT', `/api/v1/alerts/rules/${made.id}`, rule(50, 'level:fatal'));
    expect(await newest()).toMatchObject({ status: 200, differences: [] });
    await app.ask('DELETE', `/api/v1/alerts/rules/${made.id}`);
    expect(await newest()).toMatchObject({
      status: 204,
      differences: expect.arrayContaining([
        { field: 'definition.condition.test.threshold', before: 50, after: null },
      ]),
    });
    const csv = await (await app.ask('GET', '/api/v1/audit/export?format=csv&query=level:fatal')).text();
    expect(csv).toContain('""before"":""level:error"",""after"":""level:fatal""');
  });

  it('that renames what the address names is still told', async () => {
    await app.ask('POST', '/api/v1/teams', { slug: 'pay', name: 'Pay' });
    await app.ask('PATCH', '/api/v1/teams/pay', { slug: 'payments', name: 'Payments' });
    expect((await newest()).differences).toEqual([
      { field: 'slug', before: 'pay', after: 'payments' },
      { field: 'name', before: 'Pay', after: 'Payments' },
    ]);
  });

  it('that is refused changed nothing, and says so', async () => {
    expect((await app.ask('PUT', '/api/v1/alerts/rules/999', rule(1))).status).toBe(404);
    expect(await newest()).toMatchObject({ status: 404, differences: [] });
  });

  it('that the program did not live to answer is in the trail all the same', async () => {
    let end = () => {};
    dying = new Promise((resolve) => {
      end = resolve;
    });
    const asked = app.ask('DELETE', '/api/v1/teams/payments');
    await expect
      .poll(
        async () =>
          (
            await world.metadata.db
              .selectFrom('audit_entry')
              .select('status')
              .orderBy('id', 'desc')
              .limit(1)
              .executeTakeFirst()
          )?.status,
      )
      .toBe(0);
    dying = null;
    expect((await app.read<AuditList>('/api/v1/audit?outcome=unknown')).items).toMatchObject([
      { route: 'DELETE /api/v1/teams/:id', status: 0, target: { id: 'payments' } },
    ]);
    end();
    await asked;
  });
});
