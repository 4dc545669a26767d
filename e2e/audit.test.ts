/** The audit trail of the real program: whatever is changed, by people and by programs, stands in it, and no secret does. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { AuditEntry, AuditList } from '#contract/audit.ts';
import type { InviteAnswer } from '#contract/people.ts';
import type { IngestKey } from '#contract/projects.ts';
import type { ApiTokenCreated } from '#contract/tokens.ts';
import { runNodeShop } from './support/clients.ts';
import { issueTitled } from './support/look.ts';
import { program, startForAll } from './support/one-program.ts';
import { EMAIL, PASSWORD, TOKEN } from './support/program.ts';

startForAll();

const trail = (query = '') => program.get<AuditList>(`/api/v1/audit?limit=200${query}`);
const newest = async (): Promise<AuditEntry> => (await trail()).items[0]!;

/** They ask, and are too long for an address. */
const ASKING = [
  'POST /api/v1/query/sql',
  'POST /api/v1/projects/{slug}/ownership/check',
  'POST /api/v1/projects/{slug}/filters/preview',
  'POST /api/v1/projects/{slug}/grouping/check',
  'POST /api/v1/projects/{slug}/grouping/preview',
  'POST /api/v1/alerts/preview',
];

test('every address that writes leaves an entry', async () => {
  const { paths } = await program.get<{ paths: Record<string, object> }>('/api/v1/openapi.json');
  const writing = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => !['get', 'head', 'options'].includes(method))
      .map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(writing.length).toBeGreaterThan(80);
  const without: string[] = [];
  for (const route of writing) {
    const before = await newest();
    const [method, path] = route.split(' ') as [string, string];
    // Of things there are none of: what is refused is in the trail too.
    const answer = await program.request(
      method,
      path.replaceAll(/\{\w+\}/g, '0'),
      method === 'DELETE' ? undefined : {},
    );
    await answer.arrayBuffer();
    const entry = await newest();
    const left = entry !== undefined && entry.id !== before?.id;
    if (!left) without.push(route);
    else
      expect(entry).toMatchObject({
        route: `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
        status: answer.status,
        via: 'token',
        address: '127.0.0.1',
      });
  }
  expect(without.sort()).toEqual(ASKING.sort());
});

describe('what people did', () => {
  const secrets: string[] = [PASSWORD, TOKEN];
  let everything: AuditEntry[];
  const of = (route: string) => everything.find((entry) => entry.route === route)!;

  beforeAll(async () => {
    const post = (path: string, body: object, headers = {}) =>
      fetch(program.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: program.url, ...headers },
        body: JSON.stringify(body),
      });
    await post('/api/v1/session', { email: EMAIL, password: 'not the password of anybody' });
    secrets.push('not the password of anybody');
    const signedIn = await post('/api/v1/session', { email: EMAIL, password: PASSWORD });
    const cookie = signedIn.headers.getSetCookie()[0]!.split(';', 1)[0]!;
    secrets.push(cookie.split('=')[1]!);
    const invited = (await (
      await post('/api/v1/members', { email: 'ada@example.test', role: 'member' }, { cookie })
    ).json()) as InviteAnswer;
    const invite = new URL(invited.url).searchParams.get('token')!;
    secrets.push(invite, 'the password of Ada');
    await post('/api/v1/invites/accept', { token: invite, name: 'Ada', password: 'the password of Ada' });
    const token = (await (
      await post('/api/v1/tokens', { name: 'ci', scopes: ['event:read'] }, { cookie })
    ).json()) as ApiTokenCreated;
    const key = (await (
      await post('/api/v1/projects/default/keys', { label: 'backend' }, { cookie })
    ).json()) as IngestKey;
    secrets.push(token.token, key.publicKey);
    await post(
      '/api/v1/trackers',
      { kind: 'github', name: 'ours', url: 'https://github.com', secret: 'ghp_of_nobody' },
      { cookie },
    );
    secrets.push('ghp_of_nobody');
    await runNodeShop(program, 'error');
    const { id } = await issueTitled(program, 'Card declined');
    await program.request('PATCH', `/api/v1/issues/${id}`, { status: 'resolved' });
    await program.request('PUT', `/api/0/issues/${id}/`, { status: 'unresolved' });
    await program.request('POST', `/api/v1/issues/${id}/comments`, { text: 'the password is hunter2' });
    secrets.push('hunter2');
    await program.get<unknown>('/api/v1/exports/default').catch(() => undefined);
    await (await program.request('GET', '/api/v1/exports/default/project')).text();
    everything = (await trail()).items;
  });

  test('is told with who, from where, to what and how it ended', () => {
    const [signIn, failed] = everything.filter(({ route }) => route === 'POST /api/v1/session');
    expect(failed).toMatchObject({ via: 'nobody', userId: '', email: EMAIL, status: 401 });
    expect(signIn).toMatchObject({ via: 'person', email: EMAIL, status: 204, noun: 'session' });
    expect(of('POST /api/v1/members')).toMatchObject({
      ...{ via: 'person', userId: signIn!.userId, status: 201, address: '127.0.0.1' },
      changes: { email: 'ada@example.test', role: 'member' },
    });
    expect(of('POST /api/v1/invites/accept')).toMatchObject({ via: 'person', name: 'Ada', status: 204 });
    expect(of('POST /api/v1/tokens').changes).toMatchObject({ name: 'ci', scopes: ['event:read'] });
    expect(of('POST /api/v1/projects/:slug/keys')).toMatchObject({
      ...{ project: 'default', target: { slug: 'default' }, changes: { label: 'backend' } },
    });
    expect(of('PATCH /api/v1/issues/:id')).toMatchObject({ via: 'token', changes: { status: 'resolved' } });
    expect(everything.find(({ route }) => route.startsWith('PUT /api/0/issues'))).toMatchObject({
      status: 200,
    });
    expect(of('GET /api/v1/exports/:slug/:part').target).toEqual({ slug: 'default', part: 'project' });
  });

  test('holds no secret, and no text that somebody wrote', async () => {
    const exported = await (await program.request('GET', '/api/v1/audit/export')).text();
    expect(exported.trimEnd().split('\n').length).toBeGreaterThan(80);
    for (const secret of secrets) expect(exported).not.toContain(secret);
    expect(of('POST /api/v1/issues/:id/comments').changes).toEqual({ text: '(text of 23 characters)' });
  });

  test('is searched by person, thing, outcome, words and time, page by page', async () => {
    expect((await trail('&person=ada')).items.map(({ route }) => route)).toEqual([
      'POST /api/v1/invites/accept',
    ]);
    const members = (await trail('&noun=members&outcome=done')).items;
    expect(members.map(({ route }) => route)).toEqual([
      'POST /api/v1/invites/accept',
      'POST /api/v1/members',
    ]);
    expect((await trail('&query=ADA@example')).items.map(({ noun }) => noun)).toEqual(['members']);
    expect((await trail('&query=100%25')).items).toEqual([]);
    expect((await trail(`&to=${everything.at(-1)!.at}&outcome=done`)).items.length).toBeLessThan(3);
    const first = await program.get<AuditList>('/api/v1/audit?limit=3');
    const second = await program.get<AuditList>(`/api/v1/audit?limit=3&cursor=${first.nextCursor}`);
    const ids = [...first.items, ...second.items].map(({ id }) => Number(id));
    expect(ids).toEqual(ids.toSorted((a, b) => b - a));
    expect(new Set(ids).size).toBe(6);
    expect(first.days).toBe(365);
  });

  test('is taken away as CSV, which is an entry too', async () => {
    const csv = await (await program.request('GET', '/api/v1/audit/export?format=csv&noun=tokens')).text();
    expect(csv.split('\r\n')[0]).toMatch(/^at,userId,name,email,via,address/);
    expect(await newest()).toMatchObject({ route: 'GET /api/v1/audit/export', noun: 'audit', status: 200 });
  });

  test('is for those alone who administer', async () => {
    const made = await program.request('POST', '/api/v1/tokens', { name: 'reads', scopes: ['event:read'] });
    const { token } = (await made.json()) as ApiTokenCreated;
    for (const path of ['/api/v1/audit', '/api/v1/audit/export']) {
      const answer = await fetch(program.url + path, { headers: { authorization: `Bearer ${token}` } });
      expect(answer.status).toBe(403);
    }
  });

  test('a guesser of passwords does not fill it', async () => {
    const guess = (n: number) =>
      fetch(`${program.url}/api/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: program.url },
        body: JSON.stringify({ email: `nobody${n}@example.test`, password: 'wrong' }),
      });
    await Promise.all(Array.from({ length: 60 }, (_, n) => guess(n)));
    const exported = await (await program.request('GET', '/api/v1/audit/export')).text();
    expect(exported.split('\n').filter((line) => line.includes('nobody')).length).toBeLessThanOrEqual(30);
  });
});
