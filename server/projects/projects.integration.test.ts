/** Projects, their ingest keys and what the door learns of them, over both engines and real HTTP. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ALL_POWERFUL, type Ask, openTestPeople, type TestPeople } from '#server/accounts/test-people.ts';
import { Unavailable } from '#server/platform/rejection.ts';
import { NO_RETENTION_SETTINGS } from '#server/record/retention.ts';
import { startTestPostgres, type TestPostgres } from '#server/store/metadata/test-postgres.ts';
import { createQuotaMemory } from './quota-memory.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

describe.each(['sqlite', 'postgres'] as const)('projects on %s', (engine) => {
  let people: TestPeople;
  const open = async (options: Parameters<typeof openTestPeople>[0] = {}) => {
    people = await openTestPeople({
      ...options,
      // A first start without a person is quicker, and projects need none.
      bootstrap: { email: '', password: '' },
      postgresUrl: engine === 'postgres' ? await postgres.createDatabase() : '',
    });
  };
  afterEach(() => people.discard());

  const ask = async (method: string, path: string, body?: unknown, more: Ask = {}) => {
    const { status, body: answer } = await people.ask(method, `/api/v1${path}`, {
      token: ALL_POWERFUL,
      body,
      ...more,
    });
    // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely.
    return { status, body: answer as any };
  };
  const code = (answer: { body: { error?: { code: string } } }) => answer.body.error?.code;

  describe('a project', () => {
    it('is created with a slug of its own and one ingest key', async () => {
      await open();
      const made = await ask('POST', '/projects', { name: 'My Shop', platform: 'node' });
      expect(made.status).toBe(201);
      expect(made.body).toEqual({
        id: '2',
        slug: 'my-shop',
        name: 'My Shop',
        platform: 'node',
        createdAt: new Date(people.clock.ms).toISOString(),
        firstEventAt: null,
      });
      expect((await ask('POST', '/projects', { name: 'My Shop' })).body.slug).toBe('my-shop-2');
      expect((await ask('GET', '/projects/my-shop')).body).toEqual(made.body);
      expect((await ask('GET', '/projects')).body.map((project: { slug: string }) => project.slug)).toEqual([
        'default',
        'my-shop',
        'my-shop-2',
      ]);
      const keys = await ask('GET', '/projects/my-shop/keys');
      expect(keys.body).toMatchObject([{ projectId: '2', label: 'Default', enabled: true, rateLimit: null }]);
      expect(keys.body[0].dsn).toBe(`http://${keys.body[0].publicKey}@${new URL(people.address).host}/2`);
    });

    it('gets the slug that was asked for, or is refused', async () => {
      await open();
      expect((await ask('POST', '/projects', { name: 'Shop', slug: 'store' })).body.slug).toBe('store');
      expect(code(await ask('POST', '/projects', { name: 'Other', slug: 'store' }))).toBe('conflict');
    });

    it('gives ten people who ask for the same name at once ten slugs', async () => {
      await open();
      const made = await Promise.all(
        Array.from({ length: 10 }, () => ask('POST', '/projects', { name: 'Shop' })),
      );
      expect(made.map((answer) => answer.status)).toEqual(Array(10).fill(201));
      expect(new Set(made.map((answer) => answer.body.slug)).size).toBe(10);
    });

    it('is refused without a proper name or slug', async () => {
      await open();
      const wrong = {
        'no name': {},
        'an empty name': { name: '' },
        'a name of 10,000 characters': { name: 'x'.repeat(10_000) },
        'a number for a name': { name: 5 },
        'a slug of digits alone': { name: 'x', slug: '42' },
        'a slug in capitals': { name: 'x', slug: 'Shop' },
        'SQL for a slug': { name: 'x', slug: "a'; drop table project; --" },
        'a path for a slug': { name: 'x', slug: '../x' },
      };
      for (const [what, body] of Object.entries(wrong)) {
        const answer = await ask('POST', '/projects', body);
        expect([answer.status, code(answer)], what).toEqual([400, 'request_invalid']);
      }
    });

    it('keeps a name in any script, and markup as text', async () => {
      await open();
      for (const name of ['商店 😀', '<script>alert(1)</script>', 'a"b\\c', 'e\u0301\u200d'])
        expect((await ask('POST', '/projects', { name })).body.name).toBe(name);
    });

    it('is renamed without losing what was not named', async () => {
      await open();
      await ask('POST', '/projects', { name: 'Shop', platform: 'node' });
      expect((await ask('PATCH', '/projects/shop', { name: 'Store' })).body).toMatchObject({
        name: 'Store',
        slug: 'shop',
        platform: 'node',
      });
      expect((await ask('PATCH', '/projects/shop', { slug: 'store' })).body.slug).toBe('store');
      expect((await ask('PATCH', '/projects/store', {})).body.slug).toBe('store');
      expect(code(await ask('PATCH', '/projects/store', { slug: 'default' }))).toBe('conflict');
      expect((await ask('GET', '/projects/shop')).status).toBe(404);
    });

    it('is not found by what is not its slug', async () => {
      await open();
      for (const slug of ['x', "' or 1=1 --", '%25', '..%2f..%2fetc', '%00', 'x'.repeat(100), '商店', '1'])
        for (const [method, path] of [
          ['GET', ''],
          ['DELETE', ''],
          ['GET', '/keys'],
          ['GET', '/setup'],
        ] as const)
          expect((await ask(method, `/projects/${slug}${path}`)).status, `${method} ${slug}${path}`).toBe(
            404,
          );
    });
  });

  describe('an ingest key', () => {
    it('is created, limited, disabled and deleted, and the door knows at once', async () => {
      await open();
      const made = await ask('POST', '/projects/default/keys', {
        label: 'Web',
        rateLimit: { count: 100, windowSeconds: 60 },
      });
      expect(made.status).toBe(201);
      const { id, publicKey } = made.body;
      const door = () => people.projects.keys.find(publicKey);
      expect(await door()).toEqual({
        id: Number(id),
        projectId: 1,
        dsnProject: '',
        enabled: true,
        rateLimit: { count: 100, windowSeconds: 60 },
        quotas: null,
        projectExists: true,
      });
      const change = (body: object) => ask('PATCH', `/projects/default/keys/${id}`, body);
      expect((await change({ enabled: false })).body).toMatchObject({
        enabled: false,
        label: 'Web',
        rateLimit: { count: 100 },
      });
      expect(await door()).toMatchObject({ enabled: false });
      expect((await change({ enabled: true, rateLimit: null, label: 'Site' })).body).toMatchObject({
        label: 'Site',
        rateLimit: null,
      });
      expect(await door()).toMatchObject({ enabled: true, rateLimit: null });
      expect((await ask('DELETE', `/projects/default/keys/${id}`)).status).toBe(204);
      expect(await door()).toBeNull();
      expect((await ask('DELETE', `/projects/default/keys/${id}`)).status).toBe(404);
    });

    it('that is created is known to the door that has just refused it', async () => {
      await open();
      const { keys } = people.projects;
      const later = 'f'.repeat(32);
      expect(await keys.find(later)).toBeNull();
      await people.metadata.store.db.updateTable('ingest_key').set({ public_key: later }).execute();
      expect(await keys.find(later)).toBeNull();
      keys.forget();
      expect(await keys.find(later)).toMatchObject({ projectId: 1 });
    });

    it('that changes while the door looks it up is not remembered as it was', async () => {
      await open();
      const { keys } = people.projects;
      const { db } = people.metadata.store;
      const { public_key } = await db.selectFrom('ingest_key').select('public_key').executeTakeFirstOrThrow();
      const asked = keys.find(public_key);
      await db.updateTable('ingest_key').set({ enabled: 0 }).execute();
      keys.forget();
      await asked;
      expect(await keys.find(public_key)).toMatchObject({ enabled: false });
    });

    it('of one project is not reached through another', async () => {
      await open();
      await ask('POST', '/projects', { name: 'Other' });
      const [key] = (await ask('GET', '/projects/default/keys')).body;
      expect((await ask('PATCH', `/projects/other/keys/${key.id}`, { enabled: false })).status).toBe(404);
      expect((await ask('DELETE', `/projects/other/keys/${key.id}`)).status).toBe(404);
      expect((await ask('GET', '/projects/default/keys')).body).toEqual([key]);
    });

    it('is refused without a proper label or limit', async () => {
      await open();
      for (const body of [
        { label: '' },
        { label: 'x', rateLimit: { count: 0, windowSeconds: 60 } },
        { label: 'x', rateLimit: { count: 1e300, windowSeconds: 60 } },
        { label: 'x', rateLimit: { count: 5, windowSeconds: 1e9 } },
        { label: 'x', rateLimit: { count: '5', windowSeconds: 60 } },
      ])
        expect((await ask('POST', '/projects/default/keys', body)).status, JSON.stringify(body)).toBe(400);
    });
  });

  describe('the limits', () => {
    it('are those of the program until they are set, each by itself', async () => {
      await open();
      const nothing = { recordsPerDay: null, bytesPerDay: null, recordsPerMinute: null };
      expect((await ask('GET', '/projects/default/limits')).body).toMatchObject({
        retentionDays: 90,
        retention: NO_RETENTION_SETTINGS,
        quotas: { events: nothing, logs: nothing, spans: nothing },
        used: [],
      });
      await ask('PATCH', '/projects/default/limits', { retention: { logDays: 14, debugLogDays: 3 } });
      const events = { ...nothing, recordsPerDay: 100 };
      await ask('PATCH', '/projects/default/limits', { quotas: { events } });
      const { body } = await ask('PATCH', '/projects/default/limits', { retention: { debugLogDays: null } });
      expect(body).toMatchObject({
        retention: { logDays: 14, debugLogDays: null },
        quotas: { events, logs: nothing },
        used: [{ category: 'events', unit: 'records', used: 85, limit: 100 }],
      });
      expect(body.resetsAt).toMatch(/T00:00:00\.000Z$/);
      expect(Date.parse(body.resetsAt) - people.clock.ms).toBeGreaterThan(0);
    });

    it('are known to the door at once, and to retention', async () => {
      await open();
      const [{ publicKey }] = (await ask('GET', '/projects/default/keys')).body;
      expect(await people.projects.keys.find(publicKey)).toMatchObject({ quotas: null });
      const logs = { recordsPerDay: 5, bytesPerDay: null, recordsPerMinute: 2 };
      const retention = { logDays: 7, eventDays: 60, issueLogDays: 80, issueLogSeconds: 90 };
      await ask('PATCH', '/projects/default/limits', { quotas: { logs }, retention });
      expect(await people.projects.keys.find(publicKey)).toMatchObject({ quotas: { logs } });
      await ask('POST', '/projects', { name: 'Other' });
      expect(await people.projects.retentionPolicy()).toEqual({
        defaultDays: 90,
        projects: [
          {
            ...{ project: 1, eventDays: 60, spanDays: 90, logDays: { debug: 7, info: 7, error: 7 } },
            // Not longer than the errors they are around.
            issueLogs: { days: 60, minutes: 5, seconds: 90 },
          },
          {
            ...{ project: 2, eventDays: 90, spanDays: 90, logDays: { debug: 90, info: 90, error: 90 } },
            issueLogs: null,
          },
        ],
      });
      expect(await people.projects.usedQuotas([2])).toEqual([]);
      expect(await people.projects.usedQuotas([1, 2])).toEqual([
        { projectId: '1', category: 'logs', unit: 'records', used: 0, limit: 5 },
      ]);
    });

    it('are refused when they are longer than the program keeps things, or are no limits', async () => {
      await open();
      const longer = await ask('PATCH', '/projects/default/limits', { retention: { errorLogDays: 91 } });
      expect([longer.status, code(longer)]).toEqual([400, 'request_invalid']);
      expect(longer.body.error.message).toContain('TANDEM_RETENTION_DAYS');
      for (const body of [
        { retention: { logDays: 0 } },
        { retention: { logDays: 1.5 } },
        { retention: { logDays: '7' } },
        { quotas: { logs: { recordsPerDay: -1, bytesPerDay: null, recordsPerMinute: null } } },
        { quotas: { logs: { recordsPerDay: 1e300, bytesPerDay: null, recordsPerMinute: null } } },
        { quotas: { logs: 5 } },
      ])
        expect((await ask('PATCH', '/projects/default/limits', body)).status, JSON.stringify(body)).toBe(400);
      expect((await ask('PATCH', '/projects/none/limits', {})).status).toBe(404);
    });
  });

  describe('what is used of quotas', () => {
    it('outlives the program, the newest count of each', async () => {
      await open();
      const memory = createQuotaMemory(people.metadata.store.db);
      const use = { project: 1, category: 'logs' as const, day: 1_795_305_600_000, records: 5, bytes: 500 };
      await memory.save([use, { ...use, category: 'events' }]);
      await memory.save([{ ...use, records: 2 ** 40 }]);
      const loaded = await memory.load();
      expect(loaded.toSorted((a, b) => a.category.localeCompare(b.category))).toEqual([
        { ...use, category: 'events' },
        { ...use, records: 2 ** 40 },
      ]);
    });
  });

  describe('the guides', () => {
    it('have the DSN of a key that works filled in', async () => {
      await open();
      const [first] = (await ask('GET', '/projects/default/keys')).body;
      const second = (await ask('POST', '/projects/default/keys', { label: 'second' })).body;
      const guides = async () => (await ask('GET', '/projects/default/setup')).body;
      expect(await guides()).toMatchObject({
        dsn: first.dsn,
        guides: [{ steps: [{ code: `init('${first.dsn}')` }] }],
      });
      await ask('PATCH', `/projects/default/keys/${first.id}`, { enabled: false });
      expect((await guides()).dsn).toBe(second.dsn);
      await ask('DELETE', `/projects/default/keys/${second.id}`);
      expect((await ask('GET', '/projects/default/setup')).status).toBe(404);
    });
  });

  describe('deleting a project', () => {
    it('deletes all it holds, tells the telemetry, and removes blobs that nobody else names', async () => {
      const removed: string[] = [];
      const deleted: number[] = [];
      await open({
        remains: {
          deleteTelemetry: async (id) => void deleted.push(id),
          removeBlob: async (name) => void removed.push(name),
        },
      });
      await ask('POST', '/projects', { name: 'Shop' });
      const { db } = people.metadata.store;
      const [key] = (await ask('GET', '/projects/shop/keys')).body;
      await fill(db, 2, ['own', 'own', 'shared']);
      await fill(db, 1, ['shared']);
      for (const [version, projects] of [
        ['own', [2]],
        ['shared', [1, 2]],
      ] as const) {
        const { id } = await db
          .insertInto('release')
          .values({ organization_id: 1, version, created_at: 0, started_at: null, released_at: null })
          .returning('id')
          .executeTakeFirstOrThrow();
        const times = { added_at: 0, first_event_at: null, last_event_at: null };
        await db
          .insertInto('release_project')
          .values(projects.map((project_id) => ({ release_id: id, project_id, ...times })))
          .execute();
      }

      expect((await ask('DELETE', '/projects/shop')).status).toBe(204);
      expect([deleted, removed]).toEqual([[2], ['own']]);
      expect((await ask('GET', '/projects/shop')).status).toBe(404);
      expect(await people.projects.keys.find(key.publicKey)).toBeNull();
      for (const table of ['ingest_key', 'issue', 'attachment', 'feedback', 'monitor', 'check_in'] as const) {
        const rows = await db.selectFrom(table).select('project_id').execute();
        expect(rows.length, table).toBeGreaterThan(0);
        expect(
          rows.every((row) => row.project_id === 1),
          table,
        ).toBe(true);
      }
      expect(await db.selectFrom('issue_user').selectAll().execute()).toHaveLength(3);
      expect(await db.selectFrom('release').select('version').execute()).toEqual([{ version: 'shared' }]);
    });

    it('while its rows wait for the engine, or the engine is away, ends when they are in and it is back', async () => {
      let isAway = true;
      const deleted: number[] = [];
      await open({
        remains: {
          deleteTelemetry: async (id) => {
            if (isAway) throw new Unavailable('telemetry_unreachable', 'away');
            deleted.push(id);
          },
        },
      });
      await ask('POST', '/projects', { name: 'Shop' });
      const { db } = people.metadata.store;
      const row = { journal: 'j1', batch: 7, spool: '7-0.spool', created_at: 0 };
      await db.insertInto('pending_batch').values(row).execute();
      expect((await ask('DELETE', '/projects/shop')).status).toBe(204);
      expect((await ask('GET', '/projects/shop')).status).toBe(404);

      isAway = false;
      await people.projects.finishDeletions();
      expect(deleted).toEqual([]);
      await db.deleteFrom('pending_batch').execute();
      isAway = true;
      await expect(people.projects.finishDeletions()).rejects.toThrow(Unavailable);
      isAway = false;
      await people.projects.finishDeletions();
      await people.projects.finishDeletions();
      expect(deleted).toEqual([2]);
    });

    it('can be done again when it broke off', async () => {
      let working = false;
      await open({
        remains: {
          removeBlob: async () => {
            if (!working) throw new Error('the disk is away');
          },
        },
      });
      await fill(people.metadata.store.db, 1, ['own']);
      expect((await ask('DELETE', '/projects/default')).status).toBe(500);
      expect((await ask('GET', '/projects/default/keys')).body).toEqual([]);
      working = true;
      expect((await ask('DELETE', '/projects/default')).status).toBe(204);
    });
  });

  describe('another organization', () => {
    /** A second organization with a project `secret` and an all-powerful token of its own. */
    async function openTwo() {
      await open();
      const { db } = people.metadata.store;
      await db
        .insertInto('organization')
        .values({ id: 50, slug: 'rival', name: 'Rival', created_at: 0 })
        .execute();
      await db
        .insertInto('project')
        .values({
          id: 500,
          organization_id: 50,
          slug: 'secret',
          name: 'Secret',
          platform: '',
          created_at: 0,
          first_event_at: null,
        })
        .execute();
      await db
        .insertInto('ingest_key')
        .values({
          id: 5000,
          project_id: 500,
          public_key: 'e'.repeat(32),
          label: 'x',
          rate_limit_count: null,
          rate_limit_window_seconds: null,
          created_at: 0,
        })
        .execute();
    }

    it('is not seen, changed or deleted', async () => {
      await openTwo();
      const tries: [string, string, object?][] = [
        ['GET', '/projects/secret'],
        ['PATCH', '/projects/secret', { name: 'mine' }],
        ['DELETE', '/projects/secret'],
        ['GET', '/projects/secret/setup'],
        ['GET', '/projects/secret/keys'],
        ['POST', '/projects/secret/keys', { label: 'x' }],
        ['PATCH', '/projects/secret/keys/5000', { enabled: false }],
        ['DELETE', '/projects/secret/keys/5000'],
        ['PATCH', '/projects/default/keys/5000', { enabled: false }],
        ['DELETE', '/projects/default/keys/5000'],
      ];
      for (const [method, path, body] of tries)
        expect((await ask(method, path, body)).status, `${method} ${path}`).toBe(404);
      expect(JSON.stringify((await ask('GET', '/projects')).body)).not.toContain('secret');
      expect(JSON.stringify((await ask('GET', '/session')).body)).not.toContain('secret');
      expect(await people.projects.keys.find('e'.repeat(32))).toMatchObject({
        projectId: 500,
        enabled: true,
      });
    });

    it('may use the same slugs', async () => {
      await openTwo();
      expect((await ask('POST', '/projects', { name: 'Mine', slug: 'secret' })).status).toBe(201);
    });
  });

  it('a token without the scope may look but not touch, and nobody else may look', async () => {
    await open();
    const made = await ask('POST', '/tokens', { name: 'reader', scopes: ['project:read'] });
    const reader = { token: made.body.token };
    expect((await ask('GET', '/projects', undefined, reader)).status).toBe(200);
    expect((await ask('POST', '/projects', { name: 'x' }, reader)).status).toBe(403);
    expect((await ask('PATCH', '/projects/default', { name: 'x' }, reader)).status).toBe(403);
    expect((await ask('DELETE', '/projects/default', undefined, reader)).status).toBe(403);
    expect((await ask('POST', '/projects/default/keys', { label: 'x' }, reader)).status).toBe(403);
    for (const path of [
      '/projects',
      '/projects/default',
      '/projects/default/keys',
      '/projects/default/setup',
      '/session',
      '/members',
      '/tokens',
    ])
      expect((await ask('GET', path, undefined, { token: 'nobody' })).status, path).toBe(401);
  });
});

