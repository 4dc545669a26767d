/** Trackers and links through our API, with GitHub, GitLab and Jira on a local port. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { IssueDetail } from '#contract/issues.ts';
import type { IssueLink, Tracker } from '#contract/trackers.ts';
import { issueRoutes } from '#server/issues/issue-routes.ts';
import { openTestApp, type TestApp } from '#server/issues/test-app.ts';
import { hex, openTestIssues, type TestIssues } from '#server/issues/test-issues.ts';
import { createOutbound } from '#server/platform/outbound.ts';
import { createSecretBox } from '#server/platform/secret-box.ts';
import { JIRA_ACCOUNT, SECRETS, startTestTrackers, type TestTrackers } from './test-trackers.ts';
import { trackerRoutes } from './tracker-routes.ts';

let world: TestIssues;
let trackers: TestTrackers;
let app: TestApp;
/** With the same data, and nothing allowed. */
let strict: TestApp;
let issue: string;
let kinds = 0;

beforeAll(async () => {
  world = await openTestIssues();
  world.viewer.scopes = [...world.viewer.scopes, 'org:admin'];
  trackers = await startTestTrackers();
  const secrets = createSecretBox(Buffer.alloc(32, 7));
  const open = (allow: string[]) =>
    openTestApp(world, [
      issueRoutes(world),
      trackerRoutes({ ...world, secrets, outbound: createOutbound({ allow }) }),
    ]);
  app = await open([new URL(trackers.url).host]);
  strict = await open([]);
});
afterAll(async () => {
  await app.close();
  await strict.close();
  await trackers.close();
  await world.discard();
});
beforeEach(async () => {
  const [made] = await world.happen({ hashes: [hex(`Kind${++kinds}`)] });
  issue = `/api/v1/issues/${made!.issueId}`;
});

const add = (kind: Tracker['kind'], given: object = {}) =>
  app.ask('POST', '/api/v1/trackers', {
    ...{ kind, name: kind, url: `${trackers.url}/`, secret: SECRETS[kind] },
    ...(kind === 'jira' ? { account: JIRA_ACCOUNT } : {}),
    ...given,
  });
const idOf = async (name: string) =>
  (await app.read<Tracker[]>('/api/v1/trackers')).find((tracker) => tracker.name === name)!.id;
const refusal = async (answer: Response) => [answer.status, await answer.text()];

describe('a tracker', () => {
  it.each(['github', 'gitlab', 'jira'] as const)(
    'of %s is added when its credential is good',
    async (kind) => {
      expect(await refusal(await add(kind, { secret: 'wrong' }))).toEqual([
        422,
        expect.stringContaining('it answered 401: Bad credentials'),
      ]);
      const made = await add(kind);
      const text = await made.text();
      expect([made.status, JSON.parse(text)]).toEqual([
        201,
        expect.objectContaining({ kind, url: trackers.url, secretHint: 'cdef' }),
      ]);
      expect(text).not.toContain(SECRETS[kind]);
      const { secret } = await world.metadata.db
        .selectFrom('tracker')
        .select('secret')
        .where('name', '=', kind)
        .executeTakeFirstOrThrow();
      expect(secret).not.toContain(SECRETS[kind]);
      expect((await add(kind)).status).toBe(409);
    },
  );

  it('is changed and deleted, and is nobody else’s', async () => {
    await add('github', { name: 'other' });
    const id = await idOf('other');
    const path = `/api/v1/trackers/${id}`;
    expect((await app.ask('PATCH', path, { name: 'renamed' })).status).toBe(200);
    expect((await app.ask('PATCH', path, { secret: 'wrong' })).status).toBe(422);
    expect(await (await app.askAsStranger('GET', '/api/v1/trackers')).json()).toEqual([]);
    expect((await app.ask('DELETE', path)).status).toBe(204);
    expect((await app.ask('DELETE', path)).status).toBe(404);
  });

  it('at a private address is not called unless it is allowed', async () => {
    const before = trackers.asked.length;
    for (const url of [trackers.url, 'https://127.0.0.1', 'https://[::1]', 'https://169.254.169.254'])
      expect(
        await refusal(
          await strict.ask('POST', '/api/v1/trackers', { kind: 'gitlab', name: 'in', url, secret: 'x' }),
        ),
      ).toEqual([400, expect.stringContaining('TANDEM_OUTBOUND_ALLOW')]);
    expect(trackers.asked.length).toBe(before);
  });
});

