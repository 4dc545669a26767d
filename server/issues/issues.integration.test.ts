import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EventDetail, EventList } from '#contract/events.ts';
import type {
  AffectedUsers,
  EventLocation,
  Issue,
  IssueDetail,
  IssueList,
  IssueTags,
} from '#contract/issues.ts';
import { Unavailable } from '#server/platform/rejection.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { eventRoutes } from './event-routes.ts';
import { finishDeletions } from './issue-deletion.ts';
import { issueRoutes } from './issue-routes.ts';
import { openTestApp, type TestApp } from './test-app.ts';
import { DAY, HOUR, hex, MINUTE, NOON, openTestIssues, type TestIssues } from './test-issues.ts';

let world: TestIssues;
let app: TestApp;
/** A new kind of error for each test, so that they do not meet. */
let kind: string;
let count = 0;

beforeAll(async () => {
  world = await openTestIssues();
  app = await openTestApp(world, [issueRoutes(world), eventRoutes(world)]);
});
afterAll(async () => {
  await app.close();
  await world.discard();
});
beforeEach(() => {
  kind = `Kind${++count}`;
  world.setNow(NOON);
});

const search = (words: string, rest = '') =>
  app.read<IssueList>(`/api/v1/issues?query=${encodeURIComponent(words)}&${rest}`);

/** Events of this test's kind, and the issue they make. */
async function happen(...events: Parameters<TestIssues['happen']>): Promise<number> {
  const results = await world.happen(
    ...events.map((event) => ({ exception_type: kind, hashes: [hex(kind)], ...event })),
  );
  return results[0]!.issueId;
}

describe('the issue list', () => {
  it('shows an issue with its counts, trend, and those of the period', async () => {
    await happen(
      { timestamp: NOON - 40 * DAY, user_id: '1' },
      { timestamp: NOON - 2 * HOUR, user_id: '1', release: '1.1', handled: 0 },
      { timestamp: NOON - 2 * HOUR, user_id: '2' },
      { timestamp: NOON - 30 * MINUTE, user_id: '2' },
    );
    const { items, total } = await search(`type:${kind}`, 'period=24h');
    expect(total).toBe(1);
    expect(items[0]).toMatchObject({
      shortId: expect.stringMatching(/^SHOP-\d+$/),
      project: { id: '1', slug: 'shop', name: 'The shop' },
      title: `${kind}: card declined`,
      status: 'unresolved',
      substate: 'new',
      unhandled: true,
      events: 4,
      users: 2,
      usersExact: true,
      firstSeen: new Date(NOON - 40 * DAY).toISOString(),
      periodEvents: 3,
      periodUsers: 2,
    });
    const { counts, stepSeconds, from } = items[0]!.trend;
    expect([counts.length, stepSeconds, from]).toEqual([24, 3600, new Date(NOON - 23 * HOUR).toISOString()]);
    expect(counts.slice(-3)).toEqual([2, 1, 0]);
  });

  it('draws the last hour by minutes', async () => {
    await happen({ timestamp: NOON - 5 * MINUTE }, { timestamp: NOON - 2 * HOUR });
    const { items } = await search(`type:${kind}`, 'period=1h');
    expect(items[0]!.trend.counts.slice(-7)).toEqual([0, 1, 0, 0, 0, 0, 0]);
    expect(items[0]!.periodEvents).toBe(1);
  });

  it('lays days out in whole steps, whatever environment and release, each user once', async () => {
    await happen(
      { timestamp: NOON - 15 * DAY, user_id: '0' },
      { timestamp: NOON - 13 * DAY, user_id: '1', release: '1.0' },
      { timestamp: NOON - 1, user_id: '1', release: '1.0', environment: 'production' },
      { timestamp: NOON - 2, user_id: '2', release: '1.1', environment: 'production' },
      { timestamp: NOON - 12 * HOUR, user_id: '2', release: '1.1' },
      { timestamp: NOON - 12 * HOUR - 1, user_id: '3' },
    );
    const [fortnight] = (await search(`type:${kind}`, 'period=14d')).items;
    expect(fortnight!.trend.counts.slice(-3)).toEqual([1, 3, 0]);
    expect(fortnight!.trend.counts[1]).toBe(1);
    expect([fortnight!.events, fortnight!.periodEvents, fortnight!.periodUsers]).toEqual([6, 5, 3]);

    const [week] = (await search(`type:${kind}`, 'period=7d')).items;
    expect(week!.trend.counts.slice(-5)).toEqual([0, 1, 1, 2, 0].slice(0, 5));
    expect([week!.periodEvents, week!.periodUsers]).toEqual([4, 3]);
  });

  it('adds up the hashes of an issue, and tells the same hash of two projects apart', async () => {
    await happen(
      { hashes: [hex(`${kind}a`), hex(`${kind}s`)] },
      { hashes: [hex(`${kind}b`), hex(`${kind}s`)] },
    );
    await happen({ hashes: [hex(`${kind}a`)], project_id: 2 });
    const { items } = await search(`type:${kind}`, 'sort=events');
    expect(items.map(({ project, periodEvents, events }) => [project.slug, periodEvents, events])).toEqual([
      ['shop', 2, 2],
      ['web', 1, 1],
    ]);
  });

  it('is empty, not an error, for who has no projects with issues', async () => {
    const answer = await app.askAsStranger('GET', '/api/v1/issues?query=');
    expect(await answer.json()).toEqual({
      items: [],
      total: 0,
      nextCursor: null,
      previousCursor: null,
      notices: [],
    });
  });

  it('says in words what is wrong with a search or a cursor', async () => {
    const wrong = async (rest: string) => (await app.ask('GET', `/api/v1/issues?${rest}`)).json();
    expect(await wrong('query=is:strange')).toMatchObject({
      error: { code: 'query_invalid', message: expect.stringContaining('column 1') },
    });
    expect(await wrong('cursor=nonsense')).toMatchObject({ error: { code: 'cursor_invalid' } });
    expect(await wrong('project=other')).toMatchObject({ error: { code: 'not_found' } });
  });
});

