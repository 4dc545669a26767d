/** How people and programs come in, and what they may see, over both engines and real HTTP. */
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startTestPostgres, type TestPostgres } from '#server/store/metadata/test-postgres.ts';
import type { Viewer } from './accounts.ts';
import { changeRole } from './members.ts';
import { ALL_POWERFUL, OWNER, openTestPeople, type TestPeople } from './test-people.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

describe.each(['sqlite', 'postgres'] as const)('accounts on %s', (engine) => {
  let people: TestPeople;
  const open = async (options: Parameters<typeof openTestPeople>[0] = {}) => {
    people = await openTestPeople({
      ...options,
      postgresUrl: engine === 'postgres' ? await postgres.createDatabase() : '',
    });
    return people;
  };
  afterEach(() => people.discard());

  const code = (body: unknown) => (body as { error?: { code: string } }).error?.code;

  /** Invites and signs in a person of a role. */
  async function join(role: 'admin' | 'member' | 'viewer', email = `${role}@example.com`) {
    const { body } = await people.ask('POST', '/api/v1/members', {
      token: ALL_POWERFUL,
      body: { email, role },
    });
    const token = new URL((body as { url: string }).url).searchParams.get('token');
    const accepted = await people.ask('POST', '/api/v1/invites/accept', {
      body: { token, name: role, password: 'a long password' },
    });
    expect(accepted.status).toBe(204);
    return accepted.cookie;
  }

  describe('the first start', () => {
    it('creates organization, project 1, a key, a token and the administrator, all as asked for', async () => {
      const key = '0123456789abcdef0123456789abcdef';
      await open({ bootstrap: { key }, publicUrl: 'https://errors.example.com/tandem' });
      expect(people.setupUrl).toBeNull();
      expect(await people.projects.firstDsn()).toBe(`https://${key}@errors.example.com/tandem/1`);
      const { body } = await people.ask('GET', '/api/v1/session', { token: ALL_POWERFUL });
      expect(body).toMatchObject({
        organization: { slug: 'default' },
        projects: [{ id: '1', slug: 'default' }],
        version: '1.2.3',
        publicUrl: 'https://errors.example.com/tandem',
      });
      await people.signIn(OWNER.email, OWNER.password);
    });

    it('honours its settings once: later ones change nothing', async () => {
      await open();
      const dsn = await people.projects.firstDsn();
      await people.restart({
        email: 'eve@example.com',
        password: 'another password',
        key: 'f'.repeat(32),
        token: 'b'.repeat(30),
      });
      expect(await people.projects.firstDsn()).toBe(
        dsn?.replace(/127.0.0.1:\d+/, new URL(people.address).host),
      );
      expect((await people.ask('GET', '/api/v1/session', { token: 'b'.repeat(30) })).status).toBe(401);
      const eve = { email: 'eve@example.com', password: 'another password' };
      expect((await people.ask('POST', '/api/v1/session', { body: eve })).status).toBe(401);
      await people.signIn(OWNER.email, OWNER.password);
    });

    it('refuses an administrator who could not sign in', async () => {
      await open();
      await expect(people.restart({ email: 'admin@localhost', password: 'a long password' })).rejects.toThrow(
        'TANDEM_BOOTSTRAP_EMAIL must be an e-mail address, not "admin@localhost".',
      );
    });

    it('creates the administrator at the next start when the first one was killed before', async () => {
      await open({ bootstrap: { email: '', password: '' } });
      await people.restart(OWNER);
      expect(people.setupUrl).toBeNull();
      await people.signIn(OWNER.email, OWNER.password);
    });
  });

  describe('the set-up link', () => {
    const setup = (token: string | null, email = 'anna@example.com') =>
      people.ask('POST', '/api/v1/setup', {
        body: { token, name: 'Anna', email, password: 'a long password' },
      });
    const openUnowned = async () => {
      await open({ bootstrap: { email: '', password: '' } });
      return new URL(people.setupUrl!).searchParams.get('token')!;
    };

    it('makes its first user the owner, and signs them in', async () => {
      const token = await openUnowned();
      const state = () => people.ask('GET', `/api/v1/setup?token=${token}`);
      expect((await state()).body).toEqual({ needed: true, tokenValid: true });
      const { status, cookie } = await setup(token);
      expect(status).toBe(204);
      const session = await people.ask('GET', '/api/v1/session', { cookie });
      expect(session.body).toMatchObject({
        user: { name: 'Anna', email: 'anna@example.com', role: 'owner' },
      });
      expect((await state()).body).toEqual({ needed: false, tokenValid: false });
    });

    it('works once, though many use it at the same moment', async () => {
      const token = await openUnowned();
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, index) => setup(token, `p${index}@example.com`)),
      );
      expect(answers.map((answer) => answer.status).sort()).toEqual([204, ...Array(7).fill(403)]);
      expect(code(answers.find((answer) => answer.status === 403)?.body)).toBe('setup_token_invalid');
      const members = await people.ask('GET', '/api/v1/members', { token: ALL_POWERFUL });
      expect(members.body).toHaveLength(1);
    });

    it('is new at each start while nobody has used it, and the old one is void', async () => {
      const token = await openUnowned();
      await people.restart();
      expect(new URL(people.setupUrl!).searchParams.get('token')).not.toBe(token);
      expect((await setup(token)).status).toBe(403);
    });

    it('is not kept in the database', async () => {
      const token = await openUnowned();
      const settings = await people.metadata.store.db.selectFrom('setting').selectAll().execute();
      expect(JSON.stringify(settings)).not.toContain(token);
    });

    it('is refused when it is anything else', async () => {
      await openUnowned();
      for (const token of ['', 'x', "' or '1'='1", '\u0000', 'é'.repeat(200)])
        expect((await setup(token)).status, token).toBe(403);
    });

    it('stays valid when the account could not be made', async () => {
      const token = await openUnowned();
      const { db } = people.metadata.store;
      await db.deleteFrom('organization').execute();
      expect((await setup(token)).status).toBe(500);
      await db
        .insertInto('organization')
        .values({ id: 1, slug: 'default', name: '', created_at: 0 })
        .execute();
      expect((await setup(token)).status).toBe(204);
    });
  });

  describe('signing in', () => {
    it('sets a cookie that scripts cannot read and other sites do not send', async () => {
      await open();
      const { headers } = await people.ask('POST', '/api/v1/session', { body: OWNER });
      const [set, ...others] = headers.getSetCookie();
      expect(others).toEqual([]);
      expect(set).toMatch(/^tandem\.session_token=[^;]+;/);
      expect(set?.split('; ').slice(1).sort()).toEqual([
        'HttpOnly',
        'Max-Age=1209600',
        'Path=/',
        'SameSite=Lax',
      ]);
    });

    it('sets a Secure cookie when people come by https', async () => {
      await open({ publicUrl: 'https://errors.example.com' });
      const { headers, cookie } = await people.ask('POST', '/api/v1/session', { body: OWNER });
      expect(headers.getSetCookie()[0]).toMatch(/^__Secure-tandem\.session_token=.*; Secure/);
      expect((await people.ask('GET', '/api/v1/session', { cookie })).status).toBe(200);
    });

    it('answers a wrong password and an unknown e-mail the same way', async () => {
      await open();
      for (const [email, password] of [
        [OWNER.email, 'wrong horse battery'],
        ['nobody@example.com', 'wrong horse battery'],
        [OWNER.email, "' or 1=1 --"],
      ]) {
        const { status, body, cookie } = await people.ask('POST', '/api/v1/session', {
          body: { email, password },
        });
        expect([status, code(body), cookie]).toEqual([401, 'sign_in_failed', '']);
      }
    });

    it('takes text for e-mail and password, of reasonable length', async () => {
      await open();
      for (const body of [
        { email: 'x', password: 'y' },
        { email: OWNER.email, password: 'x'.repeat(10_000) },
        { email: OWNER.email, password: { $ne: '' } },
        [],
      ])
        expect((await people.ask('POST', '/api/v1/session', { body })).status).toBe(400);
    });

    it('slows down who tries many passwords', async () => {
      await open();
      const tries = [];
      for (let index = 0; index < 25; index++)
        tries.push(
          await people.ask('POST', '/api/v1/session', {
            body: { email: OWNER.email, password: `wrong ${index}` },
          }),
        );
      expect(tries.slice(0, 5).map((answer) => answer.status)).toEqual(Array(5).fill(401));
      expect(code(tries.at(-1)?.body)).toBe('too_many_tries');
      expect(tries.at(-1)?.headers.get('retry-after')).toBe('60');
      people.clock.ms += 60_000;
      await people.signIn(OWNER.email, OWNER.password);
    });

    it('ends with signing out: the cookie is worthless at once', async () => {
      await open();
      const cookie = await people.signIn(OWNER.email, OWNER.password);
      expect((await people.ask('GET', '/api/v1/session', { cookie })).status).toBe(200);
      expect((await people.ask('DELETE', '/api/v1/session', { cookie })).status).toBe(204);
      expect((await people.ask('GET', '/api/v1/session', { cookie })).status).toBe(401);
    });

    it('does not believe a cookie that was changed or made up', async () => {
      await open();
      const cookie = await people.signIn(OWNER.email, OWNER.password);
      for (const forged of [
        cookie.slice(0, -4),
        `${cookie.slice(0, 40)}.AAAA`,
        'tandem.session_token=x',
        'tandem.session_token=%00%ff',
      ])
        expect((await people.ask('GET', '/api/v1/session', { cookie: forged })).status).toBe(401);
    });

    it('stays with the cookie after a restart', async () => {
      await open();
      const cookie = await people.signIn(OWNER.email, OWNER.password);
      await people.restart();
      expect((await people.ask('GET', '/api/v1/session', { cookie })).status).toBe(200);
    });
  });

  describe('another site', () => {
    const project = { body: { name: 'x' } };

    it('cannot make a browser write, whatever the browser adds', async () => {
      await open();
      const cookie = await people.signIn(OWNER.email, OWNER.password);
      const authorization = `Basic ${Buffer.from(`x:${ALL_POWERFUL}`).toString('base64')}`;
      for (const foreign of [
        { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
        { origin: 'https://evil.example' },
        { origin: 'null' },
      ] as Record<string, string>[]) {
        const answers = [
          await people.ask('POST', '/api/v1/projects', { ...project, cookie, headers: foreign }),
          await people.ask('POST', '/api/v1/projects', {
            ...project,
            headers: { ...foreign, authorization },
          }),
          await people.ask('POST', '/api/v1/session', { body: OWNER, headers: foreign }),
        ];
        expect(answers.map(({ body }) => code(body))).toEqual(Array(3).fill('cross_site'));
      }
    });

    it('is anything that does not say where it comes from, when it has the cookie', async () => {
      await open();
      const cookie = await people.signIn(OWNER.email, OWNER.password);
      const answer = await people.ask('POST', '/api/v1/projects', { ...project, headers: { cookie } });
      expect(code(answer.body)).toBe('cross_site');
    });

    it('cannot open a WebSocket, whose messages it would read', async () => {
      await open();
      const cookie = await people.signIn(OWNER.email, OWNER.password);
      // No route behind it takes a WebSocket: what it answers tells whether the viewer was recognised.
      const ask = async (headers: Record<string, string>) => {
        const socket = new WebSocket(`${people.address.replace('http', 'ws')}/api/v1/session`, { headers });
        const [, answer] = await once(socket, 'unexpected-response');
        socket.on('error', () => {}).terminate();
        return answer.statusCode;
      };
      expect(await ask({ cookie, origin: 'https://evil.example' })).toBe(403);
      expect(await ask({ cookie })).toBe(403);
      expect(await ask({ cookie, origin: people.address })).toBe(200);
      expect(await ask({ authorization: `Bearer ${ALL_POWERFUL}` })).toBe(200);
    });

    it('is not what a program with a token is', async () => {
      await open();
      expect((await people.ask('POST', '/api/v1/projects', { ...project, token: ALL_POWERFUL })).status).toBe(
        201,
      );
    });
  });

  describe('API tokens', () => {
    const create = (asker: { cookie?: string; token?: string }, body: object) =>
      people.ask('POST', '/api/v1/tokens', { ...asker, body });
    const session = (token: string) => people.ask('GET', '/api/v1/session', { token });

    it('are shown once, listed with a hint, and kept as a hash', async () => {
      await open();
      const cookie = await people.signIn(OWNER.email, OWNER.password);
      const { status, body } = await create(
        { cookie },
        { name: 'CI', scopes: ['org:read', 'project:releases'] },
      );
      expect(status).toBe(201);
      const { token, ...shown } = body as { token: string };
      expect(token).toMatch(/^tdm_[\w-]{43}$/);
      expect(shown).toMatchObject({
        name: 'CI',
        hint: token.slice(-4),
        scopes: ['org:read', 'project:releases'],
        lastUsedAt: null,
        expiresAt: null,
      });
      const listed = await people.ask('GET', '/api/v1/tokens', { cookie });
      expect(listed.body).toContainEqual(shown);
      const rows = await people.metadata.store.db.selectFrom('api_token').selectAll().execute();
      expect(JSON.stringify([rows, listed.body])).not.toContain(token);
    });

    it('work as Bearer and as the password of Basic', async () => {
      await open();
      const authorization = `Basic ${Buffer.from(`grafana:${ALL_POWERFUL}`).toString('base64')}`;
      expect((await people.ask('GET', '/api/v1/session', { headers: { authorization } })).status).toBe(200);
      expect((await session(ALL_POWERFUL)).status).toBe(200);
      for (const wrong of [
        '',
        'x',
        `${ALL_POWERFUL}x`,
        "' or '1'='1",
        'é'.repeat(50).normalize('NFD').slice(0, 3),
      ])
        expect(
          (
            await people.ask('GET', '/api/v1/session', {
              headers: { authorization: `Bearer ${encodeURIComponent(wrong)}` },
            })
          ).status,
        ).toBe(401);
    });

    it('stop working the moment they are revoked', async () => {
      await open();
      const { body } = await create({ token: ALL_POWERFUL }, { name: 'CI', scopes: ['org:read'] });
      const { token, id } = body as { token: string; id: string };
      expect((await session(token)).status).toBe(200);
      expect((await people.ask('DELETE', `/api/v1/tokens/${id}`, { token: ALL_POWERFUL })).status).toBe(204);
      expect((await session(token)).status).toBe(401);
      expect((await people.ask('DELETE', `/api/v1/tokens/${id}`, { token: ALL_POWERFUL })).status).toBe(404);
    });

    it('end when they said they would', async () => {
      await open();
      const { body } = await create(
        { token: ALL_POWERFUL },
        { name: 'CI', scopes: ['org:read'], expiresInDays: 1 },
      );
      const { token } = body as { token: string };
      people.clock.ms += 86_400_000 - 1000;
      expect((await session(token)).status).toBe(200);
      people.clock.ms += 1000;
      expect((await session(token)).status).toBe(401);
    });

    it('note when they were last used, at most once a minute', async () => {
      await open();
      const lastUse = async () => {
        await session(ALL_POWERFUL);
        const row = await people.metadata.store.db
          .selectFrom('api_token')
          .select('last_used_at')
          .executeTakeFirstOrThrow();
        return row.last_used_at;
      };
      const first = people.clock.ms;
      expect(await lastUse()).toBe(first);
      people.clock.ms += 59_000;
      await people.restart();
      expect(await lastUse()).toBe(first);
      people.clock.ms += 1_000;
      await people.restart();
      expect(await lastUse()).toBe(first + 60_000);
    });

    it('allow no more than who makes them', async () => {
      await open();
      const cookie = await join('member');
      expect((await create({ cookie }, { name: 'mine', scopes: ['event:read', 'event:write'] })).status).toBe(
        201,
      );
      expect((await create({ cookie }, { name: 'more', scopes: ['org:admin'] })).status).toBe(403);
      const { body } = await create(
        { token: ALL_POWERFUL },
        { name: 'reader', scopes: ['org:read', 'event:read'] },
      );
      const { token } = body as { token: string };
      expect((await create({ token }, { name: 'child', scopes: ['event:read'] })).status).toBe(403);
      expect((await people.ask('POST', '/api/v1/projects', { token, body: { name: 'x' } })).status).toBe(403);
    });

    it('of others are not for a member to see or revoke', async () => {
      await open();
      const cookie = await join('member');
      const { body } = await create({ token: ALL_POWERFUL }, { name: 'CI', scopes: ['org:read'] });
      expect((await people.ask('GET', '/api/v1/tokens', { cookie })).body).toEqual([]);
      expect(
        (await people.ask('DELETE', `/api/v1/tokens/${(body as { id: string }).id}`, { cookie })).status,
      ).toBe(404);
    });

    it('are not found by what is not their id', async () => {
      await open();
      for (const id of ['0', '-1', '1.5', 'x', '1;drop table api_token', '9'.repeat(400)]) {
        const path = `/api/v1/tokens/${encodeURIComponent(id)}`;
        expect([400, 404], id).toContain((await people.ask('DELETE', path, { token: ALL_POWERFUL })).status);
      }
    });
  });

  describe('members', () => {
    it('join by a link that works once, with the role they were invited for', async () => {
      await open();
      const { body } = await people.ask('POST', '/api/v1/members', {
        token: ALL_POWERFUL,
        body: { email: 'Mia@Example.com', role: 'member' },
      });
      const { url } = body as { url: string };
      const token = new URL(url).searchParams.get('token');
      expect(url).toBe(`${people.address}/invite?token=${token}`);
      const state = () => people.ask('GET', `/api/v1/invites/accept?token=${token}`);
      expect((await state()).body).toEqual({
        tokenValid: true,
        purpose: 'join',
        name: '',
        email: 'mia@example.com',
        role: 'member',
        organization: 'Default',
      });
      const accept = () =>
        people.ask('POST', '/api/v1/invites/accept', {
          body: { token, name: 'Mia', password: 'a long password' },
        });
      const answers = await Promise.all([accept(), accept(), accept()]);
      expect(answers.map((answer) => answer.status).sort()).toEqual([204, 403, 403]);
      expect((await state()).body).toMatchObject({ tokenValid: false, email: '' });
      const session = await people.ask('GET', '/api/v1/session', {
        cookie: answers.find(({ status }) => status === 204)!.cookie,
      });
      expect(session.body).toMatchObject({ user: { name: 'Mia', email: 'mia@example.com', role: 'member' } });
    });

    it('cannot be invited twice, and an invitation ends after a week', async () => {
      await open();
      await join('member');
      const invite = (email: string) =>
        people.ask('POST', '/api/v1/members', { token: ALL_POWERFUL, body: { email, role: 'viewer' } });
      expect(code((await invite('member@example.com')).body)).toBe('conflict');
      const { body } = await invite('late@example.com');
      const token = new URL((body as { url: string }).url).searchParams.get('token');
      people.clock.ms += 7 * 86_400_000;
      const late = await people.ask('POST', '/api/v1/invites/accept', {
        body: { token, name: 'Late', password: 'a long password' },
      });
      expect(code(late.body)).toBe('invite_invalid');
    });

    it('are seen by everybody, invited by administrators alone', async () => {
      await open();
      const cookie = await join('viewer');
      const { body } = await people.ask('GET', '/api/v1/members', { cookie });
      expect(body).toMatchObject([
        { email: OWNER.email, role: 'owner' },
        { email: 'viewer@example.com', role: 'viewer' },
      ]);
      const invite = { body: { email: 'x@example.com', role: 'viewer' } };
      expect((await people.ask('POST', '/api/v1/members', { cookie, ...invite })).status).toBe(403);
    });

    it('lose everything at once when they are removed: session, token, and the way back in', async () => {
      await open();
      const cookie = await join('member');
      const made = await people.ask('POST', '/api/v1/tokens', {
        cookie,
        body: { name: 'mine', scopes: ['org:read'] },
      });
      const { token } = made.body as { token: string };
      const { id } = (
        (await people.ask('GET', '/api/v1/session', { cookie })).body as { user: { id: string } }
      ).user;
      expect((await people.ask('GET', '/api/v1/session', { token })).status).toBe(200);
      expect((await people.ask('DELETE', `/api/v1/members/${id}`, { token: ALL_POWERFUL })).status).toBe(204);
      expect((await people.ask('GET', '/api/v1/session', { cookie })).status).toBe(401);
      expect((await people.ask('GET', '/api/v1/session', { token })).status).toBe(401);
      const again = await people.signIn('member@example.com', 'a long password');
      expect((await people.ask('GET', '/api/v1/session', { cookie: again })).status).toBe(401);
    });

    it('keep in their tokens no more than their role allows', async () => {
      await open();
      const cookie = await join('admin');
      const made = await people.ask('POST', '/api/v1/tokens', {
        cookie,
        body: { name: 'mine', scopes: ['org:read', 'project:admin'] },
      });
      const { token } = made.body as { token: string };
      const { id } = (
        (await people.ask('GET', '/api/v1/session', { cookie })).body as { user: { id: string } }
      ).user;
      expect((await people.ask('POST', '/api/v1/projects', { token, body: { name: 'one' } })).status).toBe(
        201,
      );
      const changed = await people.ask('PATCH', `/api/v1/members/${id}`, {
        token: ALL_POWERFUL,
        body: { role: 'viewer' },
      });
      expect(changed.body).toMatchObject({ id, role: 'viewer' });
      expect((await people.ask('POST', '/api/v1/projects', { token, body: { name: 'two' } })).status).toBe(
        403,
      );
      expect((await people.ask('POST', '/api/v1/projects', { cookie, body: { name: 'two' } })).status).toBe(
        403,
      );
    });

    it('always have an owner, though two step back at the same moment', async () => {
      await open();
      const first = await people.signIn(OWNER.email, OWNER.password);
      const second = await join('admin');
      const idOf = async (cookie: string) =>
        ((await people.ask('GET', '/api/v1/session', { cookie })).body as { user: { id: string } }).user.id;
      const [one, two] = [await idOf(first), await idOf(second)];
      const role = (cookie: string, id: string, next: string) =>
        people.ask('PATCH', `/api/v1/members/${id}`, { cookie, body: { role: next } });
      expect((await role(second, two, 'owner')).status).toBe(403);
      expect((await role(first, two, 'owner')).status).toBe(200);
      const { store } = people.metadata;
      const stepBack = (id: string) =>
        changeRole(store, { organization: { id: 1 }, role: 'owner' } as Viewer, id, 'member');
      // Else the second would still be connecting while the first is done.
      await Promise.all([1, 2, 3].map(() => store.db.selectFrom('member').selectAll().execute()));
      const steps = await Promise.allSettled([stepBack(one), stepBack(two)]);
      expect(steps.map((step) => step.status).sort()).toEqual(['fulfilled', 'rejected']);
    });
  });

  describe('the password', () => {
    it('is changed by who knows the old one, and ends every other session', async () => {
      await open();
      const [here, elsewhere] = [
        await people.signIn(OWNER.email, OWNER.password),
        await people.signIn(OWNER.email, OWNER.password),
      ];
      const change = (currentPassword: string) =>
        people.ask('POST', '/api/v1/session/password', {
          cookie: here,
          body: { currentPassword, newPassword: 'a better password' },
        });
      expect(code((await change('wrong horse')).body)).toBe('password_wrong');
      const changed = await change(OWNER.password);
      expect(changed.status).toBe(204);
      expect((await people.ask('GET', '/api/v1/session', { cookie: changed.cookie || here })).status).toBe(
        200,
      );
      expect((await people.ask('GET', '/api/v1/session', { cookie: elsewhere })).status).toBe(401);
      await people.signIn(OWNER.email, 'a better password');
      expect((await people.ask('POST', '/api/v1/session', { body: OWNER })).status).toBe(401);
    });

    it('is kept as argon2id', async () => {
      await open();
      const accounts = await people.metadata.store.db
        .withTables<{ account: { password: string } }>()
        .selectFrom('account')
        .select('password')
        .execute();
      expect(accounts).toEqual([{ password: expect.stringMatching(/^\$argon2id\$/) }]);
    });
  });

  it('nothing of better-auth but what our routes call can be reached', async () => {
    await open();
    for (const path of [
      'sign-up/email',
      'get-session',
      'update-user',
      'delete-user',
      'request-password-reset',
      'list-sessions',
    ])
      expect((await people.ask('POST', `/api/v1/auth/${path}`, { body: {} })).status).toBe(404);
  });
});
