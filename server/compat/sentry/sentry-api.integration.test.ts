import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLE_SCOPES } from '#server/accounts/roles.ts';
import { openTestApp, type TestApp } from '#server/issues/test-app.ts';
import { DAY, HOUR, hex, MINUTE, NOON, openTestIssues, type TestIssues } from '#server/issues/test-issues.ts';
import { insertTestMembers } from '#server/issues/test-members.ts';
import type { EventPayload } from '#server/record/event.ts';
import { sentryApi } from './sentry-api.ts';

type Answer = Record<string, unknown> & { id: string };

let world: TestIssues;
let app: TestApp;
let kinds = 0;

beforeAll(async () => {
  world = await openTestIssues();
  app = await openTestApp(world, [
    sentryApi({ ...world, version: '1.2.3', publicUrl: () => 'https://errors.example/base' }),
  ]);
});
afterAll(async () => {
  await app.close();
  await world.discard();
});

async function happen(...events: Parameters<TestIssues['happen']>): Promise<{ id: number; kind: string }> {
  const kind = `Kind${++kinds}`;
  const results = await world.happen(
    ...events.map((event) => ({ exception_type: kind, hashes: [hex(kind)], ...event })),
  );
  return { id: results[0]!.issueId, kind };
}

interface Link {
  url: string;
  results: boolean;
  cursor: string;
}

/** Reads the Link header as sentry-cli does. */
function links(answer: Response): Record<string, Link> {
  const found: Record<string, Link> = {};
  const parts = (answer.headers.get('link') ?? '').matchAll(
    /<([^>]+)>; rel="(\w+)"; results="(true|false)"; cursor="([^"]*)"/g,
  );
  for (const [, url, rel, results, cursor] of parts)
    found[rel!] = { url: url!, results: results === 'true', cursor: cursor! };
  return found;
}

const get = (path: string) => app.ask('GET', `/api/0${path}`);
const read = <T = Answer>(path: string) => app.read<T>(`/api/0${path}`);

describe('who is asking', () => {
  it('is answered to anybody: strangers hear that they are nobody', async () => {
    expect(await (await fetch(`${app.address}/api/0/`)).json()).toEqual({
      version: '0',
      user: null,
      auth: null,
    });
    expect(await read('/')).toMatchObject({
      user: { id: 'ada', email: 'ada@example.com', name: 'Ada Lovelace' },
      auth: { scopes: expect.arrayContaining(['event:read']) },
    });
  });

  it('a token that no person owns is no user', async () => {
    const token = await openTestApp({ ...world, viewer: { ...world.viewer, userId: null } }, [
      sentryApi({ ...world, version: '', publicUrl: () => '' }),
    ]);
    expect(await token.read('/api/0/')).toMatchObject({ user: null, auth: { scopes: expect.anything() } });
    await token.close();
  });

  it('who may only look is refused at every address that writes', async () => {
    const writing: { method: string; path: string }[] = [];
    const api = sentryApi({ ...world, version: '', publicUrl: () => '' });
    const viewer = { ...world.viewer, role: 'viewer' as const, scopes: ROLE_SCOPES.viewer };
    const looking = await openTestApp({ ...world, viewer }, [
      async (scope) => {
        scope.addHook('onRoute', ({ method, url }) => {
          for (const each of [method].flat())
            if (!['GET', 'HEAD', 'OPTIONS'].includes(each))
              writing.push({ method: each, path: url.replace(':org', 'ours').replaceAll(/:\w+/g, '1') });
        });
        await scope.register(api);
      },
    ]);
    const refusals = await Promise.all(
      writing.map(async ({ method, path }) => {
        const answer = await looking.ask(method, path, { status: 'resolved' });
        return `${method} ${path}: ${answer.status}`;
      }),
    );
    await looking.close();
    expect(refusals.length).toBeGreaterThanOrEqual(20);
    expect(refusals.filter((line) => !line.endsWith(': 403'))).toEqual([]);
  });

  it('without a token everything else is refused in the words clients print', async () => {
    const answer = await fetch(`${app.address}/api/0/organizations/`);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('Sign in') });
  });
});