describe('paging through issues', () => {
  const many = 23;
  const create = () =>
    happen(
      ...Array.from({ length: many }, (_, at) => ({
        hashes: [hex(`${kind}-${at}`)],
        timestamp: NOON - at * MINUTE,
        culprit: `${at}`,
      })),
    );

  it.each(['lastSeen', 'firstSeen', 'events', 'users'])(
    'by %s lists each once, forwards and back',
    async (sort) => {
      await create();
      const pages: string[][] = [];
      let cursor: string | null = '';
      let back: string | null = null;
      while (cursor !== null) {
        const page: IssueList = await search(`type:${kind}`, `limit=5&sort=${sort}&cursor=${cursor}`);
        expect(page.total).toBe(many);
        pages.push(page.items.map(({ id }) => id));
        back = page.previousCursor;
        cursor = page.nextCursor;
      }
      expect(pages.map((page) => page.length)).toEqual([5, 5, 5, 5, 3]);
      expect(new Set(pages.flat()).size).toBe(many);

      const backwards: string[][] = [];
      while (back !== null) {
        const page: IssueList = await search(`type:${kind}`, `limit=5&sort=${sort}&cursor=${back}`);
        backwards.unshift(page.items.map(({ id }) => id));
        back = page.previousCursor;
      }
      expect(backwards).toEqual(pages.slice(0, -1));
    },
  );

  it('misses none and repeats none while others come in and change', async () => {
    await create();
    const seen: string[] = [];
    const moved = new Set<string>();
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: IssueList = await search(`type:${kind}`, `limit=4&cursor=${cursor}`);
      seen.push(...page.items.map(({ culprit }) => culprit));
      cursor = page.nextCursor;
      // A new issue, one already listed that happens again, and one not listed yet.
      await happen({ hashes: [hex(`${kind}-new-${seen.length}`)], timestamp: NOON, culprit: 'new' });
      await happen({ hashes: [hex(`${kind}-0`)], timestamp: NOON + 1, culprit: '0' });
      if (moved.size === 0) {
        moved.add('20');
        await happen({ hashes: [hex(`${kind}-20`)], timestamp: NOON + 1, culprit: '20' });
      }
    }
    const expected = Array.from({ length: many }, (_, at) => String(at)).filter(
      (culprit) => !moved.has(culprit),
    );
    expect(seen).toEqual(expected);
    const [first] = (await search(`type:${kind}`, 'limit=2')).items;
    expect(['0', '20']).toContain(first!.culprit);
  });
});

