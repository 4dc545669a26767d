/** Saved queries, run over both engines of the metadata. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Viewer } from '#server/accounts/accounts.ts';
import { openTestMetadata, type TestMetadata } from '#server/store/metadata/test-metadata.ts';
import { startTestPostgres, type TestPostgres } from '#server/store/metadata/test-postgres.ts';
import {
  changeSavedQuery,
  deleteSavedQuery,
  listSavedQueries,
  type NewSavedQuery,
  PINNED_MAX,
  saveQuery,
} from './saved-queries.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

describe.each(['sqlite', 'postgres'] as const)('saved queries on %s', (engine) => {
  let metadata: TestMetadata;
  let [ours, theirs]: Viewer[] = [];
  let project: number;
  const stores = () => ({ db: metadata.store.db, clock: { now: () => 1_900_000_000_000 } });

  async function newViewer(slug: string): Promise<Viewer> {
    const { id } = await metadata.store.db
      .insertInto('organization')
      .values({ slug, name: slug, created_at: 0 })
      .returning('id')
      .executeTakeFirstOrThrow();
    return {
      userId: 'ann',
      name: 'Ann',
      email: 'ann@example.org',
      organization: { id, slug, name: slug },
      role: 'member',
      scopes: ['event:read', 'event:write'],
      by: 'session',
    };
  }

  beforeAll(async () => {
    metadata = await openTestMetadata(engine === 'postgres' ? await postgres.createDatabase() : '');
  });
  afterAll(() => metadata.discard());
  beforeEach(async () => {
    await metadata.store.db.deleteFrom('organization').execute();
    [ours, theirs] = [await newViewer('ours'), await newViewer('theirs')];
    const { id } = await metadata.store.db
      .insertInto('project')
      .values({
        organization_id: ours.organization.id,
        slug: 'shop',
        name: 'Shop',
        platform: '',
        created_at: 0,
        first_event_at: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    project = id;
  });
  const save = (
    name: string,
    projectId: number | null = null,
    viewer = ours!,
    more: Partial<NewSavedQuery> = {},
  ) =>
    saveQuery(stores(), viewer, {
      name,
      projectId,
      ...{ screen: 'logs', personal: false, pinned: false },
      view: { query: 'level:error', view: 'chart', measure: 'p95', field: 'duration' },
      ...more,
    });
  const names = async (viewer = ours!) =>
    (await listSavedQueries(stores(), viewer, 'logs')).map(({ name }) => name);

  it('are kept whole, and listed by name', async () => {
    await save('slow checkouts', project);
    await save('Failed payments');
    expect(await listSavedQueries(stores(), ours!, 'logs')).toMatchObject([
      { name: 'Failed payments', project: null },
      {
        name: 'slow checkouts',
        project: 'shop',
        view: { query: 'level:error', view: 'chart', measure: 'p95', field: 'duration' },
        createdAt: '2030-03-17T17:46:40.000Z',
      },
    ]);
  });

  it('are neither seen nor changed nor deleted by another organization', async () => {
    const { id } = await save('ours');
    expect(await names(theirs)).toEqual([]);
    await expect(changeSavedQuery(stores(), theirs!, Number(id), { name: 'mine' })).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(deleteSavedQuery(stores(), theirs!, Number(id))).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await names()).toEqual(['ours']);
  });

  it('take another name and content, but not the name of another one', async () => {
    const { id } = await save('slow');
    await save('failed');
    const changed = await changeSavedQuery(stores(), ours!, Number(id), { name: 'slower', view: {} });
    expect(changed).toMatchObject({ name: 'slower', view: {} });
    await expect(changeSavedQuery(stores(), ours!, Number(id), { name: 'failed' })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(save('failed')).rejects.toMatchObject({ code: 'conflict' });
    await save('failed', null, theirs);
  });

  it('go when they are deleted, and with their project', async () => {
    const { id } = await save('one');
    await save('of the shop', project);
    await deleteSavedQuery(stores(), ours!, Number(id));
    expect(await names()).toEqual(['of the shop']);
    await metadata.store.db.deleteFrom('project').where('id', '=', project).execute();
    expect(await names()).toEqual([]);
  });

  describe('of issues', () => {
    const view = { query: 'is:unresolved is:unhandled', sort: 'impact', period: '7d' };
    const bob = () => ({ ...ours!, userId: 'bob', name: 'Bob' });
    const seenBy = async (viewer: Viewer) =>
      (await listSavedQueries(stores(), viewer, 'issues')).map(({ name, personal, pinned }) =>
        [name, personal && 'personal', pinned && 'pinned'].filter(Boolean).join(' '),
      );
    const ofIssues = (name: string, more: Partial<NewSavedQuery> = {}, viewer = ours!) =>
      save(name, null, viewer, { screen: 'issues', view, ...more });

    it('are a list of their own: a name is free that one of logs has', async () => {
      await save('mine');
      expect(await ofIssues('mine')).toMatchObject({ screen: 'issues', name: 'mine', view });
      expect(await names()).toEqual(['mine']);
      expect(await seenBy(ours!)).toEqual(['mine']);
    });

    it('are for all, or for oneself alone', async () => {
      await ofIssues('for all');
      const { id } = await ofIssues('for Ann', { personal: true, pinned: true });
      await ofIssues('for Ann', { personal: true }, bob());
      expect(await seenBy(ours!)).toEqual(['for Ann personal pinned', 'for all']);
      expect(await seenBy(bob())).toEqual(['for all', 'for Ann personal']);
      expect(await seenBy({ ...ours!, userId: null })).toEqual(['for all']);
      for (const tried of [
        () => changeSavedQuery(stores(), bob(), Number(id), { name: 'taken over' }),
        () => deleteSavedQuery(stores(), bob(), Number(id)),
      ])
        await expect(tried()).rejects.toMatchObject({ code: 'not_found' });
      await expect(
        ofIssues('of nobody', { personal: true }, { ...ours!, userId: null }),
      ).rejects.toMatchObject({
        code: 'request_invalid',
      });
    });

    it('are tabs in the order in which they were pinned, up to a bound', async () => {
      let now = 1_900_000_000_000;
      const later = () => ({ db: metadata.store.db, clock: { now: () => ++now } });
      const [b, a] = [await ofIssues('b'), await ofIssues('a')];
      await changeSavedQuery(later(), ours!, Number(b.id), { pinned: true });
      await changeSavedQuery(later(), ours!, Number(a.id), { pinned: true });
      expect(await seenBy(ours!)).toEqual(['b pinned', 'a pinned']);
      // Pinned once more it stays where it is.
      await changeSavedQuery(later(), ours!, Number(b.id), { pinned: true, name: 'z' });
      expect(await seenBy(ours!)).toEqual(['z pinned', 'a pinned']);
      await changeSavedQuery(later(), ours!, Number(b.id), { pinned: false });
      expect(await seenBy(ours!)).toEqual(['a pinned', 'z']);
      for (let n = 1; n < PINNED_MAX; n += 1) await ofIssues(`tab ${n}`, { pinned: true });
      await expect(ofIssues('one more', { pinned: true })).rejects.toMatchObject({ code: 'limit_reached' });
      await expect(changeSavedQuery(later(), ours!, Number(b.id), { pinned: true })).rejects.toMatchObject({
        code: 'limit_reached',
      });
    });
  });
});