describe('organizations, projects and keys', () => {
  it('have every field that sentry-cli insists on', async () => {
    const [organization] = await read<Answer[]>('/organizations/');
    expect(organization).toMatchObject({
      id: '1',
      slug: 'ours',
      name: 'ours',
      dateCreated: '1970-01-01T00:00:00.000Z',
      isEarlyAdopter: false,
      require2FA: false,
      requireEmailVerification: false,
      features: [],
    });
    expect(await read('/organizations/ours/')).toMatchObject({
      slug: 'ours',
      projects: [{ slug: 'shop' }, { slug: 'web' }],
    });
    const projects = await read<Answer[]>('/organizations/ours/projects/');
    expect(projects.map(({ id, slug, name }) => [id, slug, name])).toEqual([
      ['1', 'shop', 'The shop'],
      ['2', 'web', 'The web'],
    ]);
    expect(await read('/projects/ours/2/')).toMatchObject({
      id: '2',
      slug: 'web',
      organization: { slug: 'ours' },
    });
  });

  it('are found with and without the slash, and never those of others', async () => {
    expect((await get('/projects/ours/shop')).status).toBe(200);
    for (const path of [
      '/organizations/theirs/',
      '/projects/theirs/other/',
      '/projects/ours/other/',
      '/organizations/theirs/issues/',
    ])
      expect((await get(path)).status, path).toBe(404);
  });

  it('spell the ingest keys as DSNs', async () => {
    await world.metadata.db
      .insertInto('ingest_key')
      .values({
        project_id: 1,
        public_key: 'a'.repeat(32),
        label: 'Default',
        enabled: 1,
        rate_limit_count: 10,
        rate_limit_window_seconds: 60,
        created_at: NOON,
      })
      .execute();
    expect(await read('/projects/ours/shop/keys/')).toMatchObject([
      {
        id: 'a'.repeat(32),
        public: 'a'.repeat(32),
        isActive: true,
        projectId: 1,
        rateLimit: { count: 10, window: 60 },
        dsn: {
          public: `https://${'a'.repeat(32)}@errors.example/base/1`,
          minidump: `https://errors.example/base/api/1/minidump/?sentry_key=${'a'.repeat(32)}`,
        },
      },
    ]);
  });
});

describe('members', () => {
  it('are those of the organization, and found by name or e-mail', async () => {
    await insertTestMembers(world.metadata.db);
    const members = await read<Answer[]>('/organizations/ours/members/');
    expect(members.map(({ email }) => email)).toEqual([
      'ada@example.com',
      'grace@example.com',
      'linus@example.com',
    ]);
    const [grace, ...others] = await read<Answer[]>('/organizations/ours/members/?query=HOPPER');
    expect(grace).toMatchObject({
      id: 'grace',
      role: 'owner',
      pending: false,
      user: { name: 'Grace Hopper' },
    });
    expect(others).toEqual([]);
    const strangers = await app.askAsStranger('GET', '/api/0/organizations/theirs/members/');
    expect(await strangers.json()).toEqual([]);
  });
});

