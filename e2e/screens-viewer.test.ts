/** Who may only look: every address that writes refuses them, and no screen offers what would be refused. */
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import type { InviteAnswer, Scope } from '#contract/people.ts';
import { photograph, signIn } from './support/browser.ts';
import { runNodeShop } from './support/clients.ts';
import { issueTitled } from './support/look.ts';
import { program, screens, startForAll } from './support/one-program.ts';
import { LOOKS } from './support/scenes.ts';

const PEOPLE = {
  viewer: { email: 'vera@example.test', password: 'a password of Vera' },
  member: { email: 'mia@example.test', password: 'a password of Mia' },
} as const;
type Role = keyof typeof PEOPLE;

/** Every address of our API that writes, a body it takes, and what that needs. `null`: open to everybody. */
const WRITING: readonly [route: string, body: object | undefined, needs: Scope | null][] = [
  ['POST /api/v1/session', { email: 'x@example.test', password: 'x' }, null],
  ['DELETE /api/v1/session', undefined, null],
  ['POST /api/v1/session/password', { currentPassword: 'x', newPassword: 'a long password' }, null],
  ['POST /api/v1/setup', { token: 'x', name: 'x', email: 'x@example.test', password: 'a long one' }, null],
  ['POST /api/v1/invites/accept', { token: 'x', name: 'x', password: 'a long password' }, null],
  ['POST /api/v1/tokens', { name: 'mine', scopes: ['event:read'] }, null],
  ['DELETE /api/v1/tokens/{id}', undefined, null],
  ['POST /api/v1/members', { email: 'x@example.test', role: 'viewer' }, 'org:admin'],
  ['PATCH /api/v1/members/{id}', { role: 'admin' }, 'org:admin'],
  ['DELETE /api/v1/members/{id}', undefined, 'org:admin'],
  ['POST /api/v1/projects', { name: 'Mine' }, 'project:admin'],
  ['PATCH /api/v1/projects/{slug}', { name: 'Mine' }, 'project:write'],
  ['DELETE /api/v1/projects/{slug}', undefined, 'project:admin'],
  ['PATCH /api/v1/projects/{slug}/limits', {}, 'project:admin'],
  ['POST /api/v1/projects/{slug}/keys', { label: 'Mine' }, 'project:admin'],
  ['PATCH /api/v1/projects/{slug}/keys/{id}', { enabled: false }, 'project:admin'],
  ['DELETE /api/v1/projects/{slug}/keys/{id}', undefined, 'project:admin'],
  ['POST /api/v1/imports/{slug}/keys', { publicKey: 'a'.repeat(32) }, 'project:admin'],
  ['POST /api/v1/imports/{slug}/releases', { releases: [] }, 'project:admin'],
  ['POST /api/v1/imports/{slug}/marks', { source: 'x', ids: [] }, 'project:admin'],
  [
    'POST /api/v1/imports/{slug}/issues',
    {
      source: 'x',
      issue: {
        ...{ id: '1', title: 'x', firstSeen: '2026-11-01T00:00:00Z', lastSeen: '2026-11-01T00:00:00Z' },
        ...{ events: 1, state: { status: 'unresolved' } },
      },
    },
    'project:admin',
  ],
  ['PATCH /api/v1/issues', { ids: ['1'], status: 'resolved' }, 'event:write'],
  ['POST /api/v1/issues/undo', { id: 'mine' }, 'event:write'],
  ['PATCH /api/v1/projects/{slug}/workflow', { autoResolveDays: 14 }, 'project:write'],
  ['POST /api/v1/saved-queries', { name: 'mine', view: {} }, 'event:write'],
  ['PATCH /api/v1/saved-queries/{id}', { name: 'mine' }, 'event:write'],
  ['DELETE /api/v1/saved-queries/{id}', undefined, 'event:write'],
  // Reads: a query is too long for an address.
  ['POST /api/v1/query/sql', { query: 'SELECT 1 FROM logs' }, null],
  // Reads too: it says what is wrong with a text.
  ['POST /api/v1/projects/{slug}/ownership/check', { rules: 'path:a', codeowners: '', assigns: true }, null],
  ['PUT /api/v1/projects/{slug}/ownership', { rules: '', codeowners: '', assigns: true }, 'project:admin'],
  [
    'POST /api/v1/projects/{slug}/code-mappings',
    { repository: 'mine', stackRoot: '', sourceRoot: '' },
    'project:admin',
  ],
  ['DELETE /api/v1/projects/{slug}/code-mappings/{id}', undefined, 'project:admin'],
  ['POST /api/v1/repositories', { name: 'mine' }, 'project:admin'],
  ['PATCH /api/v1/repositories/{id}', { name: 'mine' }, 'project:admin'],
  ['DELETE /api/v1/repositories/{id}', undefined, 'project:admin'],
  ['DELETE /api/v1/releases/{version}', undefined, 'project:releases'],
  ['DELETE /api/v1/projects/{slug}/artifacts/{id}', undefined, 'project:releases'],
  ['PATCH /api/v1/projects/{slug}/filters', { localhost: true }, 'project:admin'],
  ['POST /api/v1/projects/{slug}/noise/rules', { patternId: '1', action: 'drop' }, 'project:admin'],
  ['PATCH /api/v1/projects/{slug}/noise/rules/{id}', { enabled: false }, 'project:admin'],
  ['DELETE /api/v1/projects/{slug}/noise/rules/{id}', undefined, 'project:admin'],
  // Reads: it tries filters on what is stored.
  ['POST /api/v1/projects/{slug}/filters/preview', { localhost: true }, null],
  ['PUT /api/v1/issues/{id}/assignee', { userId: null }, 'event:write'],
  ['PUT /api/v1/issues/assignee', { ids: ['1'], to: { userId: null } }, 'event:write'],
  ['POST /api/v1/issues/{id}/comments', { text: 'x' }, 'event:write'],
  ['PATCH /api/v1/issues/{id}/comments/{commentId}', { text: 'x' }, 'event:write'],
  ['DELETE /api/v1/issues/{id}/comments/{commentId}', undefined, 'event:write'],
  // Of oneself alone: whoever may look at an issue may follow it and put a bookmark at it.
  ['PUT /api/v1/issues/{id}/following', undefined, null],
  ['DELETE /api/v1/issues/{id}/following', undefined, null],
  ['PUT /api/v1/issues/{id}/bookmark', undefined, null],
  ['DELETE /api/v1/issues/{id}/bookmark', undefined, null],
  ['PUT /api/v1/issues/{id}/share', undefined, 'event:write'],
  ['DELETE /api/v1/issues/{id}/share', undefined, 'event:write'],
  ['PATCH /api/v1/organization', { sharing: true }, 'org:admin'],
  [
    'POST /api/v1/trackers',
    { kind: 'github', name: 'mine', url: 'https://github.com', secret: 'x' },
    'org:admin',
  ],
  ['PATCH /api/v1/trackers/{id}', { name: 'mine' }, 'org:admin'],
  ['DELETE /api/v1/trackers/{id}', undefined, 'org:admin'],
  [
    'POST /api/v1/channels',
    { kind: 'slack', name: 'mine', settings: { webhookUrl: 'https://hooks.slack.com/x' } },
    'org:admin',
  ],
  ['PATCH /api/v1/channels/{id}', { paused: true }, 'org:admin'],
  ['DELETE /api/v1/channels/{id}', undefined, 'org:admin'],
  // Of oneself alone: what one is told by e-mail.
  [
    'PUT /api/v1/personal-notifications',
    { events: [], timing: { digest: 'hourly', at: '09:00', timeZone: 'UTC' } },
    null,
  ],
  ['POST /api/v1/channels/{id}/test', undefined, 'org:admin'],
  ['POST /api/v1/channels/{id}/deliveries/{deliveryId}/retry', undefined, 'org:admin'],
  ['POST /api/v1/issues/{id}/links', { url: 'https://example.test' }, 'event:write'],
  ['DELETE /api/v1/issues/{id}/links/{linkId}', undefined, 'event:write'],
  [
    'POST /api/v1/issues/{id}/tracker-issues',
    { trackerId: '1', target: 'a/b', title: 'x', body: '' },
    'event:write',
  ],
  ['POST /api/v1/teams', { slug: 'mine', name: 'Mine' }, 'org:admin'],
  ['PATCH /api/v1/teams/{id}', { name: 'Mine' }, 'org:admin'],
  ['DELETE /api/v1/teams/{id}', undefined, 'org:admin'],
  ['PUT /api/v1/teams/{id}/members', { members: [] }, 'org:admin'],
  ['PUT /api/v1/teams/{id}/projects', { projects: [] }, 'org:admin'],
  ['POST /api/v1/issues/merge', { ids: ['1', '2'] }, 'event:write'],
  ['POST /api/v1/issues/{id}/unmerge', { hashes: ['0'.repeat(32)] }, 'event:write'],
  ['PUT /api/v1/projects/{slug}/grouping', { fingerprint: '', stackTrace: '' }, 'project:write'],
  // Reads: they say what is wrong with rules, and try them on what is stored.
  ['POST /api/v1/projects/{slug}/grouping/check', { fingerprint: '', stackTrace: '' }, null],
  ['POST /api/v1/projects/{slug}/grouping/preview', { fingerprint: '', stackTrace: '' }, null],
  ['POST /api/v1/issues/delete', { ids: ['1'] }, 'event:admin'],
  ['PATCH /api/v1/issues/{id}', { status: 'resolved' }, 'event:write'],
  ['DELETE /api/v1/issues/{id}', undefined, 'event:admin'],
  ['PATCH /api/v1/feedback', { ids: ['1'], status: 'read' }, 'event:write'],
  ['DELETE /api/v1/feedback/{id}', undefined, 'event:admin'],
  ['DELETE /api/v1/attachments/{id}', undefined, 'event:admin'],
  ['PATCH /api/v1/monitors/{id}', { muted: true }, 'event:write'],
  ['DELETE /api/v1/monitors/{id}', undefined, 'event:admin'],
  ['DELETE /api/v1/monitors/{id}/environments/{environment}', undefined, 'event:admin'],
  ['POST /api/v1/alerts/rules', { name: 'x', condition: { kind: 'issue', when: ['new'] } }, 'alerts:write'],
  [
    'PUT /api/v1/alerts/rules/{id}',
    { name: 'x', condition: { kind: 'issue', when: ['new'] } },
    'alerts:write',
  ],
  ['DELETE /api/v1/alerts/rules/{id}', undefined, 'alerts:write'],
  // Reads: it looks at what is stored.
  ['POST /api/v1/alerts/preview', { rule: { name: 'x', condition: { kind: 'issue', when: ['new'] } } }, null],
  ['POST /api/v1/alerts/silences', { rule: '1', endsAt: '2100-01-01T00:00:00Z' }, 'alerts:write'],
  ['DELETE /api/v1/alerts/silences/{id}', undefined, 'alerts:write'],
  ['POST /api/v1/dead-letters/{id}/redrive', undefined, 'event:admin'],
  ['DELETE /api/v1/dead-letters/{id}', undefined, 'event:admin'],
];

