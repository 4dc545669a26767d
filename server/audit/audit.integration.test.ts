import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditFilter } from '#contract/audit.ts';
import { insertTestProjects } from '#server/issues/test-projects.ts';
import { openTestMetadata } from '#server/store/metadata/test-metadata.ts';
import { startTestPostgres, type TestPostgres } from '#server/store/metadata/test-postgres.ts';
import { forgetEntries } from './forget-entries.ts';
import { readTrail, walkTrail } from './read-trail.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 23, 12);

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

describe.each(['sqlite', 'postgres'] as const)('the trail on %s', (engine) => {
  let opened: Awaited<ReturnType<typeof openTestMetadata>>;
  beforeAll(async () => {
    opened = await openTestMetadata(engine === 'postgres' ? await postgres.createDatabase() : '');
    await insertTestProjects(opened.store.db);
    await opened.store.db
      .insertInto('audit_entry')
      .values(
        Array.from({ length: 1_200 }, (_, n) => ({
          ...{ organization_id: n % 4 ? 1 : 2, at: NOW - (1_200 - n) * DAY, user_id: 'ada', who: 'Ada 100%' },
          ...{
            email: '',
            via: 'person',
            address: '10.0.0.1',
            agent: '',
            action: 'Change a role',
            noun: 'members',
          },
          ...{
            route: 'PATCH /api/v1/members/:id',
            project: '',
            target: '{"id":"7"}',
            changes: '{}',
            status: 200,
          },
          request: `r-${n}`,
        })),
      )
      .execute();
  });
  afterAll(() => opened.discard());

  const read = (filter: Partial<AuditFilter>) =>
    readTrail(opened.store.db, 1, { ...AuditFilter.parse(filter), cursor: '', limit: 200 });

  it('is of one organization, and taken away whole', async () => {
    const requests = new Set<string>();
    for await (const page of walkTrail(opened.store.db, 1, AuditFilter.parse({})))
      for (const { request } of page) requests.add(request);
    expect(requests.size).toBe(900);
    expect(requests.has('r-4')).toBe(false);
  });

  it('is found by what somebody typed, letter by letter', async () => {
    expect((await read({ person: '100%' })).items).toHaveLength(200);
    expect((await read({ person: '1_0%' })).items).toEqual([]);
    expect((await read({ query: 'a ROLE' })).items).toHaveLength(200);
    const until = new Date(NOW - 1_195 * DAY).toISOString();
    expect((await read({ to: until })).items.map(({ request }) => request)).toEqual([
      'r-5',
      'r-3',
      'r-2',
      'r-1',
    ]);
  });

  it('finds what began and of which nobody knows how it ended', async () => {
    const { db } = opened.store;
    await db.updateTable('audit_entry').set({ status: 0 }).where('request', '=', 'r-7').execute();
    expect((await read({ outcome: 'unknown' })).items.map(({ request }) => request)).toEqual(['r-7']);
    await db.updateTable('audit_entry').set({ status: 200 }).where('request', '=', 'r-7').execute();
  });

  it('forgets what is old, and the oldest of too many', async () => {
    const left = async () =>
      (await opened.store.db.selectFrom('audit_entry').select('request').orderBy('id').execute()).map(
        ({ request }) => request,
      );
    await forgetEntries(opened.store.db, NOW, 365);
    expect(await left()).toHaveLength(365);
    expect((await left())[0]).toBe('r-835');
    await forgetEntries(opened.store.db, NOW, 365, 10);
    expect(await left()).toEqual(Array.from({ length: 10 }, (_, n) => `r-${1_190 + n}`));
  });
});
