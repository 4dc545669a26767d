import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IssueImpact } from '#contract/impact.ts';
import { type IssueList, IssueListQuery, type IssueTags } from '#contract/issues.ts';
import { startTestPostgres, type TestPostgres } from '#server/store/metadata/test-postgres.ts';
import { impactRoutes } from './impact-routes.ts';
import { impactScore, scoreOfRow } from './impact-score.ts';
import { listIssues } from './issue-queries.ts';
import { issueRoutes } from './issue-routes.ts';
import { openTestApp, type TestApp } from './test-app.ts';
import { DAY, HOUR, hex, MINUTE, NOON, openTestIssues, type TestIssues } from './test-issues.ts';
import type { BatchIssueResult } from './upsert.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

describe.each(['sqlite', 'postgres'] as const)('the order of impact on %s', (engine) => {
  let world: TestIssues;
  const KINDS = {
    // Name: users, events, days since the first and the last, uncaught, priority, project.
    everybody: [3_000, 4_000, 2, 0, 1, 'high', 1],
    crash: [40, 60, 1, 0, 1, 'high', 1],
    chatter: [1, 2_000, 60, 0, 0, 'low', 1],
    asleep: [3_000, 4_000, 30, 12, 1, 'high', 1],
    small: [40, 60, 1, 0, 1, 'high', 2],
  } as const;
  beforeAll(async () => {
    world = await openTestIssues(engine === 'postgres' ? await postgres.createDatabase() : '');
    for (const [name, kind] of Object.entries(KINDS)) {
      const [users, events, first, last, unhandled, priority, project] = kind;
      const [result] = await world.happen({ hashes: [hex(name)], project_id: project, exception_type: name });
      await world.metadata.db
        .updateTable('issue')
        .set({
          ...{ user_count: users, event_count: events, unhandled, priority },
          first_seen: NOON - first * DAY,
          last_seen: NOON - last * DAY,
        })
        .where('id', '=', result!.issueId)
        .execute();
    }
    // The second project has few users, so one of them weighs more.
    const sessions = [
      ...Array.from({ length: 2_000 }, (_, user) => session(1, user)),
      ...Array.from({ length: 50 }, (_, user) => session(2, user)),
    ];
    await world.telemetry.insert('sessions', Buffer.from(sessions.join('')), 'sessions');
  });
  afterAll(() => world.discard());

  const list = (options: Partial<IssueListQuery> = {}) =>
    listIssues(
      world,
      world.viewer,
      IssueListQuery.parse({ query: '', sort: 'impact', period: '90d', ...options }),
    );
  const namesOf = ({ items }: IssueList) => items.map(({ title }) => title.slice(0, title.indexOf(':')));

  it('has what hits many, lately and uncaught, in front', async () => {
    const page = await list();
    expect(namesOf(page)).toEqual(['everybody', 'small', 'crash', 'asleep', 'chatter']);
    expect(namesOf(await list({ query: 'is:unresolved' }))).toEqual(namesOf(page));
    expect(namesOf(await list({ project: 'shop' }))).toEqual(['everybody', 'crash', 'asleep', 'chatter']);
    // Looked for by a word, which is another way through the table.
    expect(namesOf(await list({ query: 'declined' }))).toEqual(namesOf(page));
    const scores = page.items.map(({ impact }) => impact.score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });

  it('is paged without gap or repeat, there and back', async () => {
    for (const query of ['', 'declined']) {
      const names: string[] = [];
      let cursor = '';
      let previous: string | null = null;
      for (let page = 0; page < 3; page += 1) {
        const found = await list({ query, limit: 2, cursor });
        names.push(...namesOf(found));
        cursor = found.nextCursor ?? '';
        previous = found.previousCursor;
      }
      expect(names).toEqual(['everybody', 'small', 'crash', 'asleep', 'chatter']);
      expect(namesOf(await list({ query, limit: 2, cursor: previous! }))).toEqual(['crash', 'asleep']);
    }
  });

  it('is the sum of the parts that are shown: what the database sorts by is what a person reads', async () => {
    const active = await world.readActiveUsers([1, 2], '24h');
    const rows = await world.metadata.db.selectFrom('issue').selectAll().execute();
    expect(rows).toHaveLength(5);
    for (const row of rows) {
      const { score, parts } = impactScore(row, active.get(row.project_id), NOON);
      expect(scoreOfRow(row, active.get(row.project_id), NOON)).toBeCloseTo(score, 6);
      expect(parts.reduce((sum, { points }) => sum + points, 0)).toBeCloseTo(score, 9);
    }
  });

  it('does not depend on when one looks', async () => {
    world.setNow(NOON + 5 * DAY);
    expect(namesOf(await list({ project: 'shop' }))).toEqual(['everybody', 'crash', 'asleep', 'chatter']);
    world.setNow(NOON);
  });
});

async function first(results: Promise<BatchIssueResult[]>): Promise<number> {
  return (await results)[0]!.issueId;
}

function session(project_id: number, user: number): string {
  return `${JSON.stringify({
    ...{
      project_id,
      session_id: hex(`s${user}`),
      user_key: `id:${user}`,
      status: user % 10 ? 'exited' : 'crashed',
    },
    ...{ received_at: NOON - HOUR, started: NOON - HOUR, sequence: 0, errors: 0, init: 1, quantity: 1 },
    ...{ release: 'shop@1.0', environment: 'production' },
  })}\n`;
}

describe('the impact of an issue', () => {
  let world: TestIssues;
  let app: TestApp;
  beforeAll(async () => {
    world = await openTestIssues();
    app = await openTestApp(world, [issueRoutes(world), impactRoutes(world)]);
  });
  afterAll(async () => {
    await app.close();
    await world.discard();
  });
  const impactOf = (id: number, period = '24h') =>
    app.read<IssueImpact>(`/api/v1/issues/${id}/impact?period=${period}`);

  it('says how many users of those who name themselves, and how many before', async () => {
    const of = (user_id: string, hoursAgo: number) => ({
      ...{ hashes: [hex('few')], user_id, timestamp: NOON - hoursAgo * HOUR, release: 'shop@1.0' },
    });
    const issueId = await first(world.happen(of('1', 1), of('1', 2), of('2', 3), of('3', 30)));
    await world.happen({ hashes: [hex('others')], user_id: '4' }, { hashes: [hex('others')], user_id: '2' });
    const log = { project_id: 1, timestamp: `${(NOON - HOUR) / 1000}.000000000`, user_id: '5' };
    await world.telemetry.insert('logs', Buffer.from(`${JSON.stringify(log)}\n`), randomUUID());
    const impact = await impactOf(issueId);
    expect(impact).toMatchObject({
      events: { now: 3, before: 1 },
      users: { now: 2, before: 1, exact: true },
      usersEstimated: null,
      // Users 1, 2 and 4 of errors, and 5 of a log record.
      active: { users: 4, from: 'records', sessions: 0 },
      sessions: null,
    });
    expect(impact.releases).toEqual([
      {
        version: 'shop@1.0',
        events: 3,
        users: 2,
        crashFreeSessions: null,
        crashFreeUsers: null,
        adoption: 0.6,
      },
    ]);
    expect(await impactOf(issueId, '1h')).toMatchObject({ events: { now: 0, before: 1 } });
    expect((await app.askAsStranger('GET', `/api/v1/issues/${issueId}/impact`)).status).toBe(404);
  });

  it('takes sessions for a better count of who is active, and knows how well the release does', async () => {
    world.setNow(NOON + 20 * MINUTE);
    const sessions = Array.from({ length: 50 }, (_, user) => session(1, user));
    await world.telemetry.insert('sessions', Buffer.from(sessions.join('')), 'some');
    const issueId = await first(
      world.happen({
        ...{ hashes: [hex('one')], user_id: '7', session_id: hex('s7'), release: 'shop@1.0' },
      }),
    );
    const impact = await impactOf(issueId);
    expect(impact).toMatchObject({
      users: { now: 1 },
      active: { users: 50, from: 'sessions', sessions: 50 },
      sessions: 1,
    });
    expect(impact.releases[0]).toMatchObject({
      version: 'shop@1.0',
      crashFreeSessions: 0.9,
      crashFreeUsers: 0.9,
    });
    world.setNow(NOON);
  });

  it('estimates users beyond those that are counted one by one, and says so', async () => {
    const users = 12_000;
    const rows = Array.from(
      { length: users },
      (_, user) =>
        `${JSON.stringify({ project_id: 1, grouping_hash: hex('all'), timestamp: NOON - 2 * HOUR, user_key: `id:u${user}` })}\n`,
    );
    await world.telemetry.insert('events', Buffer.from(rows.join('')), 'all');
    const issueId = await first(world.happen({ hashes: [hex('all')], user_id: 'u1' }));
    await world.metadata.db
      .updateTable('issue')
      .set({ user_count: 10_000 })
      .where('id', '=', issueId)
      .execute();
    const { users: counted, usersEstimated, active } = await impactOf(issueId);
    expect(counted.exact).toBe(false);
    // Sessions know 50 users; whom an issue hit was active too.
    expect(active).toMatchObject({ users: counted.now, from: 'sessions' });
    for (const estimate of [counted.now, usersEstimated!]) {
      expect(estimate).toBeGreaterThan(users * 0.97);
      expect(estimate).toBeLessThan(users * 1.03);
    }
  });

  it('tells what its events have that others do not', async () => {
    const event = (kind: string, browser: string, environment: string) =>
      `${JSON.stringify({ project_id: 2, grouping_hash: hex(kind), timestamp: NOON - HOUR, environment, tags: { browser } })}\n`;
    const lines = [
      ...Array.from({ length: 90 }, () => event('told', 'Firefox 121', 'production')),
      ...Array.from({ length: 10 }, () => event('told', 'Chrome 140', 'production')),
      ...Array.from({ length: 400 }, (_, n) =>
        event('rest', n % 10 ? 'Chrome 140' : 'Firefox 121', 'production'),
      ),
    ];
    await world.telemetry.insert('events', Buffer.from(lines.join('')), 'told');
    const issueId = await first(
      world.happen({
        hashes: [hex('told')],
        project_id: 2,
        tags: { browser: 'Firefox 121' },
        environment: 'production',
      }),
    );
    const { differences, tags, events } = await app.read<IssueTags>(
      `/api/v1/issues/${issueId}/tags?period=24h`,
    );
    expect(events).toBe(101);
    const told = differences.find(({ value }) => value === 'Firefox 121');
    expect(told).toMatchObject({ key: 'browser', share: 91 / 101 });
    expect(told!.othersShare).toBeLessThan(0.2);
    // Nobody learns from what all have.
    expect(differences.filter(({ value }) => value === 'production')).toEqual([]);
    expect(tags.find(({ key }) => key === 'browser')!.top[0]).toMatchObject({
      value: 'Firefox 121',
      events: 91,
    });
  });
});
