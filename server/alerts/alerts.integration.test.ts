/** Alerts about issues, from what happened to what people are told, through the evaluator and the API, on both metadata engines. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AlertRuleDraft } from '#contract/alerts.ts';
import { DAY, HOUR, hex, MINUTE, NOON } from '#server/issues/test-issues.ts';
import { startTestPostgres, type TestPostgres } from '#server/store/metadata/test-postgres.ts';
import type { Evaluator } from './evaluator.ts';
import { openTestAlerts, type TestAlerts } from './test-alerts.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

describe.each(['sqlite', 'postgres'] as const)('alerts about issues on %s', (engine) => {
  let alerts: TestAlerts;
  let evaluator: Evaluator;
  let seed = 0;

  beforeAll(async () => {
    alerts = await openTestAlerts(engine === 'postgres' ? await postgres.createDatabase() : '');
  });
  afterAll(() => alerts.close());
  beforeEach(async () => {
    await alerts.clear();
    alerts.at(NOON + DAY * seed++);
    evaluator = alerts.openEvaluator('one');
  });

  async function turn(one = evaluator) {
    await one.turn();
    await one.settled();
  }

  const payment = (user: number, more: object = {}) => ({
    ...{ project_id: 1, grouping_hash: hex(`payment${seed}`), grouping_hashes: [hex(`payment${seed}`)] },
    ...{ event_id: hex(`${seed}-${user}-${alerts.now}`), timestamp: alerts.now, received_at: alerts.now },
    ...{ title: 'PaymentError: gateway answered 503', exception_type: 'PaymentError', level: 'error' },
    ...{ user_key: `id:${user}`, release: 'shop@1.4.0', environment: 'production' },
    ...more,
  });
  /** Happens to so many users, and is stored. */
  async function happen(from: number, to: number, more: object = {}) {
    const users = Array.from({ length: to - from + 1 }, (_, index) => payment(from + index, more));
    const results = await alerts.world.happen(...users);
    const issueIds = [...new Set(results.map(({ issueId }) => String(issueId)))];
    evaluator.stored({
      ...{ type: 'batch', projectId: '1', issueIds, events: users.length, lastTitle: '', lastIssueId: '' },
      newIssueIds: results.filter(({ isNew }) => isNew).map(({ issueId }) => String(issueId)),
    });
    return issueIds[0]!;
  }

  /** Users and events, as they were told last. */
  const counted = () =>
    ['Users', 'Events'].map(
      (of) => alerts.told.at(-1)!.notification.facts.find(({ name }) => name === of)!.value,
    );

  const FIFTY_USERS: AlertRuleDraft['condition'] = {
    kind: 'issue',
    when: ['new'],
    counts: [{ of: 'users', atLeast: 50, windowMinutes: 60 }],
    query: 'error.type:PaymentError',
  };

  it('a new PaymentError is told when it affects its fiftieth user, once', async () => {
    await alerts.make({ condition: FIFTY_USERS, priority: 'critical' });
    await turn();
    const issue = await happen(1, 49);
    await turn();
    expect(alerts.told).toEqual([]);
    await happen(50, 50);
    await turn();
    expect(alerts.told).toMatchObject([
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
    expect(counted()).toEqual(['50', '50']);
    await happen(51, 60);
    alerts.at(alerts.now + MINUTE);
    await turn();
    expect(alerts.told).toHaveLength(1);
    expect(await alerts.firings()).toMatchObject([{ value: 50, threshold: 50, endedAt: null, told: 'told' }]);
    expect(await alerts.rules()).toMatchObject([{ state: 'firing', firing: 1 }]);
  });

  it('says of each number since when it is counted, and of what is told later as it is then', async () => {
    await happen(1, 4);
    alerts.at(alerts.now + 2 * HOUR);
    await alerts.make({ condition: { ...FIFTY_USERS, when: [] }, repeatMinutes: 60 });
    await turn();
    const issue = await happen(5, 54);
    await turn();
    expect(counted()).toEqual(['50 in the last hour, 54 in all', '50 in the last hour, 54 in all']);
    await happen(55, 60);
    alerts.at(alerts.now + 2 * HOUR);
    await turn();
    expect(counted()).toEqual(['60 in all', '60 in all']);
    expect(alerts.words()[1]![2]).toBe(
      'It has gone on for 2 hours. When it fired: 50 users in the last hour',
    );
    await alerts.world.metadata.db
      .updateTable('issue')
      .set({ status: 'resolved' })
      .where('id', '=', Number(issue))
      .execute();
    alerts.at(alerts.now + MINUTE);
    await turn();
    expect([alerts.words()[2], counted()]).toMatchObject([
      ['resolved', expect.anything(), 'The issue is resolved'],
      ['60 in all', '60 in all'],
    ]);
  });

  it('an issue that is resolved ends what fires of it, and its regression fires again', async () => {
    await alerts.make({ condition: { kind: 'issue', when: ['new', 'regressed'] } });
    await turn();
    const issue = Number(await happen(1, 1));
    await turn();
    expect(alerts.told.map(({ notification }) => notification.title)).toEqual([
      'New issue: PaymentError: gateway answered 503',
    ]);
    alerts.at(alerts.now + MINUTE);
    await alerts.world.metadata.db
      .updateTable('issue')
      .set({ status: 'resolved', resolved_at: alerts.now, substate: 'ongoing', substate_at: alerts.now })
      .execute();
    await alerts.world.metadata.db
      .insertInto('issue_activity')
      .values({
        issue_id: issue,
        project_id: 1,
        kind: 'resolved',
        user_id: null,
        created_at: alerts.now,
        merged_from: null,
      })
      .execute();
    await turn();
    alerts.at(alerts.now + MINUTE);
    await happen(2, 2);
    await turn();
    expect(alerts.told.map(({ notification: { state, title, reason } }) => [state, title, reason])).toEqual([
      ['firing', 'New issue: PaymentError: gateway answered 503', 'It is new'],
      ['resolved', 'New issue: PaymentError: gateway answered 503', 'The issue was resolved'],
      ['firing', 'Regression: PaymentError: gateway answered 503', 'It came back after it was resolved'],
    ]);
    expect(await alerts.firings(`issue=${issue}`)).toHaveLength(2);
  });

  it('tells of what was first seen in the newest release, in any, or in those like a pattern', async () => {
    await alerts.release('shop@1.4.0');
    await alerts.release('shop@1.10.0');
    const of = async (firstRelease: string) => {
      const condition = { kind: 'issue' as const, when: ['new' as const], firstRelease };
      await alerts.make({ name: firstRelease, condition });
      return (await alerts.preview({ condition })).fired;
    };
    await happen(1, 1, { release: 'shop@1.10.0' });
    alerts.at(alerts.now + 1000);
    expect(await Promise.all(['latest', '*', 'shop@1.4*', 'SHOP@1*', 'shop@1.10.0'].map(of))).toEqual([
      ...[1, 1, 0, 1, 1],
    ]);
    await turn();
    const other = { grouping_hash: hex(`other${seed}`), grouping_hashes: [hex(`other${seed}`)] };
    alerts.at(alerts.now + 1000);
    await happen(2, 2, { ...other, release: 'shop@1.4.0' });
    const none = { grouping_hash: hex(`none${seed}`), grouping_hashes: [hex(`none${seed}`)] };
    await happen(3, 3, { ...none, release: '' });
    const newest = { grouping_hash: hex(`newest${seed}`), grouping_hashes: [hex(`newest${seed}`)] };
    await happen(4, 4, { ...newest, release: 'shop@1.10.0' });
    await turn();
    const told = Map.groupBy(alerts.told, ({ notification }) => notification.reason);
    expect(
      Object.fromEntries(
        [...told].map(([reason, all]) => [reason, all.map((one) => one.notification.rule.name).sort()]),
      ),
    ).toEqual({
      'It is new, first seen in shop@1.4.0': ['*', 'SHOP@1*', 'shop@1.4*'],
      'It is new, first seen in shop@1.10.0': ['*', 'SHOP@1*', 'latest', 'shop@1.10.0'],
    });
  });

  it('what was there before a rule is no news to it', async () => {
    await happen(1, 3);
    alerts.at(alerts.now + 2 * MINUTE);
    await alerts.make({ condition: { kind: 'issue', when: ['new'] } });
    await turn();
    alerts.at(alerts.now + MINUTE);
    await turn();
    expect(alerts.told).toEqual([]);
  });

  it('of two programs one evaluates, and hears what the other stored', async () => {
    await alerts.make({ condition: FIFTY_USERS });
    const other = alerts.openEvaluator('two');
    await turn();
    await turn(other);
    const issue = await happen(1, 60);
    // The other one stored it.
    evaluator = alerts.openEvaluator('three');
    other.stored({
      ...{ type: 'batch', projectId: '1', issueIds: [issue], newIssueIds: [issue], events: 60 },
      ...{ lastTitle: '', lastIssueId: issue },
    });
    await turn(other);
    expect(alerts.told).toEqual([]);
    expect(await alerts.world.metadata.db.selectFrom('alert_touched').select('issue_id').execute()).toEqual([
      { issue_id: Number(issue) },
    ]);
  });
});
