/** Teams, assignment, comments, following and bookmarks through both APIs, on both metadata engines. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { IssueDetail, IssueList } from '#contract/issues.ts';
import type { Team } from '#contract/teams.ts';
import type { Comment } from '#contract/teamwork.ts';
import { sentryApi } from '#server/compat/sentry/sentry-api.ts';
import { issueRoutes } from '#server/issues/issue-routes.ts';
import { openTestApp, type TestApp } from '#server/issues/test-app.ts';
import { hex, openTestIssues, type TestIssues } from '#server/issues/test-issues.ts';
import { insertTestMembers, TEST_MEMBERS } from '#server/issues/test-members.ts';
import { startTestPostgres, type TestPostgres } from '#server/store/metadata/test-postgres.ts';
import { teamRoutes } from '#server/teams/team-routes.ts';
import { shareRoutes } from './share-routes.ts';
import { teamworkRoutes } from './teamwork-routes.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

describe.each(['sqlite', 'postgres'] as const)('people around an issue on %s', (engine) => {
  let world: TestIssues;
  let app: TestApp;
  let issue: string;
  let title: string;
  let kinds = 0;

  beforeAll(async () => {
    world = await openTestIssues(engine === 'postgres' ? await postgres.createDatabase() : '');
    world.viewer.scopes = [...world.viewer.scopes, 'org:admin'];
    await insertTestMembers(world.metadata.db);
    const stores = { ...world, peopleNames: async (id: number) => (id === 1 ? TEST_MEMBERS : new Map()) };
    app = await openTestApp(world, [
      issueRoutes(stores),
      teamworkRoutes(stores),
      teamRoutes(stores),
      shareRoutes(stores),
      sentryApi({ ...stores, version: '', publicUrl: () => 'https://errors.example' }),
    ]);
    await write('POST', '/api/v1/teams', { slug: 'Payments', name: 'Payments' });
    await write('PUT', '/api/v1/teams/payments/members', { members: ['grace', 'linus'] });
    await write('PUT', '/api/v1/teams/payments/projects', { projects: ['shop'] });
  });
  afterAll(async () => {
    await app.close();
    await world.discard();
  });
  beforeEach(async () => {
    as('ada');
    title = `Kind${++kinds}`;
    const values = [{ type: title, value: 'card declined' }];
    const payload = JSON.stringify({ platform: 'node', tags: [], exception: { values } });
    const [made] = await world.happen({ exception_type: title, hashes: [hex(title)], payload });
    issue = `/api/v1/issues/${made!.issueId}`;
  });

  function as(userId: keyof typeof NAMES | null, scopes = world.viewer.scopes) {
    Object.assign(world.viewer, { userId, name: userId ? NAMES[userId] : 'robot', scopes });
  }
  const NAMES = { ada: 'Ada Lovelace', grace: 'Grace Hopper', linus: 'Linus' };

  async function write<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await app.ask(method, path, body);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
  const status = async (method: string, path: string, body?: unknown) =>
    (await app.ask(method, path, body)).status;
  const detail = () => app.read<IssueDetail>(issue);
  const followers = async () => (await detail()).followers.map(({ id, reason }) => `${id}: ${reason}`);
  const isFound = async (query: string) => {
    const words = encodeURIComponent(`error.type:${title} ${query}`);
    return (await app.read<IssueList>(`/api/v1/issues?query=${words}`)).total === 1;
  };

  describe('teams', () => {
    it('have a slug of their own, members and projects', async () => {
      expect(await app.read<Team[]>('/api/v1/teams')).toMatchObject([
        {
          ...{ slug: 'payments', name: 'Payments' },
          members: [{ name: 'Grace Hopper' }, { name: 'Linus' }],
          projects: [{ slug: 'shop' }],
        },
      ]);
      expect(await status('POST', '/api/v1/teams', { slug: 'payments', name: 'Again' })).toBe(409);
      expect(await status('POST', '/api/v1/teams', { slug: 'no spaces', name: 'x' })).toBe(400);
      expect(await status('PUT', '/api/v1/teams/payments/members', { members: ['stranger'] })).toBe(404);
      expect(await (await app.askAsStranger('GET', '/api/v1/teams')).json()).toEqual([]);
    });

    it('are renamed; deleting one leaves its issues to nobody, and they say so', async () => {
      await write('POST', '/api/v1/teams', { slug: 'short', name: 'Short' });
      await write('PATCH', '/api/v1/teams/short', { slug: 'brief', name: 'Brief' });
      await write('PUT', `${issue}/assignee`, { teamId: 'brief' });
      expect((await detail()).assignee).toMatchObject({ type: 'team', slug: 'brief', name: 'Brief' });
      await write('DELETE', '/api/v1/teams/brief');
      const { assignee, activity } = await detail();
      expect(assignee).toBeNull();
      expect(activity[0]).toMatchObject({ kind: 'unassigned', by: 'Ada Lovelace', data: { deleted: true } });
    });
  });

  describe('assignment', () => {
    it('is to a person or a team, one issue or many, and stands in the list and the activity', async () => {
      await write('PUT', `${issue}/assignee`, { userId: 'grace' });
      expect((await detail()).assignee).toEqual({
        type: 'person',
        id: 'grace',
        name: 'Grace Hopper',
        slug: '',
      });
      const ids = [issue.split('/').at(-1)!, '999999'];
      await write('PUT', '/api/v1/issues/assignee', { ids, to: { teamId: 'payments' } });
      const { items } = await app.read<IssueList>(`/api/v1/issues?query=error.type:${title}`);
      expect(items[0]).toMatchObject({ assignee: { type: 'team', slug: 'payments' }, comments: 0 });
      // To whom it is already: nothing happened.
      await write('PUT', `${issue}/assignee`, { teamId: 'payments' });
      expect((await detail()).activity.map(({ kind, data }) => `${kind} ${data.assignee ?? ''}`)).toEqual([
        'assigned #payments',
        'assigned Grace Hopper',
        'first_seen ',
      ]);
      await write('PUT', `${issue}/assignee`, { userId: null });
      expect((await detail()).assignee).toBeNull();
    });

    it('is of all that a search finds, whoever they are before', async () => {
      const other = `Kind${++kinds}`;
      await world.happen({ exception_type: other, hashes: [hex(other)] });
      const matching = { query: `error.type:[${title}, ${other}] is:unassigned` };
      const done = await write('PUT', '/api/v1/issues/assignee', { matching, to: { userId: 'grace' } });
      expect(done).toEqual({ left: 0 });
      const words = encodeURIComponent(`error.type:[${title}, ${other}] assigned:grace@example.com`);
      expect((await app.read<IssueList>(`/api/v1/issues?query=${words}`)).total).toBe(2);
      expect(await status('PUT', '/api/v1/issues/assignee', { to: { userId: 'grace' } })).toBe(400);
    });

    it.each([{ userId: 'stranger' }, { teamId: 'nobody' }])('to %j finds nobody', async (to) => {
      expect(await status('PUT', `${issue}/assignee`, to)).toBe(404);
    });

    it.each([{}, { userId: 'ada', teamId: 'payments' }])('%j is not understood', async (to) => {
      expect(await status('PUT', `${issue}/assignee`, to)).toBe(400);
    });

    it('is searched for', async () => {
      expect(await isFound('is:unassigned')).toBe(true);
      expect(await isFound('assigned:none')).toBe(true);
      expect(await isFound('has:assigned')).toBe(false);
      await write('PUT', `${issue}/assignee`, { userId: 'ada' });
      for (const found of ['me', 'ada@example.com', '"ada lovelace"', '[me, none]'])
        expect([found, await isFound(`assigned:${found}`)]).toEqual([found, true]);
      for (const other of ['none', 'grace@example.com', '#payments', 'my_teams', '[#payments, none]'])
        expect([other, await isFound(`assigned:${other}`)]).toEqual([other, false]);
      expect(await isFound('is:assigned')).toBe(true);
      expect(await isFound('!assigned:me')).toBe(false);
      await write('PUT', `${issue}/assignee`, { teamId: 'payments' });
      expect(await isFound('assigned:#payments')).toBe(true);
      expect(await isFound('assigned:my_teams')).toBe(false);
      as('linus');
      expect(await isFound('assigned:my_teams')).toBe(true);
    });

    it('of one who has left counts for nobody', async () => {
      await write('PUT', `${issue}/assignee`, { userId: 'ada' });
      const { db } = world.metadata;
      await db.updateTable('member').set({ user_id: 'gone' }).where('user_id', '=', 'ada').execute();
      expect(await isFound('is:unassigned')).toBe(true);
      await db.updateTable('member').set({ user_id: 'ada' }).where('user_id', '=', 'gone').execute();
      expect(await isFound('is:unassigned')).toBe(false);
    });

    it('counts what a rule suggests for an issue that is nobody’s', async () => {
      const id = Number(issue.split('/').at(-1));
      await world.metadata.db
        .insertInto('issue_suggestion')
        .values({ issue_id: id, user_id: 'ada', team_id: null })
        .execute();
      expect(await isFound('assigned_or_suggested:me')).toBe(true);
      expect(await isFound('assigned_or_suggested:none')).toBe(false);
      expect(await isFound('assigned:me')).toBe(false);
      await write('PUT', `${issue}/assignee`, { userId: 'grace' });
      expect(await isFound('assigned_or_suggested:me')).toBe(false);
    });

    it('is asked for by people: a token of nobody has no “me”', async () => {
      as(null);
      const answer = await app.ask('GET', '/api/v1/issues?query=assigned:me');
      expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('no person asks')]);
    });
  });

  describe('comments', () => {
    it('stand in the activity; mentions make people follow', async () => {
      const text = 'See <script>alert(1)</script>, @Grace Hopper';
      const made = await write<Comment>('POST', `${issue}/comments`, { text });
      expect(made).toMatchObject({ text, by: 'Ada Lovelace', mentions: ['@Grace Hopper'], editedAt: null });
      expect((await detail()).activity[0]).toMatchObject({
        ...{ id: made.id, kind: 'comment', by: 'Ada Lovelace', userId: 'ada', data: { text } },
      });
      expect(await followers()).toEqual(['ada: commented', 'grace: mentioned']);
      await write('POST', `${issue}/comments`, { text: 'and #payments' });
      expect(await followers()).toEqual(['ada: commented', 'grace: mentioned', 'linus: team_mentioned']);
      expect((await detail()).comments).toBe(2);
    });

    it('are changed by their author alone, and deleted by an administrator too', async () => {
      const { id } = await write<Comment>('POST', `${issue}/comments`, { text: 'mine' });
      const comment = `${issue}/comments/${id}`;
      const changed = await write<Comment>('PATCH', comment, { text: 'mine, better' });
      expect(changed.editedAt).not.toBeNull();
      as('grace', ['event:read', 'event:write']);
      expect(await status('PATCH', comment, { text: 'hers' })).toBe(403);
      expect(await status('DELETE', comment)).toBe(403);
      as('grace', ['event:read', 'event:write', 'event:admin', 'org:admin', 'member:read', 'project:read']);
      expect(await status('PATCH', comment, { text: 'hers' })).toBe(403);
      expect(await status('DELETE', comment)).toBe(204);
      expect(await app.read<Comment[]>(`${issue}/comments`)).toEqual([]);
      expect((await detail()).activity[0]).toMatchObject({ kind: 'comment_deleted', by: 'Grace Hopper' });
      expect(await status('DELETE', comment)).toBe(404);
    });

    it('of one issue are not changed through another', async () => {
      const { id } = await write<Comment>('POST', `${issue}/comments`, { text: 'here' });
      const [other] = await world.happen({ hashes: [hex('another')] });
      const path = `/api/v1/issues/${other!.issueId}/comments/${id}`;
      expect(await status('PATCH', path, { text: 'there' })).toBe(404);
      expect((await app.askAsStranger('POST', `${issue}/comments`, { text: 'x' })).status).toBe(404);
    });

    it.each(['', '   ', 'x'.repeat(10_001)])('refuses a text of the wrong length', async (text) => {
      expect(await status('POST', `${issue}/comments`, { text })).toBe(400);
    });

    it('of a token are the token’s', async () => {
      as(null);
      const { id } = await write<Comment>('POST', `${issue}/comments`, { text: 'deployed' });
      expect(await status('PATCH', `${issue}/comments/${id}`, { text: 'deployed again' })).toBe(200);
      expect((await detail()).activity[0]).toMatchObject({ by: 'robot', userId: null });
      as('grace');
      expect(await status('PATCH', `${issue}/comments/${id}`, { text: 'no' })).toBe(403);
    });
  });

  describe('following', () => {
    it('begins by what one does, and by hand; who stops stays away', async () => {
      await write('PATCH', issue, { status: 'resolved' });
      expect(await followers()).toEqual(['ada: changed_status']);
      expect(await isFound('subscribed:me')).toBe(true);
      await write('DELETE', `${issue}/following`);
      await write('POST', `${issue}/comments`, { text: 'still not following' });
      expect(await followers()).toEqual([]);
      expect(await isFound('subscribed:me')).toBe(false);
      await write('PUT', `${issue}/following`);
      expect(await followers()).toEqual(['ada: by_hand']);
    });

    it('is what everybody in the team does that it is assigned to, but for who does not want to', async () => {
      await write('PUT', `${issue}/assignee`, { teamId: 'payments' });
      expect(await followers()).toEqual(['grace: team_assigned', 'linus: team_assigned']);
      as('linus');
      expect([(await detail()).following, await isFound('subscribed:me')]).toEqual([true, true]);
      await write('DELETE', `${issue}/following`);
      expect([(await detail()).following, await isFound('subscribed:me')]).toEqual([false, false]);
      expect(await followers()).toEqual(['grace: team_assigned']);
    });

    it('is for those too who may only look, and not for a token of nobody', async () => {
      as('grace', ['event:read']);
      expect(await status('PUT', `${issue}/following`)).toBe(204);
      as(null, ['event:read']);
      expect(await status('PUT', `${issue}/following`)).toBe(400);
      as('ada', [
        ...world.viewer.scopes,
        'event:write',
        'event:admin',
        'org:admin',
        'project:read',
        'member:read',
      ]);
    });
  });

  it('bookmarks are each person’s own', async () => {
    await write('PUT', `${issue}/bookmark`);
    await write('PUT', `${issue}/bookmark`);
    expect([(await detail()).bookmarked, await isFound('bookmarks:me')]).toEqual([true, true]);
    as('grace');
    expect([(await detail()).bookmarked, await isFound('bookmarks:me')]).toEqual([false, false]);
    as('ada');
    await write('DELETE', `${issue}/bookmark`);
    expect((await detail()).bookmarked).toBe(false);
  });

  describe('a public link', () => {
    const open = (token: string) => fetch(`${app.address}/api/v1/shared-issues/${token}`);

    it('shows the issue to strangers, is told in the activity, and is taken back', async () => {
      const { token } = await write<{ token: string }>('PUT', `${issue}/share`);
      expect(Buffer.from(token, 'base64url')).toHaveLength(32);
      expect(await write('PUT', `${issue}/share`)).toMatchObject({ token, by: 'Ada Lovelace' });
      const answer = await open(token);
      expect([
        answer.status,
        answer.headers.get('x-robots-tag'),
        answer.headers.get('cache-control'),
      ]).toEqual([200, 'noindex, nofollow', 'no-store']);
      expect(await answer.json()).toMatchObject({
        title: `${title}: card declined`,
        event: { payload: { exception: { values: [{ value: 'card declined' }] } }, tags: [] },
      });
      await write('DELETE', `${issue}/share`);
      await write('DELETE', `${issue}/share`);
      const [gone, unknown] = [await open(token), await open('x'.repeat(43))];
      expect([gone.status, await gone.text()]).toEqual([404, await unknown.text()]);
      const { activity, share } = await detail();
      expect(share).toBeNull();
      expect(activity.map(({ kind }) => kind)).toEqual(['unshared', 'shared', 'first_seen']);
    });

    it('leads nowhere while the organization shares nothing', async () => {
      const { token } = await write<{ token: string }>('PUT', `${issue}/share`);
      await write('PATCH', '/api/v1/organization', { sharing: false });
      expect((await open(token)).status).toBe(404);
      expect(await status('PUT', `${issue}/share`)).toBe(403);
      await write('PATCH', '/api/v1/organization', { sharing: true });
      expect((await open(token)).status).toBe(200);
    });

    it('is not made by strangers or who may only look', async () => {
      expect((await app.askAsStranger('PUT', `${issue}/share`)).status).toBe(404);
      const scopes = world.viewer.scopes;
      as('grace', ['event:read']);
      expect(await status('PUT', `${issue}/share`)).toBe(403);
      as('ada', scopes);
    });

    it('is opened so often by one address and no more', async () => {
      const answers = await Promise.all(Array.from({ length: 70 }, () => open('x')));
      const codes = answers.map((answer) => answer.status);
      expect(new Set(codes)).toEqual(new Set([404, 429]));
    });
  });

  describe('Sentry’s API', () => {
    const sentry = () => `/api/0/organizations/ours/issues/${issue.split('/').at(-1)}/`;
    const shown = () => app.read<Record<string, unknown>>(sentry());

    it('assigns to people and teams, bookmarks and subscribes', async () => {
      await write('PUT', sentry(), {
        assignedTo: 'grace@example.com',
        isBookmarked: true,
        isSubscribed: true,
      });
      expect(await shown()).toMatchObject({
        ...{ assignedTo: { type: 'user', id: 'grace', name: 'Grace Hopper' } },
        ...{ isBookmarked: true, isSubscribed: true, subscriptionDetails: { reason: 'unknown' } },
      });
      const [team] = await app.read<Team[]>('/api/0/organizations/ours/teams/');
      await write('PUT', sentry(), { assignedTo: `team:${team!.id}` });
      const [row] = await app.read<Record<string, unknown>[]>(
        `/api/0/projects/ours/shop/issues/?query=error.type:${title}`,
      );
      expect(row).toMatchObject({ assignedTo: { type: 'team', name: 'payments' }, isBookmarked: true });
      await write('PUT', sentry(), { assignedTo: '' });
      expect(await shown()).toMatchObject({ assignedTo: null });
      expect(await status('PUT', sentry(), { assignedTo: 'nobody@example.com' })).toBe(400);
    });

    it('lists teams, of the organization and of a project', async () => {
      expect(await app.read('/api/0/organizations/ours/teams/')).toMatchObject([
        { slug: 'payments', memberCount: 2, isMember: false, projects: [{ slug: 'shop' }] },
      ]);
      expect(await app.read('/api/0/projects/ours/shop/teams/')).toMatchObject([{ slug: 'payments' }]);
      expect(await app.read('/api/0/projects/ours/web/teams/')).toEqual([]);
      expect(await app.read('/api/0/teams/ours/payments/')).toMatchObject({ name: 'Payments' });
      const made = await app.ask('POST', '/api/0/organizations/ours/teams/', { name: 'Night watch' });
      expect([made.status, await made.json()]).toEqual([
        201,
        expect.objectContaining({ slug: 'night-watch', name: 'Night watch' }),
      ]);
      expect(await status('DELETE', '/api/0/teams/ours/night-watch/')).toBe(204);
    });

    it('has comments as notes', async () => {
      const note = await write<{ id: string }>('POST', `${sentry()}comments/`, { text: 'noted' });
      expect(await app.read(`${sentry()}notes/`)).toMatchObject([
        { id: note.id, type: 'note', data: { text: 'noted' }, user: { id: 'ada', name: 'Ada Lovelace' } },
      ]);
      await write('PUT', `${sentry()}comments/${note.id}/`, { text: 'noted well' });
      expect(await shown()).toMatchObject({
        ...{ numComments: 1, activity: [{ type: 'note', data: { text: 'noted well' } }, {}] },
        participants: [{ id: 'ada' }],
      });
      expect(await status('DELETE', `${sentry()}comments/${note.id}/`)).toBe(204);
    });
  });
});
