import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { openTestMetadata, type TestMetadata } from '#server/store/metadata/test-metadata.ts';
import { startTestPostgres, type TestPostgres } from '#server/store/metadata/test-postgres.ts';
import type { BatchIssue } from './batch-issue.ts';
import { insertTestProjects } from './test-projects.ts';
import { applyBatch, ISSUE_USERS_MAX, usersExact } from './upsert.ts';

const NOON = Date.UTC(2026, 5, 1, 12);
const MINUTE = 60_000;
const hash = (seed: string | number) => String(seed).padStart(32, '0');

function entry(about: Partial<BatchIssue> = {}): BatchIssue {
  const at = about.lastSeen ?? NOON;
  return {
    project: 1,
    hashes: [hash('a')],
    firstSeen: at,
    lastSeen: at,
    count: 1,
    userKeys: [],
    title: 'PaymentError: card declined',
    culprit: 'checkout/pay.ts in pay',
    type: 'error',
    exceptionType: 'PaymentError',
    exceptionValue: 'card declined',
    level: 'error',
    platform: 'node',
    logger: '',
    firstRelease: '',
    firstReleaseAt: at,
    lastRelease: '',
    lastReleaseAt: at,
    releases: [{ release: about.lastRelease ?? '', lastAt: at }],
    lastEventId: hash('e1'),
    unhandled: false,
    expected: '',
    fromLogs: 0,
    kind: '',
    ...about,
  };
}

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

