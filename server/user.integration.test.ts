/** `tandem user` as it is typed, on both engines, beside a running program and without one. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OWNER, openTestPeople, type TestPeople } from '#server/accounts/test-people.ts';
import { openTestMetadata } from '#server/store/metadata/test-metadata.ts';
import { startTestPostgres, type TestPostgres } from '#server/store/metadata/test-postgres.ts';

interface Ran {
  code: number | null;
  output: string;
  problem: string;
}

function tandem(environment: Record<string, string>, ...args: string[]): Promise<Ran> {
  const child = spawn(process.execPath, ['bin/tandem.mjs', 'user', ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ran: Ran = { code: null, output: '', problem: '' };
  child.stdout.on('data', (chunk) => (ran.output += chunk));
  child.stderr.on('data', (chunk) => (ran.problem += chunk));
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...ran, code })));
}

const linkIn = (output: string) => new URL(/http\S+/.exec(output)?.[0] ?? 'http://none/');
const NEW = 'a new password of Olga';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

describe.each(['sqlite', 'postgres'] as const)('on %s', (engine) => {
  const databaseUrl = async () => (engine === 'postgres' ? postgres.createDatabase() : '');
  let people: TestPeople;
  const open = async (options: Parameters<typeof openTestPeople>[0] = {}) => {
    people = await openTestPeople({ ...options, postgresUrl: await databaseUrl() });
  };
  afterEach(async () => {
    await people?.discard();
    people = undefined as unknown as TestPeople;
  });

  const user = (...args: string[]) =>
    tandem(
      {
        TANDEM_DATA: people.metadata.dataDirectory,
        TANDEM_METADATA_URL: people.metadata.url,
        TANDEM_PUBLIC_URL: people.address,
      },
      ...args,
    );
  const accept = (link: URL, password: string, name = 'Olga') =>
    people.ask('POST', '/api/v1/invites/accept', {
      body: { token: link.searchParams.get('token'), name, password },
    });
  const sessionOf = (cookie: string) => people.ask('GET', '/api/v1/session', { cookie });
  const tryPassword = async (password: string) =>
    (await people.ask('POST', '/api/v1/session', { body: { email: OWNER.email, password } })).status;

  it('an owner who forgot the password comes back by a link that works once', async () => {
    await open();
    const before = await people.signIn(OWNER.email, OWNER.password);
    const { code, output } = await user('reset-password', OWNER.email.toUpperCase());
    expect([code, output]).toEqual([0, expect.stringContaining('is signed out everywhere')]);
    expect((await sessionOf(before)).status).toBe(401);

    const link = linkIn(output);
    expect(link.href).toMatch(new RegExp(`^${people.address}/invite\\?token=[\\w-]{43}$`));
    const token = link.searchParams.get('token');
    expect((await people.ask('GET', `/api/v1/invites/accept?token=${token}`)).body).toEqual({
      tokenValid: true,
      purpose: 'password',
      name: 'olga',
      email: OWNER.email,
      role: 'owner',
      organization: 'Default',
    });
    // The old password is good until there is a new one; who got in by it meanwhile is out then.
    const meanwhile = await people.signIn(OWNER.email, OWNER.password);
    expect((await sessionOf(meanwhile)).status).toBe(200);
    const accepted = await accept(link, NEW);
    expect(accepted.status).toBe(204);
    expect((await sessionOf(accepted.cookie)).body).toMatchObject({
      user: { email: OWNER.email, role: 'owner', name: 'Olga' },
    });
    expect((await sessionOf(meanwhile)).status).toBe(401);
    expect([await tryPassword(OWNER.password), await tryPassword(NEW)]).toEqual([401, 204]);
    expect((await accept(link, 'a third password')).status).toBe(403);
    expect(await tryPassword(NEW)).toBe(204);
  });

  it('a second link replaces the first, and a link ends after a day', async () => {
    await open();
    const [first, second] = [
      linkIn((await user('reset-password', OWNER.email)).output),
      linkIn((await user('reset-password', OWNER.email)).output),
    ];
    expect((await accept(first, NEW)).status).toBe(403);
    people.clock.ms += 25 * 3_600_000;
    expect((await accept(second, NEW)).status).toBe(403);
    expect(await tryPassword(OWNER.password)).toBe(204);
  });

  it('a person joins with the role that was typed; who is here already is not added twice', async () => {
    await open();
    const { output } = await user('add', 'Mia@Example.com', '--role', 'owner');
    expect(output).toContain('Mia@Example.com joins as owner');
    const [olga, mia] = (await user('list')).output.split('\n');
    expect(olga).toBe('owner  olga@example.com  olga');
    expect(mia).toMatch(/^owner {2}mia@example\.com {3}invited {2}link until \d{4}-\d\d-\d\dT\d\d:\d\dZ$/);
    const { cookie } = await accept(linkIn(output), 'a password of Mia', 'Mia');
    expect((await sessionOf(cookie)).body).toMatchObject({
      user: { email: 'mia@example.com', role: 'owner' },
    });
    const again = await user('add', 'mia@example.com');
    expect([again.code, again.output]).toEqual([1, '']);
    expect(again.problem).toContain('exists already. (a member with this e-mail)');
    const { code, output: viewer } = await user('add', 'vera@example.com', '--role=viewer');
    expect([code, viewer]).toEqual([0, expect.stringContaining('joins as viewer')]);
    expect((await user('add', 'max@example.com')).output).toContain('joins as member');
  });

  it('who was removed since cannot use a link to a new password', async () => {
    await open();
    const joined = await accept(
      linkIn((await user('add', 'max@example.com')).output),
      'a password of Max',
      'Max',
    );
    const { id } = ((await sessionOf(joined.cookie)).body as { user: { id: string } }).user;
    const link = linkIn((await user('reset-password', 'max@example.com')).output);
    const owner = await people.signIn(OWNER.email, OWNER.password);
    expect((await people.ask('DELETE', `/api/v1/members/${id}`, { cookie: owner })).status).toBe(204);
    const refused = await accept(link, NEW);
    expect([refused.status, refused.cookie]).toEqual([403, '']);
  });

  it('the set-up link makes no second owner after somebody was added', async () => {
    await open({ bootstrap: { email: '', password: '' } });
    expect((await user('list')).output).toContain('Nobody yet.');
    const { output } = await user('add', OWNER.email, '--role', 'owner');
    expect((await accept(linkIn(output), NEW)).status).toBe(204);
    const token = new URL(people.setupUrl!).searchParams.get('token');
    const second = { token, name: 'Eve', email: 'eve@example.com', password: 'a password of Eve' };
    expect((await people.ask('POST', '/api/v1/setup', { body: second })).status).toBe(403);
    expect((await user('list')).output).toBe('owner  olga@example.com  Olga\n');
  });

  it('says who is not here, and changes nothing', async () => {
    await open();
    const { code, output, problem } = await user('reset-password', 'nobody@example.com');
    expect([code, output]).toEqual([1, '']);
    expect(problem).toBe(
      'Nobody here has the e-mail nobody@example.com. "tandem user list" shows who is here.\n',
    );
    expect((await user('list')).output).toBe('owner  olga@example.com  olga\n');
  });

  it('refuses data that no program was started on, and data of another version', async () => {
    await open();
    const { db } = people.metadata.store;
    await sql`delete from kysely_migration where name = '0002-password-links'`.execute(db);
    const older = await user('list');
    expect([older.code, older.problem]).toEqual([1, expect.stringContaining('Start the program once')]);
    await sql`insert into kysely_migration (name, timestamp) values ('9999-future', '2031')`.execute(db);
    expect((await user('list')).problem).toContain('written by a newer Tandem');

    const fresh = await openTestMetadata(await databaseUrl());
    const settings = { TANDEM_DATA: fresh.dataDirectory, TANDEM_METADATA_URL: fresh.url };
    const never = await tandem(settings, 'add', OWNER.email);
    expect([never.code, never.problem]).toEqual([1, expect.stringContaining('was never started')]);
    await fresh.discard();
  });
});

describe('what is typed wrong is said in a sentence', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tandem-user-'));
  const nowhere = join(directory, 'data');
  afterAll(() => rmSync(directory, { recursive: true }));

  it.each([
    [['list'], {}, `There is no installation in ${nowhere}. Set TANDEM_DATA`],
    [['reset-password', OWNER.email], {}, `There is no installation in ${nowhere}.`],
    [['add', 'olga'], {}, '"olga" is not an e-mail address.'],
    [
      ['add', OWNER.email, '--role', 'king'],
      {},
      '"king" is not a role. Roles are owner, admin, member, viewer.',
    ],
    [['add', OWNER.email], { TANDEM_PORT: '0' }, 'TANDEM_PORT is 0. Set TANDEM_PUBLIC_URL'],
    [['list'], { TANDEM_DIR: 'x' }, 'TANDEM_DIR is not a setting.'],
    [['list'], { TANDEM_METADATA_URL: 'postgres://u@127.0.0.1:1/none' }, 'Postgres does not answer'],
  ])('%j with %j', async (args, environment, sentence) => {
    const { code, output, problem } = await tandem({ TANDEM_DATA: nowhere, ...environment }, ...args);
    expect([code, output]).toEqual([1, '']);
    expect(problem).toContain(sentence);
    expect(problem).not.toContain('    at ');
    expect(existsSync(nowhere)).toBe(false);
  });

  it.each([
    [[]],
    [['remove', OWNER.email]],
    [['add']],
    [['list', OWNER.email]],
    [['add', OWNER.email, 'x']],
    [['reset-password', OWNER.email, '--role', 'owner']],
    [['add', OWNER.email, '--password', 'x']],
  ])('%j shows how it is used', async (args) => {
    const { code, output, problem } = await tandem({ TANDEM_DATA: nowhere }, ...args);
    expect([code, output]).toEqual([2, '']);
    expect(problem).toContain('Usage: tandem user list');
  });
});
