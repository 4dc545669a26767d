/** Alerts from what happened to what people are told, through the evaluator and the API, on both metadata engines. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AlertFiringList, AlertRule, AlertRuleDraft, AlertRuleList } from '#contract/alerts.ts';
import { openTestApp, type TestApp } from '#server/issues/test-app.ts';
import { DAY, hex, MINUTE, NOON, openTestIssues, type TestIssues } from '#server/issues/test-issues.ts';
import type { Notification } from '#server/record/notification.ts';
import { startTestPostgres, type TestPostgres } from '#server/store/metadata/test-postgres.ts';
import { alertRoutes } from './alert-routes.ts';
import type { AlertStores } from './alerts.ts';
import { createEvaluator, type Evaluator } from './evaluator.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

describe.each(['sqlite', 'postgres'] as const)('alerts on %s', (engine) => {
  let world: TestIssues;
  let stores: AlertStores;
  let app: TestApp;
  let evaluator: Evaluator;
  let now: number;
  let told: { notification: Notification; channels: readonly string[] }[];
  let isProcessed: boolean;
  let seed = 0;

  beforeAll(async () => {
    world = await openTestIssues(engine === 'postgres' ? await postgres.createDatabase() : '');
    world.viewer.scopes = [...world.viewer.scopes, 'alerts:read', 'alerts:write'];
    world.stranger.scopes = [...world.stranger.scopes, 'alerts:read', 'alerts:write'];
    stores = {
      ...world,
      templateOf: (body) => body,
      publicUrl: () => 'https://tandem.example.com',
      findCause: async () => ({ text: 'payments answered 503', evidence: 'first of 12', url: '/logs' }),
      enqueue: async (_transaction, notification, channels) => void told.push({ notification, channels }),
    };
    app = await openTestApp(world, [alertRoutes(stores)]);
  });
  afterAll(async () => {
    await app.close();
    await world.discard();
  });
  beforeEach(async () => {
    const { db } = world.metadata;
    for (const table of ['alert_rule', 'alert_silence', 'issue'] as const)
      await db.deleteFrom(table).execute();
    await db.updateTable('alert_evaluator').set({ holder: '', expires_at: 0, activity_id: 0 }).execute();
    at(NOON + DAY * seed++);
    told = [];
    isProcessed = true;
    evaluator = openEvaluator('one');
  });

  const openEvaluator = (program: string) =>
    createEvaluator({ stores, log: { warn: () => {} }, mark: () => () => isProcessed, program });

  function at(time: number) {
    now = time;
    world.setNow(time);
  }

  async function turn(one = evaluator) {
    await one.turn();
    await one.settled();
  }

  async function make(
    draft: Partial<AlertRuleDraft> & Pick<AlertRuleDraft, 'condition'>,
  ): Promise<AlertRule> {
    const answer = await app.ask('POST', '/api/v1/alerts/rules', {
      name: 'Payments',
      channels: ['7'],
      ...draft,
    });
    expect(answer.status, await answer.clone().text()).toBe(201);
    return (await answer.json()) as AlertRule;
  }

  const firings = async (more = '') =>
    (await app.read<AlertFiringList>(`/api/v1/alerts/firings?${more}`)).items;
  const rules = async () => (await app.read<AlertRuleList>('/api/v1/alerts/rules')).items;

  const payment = (user: number, more: object = {}) => ({
    ...{ project_id: 1, grouping_hash: hex(`payment${seed}`), grouping_hashes: [hex(`payment${seed}`)] },
    ...{ event_id: hex(`${seed}-${user}-${now}`), timestamp: now, received_at: now },
    ...{ title: 'PaymentError: gateway answered 503', exception_type: 'PaymentError', level: 'error' },
    ...{ user_key: `id:${user}`, release: 'shop@1.4.0', environment: 'production' },
    ...more,
  });
  /** Happens to so many users, and is stored. */
  async function happen(from: number, to: number, more: object = {}) {
    const users = Array.from({ length: to - from + 1 }, (_, index) => payment(from + index, more));
    const results = await world.happen(...users);
    const issueIds = [...new Set(results.map(({ issueId }) => String(issueId)))];
    evaluator.stored({
      ...{ type: 'batch', projectId: '1', issueIds, events: users.length, lastTitle: '', lastIssueId: '' },
      newIssueIds: results.filter(({ isNew }) => isNew).map(({ issueId }) => String(issueId)),
    });
    return issueIds[0]!;
  }

  const FIFTY_USERS: AlertRuleDraft['condition'] = {
    kind: 'issue',
    when: ['new'],
    counts: [{ of: 'users', atLeast: 50, windowMinutes: 60 }],
    query: 'error.type:PaymentError',
  };

  it('a new PaymentError is told when it affects its fiftieth user, once', async () => {
    await make({ condition: FIFTY_USERS, priority: 'critical' });
    await turn();
    const issue = await happen(1, 49);
    await turn();
    expect(told).toEqual([]);
    await happen(50, 50);
    await turn();
    expect(told).toMatchObject([
      {
        channels: ['7'],
        notification: {
          ...{ state: 'firing', priority: 'critical', project: { slug: 'shop' }, issue: { id: issue } },
          title: 'New issue: PaymentError: gateway answered 503',
          reason: 'It is new, 50 users in the last hour',
          cause: { text: 'payments answered 503' },
          url: `https://tandem.example.com/issues/${issue}`,
        },
      },
    ]);
    await happen(51, 60);
    at(now + MINUTE);
    await turn();
    expect(told).toHaveLength(1);
    expect(await firings()).toMatchObject([{ value: 50, threshold: 50, endedAt: null, told: 'told' }]);
    expect(await rules()).toMatchObject([{ state: 'firing', firing: 1 }]);
  });

  it('an issue that is resolved ends what fires of it, and its regression fires again', async () => {
    await make({ condition: { kind: 'issue', when: ['new', 'regressed'] } });
    await turn();
    const issue = Number(await happen(1, 1));
    await turn();
    expect(told.map(({ notification }) => notification.title)).toEqual([
      'New issue: PaymentError: gateway answered 503',
    ]);
    at(now + MINUTE);
    await world.metadata.db
      .updateTable('issue')
      .set({ status: 'resolved', resolved_at: now, substate: 'ongoing', substate_at: now })
      .execute();
    await world.metadata.db
      .insertInto('issue_activity')
      .values({
        issue_id: issue,
        project_id: 1,
        kind: 'resolved',
        user_id: null,
        created_at: now,
        merged_from: null,
      })
      .execute();
    await turn();
    at(now + MINUTE);
    await happen(2, 2);
    await turn();
    expect(told.map(({ notification: { state, title, reason } }) => [state, title, reason])).toEqual([
      ['firing', 'New issue: PaymentError: gateway answered 503', 'It is new'],
      ['resolved', 'New issue: PaymentError: gateway answered 503', 'The issue was resolved'],
      ['firing', 'Regression: PaymentError: gateway answered 503', 'It came back after it was resolved'],
    ]);
    expect(await firings(`issue=${issue}`)).toHaveLength(2);
  });

  it('what was there before a rule is no news to it', async () => {
    await happen(1, 3);
    at(now + 2 * MINUTE);
    await make({ condition: { kind: 'issue', when: ['new'] } });
    await turn();
    at(now + MINUTE);
    await turn();
    expect(told).toEqual([]);
  });

  it('of two programs one evaluates, and hears what the other stored', async () => {
    await make({ condition: FIFTY_USERS });
    const other = openEvaluator('two');
    await turn();
    await turn(other);
    const issue = await happen(1, 60);
    // The other one stored it.
    evaluator = openEvaluator('three');
    other.stored({
      ...{ type: 'batch', projectId: '1', issueIds: [issue], newIssueIds: [issue], events: 60 },
      ...{ lastTitle: '', lastIssueId: issue },
    });
    await turn(other);
    expect(told).toEqual([]);
    expect(await world.metadata.db.selectFrom('alert_touched').select('issue_id').execute()).toEqual([
      { issue_id: Number(issue) },
    ]);
  });
});