/** Gives a project one of everything, three users of its issue, and attachments with these blobs. */
async function fill(
  db: TestPeople['metadata']['store']['db'],
  project: number,
  blobs: string[],
): Promise<void> {
  const issue = await db
    .insertInto('issue')
    .values({
      project_id: project,
      number: 1,
      title: '',
      culprit: '',
      type: 'error',
      exception_type: '',
      exception_value: '',
      level: 'error',
      platform: '',
      logger: '',
      substate_at: 0,
      first_seen: 0,
      last_seen: 0,
      first_release: '',
      last_release: '',
      last_event_id: '',
      created_at: 0,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('issue_user')
    .values(['a', 'b', 'c'].map((user_hash) => ({ issue_id: issue.id, user_hash })))
    .execute();
  await db
    .insertInto('attachment')
    .values(
      blobs.map((blob) => ({
        project_id: project,
        event_id: 'e',
        name: 'log.txt',
        content_type: '',
        attachment_type: '',
        bytes: 1,
        blob,
        created_at: 0,
      })),
    )
    .execute();
  await db
    .insertInto('feedback')
    .values({
      project_id: project,
      feedback_id: null,
      event_id: null,
      issue_id: issue.id,
      name: '',
      email: '',
      message: 'it broke',
      url: '',
      created_at: 0,
    })
    .execute();
  const monitor = await db
    .insertInto('monitor')
    .values({ project_id: project, slug: 'nightly', created_at: 0 })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('check_in')
    .values({
      project_id: project,
      monitor_id: monitor.id,
      check_in_id: 'c',
      environment: '',
      release: '',
      status: 'ok',
      duration_ms: null,
      trace_id: '',
      started_at: 0,
      updated_at: 0,
    })
    .execute();
}