describe('a list of issues', () => {
  it('shows each as Sentry does', async () => {
    const { id, kind } = await happen(
      { timestamp: NOON - 2 * HOUR, user_id: '1', handled: 0, logger: 'pay' },
      { timestamp: NOON - 2 * HOUR, user_id: '2', logger: 'pay' },
    );
    const [issue] = await read<Answer[]>(`/projects/ours/shop/issues/?query=type:${kind}&statsPeriod=24h`);
    expect(issue).toMatchObject({
      id: String(id),
      shortId: expect.stringMatching(/^SHOP-\d+$/),
      title: `${kind}: card declined`,
      culprit: 'checkout/pay.ts in pay',
      permalink: `https://errors.example/base/issues/${id}`,
      logger: 'pay',
      level: 'error',
      status: 'unresolved',
      substatus: 'new',
      statusDetails: {},
      isUnhandled: true,
      type: 'error',
      metadata: { type: kind, value: 'card declined' },
      project: { id: '1', slug: 'shop', name: 'The shop', platform: 'node' },
      count: '2',
      userCount: 2,
      firstSeen: new Date(NOON - 2 * HOUR).toISOString(),
      lastSeen: new Date(NOON - 2 * HOUR).toISOString(),
    });
    const stats = (issue!.stats as Record<string, [number, number][]>)['24h']!;
    expect(stats).toHaveLength(24);
    expect(stats.at(-3)).toEqual([(NOON - 2 * HOUR) / 1000, 2]);
  });

  it('without a query shows what is open; with an empty one everything', async () => {
    const { id, kind } = await happen({});
    await world.metadata.db
      .updateTable('issue')
      .set({ status: 'archived', substate: 'archived' })
      .where('id', '=', id)
      .execute();
    const titles = async (query: string) =>
      (await read<Answer[]>(`/organizations/ours/issues/?limit=100${query}`)).map(({ title }) => title);
    expect(await titles('')).not.toContain(`${kind}: card declined`);
    expect(await titles('&query=')).toContain(`${kind}: card declined`);
    const [ignored] = await read<Answer[]>(`/organizations/ours/issues/?query=is:ignored+type:${kind}`);
    expect(ignored).toMatchObject({ status: 'ignored', substatus: 'archived_forever' });
  });

  it('is narrowed by project, environment and time', async () => {
    const { kind } = await happen({ environment: 'prod', timestamp: NOON - 3 * DAY });
    await world.happen({
      exception_type: kind,
      project_id: 2,
      environment: 'dev',
      hashes: [hex(`${kind}w`)],
    });
    const projects = async (rest: string) =>
      (
        await read<{ project: { slug: string } }[]>(`/organizations/ours/issues/?query=type:${kind}${rest}`)
      ).map(({ project }) => project.slug);
    expect((await projects('')).sort()).toEqual(['shop', 'web']);
    expect(await projects('&project=2')).toEqual(['web']);
    expect((await projects('&project=-1')).sort()).toEqual(['shop', 'web']);
    expect(await projects('&environment=prod')).toEqual(['shop']);
    expect((await projects('&environment=prod&environment=dev')).sort()).toEqual(['shop', 'web']);
    expect(await projects('&statsPeriod=24h')).toEqual(['web']);
    expect((await get('/organizations/ours/issues/?project=3')).status).toBe(404);
    expect((await get('/organizations/ours/issues/?statsPeriod=soon')).status).toBe(400);
    expect((await get('/organizations/ours/issues/?sort=color')).status).toBe(400);
    expect(await (await get('/organizations/ours/issues/?query=is:odd')).json()).toMatchObject({
      detail: expect.stringContaining('column 1'),
    });
  });

  it.each(['date', 'new', 'freq', 'user'])(
    'by %s is walked by its Link header to the last page and back',
    async (sort) => {
      const { kind } = await happen({});
      await world.happen(
        ...Array.from({ length: 6 }, (_, at) => ({
          exception_type: kind,
          hashes: [hex(`${kind}${at}`)],
          timestamp: NOON - at * MINUTE,
        })),
      );
      const seen: string[] = [];
      let address = `/api/0/projects/ours/shop/issues/?query=type:${kind}&limit=3&sort=${sort}`;
      let pages = 0;
      for (;;) {
        const answer = await app.ask('GET', address);
        expect(answer.headers.get('x-hits')).toBe('7');
        seen.push(...((await answer.json()) as Answer[]).map(({ id }) => id));
        const { next, previous } = links(answer);
        expect(previous!.results).toBe(pages > 0);
        expect(next!.url).toMatch(
          /^https:\/\/errors\.example\/base\/api\/0\/projects\/ours\/shop\/issues\/\?/,
        );
        expect(new URL(next!.url).searchParams.get('cursor')).toBe(next!.cursor);
        pages++;
        address = next!.url.replace('https://errors.example/base', '');
        if (!next!.results) break;
      }
      expect(pages).toBe(3);
      expect(new Set(seen).size).toBe(7);
      // Whoever goes on all the same finds an empty page, not the first one again.
      expect(await (await app.ask('GET', address)).json()).toEqual([]);
    },
  );

  it('finds an issue by the short id that somebody typed', async () => {
    const { id } = await happen({});
    const { shortId } = await read(`/issues/${id}/`);
    const answer = await get(`/organizations/ours/issues/?query=${shortId}&shortIdLookup=1`);
    expect(answer.headers.get('x-sentry-direct-hit')).toBe('1');
    expect(await answer.json()).toMatchObject([{ id: String(id) }]);
    expect(await read(`/organizations/ours/shortids/${shortId}/`)).toMatchObject({
      organizationSlug: 'ours',
      projectSlug: 'shop',
      groupId: String(id),
      group: { id: String(id) },
      shortId,
    });
  });
});