describe('one issue', () => {
  it('is found by id and by short id, with its story', async () => {
    const id = await happen({ hashes: [hex(kind), hex(`${kind}s`)], release: '1.0', timestamp: NOON - HOUR });
    const { shortId } = await app.read<Issue>(`/api/v1/issues/${id}`);
    await world.metadata.db
      .insertInto('feedback')
      .values({
        project_id: 1,
        feedback_id: null,
        event_id: null,
        issue_id: id,
        name: 'Bo',
        email: 'bo@example.com',
        message: 'It broke',
        url: '',
        created_at: NOON,
      })
      .execute();
    expect(await app.read<IssueDetail>(`/api/v1/issues/${shortId.toLowerCase()}`)).toMatchObject({
      id: String(id),
      hashes: [hex(kind), hex(`${kind}s`)].sort(),
      firstRelease: '1.0',
      activity: [{ kind: 'first_seen', by: null, data: { release: '1.0' } }],
      feedback: [{ name: 'Bo', message: 'It broke', eventId: null }],
      trend24h: { stepSeconds: 3600 },
    });
  });

  it('is not there for another organization, whatever is tried', async () => {
    const id = await happen({});
    const { shortId, lastEventId } = await app.read<Issue>(`/api/v1/issues/${id}`);
    const addresses = [
      `/api/v1/issues/${id}`,
      `/api/v1/issues/${shortId}`,
      `/api/v1/issues/${id}/events`,
      `/api/v1/issues/${id}/events/latest`,
      `/api/v1/issues/${id}/events/${lastEventId}/raw`,
      `/api/v1/issues/${id}/tags`,
      `/api/v1/issues/${id}/users`,
      `/api/v1/events/${lastEventId}`,
    ];
    for (const address of addresses)
      expect((await app.askAsStranger('GET', address)).status, address).toBe(404);
    expect((await app.askAsStranger('PATCH', `/api/v1/issues/${id}`, { status: 'resolved' })).status).toBe(
      404,
    );
    expect((await app.askAsStranger('DELETE', `/api/v1/issues/${id}`)).status).toBe(404);
    expect(
      await (
        await app.askAsStranger('PATCH', '/api/v1/issues', { ids: [String(id)], status: 'resolved' })
      ).json(),
    ).toMatchObject({ changed: 0, undo: null });
    await app.askAsStranger('POST', '/api/v1/issues/delete', { ids: [String(id)] });
    expect(await app.read(`/api/v1/issues/${id}`)).toMatchObject({ status: 'unresolved' });
  });

  it('needs somebody who asks, and the right to do what is asked', async () => {
    const id = await happen({});
    expect((await fetch(`${app.address}/api/v1/issues/${id}`)).status).toBe(401);
    const reader = await openTestApp({ ...world, viewer: { ...world.viewer, scopes: ['event:read'] } }, [
      issueRoutes(world),
    ]);
    expect((await reader.ask('GET', `/api/v1/issues/${id}`)).status).toBe(200);
    expect((await reader.ask('PATCH', `/api/v1/issues/${id}`, { status: 'resolved' })).status).toBe(403);
    expect((await reader.ask('DELETE', `/api/v1/issues/${id}`)).status).toBe(403);
    await reader.close();
  });

  it.each(['0', '-1', '1e3', '99999999', '9'.repeat(40), 'SHOP-', 'SHOP-99999', '%00', "1'--"])(
    '%s is not found',
    async (id) => {
      expect((await app.ask('GET', `/api/v1/issues/${encodeURIComponent(id)}`)).status).toBe(404);
    },
  );
});