describe('an issue', () => {
  it.each([
    ['github', '/acme/shop/issues/7', { name: 'acme/shop#7', title: 'Pay fails', state: 'closed' }],
    ['gitlab', '/acme/web/shop/-/issues/4', { name: 'acme/web/shop#4', title: 'Slow', state: 'opened' }],
    ['jira', '/browse/SHOP-7', { name: 'SHOP-7', title: 'Pay fails', state: 'To Do' }],
  ])('is linked to one of %s, which tells its title and state', async (kind, path, expected) => {
    const link = { ...expected, kind, url: trackers.url + path };
    const made = await app.ask('POST', `${issue}/links`, { url: trackers.url + path });
    expect([made.status, await made.json()]).toEqual([201, expect.objectContaining(link)]);
    expect((await app.ask('POST', `${issue}/links`, { url: trackers.url + path })).status).toBe(409);
    const { links, activity } = await app.read<IssueDetail>(issue);
    expect(links).toMatchObject([link]);
    expect(activity[0]).toMatchObject({ kind: 'linked', by: 'Ada Lovelace', data: { link: expected.name } });
  });

  it.each([
    ['github', 'acme/shop', { name: 'acme/shop#12', title: 'Pay fails', state: 'open' }],
    ['gitlab', 'acme/web/shop', { name: 'acme/web/shop#3', title: 'Pay fails', state: 'opened' }],
    ['jira', 'SHOP', { name: 'SHOP-24', title: 'Pay fails', state: 'To Do' }],
  ])('is made at %s', async (kind, target, expected) => {
    const body = { trackerId: await idOf(kind), target, title: 'Pay fails', body: 'It does.\n\nTwice.' };
    const made = await app.ask('POST', `${issue}/tracker-issues`, body);
    expect([made.status, await made.json()]).toEqual([201, expect.objectContaining({ kind, ...expected })]);
    expect((await app.read<IssueDetail>(issue)).activity[0]).toMatchObject({
      ...{ kind: 'link_created', data: { link: expected.name } },
    });
  });

  it('is not made where the tracker says no: its reason is told', async () => {
    const body = { trackerId: await idOf('jira'), target: 'NONE', title: 'x', body: '' };
    expect(await refusal(await app.ask('POST', `${issue}/tracker-issues`, body))).toEqual([
      422,
      expect.stringContaining('valid project is required'),
    ]);
  });

  it.each(['../../user', 'acme/..', 'acme', 'acme/shop?x=1'])('is not made in %j', async (target) => {
    const before = trackers.asked.length;
    const body = { trackerId: await idOf('github'), target, title: 'x', body: '' };
    expect((await app.ask('POST', `${issue}/tracker-issues`, body)).status).toBe(400);
    expect(trackers.asked.length).toBe(before);
  });

  it('is linked to any other address without asking it, and the link is taken away', async () => {
    const url = 'https://wiki.example.com/pages/pay?x=1';
    const made = await app.ask('POST', `${issue}/links`, { url });
    const link = (await made.json()) as IssueLink;
    expect(link).toMatchObject({ kind: 'url', url, name: 'wiki.example.com/pages/pay', state: '' });
    expect((await app.askAsStranger('DELETE', `${issue}/links/${link.id}`)).status).toBe(404);
    expect((await app.ask('DELETE', `${issue}/links/${link.id}`)).status).toBe(204);
    const { links, activity } = await app.read<IssueDetail>(issue);
    expect([links, activity[0]!.kind]).toEqual([[], 'unlinked']);
    for (const bad of ['javascript:alert(1)', 'file:///etc/passwd', 'wiki'])
      expect((await app.ask('POST', `${issue}/links`, { url: bad })).status).toBe(400);
  });

  it('keeps its links when the tracker is deleted', async () => {
    await app.ask('POST', `${issue}/links`, { url: `${trackers.url}/acme/shop/issues/7` });
    await app.ask('DELETE', `/api/v1/trackers/${await idOf('github')}`);
    expect((await app.read<IssueDetail>(issue)).links).toMatchObject([{ name: 'acme/shop#7' }]);
  });
});
