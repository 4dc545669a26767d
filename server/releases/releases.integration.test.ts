/** Releases through their API, on both metadata engines. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventCode, Ownership } from '#contract/code.ts';
import type { IssueDetail } from '#contract/issues.ts';
import type {
  ReleaseCommit,
  ReleaseDetail,
  ReleaseIssues,
  ReleaseList,
  ReleasePatterns,
} from '#contract/releases.ts';
import { sentryApi } from '#server/compat/sentry/sentry-api.ts';
import { issueRoutes } from '#server/issues/issue-routes.ts';
import { teamworkRoutes } from '#server/issues/teamwork/teamwork-routes.ts';
import { openTestApp, type TestApp } from '#server/issues/test-app.ts';
import { DAY, HOUR, hex, MINUTE, NOON, openTestIssues, type TestIssues } from '#server/issues/test-issues.ts';
import { insertTestMembers } from '#server/issues/test-members.ts';
import { startTestPostgres, type TestPostgres } from '#server/store/metadata/test-postgres.ts';
import { assignNewIssues } from './assign-owners.ts';
import { codeRoutes } from './code-routes.ts';
import { createReleaseMemory, type NamedRelease, namedReleases, nameReleases } from './event-releases.ts';
import { releaseRoutes } from './release-routes.ts';

const SHA = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

describe.each(['sqlite', 'postgres'] as const)('releases on %s', (engine) => {
  let world: TestIssues;
  let app: TestApp;

  beforeAll(async () => {
    world = await openTestIssues(engine === 'postgres' ? await postgres.createDatabase() : '');
    world.viewer.scopes = [...world.viewer.scopes, 'project:releases', 'project:admin'];
    app = await openTestApp(world, [
      issueRoutes(world),
      teamworkRoutes(world),
      releaseRoutes({ ...world, templateOf: (body) => body }),
      codeRoutes(world),
      sentryApi({ ...world, version: '', publicUrl: () => '' }),
    ]);
    await insertTestMembers(world.metadata.db);
  });
  afterAll(async () => {
    await app.close();
    await world.discard();
  });

  const name = (...named: NamedRelease[]) =>
    world.metadata.transaction([1], (transaction) => nameReleases(transaction, named));
  const event = (project: number, version: string, at: number): NamedRelease => ({
    ...{ project, version, firstEventAt: at, lastEventAt: at, receivedAt: at },
  });
  const path = (version: string, rest = '') => `/api/v1/releases/${encodeURIComponent(version)}${rest}`;
  const put = (version: string, body: object) =>
    app.ask('PUT', `/api/0/organizations/ours/releases/${encodeURIComponent(version)}/`, body);

  async function sessions(...rows: { release: string; status: string; user: string; id?: string }[]) {
    const lines = rows.map(({ release, status, user, id }) =>
      JSON.stringify({
        project_id: 1,
        received_at: NOON - HOUR,
        started: NOON - HOUR,
        session_id: id ?? randomUUID(),
        user_key: user,
        sequence: status === 'ok' ? 0 : 1,
        status,
        errors: status === 'crashed' ? 1 : 0,
        duration_ms: null,
        release,
        environment: '',
        init: status === 'ok' ? 1 : 0,
        quantity: 1,
      }),
    );
    await world.telemetry.insert('sessions', Buffer.from(lines.join('\n')), randomUUID());
  }

  it('are made by the events that name them, whatever they are called', async () => {
    await name(event(1, 'shop@1.0.0', NOON - 9 * DAY), event(1, "'); drop table release; -- ☃", NOON));
    await name(event(1, 'shop@1.0.0', NOON - 8 * DAY), event(2, 'shop@1.0.0', NOON - 10 * DAY));
    const { items } = await app.read<ReleaseList>('/api/v1/releases');
    expect(items.map(({ version }) => version)).toEqual(["'); drop table release; -- ☃", 'shop@1.0.0']);
    expect(items[1]).toMatchObject({
      createdAt: new Date(NOON - 9 * DAY).toISOString(),
      firstEventAt: new Date(NOON - 10 * DAY).toISOString(),
      lastEventAt: new Date(NOON - 8 * DAY).toISOString(),
      projects: [{ slug: 'shop' }, { slug: 'web' }],
      health: { sessions: 0, crashFreeSessions: null, adoption: null },
    });
    const web = await app.read<ReleaseList>('/api/v1/releases?project=web');
    expect(web.items.map(({ version }) => version)).toEqual(['shop@1.0.0']);
  });

  it('of another organization are others, though they have the same name', async () => {
    await name(event(3, 'shop@1.0.0', NOON));
    const theirs = await app.askAsStranger('GET', path('shop@1.0.0'));
    expect(await theirs.json()).toMatchObject({ projects: [{ slug: 'other' }] });
    expect((await app.askAsStranger('DELETE', path('shop@1.0.0'))).status).toBe(403);
    expect((await app.ask('GET', path('unheard of'))).status).toBe(404);
  });

  it('are written once a minute at most, however many events name them', () => {
    const memory = createReleaseMemory();
    const at = (moment: number) =>
      namedReleases([
        { project_id: 1, release: 'a', timestamp: moment, received_at: moment },
        { project_id: 1, release: '', timestamp: moment, received_at: moment },
      ]);
    const written = memory.news(at(NOON));
    expect(written).toHaveLength(1);
    memory.keep(written);
    expect(memory.news(at(NOON + MINUTE - 1))).toEqual([]);
    expect(memory.news(at(NOON + MINUTE))).toHaveLength(1);
    expect(memory.news(at(NOON - 1))).toHaveLength(1);
  });

  it('tell their health, and that of the one before', async () => {
    await name(event(1, 'shop@1.1.0', NOON - 2 * DAY), event(1, 'shop@1.2.0', NOON - DAY));
    await sessions(
      { release: 'shop@1.2.0', status: 'ok', user: 'id:1', id: 'one' },
      { release: 'shop@1.2.0', status: 'crashed', user: 'id:1', id: 'one' },
      { release: 'shop@1.2.0', status: 'ok', user: 'id:2' },
      { release: 'shop@1.2.0', status: 'ok', user: 'id:3' },
      { release: 'shop@1.1.0', status: 'ok', user: 'id:4' },
    );
    const detail = await app.read<ReleaseDetail>(path('shop@1.2.0', '?period=24h'));
    expect(detail.health).toMatchObject({
      ...{ sessions: 3, crashedSessions: 1, users: 3, crashedUsers: 1, adoptionOf: 'sessions' },
      crashFreeSessions: expect.closeTo(2 / 3),
      crashFreeUsers: expect.closeTo(2 / 3),
      adoption: 0.75,
    });
    expect(detail.crashTrend.counts.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect(detail.previous).toMatchObject({ version: 'shop@1.1.0', health: { crashFreeSessions: 1 } });
    expect(detail.next).toBeNull();
    expect(await app.read<ReleaseDetail>(path('shop@1.1.0'))).toMatchObject({ next: 'shop@1.2.0' });
  });

  it('tell the issues that began in them, came back and were resolved', async () => {
    const happen = async (kind: string, release: string, at: number) =>
      (await world.happen({ hashes: [hex(kind)], release, timestamp: at, exception_type: kind }))[0]!.issueId;
    const began = await happen('Began', 'shop@1.2.0', NOON - HOUR);
    const back = await happen('Back', 'shop@1.1.0', NOON - 2 * DAY);
    world.setNow(NOON - 3 * HOUR);
    await app.ask('PATCH', `/api/v1/issues/${back}`, { status: 'resolved' });
    world.setNow(NOON);
    await happen('Back', 'shop@1.2.0', NOON - HOUR);
    const gone = await happen('Gone', 'shop@1.0.0', NOON - 9 * DAY);
    await app.ask('PATCH', `/api/v1/issues/${gone}`, { status: 'resolved' });

    const issues = await app.read<ReleaseIssues>(path('shop@1.2.0', '/issues'));
    const ids = (of: keyof Omit<ReleaseIssues, 'cutShort'>) => issues[of].map(({ id }) => Number(id));
    expect([ids('new'), ids('regressed'), ids('resolved')]).toEqual([[began], [back], [gone]]);
    const { releases } = await app.read<IssueDetail>(`/api/v1/issues/${began}`);
    expect(releases.map(({ version }) => version)).toContain('shop@1.2.0');
    const refusal = await app.ask('DELETE', path('shop@1.2.0'));
    expect([refusal.status, await refusal.text()]).toEqual([409, expect.stringContaining('release_in_use')]);
  });

  it('take commits without authors, and refuse whole what cannot be read', async () => {
    const good = { id: SHA, repository: 'acme/shop', patch_set: [{ path: 'src/pay.js', type: 'M' }] };
    expect((await put('shop@1.2.0', { commits: [good, { id: 'b'.repeat(40) }] })).status).toBe(200);
    const bad = await put('shop@1.2.0', { commits: [good, { id: 'c', timestamp: 'yesterday' }] });
    expect(bad.status).toBe(400);
    expect(await bad.json()).toMatchObject({ detail: expect.stringContaining('commits.1.timestamp') });
    const commits = await app.read<ReleaseCommit[]>(path('shop@1.2.0', '/commits'));
    expect(commits).toMatchObject([
      { sha: SHA, authorName: '', repository: 'acme/shop', files: [['src/pay.js', 'M']], committedAt: null },
      { sha: 'b'.repeat(40), repository: 'unknown' },
    ]);
  });

  it('are refused with a name that cannot be written', async () => {
    for (const version of ['', '  ', '..', 'a\nb', 'x'.repeat(251)]) {
      const answer = await app.ask('POST', '/api/0/organizations/ours/releases/', {
        version,
        projects: ['shop'],
      });
      expect([answer.status, version]).toEqual([400, version]);
    }
    const nobody = await app.ask('POST', '/api/0/organizations/ours/releases/', {
      version: 'x',
      projects: ['other'],
    });
    expect(nobody.status).toBe(404);
  });

  it('tell patterns of logs that the release before does not have', async () => {
    const log = (release: string, pattern: number, body: string) =>
      JSON.stringify({
        ...{ project_id: 1, timestamp: String((NOON - HOUR) / 1000), received_at: NOON, release },
        ...{ pattern_id: pattern, body },
      });
    expect(await app.read<ReleasePatterns>(path('shop@1.2.0', '/patterns'))).toEqual({ items: null });
    const lines = [log('shop@1.1.0', 1, 'old'), log('shop@1.2.0', 1, 'old'), log('shop@1.2.0', 2, 'new')];
    await world.telemetry.insert('logs', Buffer.from(lines.join('\n')), randomUUID());
    expect(await app.read<ReleasePatterns>(path('shop@1.2.0', '/patterns'))).toEqual({
      items: [{ id: '2', template: 'new', records: 1 }],
    });
  });

  describe('the code of an event', () => {
    const frames = [
      { filename: 'node_modules/lib/a.js', lineno: 3, in_app: false },
      { filename: 'pay.js', abs_path: '/app/src/pay.js', lineno: 12, in_app: true },
    ];
    const payload = JSON.stringify({
      release: 'shop@1.2.0',
      tags: [],
      exception: { values: [{ type: 'CodeError', value: '', stacktrace: { frames } }] },
    });
    let issueId: number;
    beforeAll(async () => {
      const [result] = await world.happen({
        ...{ hashes: [hex('Code')], release: 'shop@1.2.0', exception_type: 'CodeError', payload },
      });
      issueId = result!.issueId;
    });
    const code = () => app.read<EventCode>(`/api/v1/issues/${issueId}/events/latest/code`);

    it('links frames of the program to the line at the commit of the release', async () => {
      expect((await code()).links).toEqual([]);
      const mapped = await app.ask('POST', '/api/v1/projects/shop/code-mappings', {
        ...{ repository: 'acme/shop', stackRoot: '/app/', sourceRoot: '' },
      });
      expect(mapped.status).toBe(200);
      expect((await code()).links).toEqual([
        {
          path: '/app/src/pay.js',
          line: 12,
          url: `https://github.com/acme/shop/blob/${SHA}/src/pay.js#L12`,
          repository: 'acme/shop',
        },
      ]);
    });

    it('suspects the commit that changed a file of the stack', async () => {
      expect(await code()).toMatchObject({
        suspectRelease: 'shop@1.2.0',
        suspectCommits: [
          { sha: SHA, files: ['src/pay.js'], url: `https://github.com/acme/shop/commit/${SHA}` },
        ],
      });
    });

    it('a repository leads to the web and nowhere else', async () => {
      const answer = await app.ask('POST', '/api/v1/repositories', {
        ...{ name: 'evil', host: 'gitea', url: 'javascript:alert(1)' },
      });
      expect(answer.status).toBe(400);
      expect(await app.askAsStranger('GET', '/api/v1/repositories').then((a) => a.json())).toEqual([]);
    });

    it('has owners, and refuses rules that cannot be read with their line', async () => {
      const save = (rules: string, codeowners = '') =>
        app.ask('PUT', '/api/v1/projects/shop/ownership', { rules, codeowners, assigns: true });
      const saved = await save('path:src/* #payments ada@example.com', '* @acme/all');
      expect(((await saved.json()) as Ownership).unknownOwners).toEqual([
        { owner: '@acme/all', in: 'codeowners', line: 1 },
        { owner: '#payments', in: 'rules', line: 1 },
      ]);
      const refused = await save('path:src/* #payments', '* @acme/all\n[a-z]/x ada');
      expect([refused.status, await refused.text()]).toEqual([
        400,
        expect.stringContaining('CODEOWNERS, line 2'),
      ]);
      expect((await code()).ownership).toEqual({
        rule: 'path:src/* #payments ada@example.com',
        in: 'rules',
        line: 1,
        owners: [
          { name: '#payments', person: null, team: null },
          { name: 'ada@example.com', person: { id: 'ada', name: 'Ada Lovelace' }, team: null },
        ],
      });
      expect(await app.read<Ownership>('/api/v1/projects/web/ownership')).toMatchObject({ rules: '' });
    });

    it('a new issue is given to its owner, and people give it to others', async () => {
      await world.metadata.transaction([1], (transaction) =>
        assignNewIssues(transaction, [{ issueId, project: 1, payload }], NOON),
      );
      const issue = () =>
        app.read<{ assignee: unknown; activity: { kind: string }[] }>(`/api/v1/issues/${issueId}`);
      expect((await issue()).assignee).toMatchObject({ id: 'ada', name: 'Ada Lovelace' });
      expect((await issue()).activity[0]).toMatchObject({
        kind: 'assigned',
        data: { assignee: 'Ada Lovelace', rule: 'path:src/* #payments ada@example.com' },
      });
      const assign = (userId: string | null) =>
        app.ask('PUT', `/api/v1/issues/${issueId}/assignee`, { userId });
      expect((await assign('nobody')).status).toBe(404);
      expect((await assign(null)).status).toBe(204);
      expect((await issue()).assignee).toBeNull();
    });

    it('a team owns code as a person does, as rules and as CODEOWNERS name it', async () => {
      const { db } = world.metadata;
      await db
        .insertInto('team')
        .values({ organization_id: 1, slug: 'payments', name: 'Payments', created_at: 0 })
        .execute();
      expect((await code()).ownership?.owners[0]).toMatchObject({
        ...{ name: '#payments', person: null, team: { name: 'Payments' } },
      });
      const own = (rules: string, codeowners: string, assigns: boolean) =>
        app.ask('PUT', '/api/v1/projects/shop/ownership', { rules, codeowners, assigns });
      const arrive = () =>
        world.metadata.transaction([1], (transaction) =>
          assignNewIssues(transaction, [{ issueId, project: 1, payload }], NOON),
        );
      const issue = () => app.read<IssueDetail>(`/api/v1/issues/${issueId}`);
      const suggestions = () =>
        db.selectFrom('issue_suggestion').select('user_id').where('issue_id', '=', issueId).execute();
      await db.deleteFrom('issue_suggestion').execute();

      await own('', '/src/ @acme/payments ada@example.com', false);
      await arrive();
      expect((await issue()).assignee).toBeNull();
      expect(await suggestions()).toEqual([{ user_id: null }, { user_id: 'ada' }]);

      await own('', '/src/ @acme/payments ada@example.com', true);
      await arrive();
      expect((await issue()).assignee).toMatchObject({ type: 'team', slug: 'payments' });
      expect((await issue()).activity[0]!.data).toMatchObject({ assignee: '#payments' });
    });
  });
});