describe('what people do', () => {
  const patch = async (id: number, status: string) =>
    (await app.ask('PATCH', `/api/v1/issues/${id}`, { status })).json();

  it('is resolve, see it come back, archive, reopen; and the activity tells who', async () => {
    const id = await happen({ timestamp: NOON - HOUR });
    expect(await patch(id, 'resolved')).toMatchObject({ status: 'resolved', substate: 'resolved' });
    await happen({ timestamp: NOON - MINUTE });
    expect(await app.read(`/api/v1/issues/${id}`)).toMatchObject({ status: 'resolved', events: 2 });
    await happen({ timestamp: NOON + MINUTE, release: '2.0' });
    expect(await app.read(`/api/v1/issues/${id}`)).toMatchObject({
      status: 'unresolved',
      substate: 'regressed',
    });
    world.setNow(NOON + 1);
    expect(await patch(id, 'archived')).toMatchObject({ status: 'archived', substate: 'archived' });
    await happen({ timestamp: NOON + 2 * MINUTE });
    world.setNow(NOON + 2);
    expect(await patch(id, 'unresolved')).toMatchObject({ status: 'unresolved', substate: 'ongoing' });
    const { activity } = await app.read<IssueDetail>(`/api/v1/issues/${id}`);
    expect(activity.map(({ kind, by }) => [kind, by])).toEqual([
      ['reopened', 'Ada Lovelace'],
      ['archived', 'Ada Lovelace'],
      ['regressed', null],
      ['resolved', 'Ada Lovelace'],
      ['first_seen', null],
    ]);
  });

  it('is done to many at once; ids that do not exist are passed over', async () => {
    const ids = [await happen({}), await happen({ hashes: [hex(`${kind}2`)] }), 99_999_999].map(String);
    const answer = await app.ask('PATCH', '/api/v1/issues', { ids, status: 'resolved' });
    expect(await answer.json()).toMatchObject({ changed: 2, unchanged: 0, left: 0 });
    expect((await search(`type:${kind} is:resolved`)).total).toBe(2);
    expect((await app.ask('POST', '/api/v1/issues/delete', { ids })).status).toBe(204);
    expect((await search(`type:${kind}`)).total).toBe(0);
  });
});