startForAll();
const cookies = {} as Record<Role, string>;

beforeAll(async () => {
  await runNodeShop(program, 'error');
  await issueTitled(program, 'Card declined');
  for (const role of ['viewer', 'member'] as const) cookies[role] = await join(role);
});

/** Joins by an invitation; resolves with the cookie of the session. */
async function join(role: Role): Promise<string> {
  const invited = await program.request('POST', '/api/v1/members', { email: PEOPLE[role].email, role });
  const token = new URL(((await invited.json()) as InviteAnswer).url).searchParams.get('token');
  const accepted = await fetch(`${program.url}/api/v1/invites/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, name: `A ${role}`, password: PEOPLE[role].password }),
  });
  return accepted.headers.getSetCookie()[0]!.split(';', 1)[0]!;
}

/** The code of the refusal; empty when it was none. */
async function refusal(role: Role, route: string, body: object | undefined): Promise<string> {
  const [method, pattern] = route.split(' ');
  const path = pattern!.replace('{slug}', 'default').replaceAll(/\{\w+\}/g, '1');
  const answer = await fetch(program.url + path, {
    method: method!,
    headers: {
      cookie: cookies[role],
      origin: program.url,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  return answer.ok ? '' : ((await answer.json()) as { error: { code: string } }).error.code;
}

test('the list above is every address that writes', async () => {
  const { paths } = await program.get<{ paths: Record<string, object> }>('/api/v1/openapi.json');
  const writing = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => !['get', 'head', 'options'].includes(method))
      .map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(writing.toSorted()).toEqual(WRITING.map(([route]) => route).toSorted());
});

test.each(WRITING.filter(([, , needs]) => needs !== null))('%s refuses a viewer', async (route, body) => {
  expect(await refusal('viewer', route, body)).toBe('not_allowed');
});

/** Of the scopes here. */
const OF_MEMBERS: readonly (string | null)[] = [null, 'event:write', 'alerts:write', 'project:releases'];

test.each(WRITING.filter(([, , needs]) => !OF_MEMBERS.includes(needs)))(
  '%s refuses a member',
  async (route, body) => {
    expect(await refusal('member', route, body)).toBe('not_allowed');
  },
);

/** What the screens offer to those who may do everything. */
const OFFERS =
  /^(Resolve|Archive|Unresolve|Delete.*|New project|New key|Invite|Edit|Switch off|Save|Remove|Try again)$/;

async function offers(page: Page): Promise<string[]> {
  const buttons = await page.getByRole('button').or(page.getByRole('menuitem')).allInnerTexts();
  return buttons.map((text) => text.trim()).filter((text) => OFFERS.test(text));
}

const SCREENS = [
  { name: 'issues', path: '/issues', ready: 'li[data-index]', line: true },
  { name: 'issue', path: '/issues/1', ready: '#stack', line: true },
  { name: 'usage', path: '/usage', ready: 'text=The ledger balances', line: false },
  { name: 'noise', path: '/usage/noise', ready: 'text=By issue', line: true },
  { name: 'projects', path: '/settings', ready: 'main li', line: true },
  { name: 'project', path: '/settings/projects/default', ready: 'main li code', line: true },
  { name: 'members', path: '/settings/members', ready: 'text=vera@example.test', line: true },
  { name: 'tokens', path: '/settings/tokens', ready: 'text=No tokens yet', line: false },
];

test.each(LOOKS)('a viewer is offered nothing they may not do: $name', async (look) => {
  const page = await screens.visit('/issues', { who: 'nobody', look });
  await signIn(page, PEOPLE.viewer);
  for (const { name, path, ready, line } of SCREENS) {
    await page.goto(path);
    await page.locator(ready).first().waitFor();
    if (line) await page.getByText('As viewer you may look here.').waitFor();
    else expect(await page.getByText('As viewer you may look here.').count(), name).toBe(0);
    if (name === 'issue') await page.getByRole('button', { name: 'More' }).click();
    expect(await offers(page), name).toEqual([]);
    if (name === 'issues') expect(await page.getByRole('checkbox').count()).toBe(0);
    if (name === 'members') expect(await page.getByRole('combobox').count()).toBe(0);
    await photograph(page, `viewer-${name}.${look.width}-${look.colorScheme}`);
  }
});

test('the keys do nothing for a viewer that the buttons would not, and the help does not name them', async () => {
  const page = await screens.visit('/issues', { who: PEOPLE.viewer });
  await page.locator('li[data-index]').first().waitFor();
  for (const key of ['j', 'x', 'e']) await page.keyboard.press(key);
  await page.keyboard.press('Enter');
  await page.locator('#stack').waitFor();
  for (const key of ['e', 'a']) await page.keyboard.press(key);
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('Open the issue').waitFor();
  expect(
    await page
      .getByRole('dialog')
      .getByText(/Resolve|Archive|Select/)
      .count(),
  ).toBe(0);
  expect((await issueTitled(program, 'Card declined')).status).toBe('unresolved');
});

test('a member works on issues and deletes none; a token of theirs is offered what they may do', async () => {
  const page = await screens.visit('/issues/1', { who: PEOPLE.member });
  await page.getByRole('button', { name: 'Resolve', exact: true }).waitFor();
  await page.getByRole('button', { name: 'More' }).click();
  expect(await offers(page)).toEqual(['Resolve', 'Archive']);
  await page.goto('/settings/tokens');
  await page.getByRole('button', { name: 'New token' }).click();
  const scopes = await page.getByRole('dialog').locator('label code').allInnerTexts();
  expect(scopes.toSorted()).toEqual([
    'alerts:read',
    'alerts:write',
    'event:read',
    'event:write',
    'member:read',
    'org:read',
    'project:read',
    'project:releases',
  ]);
});

test('who loses a right while a page stands open sees what is left as soon as they try', async () => {
  const page = await screens.visit('/issues/1', { who: PEOPLE.member });
  await page.getByRole('button', { name: 'Resolve', exact: true }).waitFor();
  const members = await program.get<{ id: string; email: string }[]>('/api/v1/members');
  const { id } = members.find(({ email }) => email === PEOPLE.member.email)!;
  await program.request('PATCH', `/api/v1/members/${id}`, { role: 'viewer' });
  await page.getByRole('button', { name: 'Resolve', exact: true }).click();
  await page.getByText('You may not do this').waitFor();
  await page.getByText('As viewer you may look here.').waitFor();
  expect(await offers(page)).toEqual([]);
});