describe.each(['sqlite', 'postgres'] as const)('a batch of issues on %s', (engine) => {
  let metadata: TestMetadata;
  let db: MetadataDb;
  const apply = (...batch: BatchIssue[]) =>
    metadata.store.transaction([1, 2], (transaction) => applyBatch(transaction, batch, NOON));
  const issue = (id: number) =>
    db.selectFrom('issue').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const activity = async (id: number) =>
    (
      await db.selectFrom('issue_activity').selectAll().where('issue_id', '=', id).orderBy('id').execute()
    ).map((row) => row.kind);

  beforeEach(async () => {
    metadata = await openTestMetadata(engine === 'postgres' ? await postgres.createDatabase() : '');
    db = metadata.store.db;
    await insertTestProjects(db);
  });
  afterEach(() => metadata.discard());

  describe('a new problem', () => {
    it('becomes an issue with the next number of its project', async () => {
      const [first] = await apply(entry({ hashes: [hash('a')] }));
      const [second, elsewhere] = await apply(
        entry({ hashes: [hash('b')] }),
        entry({ project: 2, hashes: [hash('a')] }),
      );
      expect(first).toEqual({ issueId: expect.any(Number), isNew: true, regressed: false });
      expect((await issue(first!.issueId)).number).toBe(1);
      expect((await issue(second!.issueId)).number).toBe(2);
      expect(await issue(elsewhere!.issueId)).toMatchObject({ number: 1, project_id: 2 });
      expect(await activity(first!.issueId)).toEqual(['first_seen']);
    });

    it('is one issue when two entries of the batch share a hash', async () => {
      const [one, two] = await apply(
        entry({ hashes: [hash('app1'), hash('system')], count: 3 }),
        entry({ hashes: [hash('app2'), hash('system')], count: 4 }),
      );
      expect(two).toEqual(one);
      expect(await issue(one!.issueId)).toMatchObject({ event_count: 7, number: 1 });
      expect(await db.selectFrom('issue_hash').select('hash').orderBy('hash').execute()).toHaveLength(3);
    });

    it('is fresh news, with what its events said', async () => {
      const [result] = await apply(
        entry({ count: 2, firstRelease: '1.0', lastRelease: '1.1', unhandled: true, userKeys: ['id:7'] }),
      );
      expect(await issue(result!.issueId)).toMatchObject({
        title: 'PaymentError: card declined',
        status: 'unresolved',
        substate: 'new',
        substate_at: NOON,
        event_count: 2,
        user_count: 1,
        first_release: '1.0',
        last_release: '1.1',
        unhandled: 1,
      });
    });
  });

  describe('a known problem', () => {
    it('is found by the first of its hashes that is known, and learns the others', async () => {
      const [a] = await apply(entry({ hashes: [hash('a')] }));
      const [b] = await apply(entry({ hashes: [hash('b')] }));
      const [again] = await apply(entry({ hashes: [hash('unknown'), hash('b'), hash('a')] }));
      expect(again).toEqual({ issueId: b!.issueId, isNew: false, regressed: false });
      const [learned, stayed] = await apply(
        entry({ hashes: [hash('unknown')] }),
        entry({ hashes: [hash('a')] }),
      );
      expect(learned!.issueId).toBe(b!.issueId);
      expect(stayed!.issueId).toBe(a!.issueId);
    });

    it('takes title, culprit and level from its newest event and keeps them when an old one comes late', async () => {
      const [{ issueId } = { issueId: 0 }] = await apply(entry());
      await apply(
        entry({
          title: 'newer',
          level: 'fatal',
          lastSeen: NOON + MINUTE,
          lastEventId: hash('e2'),
          lastRelease: '2.0',
        }),
      );
      await apply(
        entry({
          title: 'older',
          level: 'info',
          lastSeen: NOON - MINUTE,
          lastEventId: hash('e3'),
          firstRelease: '0.9',
        }),
      );
      expect(await issue(issueId)).toMatchObject({
        title: 'newer',
        level: 'fatal',
        first_seen: NOON - MINUTE,
        last_seen: NOON + MINUTE,
        last_event_id: hash('e2'),
        first_release: '0.9',
        last_release: '2.0',
        event_count: 3,
      });
      expect(await activity(issueId)).toEqual(['first_seen']);
    });

    it('counts each user once, over batches and within one', async () => {
      const [{ issueId } = { issueId: 0 }] = await apply(
        entry({ userKeys: ['id:1', 'id:2'] }),
        entry({ userKeys: ['id:2', 'id:3'] }),
      );
      await apply(entry({ userKeys: ['id:3', 'id:4'] }));
      expect(await issue(issueId)).toMatchObject({ user_count: 4 });
    });

    it('stops counting users at the bound and says that the number is a lower one', async () => {
      const users = (from: number, to: number) =>
        Array.from({ length: to - from }, (_, at) => `id:${from + at}`);
      const [{ issueId } = { issueId: 0 }] = await apply(entry({ userKeys: users(0, ISSUE_USERS_MAX - 1) }));
      expect(usersExact(await issue(issueId))).toBe(true);
      await apply(entry({ userKeys: users(ISSUE_USERS_MAX - 1, ISSUE_USERS_MAX + 9) }));
      const full = await issue(issueId);
      expect(full.user_count).toBeGreaterThanOrEqual(ISSUE_USERS_MAX);
      expect(usersExact(full)).toBe(false);
      await apply(entry({ userKeys: users(20_000, 20_010) }));
      expect((await issue(issueId)).user_count).toBe(full.user_count);
    });
  });

  describe('a resolved problem', () => {
    const resolve = (id: number) =>
      db
        .updateTable('issue')
        .set({ status: 'resolved', resolved_at: NOON, resolved_by: 'ada' })
        .where('id', '=', id)
        .execute();

    it('comes back as a regression with an event that happened after the fix, once', async () => {
      const [{ issueId } = { issueId: 0 }] = await apply(entry({ lastSeen: NOON - MINUTE }));
      await resolve(issueId);
      const later = entry({ lastSeen: NOON + MINUTE, lastRelease: '2.0' });
      expect(
        await apply(later, entry({ hashes: [hash('a'), hash('z')], lastSeen: NOON + 2 * MINUTE })),
      ).toEqual([
        { issueId, isNew: false, regressed: true },
        { issueId, isNew: false, regressed: true },
      ]);
      expect(await issue(issueId)).toMatchObject({
        status: 'unresolved',
        substate: 'regressed',
        substate_at: NOON,
        resolved_at: null,
        resolved_by: null,
      });
      expect(await apply(entry({ lastSeen: NOON + 3 * MINUTE }))).toEqual([
        { issueId, isNew: false, regressed: false },
      ]);
      expect(await activity(issueId)).toEqual(['first_seen', 'regressed']);
    });

    it('stays resolved when the event happened before the fix, and still counts it', async () => {
      const [{ issueId } = { issueId: 0 }] = await apply(entry({ lastSeen: NOON - 2 * MINUTE }));
      await resolve(issueId);
      expect(await apply(entry({ lastSeen: NOON - MINUTE }))).toEqual([
        { issueId, isNew: false, regressed: false },
      ]);
      expect(await issue(issueId)).toMatchObject({ status: 'resolved', event_count: 2, resolved_by: 'ada' });
    });
  });

  it('takes a batch of more issues than one statement can hold', async () => {
    const batch = Array.from({ length: 3000 }, (_, at) =>
      entry({ hashes: [hash(at), hash(`s${at}`)], userKeys: [`id:${at}`] }),
    );
    const created = await apply(...batch);
    const again = await apply(...batch);
    expect(created.every((result) => result.isNew)).toBe(true);
    expect(again.map((result) => result.issueId)).toEqual(created.map((result) => result.issueId));
    const sums = await db
      .selectFrom('issue')
      .select(({ fn }) => [
        fn.countAll().as('issues'),
        fn.sum('event_count').as('events'),
        fn.max('number').as('number'),
      ])
      .executeTakeFirstOrThrow();
    expect(sums).toEqual({ issues: 3000, events: 6000, number: 3000 });
  });

  it('stores hostile text: NUL, a lone surrogate, a novel', async () => {
    const [{ issueId } = { issueId: 0 }] = await apply(
      entry({ title: `a\0b\ud800${'x'.repeat(5000)}`, culprit: "'; drop table issue; --" }),
    );
    const stored = await issue(issueId);
    expect(stored.title).toMatch(/^a\ufffdb\ufffdx{900,1000}$/);
    expect(stored.culprit).toBe("'; drop table issue; --");
  });

  it('creates each issue once when two processes take the same problems at the same time', async () => {
    const other = await metadata.openAgain();
    const batch = Array.from({ length: 50 }, (_, at) =>
      entry({ hashes: [hash(at)], userKeys: ['id:1', `id:${at}`] }),
    );
    const [ours, theirs] = await Promise.all(
      [metadata.store, other].map((store) =>
        store.transaction([1], (transaction) => applyBatch(transaction, batch, NOON)),
      ),
    );
    expect(theirs!.map((result) => result.issueId)).toEqual(ours!.map((result) => result.issueId));
    expect(ours![0]!.isNew).not.toBe(theirs![0]!.isNew);
    const sums = await db
      .selectFrom('issue')
      .select(({ fn }) => [
        fn.countAll().as('issues'),
        fn.sum('event_count').as('events'),
        fn.sum('user_count').as('users'),
      ])
      .executeTakeFirstOrThrow();
    expect(sums).toEqual({ issues: 50, events: 100, users: 99 });
  });
});