describe('deleting an issue', () => {
  const attach = async (eventId: string, bytes: string) => {
    const blob = await world.blobs.put('attachments', Buffer.from(bytes));
    await world.metadata.db
      .insertInto('attachment')
      .values({
        project_id: 1,
        event_id: eventId,
        name: 'a.txt',
        content_type: 'text/plain',
        attachment_type: 'event.attachment',
        bytes: bytes.length,
        blob,
        created_at: NOON,
      })
      .execute();
    return blob;
  };
  const isThere = (blob: string) =>
    world.blobs.get(blob).then(
      () => true,
      () => false,
    );

  it('removes it with events, attachments and files, and leaves what belongs to others', async () => {
    const id = await happen({ event_id: hex(`${kind}e`) });
    const other = await happen({ hashes: [hex(`${kind}o`)], event_id: hex(`${kind}oe`) });
    const alone = await attach(hex(`${kind}e`), `${kind} alone`);
    const shared = await attach(hex(`${kind}e`), `${kind} shared`);
    await attach(hex(`${kind}oe`), `${kind} shared`);

    expect((await app.ask('DELETE', `/api/v1/issues/${id}`)).status).toBe(204);
    expect((await app.ask('GET', `/api/v1/issues/${id}`)).status).toBe(404);
    expect((await app.ask('GET', `/api/v1/events/${hex(`${kind}e`)}`)).status).toBe(404);
    expect([await isThere(alone), await isThere(shared)]).toEqual([false, true]);
    expect((await app.read<EventDetail>(`/api/v1/issues/${other}/events/latest`)).attachments).toHaveLength(
      1,
    );
    for (const table of ['issue_hash', 'issue_user', 'issue_activity'] as const)
      expect(
        await world.metadata.db.selectFrom(table).selectAll().where('issue_id', '=', id).execute(),
      ).toEqual([]);

    const again = await happen({ timestamp: NOON + MINUTE, received_at: NOON + MINUTE });
    expect(again).not.toBe(id);
    expect((await app.read<EventList>(`/api/v1/issues/${again}/events`)).items).toHaveLength(1);
  });

  it('is completed later when the engine is away', async () => {
    const id = await happen({ event_id: hex(`${kind}e`) });
    const blob = await attach(hex(`${kind}e`), kind);
    const away = {
      ...world.telemetry,
      deleteEvents: () => Promise.reject(new Unavailable('telemetry_unreachable', 'away')),
    };
    const half = await openTestApp(world, [issueRoutes({ ...world, telemetry: away })]);
    expect((await half.ask('DELETE', `/api/v1/issues/${id}`)).status).toBe(204);
    await half.close();
    expect(await isThere(blob)).toBe(true);

    await finishDeletions(world);
    expect(await isThere(blob)).toBe(false);
    expect(await world.metadata.db.selectFrom('setting').select('name').execute()).toEqual([]);
    const again = await happen({ received_at: NOON + MINUTE });
    expect((await app.read<EventList>(`/api/v1/issues/${again}/events`)).items).toHaveLength(1);
  });

  it('that another program completed meanwhile takes nothing that came since', async () => {
    const id = await happen({ event_id: hex(`${kind}a`) });
    await attach(hex(`${kind}a`), kind);
    const { db } = world.metadata;
    const waiting = { journal: 'j1', batch: 8, spool: '8-0.spool', created_at: NOON };
    await db.insertInto('pending_batch').values(waiting).execute();
    expect((await app.ask('DELETE', `/api/v1/issues/${id}`)).status).toBe(204);
    await db.deleteFrom('pending_batch').execute();
    const again = await happen({ event_id: hex(`${kind}b`) });
    const select: TelemetryStore['select'] = async (...question) => {
      await db.deleteFrom('setting').where('name', 'like', 'issue_deletion:%').execute();
      return world.telemetry.select(...question);
    };
    await finishDeletions({ ...world, telemetry: { ...world.telemetry, select } });
    const { items } = await app.read<EventList>(`/api/v1/issues/${again}/events`);
    expect(items.map((event) => event.id)).toContain(hex(`${kind}b`));
  });

  it('while rows of it wait for the engine leaves nothing behind once they are in', async () => {
    const id = await happen({ event_id: hex(`${kind}a`) });
    const { db } = world.metadata;
    await db
      .insertInto('pending_batch')
      .values({ journal: 'j1', batch: 7, spool: '7-0.spool', created_at: NOON })
      .execute();
    expect((await app.ask('DELETE', `/api/v1/issues/${id}`)).status).toBe(204);

    // The engine is back, and has the rows that were decided before.
    const late = await happen({ event_id: hex(`${kind}b`) });
    const blob = await attach(hex(`${kind}b`), kind);
    await db.deleteFrom('issue').where('id', '=', late).execute();
    await db.deleteFrom('pending_batch').execute();
    await finishDeletions(world);
    expect(await isThere(blob)).toBe(false);
    const again = await happen({
      event_id: hex(`${kind}c`),
      timestamp: NOON + MINUTE,
      received_at: NOON + MINUTE,
    });
    expect((await app.read<EventList>(`/api/v1/issues/${again}/events`)).items).toHaveLength(1);
  });
});