describe('one issue', () => {
  it('has its story, trends and tags, under each of its addresses', async () => {
    const { id } = await happen({ release: '1.0', tags: { browser: 'Firefox' } });
    const { shortId } = await read(`/issues/${id}/`);
    for (const path of [
      `/issues/${id}/`,
      `/organizations/ours/issues/${id}/`,
      `/organizations/ours/issues/${shortId}/`,
      `/groups/${id}/`,
    ])
      expect(await read(path)).toMatchObject({
        id: String(id),
        stats: { '24h': expect.anything(), '30d': expect.anything() },
        firstRelease: { version: '1.0' },
        tags: expect.arrayContaining([{ key: 'browser', name: 'browser', totalValues: 1 }]),
        activity: [{ type: 'first_seen', user: null }],
        seenBy: [],
        participants: [],
      });
    expect((await app.askAsStranger('GET', `/api/0/issues/${id}/`)).status).toBe(404);
  });

  it('is resolved, ignored, reopened and deleted', async () => {
    const { id } = await happen({});
    const put = async (body: unknown) => (await app.ask('PUT', `/api/0/issues/${id}/`, body)).json();
    expect(await put({ status: 'resolved' })).toMatchObject({ status: 'resolved', substatus: null });
    expect(await put({ status: 'ignored', statusDetails: { ignoreDuration: 60 } })).toMatchObject({
      status: 'ignored',
    });
    expect(await put({ status: 'unresolved', assignedTo: 'me' })).toMatchObject({
      status: 'unresolved',
      substatus: 'ongoing',
    });
    expect(await put({ hasSeen: true })).toMatchObject({ status: 'unresolved' });
    expect(await put({ status: 'gone' })).toMatchObject({
      detail: expect.stringContaining('status must be one of'),
    });
    expect(await read(`/issues/${id}/`)).toMatchObject({
      activity: [
        { type: 'set_unresolved', user: { email: 'ada@example.com' } },
        { type: 'assigned' },
        { type: 'set_ignored' },
        { type: 'set_resolved' },
        { type: 'first_seen' },
      ],
    });
    expect((await app.ask('DELETE', `/api/0/issues/${id}/`)).status).toBe(202);
    expect((await get(`/issues/${id}/`)).status).toBe(404);
  });
});

describe('many issues', () => {
  it('are changed by their ids, those of the project only', async () => {
    const [one, two] = [await happen({}), await happen({ project_id: 2 })];
    const answer = await app.ask('PUT', `/api/0/projects/ours/shop/issues/?id=${one.id}&id=${two.id}`, {
      status: 'resolved',
    });
    expect(await answer.json()).toEqual({ status: 'resolved', statusDetails: {} });
    expect(
      [await read(`/issues/${one.id}/`), await read(`/issues/${two.id}/`)].map(({ status }) => status),
    ).toEqual(['resolved', 'unresolved']);
  });

  it('are changed and deleted by a search, beyond the first page', async () => {
    const { kind } = await happen({ project_id: 2 });
    await world.happen(
      ...Array.from({ length: 120 }, (_, at) => ({
        exception_type: kind,
        project_id: 2,
        hashes: [hex(`${kind}${at}`)],
      })),
    );
    const hits = async (query: string) =>
      (await get(`/projects/ours/web/issues/?query=${query}+type:${kind}`)).headers.get('x-hits');
    await app.ask('PUT', `/api/0/projects/ours/web/issues/?query=is:unresolved+type:${kind}`, {
      status: 'resolved',
    });
    expect(await hits('is:resolved')).toBe('121');
    expect((await app.ask('DELETE', `/api/0/projects/ours/web/issues/?query=type:${kind}`)).status).toBe(204);
    expect(await hits('')).toBe('0');
  });

  it('are changed by status alone, as sentry-cli does', async () => {
    const { id } = await happen({ project_id: 2 });
    await app.ask('PUT', '/api/0/projects/ours/web/issues/?status=unresolved', { status: 'ignored' });
    expect(await read(`/issues/${id}/`)).toMatchObject({ status: 'ignored' });
  });
});

