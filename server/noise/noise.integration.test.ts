/** What a pattern goes before, and who may see and change what: on a real engine and both metadata stores. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NoiseCheck, NoiseReport, NoiseRule, NoiseRules } from '#contract/noise.ts';
import { openTestApp, type TestApp } from '#server/issues/test-app.ts';
import { hex, MINUTE, NOON, openTestIssues, type TestIssues } from '#server/issues/test-issues.ts';
import { startTestPostgres, type TestPostgres } from '#server/store/metadata/test-postgres.ts';
import type { LogRow } from '#server/store/telemetry/rows.ts';
import { jsonLines, logRow, noiseCountRow } from '#server/store/telemetry/test-rows.ts';
import { noiseRoutes } from './noise-routes.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

const SECOND = 1_000;
const FAILED = NOON - 60 * MINUTE;
const NOTHING = { trace_id: '', request_id: '', user_id: '', session_id: '', service: '' };
const PATH = '/api/v1/projects/shop/noise';

describe.each(['sqlite', 'postgres'] as const)('noise on %s', (engine) => {
  let world: TestIssues;
  let app: TestApp;

  /** A record of a pattern, so long before (or after) what failed. */
  const line = (pattern_id: number, before: number, of: Partial<LogRow> = {}): LogRow =>
    logRow({ ...NOTHING, body: `line of ${pattern_id}`, pattern_id, timestamp: at(FAILED - before), ...of });
  const at = (ms: number) => `${Math.floor(ms / 1000)}.${String(ms % 1000).padStart(3, '0')}000000`;
  const check = (pattern: number, contains = '') =>
    app.read<NoiseCheck>(`${PATH}/patterns/${pattern}/issues?contains=${encodeURIComponent(contains)}`);

  beforeAll(async () => {
    world = await openTestIssues(engine === 'postgres' ? await postgres.createDatabase() : '');
    world.viewer.scopes = [...world.viewer.scopes, 'event:read', 'project:admin'];
    app = await openTestApp(world, [noiseRoutes({ ...world, templateOf: (body) => body })]);
    const failed = {
      ...NOTHING,
      timestamp: FAILED,
      trace_id: hex('t'),
      request_id: 'r-1',
      user_id: '42',
      service: 'pay',
    };
    await world.happen(
      { ...failed, event_id: hex('e1'), title: 'PaymentError', hashes: ['payment'] },
      {
        ...NOTHING,
        timestamp: FAILED,
        event_id: hex('e2'),
        title: 'Elsewhere',
        hashes: ['elsewhere'],
        service: 'mail',
      },
    );
    await world.telemetry.insert(
      'logs',
      jsonLines([
        line(1, 40 * MINUTE, { trace_id: hex('t') }),
        line(2, -30 * SECOND, { trace_id: hex('t') }),
        line(3, 2 * SECOND, { request_id: 'r-1' }),
        line(4, 4 * MINUTE, { user_id: '42' }),
        line(5, 6 * MINUTE, { user_id: '42' }),
        line(6, 50 * SECOND, { service: 'pay' }),
        line(6, 50 * SECOND, { service: 'pay', body: 'GET /orders 200' }),
        line(7, 70 * SECOND, { service: 'pay' }),
        line(8, 2 * SECOND, { service: 'search' }),
        line(9, 2 * SECOND, { project_id: 3, trace_id: hex('t') }),
      ]),
      randomUUID(),
    );
  });
  afterAll(async () => {
    await app.close();
    await world.discard();
  });

  it.each<[string, number, Partial<Record<string, number>> | null]>([
    ['in its trace, however long before', 1, { trace: 1 }],
    ['in its trace, but after it', 2, null],
    ['in its request', 3, { request: 1 }],
    ['by its user within five minutes', 4, { user: 1 }],
    ['by its user before that', 5, null],
    ['in its service within a minute', 6, { service: 1 }],
    ['in its service before that', 7, null],
    ['in another service', 8, null],
    ['in another project', 9, null],
  ])('a record %s', async (_, pattern, ties) => {
    const { issues, issuesInAll, events } = await check(pattern);
    expect(events).toBe(2);
    expect(issuesInAll).toBe(ties === null ? 0 : 1);
    const none = { trace: 0, request: 0, user: 0, service: 0 };
    expect(issues).toEqual(
      ties === null
        ? []
        : [expect.objectContaining({ title: 'PaymentError', preceded: 1, ties: { ...none, ...ties } })],
    );
  });

  it('says in which part of the minutes of its services it is there, and looks at those with a text only', async () => {
    expect((await check(6)).minutesShare).toBeCloseTo(1 / 2);
    expect((await check(6, '/orders')).issuesInAll).toBe(1);
    expect((await check(6, '/healthz')).issuesInAll).toBe(0);
    expect((await check(1)).minutesShare).toBeNull();
  });

  it('keeps one rule for a pattern, counts its changes, and adds up what it met', async () => {
    const rule = { patternId: '8', action: 'sample', keepOneIn: 5 };
    const answer = await app.ask('POST', `${PATH}/rules`, rule);
    const made = (await answer.json()) as NoiseRule;
    expect(made).toMatchObject({ action: 'sample', keepOneIn: 5, levelMax: 'info', template: 'line of 8' });
    const counted = { pattern_id: 8, rule_id: Number(made.id), minute: NOON - MINUTE };
    await world.telemetry.insert(
      'noise_counts',
      jsonLines([
        noiseCountRow({ ...counted, fate: 'sampled', records: 70, bytes: 7_000 }),
        noiseCountRow({ ...counted, fate: 'demoted', records: 3, bytes: 300 }),
        noiseCountRow({ ...counted, rule_id: 99, records: 1_000 }),
      ]),
      randomUUID(),
    );
    const again = (await (
      await app.ask('POST', `${PATH}/rules`, { ...rule, action: 'drop' })
    ).json()) as NoiseRule;
    expect(again).toMatchObject({ id: made.id, action: 'drop', keepOneIn: null });
    expect(again.saved).toMatchObject({ records: 70, bytes: 7_000, demoted: 3 });
    const { logs, patterns } = await app.read<NoiseReport>('/api/v1/noise?project=shop');
    expect(logs.notKept).toBe(1_070);
    expect(patterns.find(({ id }) => id === '8')).toMatchObject({
      records: 1,
      notKept: 1_070,
      ruleId: made.id,
    });
    const { revision } = await world.metadata.db
      .selectFrom('noise_revision')
      .select('revision')
      .where('project_id', '=', 1)
      .executeTakeFirstOrThrow();
    expect(Number(revision)).toBe(2);
    expect((await app.read<NoiseRules>(`${PATH}/rules`)).items).toHaveLength(1);
  });

  it('is not seen and not changed by others', async () => {
    const [{ id }] = (await app.read<NoiseRules>(`${PATH}/rules`)).items as [NoiseRule];
    for (const [method, path, body] of [
      ['GET', `${PATH}/rules`],
      ['GET', `${PATH}/patterns/1/issues`],
      ['POST', `${PATH}/rules`, { patternId: '8', action: 'drop' }],
      ['PATCH', `${PATH}/rules/${id}`, { enabled: false }],
      ['DELETE', `${PATH}/rules/${id}`],
      ['GET', '/api/v1/noise?project=shop'],
    ] as const)
      expect(
        (await app.askAsStranger(method, path, body)).status,
        `${method} ${path}`,
      ).toBeGreaterThanOrEqual(403);
    expect((await app.ask('DELETE', `/api/v1/projects/web/noise/rules/${id}`)).status).toBe(404);
    expect((await app.read<NoiseRules>(`${PATH}/rules`)).items).toMatchObject([{ id, enabled: true }]);
    const told = await (await app.askAsStranger('GET', '/api/v1/noise')).json();
    expect((told as NoiseReport).patterns ?? []).not.toContainEqual(
      expect.objectContaining({ projectId: '1' }),
    );
  });
});