describe('the events of an issue', () => {
  it('are listed newest first, in pages without gap or repeat while more arrive', async () => {
    const id = await happen(
      ...Array.from({ length: 11 }, (_, at) => ({
        event_id: hex(`${kind}${at}`),
        timestamp: NOON - Math.floor(at / 3) * MINUTE,
      })),
    );
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: EventList = await app.read(`/api/v1/issues/${id}/events?limit=2&cursor=${cursor}`);
      seen.push(...page.items.map((event) => event.id));
      cursor = page.nextCursor;
      await happen({ timestamp: NOON + seen.length });
    }
    expect(seen).toHaveLength(11);
    expect(new Set(seen).size).toBe(11);
  });

  it('are searched', async () => {
    const id = await happen(
      { user_id: '1', tags: { browser: 'Firefox' }, url: 'https://shop.example/pay', trace_id: hex('t') },
      { user_id: '2', user_email: 'b@example.com', handled: 0 },
    );
    const found = async (query: string) =>
      (await app.read<EventList>(`/api/v1/issues/${id}/events?query=${encodeURIComponent(query)}`)).items.map(
        ({ user }) => user,
      );
    expect(await found('browser:Firefox')).toEqual(['1']);
    expect(await found('!browser:Firefox')).toEqual(['b@example.com']);
    expect(await found('url:*/pay')).toEqual(['1']);
    expect(await found('error.unhandled:true')).toEqual(['b@example.com']);
    expect(await found('timestamp:<2026-06-10')).toEqual([]);
    expect(await found(`trace:${hex('t')} "card declined"`)).toEqual(['1']);
  });

  it('know their neighbours and their place', async () => {
    // Two of the same millisecond: the id decides.
    const ids = ['a', 'b', 'c', 'd'].map((letter) => hex(kind + letter));
    const times = [NOON - 3 * HOUR, NOON - HOUR, NOON - HOUR, NOON - 5 * MINUTE];
    const id = await happen(...ids.map((event_id, at) => ({ event_id, timestamp: times[at]! })));
    const [a, b, c, d] = ids;
    const place = async (which: string) => {
      const {
        id: event,
        olderId,
        newerId,
        index,
        total,
      } = await app.read<EventDetail>(`/api/v1/issues/${id}/events/${which}`);
      return [event, olderId, newerId, index, total];
    };
    expect(await place('latest')).toEqual([d, c, null, 1, 4]);
    expect(await place(c!)).toEqual([c, b, d, 2, 4]);
    expect(await place(b!)).toEqual([b, a, c, 3, 4]);
    expect(await place('oldest')).toEqual([a, null, b, 4, 4]);
    expect(await place(a!.replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'))).toEqual([a, null, b, 4, 4]);
    expect((await app.ask('GET', `/api/v1/issues/${id}/events/${hex('nobody')}`)).status).toBe(404);
    expect((await app.ask('GET', `/api/v1/issues/${id}/events/first`)).status).toBe(404);
  });

  it('are whole: payload, grouping, attachments, feedback', async () => {
    const event = hex(`${kind}e`);
    const id = await happen({
      event_id: event,
      payload: JSON.stringify({ event_id: event, tags: [['a', '<script>']] }),
    });
    await world.metadata.db
      .insertInto('feedback')
      .values({
        project_id: 1,
        feedback_id: null,
        event_id: event,
        issue_id: id,
        name: 'Bo',
        email: '',
        message: 'Help',
        url: '',
        created_at: NOON,
      })
      .execute();
    const detail = await app.read<EventDetail>(`/api/v1/issues/${id}/events/${event}`);
    expect(detail).toMatchObject({
      id: event,
      issueId: String(id),
      projectId: '1',
      groupingHash: hex(kind),
      payload: { event_id: event, tags: [['a', '<script>']] },
      grouping: { hashes: [hex(kind)] },
      feedback: [{ name: 'Bo', message: 'Help' }],
      attachments: [],
    });
    const raw = await app.ask('GET', `/api/v1/issues/${id}/events/${event}/raw`);
    expect(raw.headers.get('content-type')).toContain('application/json');
    expect(await raw.json()).toEqual({ event_id: event, tags: [['a', '<script>']] });
    expect(await app.read<EventLocation>(`/api/v1/events/${event.toUpperCase()}`)).toEqual({
      eventId: event,
      issueId: String(id),
      projectId: '1',
    });
  });

  it('give out their files as downloads that no browser runs', async () => {
    const event = hex(`${kind}e`);
    const id = await happen({ event_id: event });
    const page = '<script>alert(1)</script>';
    const blob = await world.blobs.put('attachments', Buffer.from(page));
    const name = 'a"b\r\nx: y/ü.html';
    await world.metadata.db
      .insertInto('attachment')
      .values({
        project_id: 1,
        event_id: event,
        name,
        content_type: 'text/html',
        attachment_type: 'event.attachment',
        bytes: page.length,
        blob,
        created_at: NOON,
      })
      .execute();
    const [attachment] = (await app.read<EventDetail>(`/api/v1/issues/${id}/events/latest`)).attachments;
    expect(attachment).toMatchObject({ name, contentType: 'text/html', bytes: page.length });
    const answer = await app.ask('GET', attachment!.url);
    expect(await answer.text()).toBe(page);
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="a_b__x: y/_.html"; filename*=UTF-8''a%22b%0D%0Ax%3A%20y%2F%C3%BC.html`,
    );
    expect((await app.askAsStranger('GET', attachment!.url)).status).toBe(404);
  });
});

describe('tags and users of an issue', () => {
  it('tells how the values of each tag are distributed, columns that are tags to people included', async () => {
    const id = await happen(
      { tags: { browser: 'Firefox', release: 'own' }, release: '1.0', environment: 'prod' },
      { tags: { browser: 'Firefox' }, release: '1.0', environment: 'prod' },
      { tags: { browser: 'Chrome' }, release: '1.1' },
      { tags: { browser: 'Safari' }, timestamp: NOON - 40 * DAY },
    );
    const { events, sampled, tags } = await app.read<IssueTags>(`/api/v1/issues/${id}/tags?period=30d`);
    expect([events, sampled]).toEqual([3, false]);
    const tag = (key: string) => tags.find((each) => each.key === key);
    expect(tag('browser')).toEqual({
      key: 'browser',
      events: 3,
      distinctValues: 2,
      top: [
        { value: 'Firefox', events: 2, users: 0, others: 1 },
        { value: 'Chrome', events: 1, users: 0, others: 0 },
      ],
    });
    expect(tag('environment')).toMatchObject({ events: 2, top: [{ value: 'prod', events: 2 }] });
    expect(
      tag('release')!
        .top.map(({ value }) => value)
        .sort(),
    ).toEqual(['1.0', '1.1', 'own']);
    expect(tag('server_name')).toBeUndefined();
  });

  it('looks at the newest events of many, and says at how many', async () => {
    const id = await happen({ timestamp: NOON - HOUR, tags: { era: 'new' } });
    const rows = (times: number, timestamp: number, era: string) =>
      `${JSON.stringify({ project_id: 1, grouping_hash: hex(kind), timestamp, tags: { era } })}\n`.repeat(
        times,
      );
    // The limit lies among the five of one millisecond, which count together.
    const lines =
      rows(99_996, NOON - HOUR, 'new') + rows(5, NOON - 2 * HOUR, 'tied') + rows(2, NOON - 3 * HOUR, 'old');
    await world.telemetry.insert('events', Buffer.from(lines), kind);
    const { events, sampled, tags } = await app.read<IssueTags>(`/api/v1/issues/${id}/tags?period=24h`);
    expect([events, sampled]).toEqual([100_002, true]);
    expect(tags.find(({ key }) => key === 'era')).toEqual({
      key: 'era',
      events: 100_002,
      distinctValues: 2,
      top: [
        { value: 'new', events: 99_997, users: 0, others: 0 },
        { value: 'tied', events: 5, users: 0, others: 0 },
      ],
    });
  });

  it('lists whom it hit, those with the most events first, page by page', async () => {
    const id = await happen(
      ...['1', '2', '2', '3', '4', '5'].map((user_id) => ({ user_id, user_email: `${user_id}@example.com` })),
      {},
    );
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: AffectedUsers = await app.read(`/api/v1/issues/${id}/users?limit=2&cursor=${cursor}`);
      expect(page.total).toBe(5);
      seen.push(...page.items.map(({ id: user }) => user));
      cursor = page.nextCursor;
    }
    expect(seen[0]).toBe('2');
    expect(seen.toSorted()).toEqual(['1', '2', '3', '4', '5']);
    const [first] = (await app.read<AffectedUsers>(`/api/v1/issues/${id}/users`)).items;
    expect(first).toMatchObject({ key: 'id:2', email: '2@example.com', events: 2 });
  });
});