describe('events', () => {
  const payload: Partial<EventPayload> = {
    logentry: { formatted: 'paid 3', message: 'paid %s', params: [3] },
    exception: {
      values: [
        {
          type: 'PaymentError',
          value: 'card declined',
          module: 'pay',
          mechanism: { type: 'generic', handled: false },
          stacktrace: {
            frames: [
              { filename: 'node:net', function: 'emit', in_app: false },
              {
                filename: 'pay.ts',
                abs_path: '/app/pay.ts',
                function: 'pay',
                lineno: 42,
                colno: 7,
                pre_context: ['a', 'b'],
                context_line: 'throw error',
                post_context: ['c'],
                in_app: true,
                vars: { card: '[Filtered]' },
              },
            ],
          },
        },
      ],
    },
    threads: { values: [{ id: 1, name: 'main', crashed: true }] },
    breadcrumbs: { values: [{ timestamp: NOON / 1000, category: 'http', message: 'GET /', level: 'info' }] },
    request: {
      method: 'POST',
      url: 'https://shop.example/pay',
      query_string: [['a', '1']],
      headers: [['Host', 'shop.example']],
    },
    user: { id: '7', email: 'g@example.com', ip_address: '10.0.0.1' },
    contexts: { runtime: { name: 'node' } },
    extra: { cart: 3 },
    modules: { pay: '1.0' },
    sdk: { name: 'sentry.javascript.node', version: '11.0.0' },
    errors: [{ type: 'value_trimmed', name: 'extra', detail: 'shortened' }],
  };

  it('are whole: entries, frames, user, tags, neighbours', async () => {
    const [older, event, newer] = ['o', 'e', 'n'].map((letter) => hex(`whole${letter}`));
    const { id } = await happen(
      { event_id: older, timestamp: NOON - 3 * MINUTE },
      {
        event_id: event,
        timestamp: NOON - 2 * MINUTE,
        payload: JSON.stringify(payload),
        tags: { browser: 'Firefox' },
        release: '1.0',
        environment: 'prod',
      },
      { event_id: newer, timestamp: NOON - MINUTE },
    );
    const expected = {
      id: event,
      eventID: event,
      groupID: String(id),
      projectID: '1',
      type: 'error',
      message: 'paid 3',
      location: 'pay.ts',
      metadata: { type: 'PaymentError', value: 'card declined', filename: 'pay.ts', function: 'pay' },
      user: { id: '7', email: 'g@example.com', ip_address: '10.0.0.1' },
      contexts: { runtime: { name: 'node' } },
      context: { cart: 3 },
      packages: { pay: '1.0' },
      sdk: { name: 'sentry.javascript.node', version: '11.0.0' },
      errors: [{ type: 'value_trimmed', message: 'shortened', data: { name: 'extra' } }],
      groupingConfig: { id: 'newstyle:2026-01-20' },
      release: { version: '1.0' },
      previousEventID: older,
      nextEventID: newer,
      dateCreated: new Date(NOON - 2 * MINUTE).toISOString(),
    };
    for (const path of [
      `/issues/${id}/events/${event}/`,
      `/projects/ours/shop/events/${event}/`,
      `/organizations/ours/issues/${id}/events/${event}/`,
    ])
      expect(await read(path)).toMatchObject(expected);

    const { entries, tags } = await read<{ entries: { type: string; data: never }[]; tags: unknown }>(
      `/issues/${id}/events/${event}/`,
    );
    expect(tags).toEqual([
      { key: 'browser', value: 'Firefox' },
      { key: 'environment', value: 'prod' },
      { key: 'level', value: 'error' },
      { key: 'release', value: '1.0' },
    ]);
    expect(entries.map(({ type }) => type)).toEqual([
      'message',
      'exception',
      'threads',
      'request',
      'breadcrumbs',
    ]);
    const entry = (type: string) => entries.find((each) => each.type === type)!.data as unknown;
    expect(entry('exception')).toMatchObject({
      hasSystemFrames: true,
      values: [
        {
          type: 'PaymentError',
          mechanism: { handled: false },
          stacktrace: {
            frames: [
              { function: 'emit', inApp: false, context: [] },
              {
                filename: 'pay.ts',
                absPath: '/app/pay.ts',
                lineNo: 42,
                colNo: 7,
                inApp: true,
                vars: { card: '[Filtered]' },
                context: [
                  [40, 'a'],
                  [41, 'b'],
                  [42, 'throw error'],
                  [43, 'c'],
                ],
              },
            ],
          },
        },
      ],
    });
    expect(entry('breadcrumbs')).toMatchObject({
      values: [{ timestamp: new Date(NOON).toISOString(), category: 'http' }],
    });
    expect(entry('request')).toMatchObject({
      method: 'POST',
      query: [['a', '1']],
      headers: [['Host', 'shop.example']],
    });
    expect(await read(`/issues/${id}/events/latest/`)).toMatchObject({ id: newer, nextEventID: null });
    expect(await read(`/issues/${id}/events/oldest/`)).toMatchObject({ id: older, previousEventID: null });
    expect(await read(`/organizations/ours/eventids/${event}/`)).toMatchObject({
      organizationSlug: 'ours',
      projectSlug: 'shop',
      groupId: String(id),
      eventId: event,
      event: { id: event },
    });
  });

  it('of an issue are listed, briefly or whole, page by page', async () => {
    const { id } = await happen(
      ...Array.from({ length: 5 }, (_, at) => ({
        timestamp: NOON - at * MINUTE,
        user_email: 'g@example.com',
      })),
    );
    const seen: Answer[] = [];
    for (let address = `/api/0/issues/${id}/events/?per_page=2`; ; ) {
      const answer = await app.ask('GET', address);
      seen.push(...((await answer.json()) as Answer[]));
      const { next } = links(answer);
      if (!next!.results) break;
      address = next!.url.replace('https://errors.example/base', '');
    }
    expect(new Set(seen.map((event) => event.eventID)).size).toBe(5);
    expect(seen[0]).toMatchObject({
      groupID: String(id),
      'event.type': 'error',
      user: { email: 'g@example.com' },
      platform: 'node',
    });
    const [whole] = await read<Answer[]>(`/issues/${id}/events/?full=true`);
    expect(whole).toMatchObject({ groupID: String(id), entries: [{ type: 'exception' }] });
  });

  it('of a project are listed newest first, also when they are old', async () => {
    const { id } = await happen(
      { project_id: 2, timestamp: NOON - 40 * DAY },
      { project_id: 2, timestamp: NOON - HOUR },
    );
    const events = await read<Answer[]>('/projects/ours/web/events/');
    const dates = events.map(({ dateCreated }) => String(dateCreated));
    expect(dates).toEqual(dates.toSorted().reverse());
    expect(events.filter(({ groupID }) => groupID === String(id))).toHaveLength(2);
  });

  it('of others, and ids that are none, are not found', async () => {
    const event = hex('theirs');
    await world.happen({ project_id: 3, event_id: event });
    for (const path of [
      `/projects/ours/shop/events/${event}/`,
      `/organizations/ours/eventids/${event}/`,
      '/projects/ours/shop/events/x/',
    ])
      expect((await get(path)).status, path).toBe(404);
  });

  it('name the hashes of their issue, each with its latest event', async () => {
    const { id, kind } = await happen(
      { hashes: [hex('h1'), hex('hs')] },
      { hashes: [hex('h2'), hex('hs')], event_id: hex('h2e') },
    );
    const hashes = await read<Answer[]>(`/organizations/ours/issues/${id}/hashes/`);
    expect(hashes.map((each) => each.id).sort()).toEqual([hex('h1'), hex('h2')].sort());
    expect(hashes.find((each) => each.id === hex('h2'))).toMatchObject({
      latestEvent: { id: hex('h2e'), title: `${kind}: card declined` },
    });
  });

  it('hand out their attachments', async () => {
    const event = hex('attached');
    await happen({ event_id: event });
    const blob = await world.blobs.put('attachments', Buffer.from('log line'));
    const { id } = await world.metadata.db
      .insertInto('attachment')
      .values({
        project_id: 1,
        event_id: event,
        name: 'app.log',
        content_type: 'text/plain',
        attachment_type: 'event.attachment',
        bytes: 8,
        blob,
        created_at: NOON,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const path = `/projects/ours/shop/events/${event}/attachments/`;
    expect(await read<Answer[]>(path)).toMatchObject([
      { id: String(id), event_id: event, name: 'app.log', mimetype: 'text/plain', size: 8 },
    ]);
    expect(await read(`${path}${id}/`)).toMatchObject({ type: 'event.attachment' });
    const download = await get(`${path}${id}/?download=1`);
    expect(await download.text()).toBe('log line');
    expect(download.headers.get('content-disposition')).toMatch(/^attachment/);
    expect((await get(`/projects/ours/shop/events/${hex('other')}/attachments/${id}/?download`)).status).toBe(
      404,
    );
  });
});

describe('the tags of an issue', () => {
  it('are counted by value, with when they were seen', async () => {
    const { id } = await happen(
      { tags: { browser: 'Firefox' }, timestamp: NOON - HOUR },
      { tags: { browser: 'Firefox' }, timestamp: NOON - MINUTE },
      { tags: { browser: 'Chrome "beta"' } },
    );
    const firefox = {
      key: 'browser',
      name: 'Firefox',
      value: 'Firefox',
      count: 2,
      firstSeen: new Date(NOON - HOUR).toISOString(),
      lastSeen: new Date(NOON - MINUTE).toISOString(),
      query: 'browser:"Firefox"',
    };
    expect(await read(`/issues/${id}/tags/browser/`)).toMatchObject({
      key: 'browser',
      uniqueValues: 2,
      totalValues: 3,
      topValues: [firefox, {}],
    });
    expect(await read(`/issues/${id}/tags/browser/values/`)).toMatchObject([
      firefox,
      { query: 'browser:"Chrome \\"beta\\""' },
    ]);
    const tags = await read<Answer[]>(`/organizations/ours/issues/${id}/tags/`);
    expect(tags.map(({ key }) => key)).toContain('level');
    expect((await get(`/issues/${id}/tags/nothing/`)).status).toBe(404);
  });
});

describe('grouping', () => {
  const send = (method: string, path: string, body?: unknown) => app.ask(method, `/api/0${path}`, body);

  it('merges issues and takes them apart, as Sentry is asked to', async () => {
    const pay = await happen({ user_id: 'a' }, { user_id: 'b' });
    const ship = await happen({ user_id: 'b' });
    const merged = await send('PUT', `/projects/ours/shop/issues/?id=${ship.id}&id=${pay.id}`, { merge: 1 });
    expect(await merged.json()).toEqual({ merge: { parent: String(pay.id), children: [String(ship.id)] } });
    expect(await read(`/issues/${ship.id}/`)).toMatchObject({ id: String(pay.id), count: '3', userCount: 2 });

    const unmerged = await send('PUT', `/organizations/ours/issues/${pay.id}/hashes/?id=${hex(ship.kind)}`);
    expect(unmerged.status).toBe(202);
    expect(await read(`/issues/${ship.id}/`)).toMatchObject({
      id: String(ship.id),
      count: '1',
      userCount: 1,
    });
    expect(await read(`/issues/${pay.id}/`)).toMatchObject({ count: '2', userCount: 2 });
  });

  it('knows what looks alike', async () => {
    const one = await happen({
      exception_type: 'TaxError',
      title: 'TaxError: rate 7 is gone',
      culprit: 'tax',
    });
    const two = await happen({
      exception_type: 'TaxError',
      title: 'TaxError: rate 9 is gone',
      culprit: 'tax',
    });
    const [[group, scores]] = await read<[[Answer, object]]>(`/issues/${one.id}/similar/`);
    expect(group).toMatchObject({ id: String(two.id) });
    expect(scores).toMatchObject({ 'exception:message:character-shingles': 1 });
  });

  it('has the rules among the options of a project', async () => {
    const rules = 'error.type:X -> x';
    const saved = await send('PUT', '/projects/ours/shop/', { fingerprintingRules: rules, platform: 'node' });
    expect(await saved.json()).toMatchObject({
      slug: 'shop',
      fingerprintingRules: rules,
      groupingEnhancements: '',
    });
    await send('PUT', '/projects/ours/shop/', { groupingEnhancements: 'function:a -app' });
    expect(await read('/projects/ours/shop/')).toMatchObject({
      fingerprintingRules: rules,
      groupingEnhancements: 'function:a -app',
    });
    const refused = await send('PUT', '/projects/ours/shop/', { groupingEnhancements: 'function:a' });
    expect([refused.status, await refused.json()]).toMatchObject([
      400,
      { detail: expect.stringContaining('column 11') },
    ]);
  });
});
