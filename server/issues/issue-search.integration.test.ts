import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IssueListQuery } from '#contract/issues.ts';
import { Rejection } from '#server/platform/rejection.ts';
import { printSearch } from '#server/query/print-search.ts';
import { anySearch } from '#server/query/test-search.ts';
import { startTestPostgres, type TestPostgres } from '#server/store/metadata/test-postgres.ts';
import { listEvents } from './event-queries.ts';
import { listIssues } from './issue-queries.ts';
import { findIssue } from './issues.ts';
import { DAY, HOUR, hex, NOON, openTestIssues, type TestIssues } from './test-issues.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

describe.each(['sqlite', 'postgres'] as const)('with metadata on %s', (engine) => {
  let world: TestIssues;
  const idOf: Record<string, number> = {};
  const change = (name: string, values: Record<string, string | number>) =>
    world.metadata.db.updateTable('issue').set(values).where('id', '=', idOf[name]!).execute();

  /** Names of the issues a search finds, in alphabetical order. */
  async function found(query: string, project = '', period = '90d'): Promise<string[]> {
    const { items } = await listIssues(world, world.viewer, IssueListQuery.parse({ query, project, period }));
    return items.map(({ id }) => Object.keys(idOf).find((name) => String(idOf[name]) === id)!).sort();
  }

  beforeAll(async () => {
    world = await openTestIssues(engine === 'postgres' ? await postgres.createDatabase() : '');
    const kinds = {
      payment: {
        release: 'shop@2.0',
        environment: 'production',
        user_id: '42',
        user_email: 'grace@example.com',
        tags: { browser: 'Firefox', 'odd key': 'x y', is: 'beta' },
        handled: 0,
        transaction: '/pay',
      },
      timeout: {
        exception_type: 'TimeoutError',
        exception_value: '100% of the calls_timed out',
        release: 'shop@1.0',
        environment: 'staging',
        level: 'warning',
        timestamp: NOON - 20 * DAY,
        tags: { browser: 'Chrome', queue: '17' },
        sdk_name: 'tandem.logs',
      },
      query: {
        project_id: 2,
        exception_type: 'QueryError',
        exception_value: 'syntax',
        platform: 'python',
        culprit: 'app/db.py in run',
        logger: 'django.db',
        environment: 'production',
        level: 'fatal',
      },
      strange: { project_id: 3, exception_type: 'PaymentError', environment: 'production' },
    };
    for (const [name, event] of Object.entries(kinds)) {
      const [result] = await world.happen({ hashes: [hex(name)], ...event });
      idOf[name] = result!.issueId;
    }
    // A second kind of event of the same issue: other release, other user.
    await world.happen({
      hashes: [hex('payment')],
      release: 'shop@1.0',
      environment: 'staging',
      user_id: '7',
      tags: { browser: 'Safari' },
    });
    for (let at = 0; at < 5; at++)
      await world.happen({
        hashes: [hex('query')],
        project_id: 2,
        platform: 'python',
        level: 'fatal',
        exception_type: 'QueryError',
        exception_value: 'syntax',
        culprit: 'app/db.py in run',
        logger: 'django.db',
        environment: 'production',
      });
    const canary = (name: string, project_id: number, timestamp: number) =>
      `${JSON.stringify({ project_id, grouping_hash: hex(name), timestamp, release: 'worker@1', environment: 'canary' })}\n`;
    const canaries = [
      canary('payment', 1, NOON - 2 * HOUR),
      canary('query', 2, NOON - 30 * HOUR),
      canary('timeout', 1, NOON - 20 * DAY),
    ];
    await world.telemetry.insert('events', Buffer.from(canaries.join('')), 'canaries');
    await change('timeout', { status: 'resolved', resolved_at: NOON });
    await change('query', { substate: 'regressed', substate_at: NOON - HOUR });
  });
  afterAll(() => world.discard());

  describe('an issue search', () => {
    const ours = ['payment', 'query', 'timeout'];
    it.each<[string, string[]]>([
      ['', ours],
      ['is:unresolved', ['payment', 'query']],
      ['is:resolved', ['timeout']],
      ['!is:resolved', ['payment', 'query']],
      ['is:archived', []],
      ['is:new', ['payment']],
      ['is:regressed', ['query']],
      ['is:ongoing', []],
      ['is:unhandled', ['payment']],
      ['is:from_logs', ['timeout']],
      ['!is:from_logs', ['payment', 'query']],
      ['error.unhandled:false', ['query', 'timeout']],
      ['level:fatal', ['query']],
      ['level:[fatal, warning]', ['query', 'timeout']],
      ['!level:fatal', ['payment', 'timeout']],
      ['project:shop', ['payment', 'timeout']],
      ['project:SHOP', ['payment', 'timeout']],
      ['project:other', []],
      ['platform:python', ['query']],
      ['type:PaymentError', ['payment']],
      ['error.type:*error', ours],
      ['error.type:Payment*', ['payment']],
      ['error.value:"card declined"', ['payment']],
      ['logger:django.*', ['query']],
      ['has:logger', ['query']],
      ['TIMED', ['timeout']],
      ['"card declined"', ['payment']],
      ['card -declined', []],
      ['db.py', ['query']],
      ['100%', ['timeout']],
      ['calls_t', ['timeout']],
      ['callsXt', []],
      ['c*d', ['payment', 'timeout']],
      ['message:declined', ['payment']],
      ['timesSeen:>5', ['query']],
      ['timesSeen:2', ['payment']],
      ['users:>=2', ['payment']],
      ['firstSeen:<-10d', ['timeout']],
      ['firstSeen:-10d', ['payment', 'query']],
      ['age:>10d', ['timeout']],
      ['age:-10d', ['payment', 'query']],
      ['lastSeen:2026-06-10', ['payment', 'query']],
      ['issue:SHOP-2', ['timeout']],
      ['release:shop@2.0', ['payment']],
      ['release:shop@1.0', ['payment', 'timeout']],
      ['firstRelease:shop@1.0', ['timeout']],
      ['release:shop@*', ['payment', 'timeout']],
      ['environment:production', ['payment', 'query']],
      ['!environment:production', ['timeout']],
      ['!environment:[production, staging]', []],
      ['release:shop@2.0 environment:production', ['payment']],
      ['release:shop@2.0 environment:staging', []],
      ['(release:shop@2.0 OR environment:staging) is:unresolved', ['payment']],
      ['release:shop@1.0 !browser:Chrome', ['payment']],
      ['browser:Firefox OR level:fatal', ['payment', 'query']],
      ['browser:firefox', []],
      ['browser:fire*', ['payment']],
      ['has:browser', ['payment', 'timeout']],
      ['!has:browser', ['query']],
      ['queue:>16', ['timeout']],
      ['queue:>17', []],
      ['"odd key":"x y"', ['payment']],
      ['tags[is]:beta', ['payment']],
      ['user.id:42', ['payment']],
      ['user.email:grace@example.com', ['payment']],
      ['user:7', ['payment']],
      ['transaction:/pay', ['payment']],
      ['constructor:x', []],
      ['__proto__:x', []],
    ])('%s', async (query, expected) => {
      expect(await found(query)).toEqual(expected);
    });

    it.each([
      ['24h', ['payment']],
      ['7d', ['payment', 'query']],
      ['14d', ['payment', 'query']],
      ['90d', ['payment', 'query', 'timeout']],
    ])('finds by the release of an event within %s', async (period, expected) => {
      expect(await found('release:worker@1', '', period)).toEqual(expected);
      expect(await found('release:worker@1 environment:canary', '', period)).toEqual(expected);
      expect(await found('environment:canary', '', period)).toEqual(expected);
      expect(await found('release:worker@1 environment:production', '', period)).toEqual([]);
    });

    it('looks in one project when one is named', async () => {
      expect(await found('', 'web')).toEqual(['query']);
      await expect(found('', 'other')).rejects.toThrow('no project "other"');
    });

    it.each([
      ['is:broken', 'column 1: expected is: with one of unresolved'],
      ['level:error is:broken', 'column 13'],
      ['timesSeen:many', 'column 1: expected a number'],
      ['level:>3', 'column 1: expected level:value'],
      ['firstSeen:yesterday', 'column 1: expected a time'],
      ['issue:x', 'column 1: expected an issue such as SHOP-12'],
      ['a:1 !b:1 !c:1 !d:1 !e:1 !f:1', 'at most 5 separate questions'],
    ])('%s is refused', async (query, expected) => {
      await expect(found(query)).rejects.toThrow(expected);
    });

    it('is answered or refused, whatever it says', async () => {
      await fc.assert(
        fc.asyncProperty(anySearch, async (filter) => {
          const query = printSearch(filter).slice(0, 1000);
          const issue = await findIssue(world, world.viewer, String(idOf.payment));
          for (const ask of [
            () => found(query),
            () => listEvents(world, issue, { query, cursor: '', limit: 5 }),
          ])
            await ask().catch((error: unknown) => expect(error).toBeInstanceOf(Rejection));
        }),
        { numRuns: 100 },
      );
    });

    it('finds nothing older than the period', async () => {
      const { items, total } = await listIssues(
        world,
        world.viewer,
        IssueListQuery.parse({ query: '', period: '14d' }),
      );
      expect(items.map(({ type, shortId }) => [type, shortId]).sort()).toEqual([
        ['error', 'SHOP-1'],
        ['error', 'WEB-1'],
      ]);
      expect(total).toBe(2);
    });
  });
});
