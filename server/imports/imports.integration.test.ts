/** Issues of another tracker become ours, on both metadata engines: found again, joined, never merged unseen. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ImportIssueAnswer, ImportIssueRequest, ImportMarks } from '#contract/imports.ts';
import type { IssueDetail } from '#contract/issues.ts';
import type { Acceptance } from '#server/ingest/acceptance.ts';
import { issueRoutes } from '#server/issues/issue-routes.ts';
import { openTestApp, type TestApp } from '#server/issues/test-app.ts';
import { DAY, HOUR, hex, NOON, openTestIssues, type TestIssues } from '#server/issues/test-issues.ts';
import { insertTestMembers } from '#server/issues/test-members.ts';
import { startTestPostgres, type TestPostgres } from '#server/store/metadata/test-postgres.ts';
import { importRoutes } from './import-routes.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

const SOURCE = 'https://sentry.example.com/acme/shop';
const iso = (time: number) => new Date(time).toISOString();

describe.each(['sqlite', 'postgres'] as const)('with metadata on %s', (engine) => {
  let world: TestIssues;
  let app: TestApp;
  let count = 0;
  /** Ids of the events that reached the door. */
  let sent: string[] = [];
  let isBehind = false;

  const acceptance: Pick<Acceptance, 'admit' | 'append'> = {
    admit: (_key, { request }) => {
      if (!isBehind) sent.push(...request.records.map(({ meta }) => String(meta.eventId)));
      const limits = isBehind
        ? [
            {
              kinds: ['event' as const],
              retryAfterSeconds: 1,
              scope: 'organization' as const,
              reason: 'overloaded' as const,
            },
          ]
        : [];
      return { pending: [], limits, isRefused: isBehind };
    },
    append: async () => {},
  };

  beforeAll(async () => {
    world = await openTestIssues(engine === 'postgres' ? await postgres.createDatabase() : '');
    await insertTestMembers(world.metadata.db);
    for (const viewer of [world.viewer, world.stranger]) (viewer.scopes as string[]).push('project:admin');
    const stores = {
      ...{ ...world, acceptance, forgetKeys: () => {} },
      retentionPolicy: async () => ({ defaultDays: 90, projects: [] }),
    };
    app = await openTestApp(world, [importRoutes(stores), issueRoutes(world)]);
  });
  afterAll(async () => {
    await app.close();
    await world.discard();
  });
  beforeEach(() => {
    count += 1;
    sent = [];
    isBehind = false;
  });

  const issue = (more: Partial<ImportIssueRequest['issue']> = {}): ImportIssueRequest['issue'] => ({
    ...{
      id: `there-${count}`,
      title: 'PaymentError: declined',
      events: 12_403,
      hashes: [hex(`hash ${count}`)],
    },
    ...{ firstSeen: iso(NOON - 20 * DAY), lastSeen: iso(NOON - HOUR), state: { status: 'unresolved' } },
    ...more,
  });
  const event = (name: string, about: Record<string, unknown> = {}) => ({
    ...{ event_id: hex(`${count} ${name}`), timestamp: (NOON - HOUR) / 1000, platform: 'python' },
    ...{ fingerprint: [`of test ${count}`], ...about },
  });
  async function bring(
    given: ImportIssueRequest['issue'],
    events: Record<string, unknown>[] = [],
  ): Promise<ImportIssueAnswer> {
    const answer = await app.ask('POST', '/api/v1/imports/shop/issues', {
      source: SOURCE,
      issue: given,
      events,
    });
    expect(answer.status, await answer.clone().text()).toBe(200);
    return (await answer.json()) as ImportIssueAnswer;
  }
  const read = (id: string) => app.read<IssueDetail>(`/api/v1/issues/${id}`);
  const marks = async (...ids: string[]) => {
    const answer = await app.ask('POST', '/api/v1/imports/shop/marks', { source: SOURCE, ids });
    return ((await answer.json()) as ImportMarks).marks;
  };

  it('is made once, with its times, and counted apart from our own events', async () => {
    const first = await bring(issue({ mark: 'm1' }), [event('a'), event('b')]);
    expect(first).toMatchObject({ became: 'made', events: { taken: 2, known: 0, left: [] }, left: [] });
    expect(sent).toHaveLength(2);
    const again = await bring(issue({ mark: 'm2', events: 12_500 }));
    expect(again).toMatchObject({ became: 'known', issueId: first.issueId });
    expect(await read(first.issueId)).toMatchObject({
      ...{ events: 0, firstSeen: iso(NOON - 20 * DAY), lastSeen: iso(NOON - HOUR) },
      imported: [{ source: SOURCE, events: 12_500 }],
    });
    expect(await marks(`there-${count}`, 'another')).toEqual({ [`there-${count}`]: 'm2' });
  });

  it('is whole only when its events are in the journal: until then it is begun again', async () => {
    isBehind = true;
    const request = { source: SOURCE, issue: issue({ mark: 'm' }), events: [event('a')] };
    const answer = await app.ask('POST', '/api/v1/imports/shop/issues', request);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await marks(`there-${count}`)).toEqual({});
    isBehind = false;
    expect(await bring(issue({ mark: 'm' }), [event('a')])).toMatchObject({
      became: 'known',
      events: { taken: 1 },
    });
    expect(await marks(`there-${count}`)).toEqual({ [`there-${count}`]: 'm' });
  });

  it('joins the issue that its hash has here, and keeps what people decided there', async () => {
    const hash = hex(`hash ${count}`);
    const [happened] = await world.happen({ hashes: [hash], timestamp: NOON - 2 * HOUR });
    const { issueId } = happened!;
    expect(await bring(issue({ state: { status: 'archived' } }))).toMatchObject({
      became: 'joined',
      issueId: String(issueId),
    });
    expect(await read(String(issueId))).toMatchObject({
      status: 'archived',
      events: 1,
      firstSeen: iso(NOON - 20 * DAY),
    });
    await app.ask('PATCH', `/api/v1/issues/${issueId}`, { status: 'unresolved' });
    await bring(issue({ state: { status: 'archived' } }));
    expect(await read(String(issueId))).toMatchObject({ status: 'unresolved' });
  });

  it('takes no hash that another issue has, and says so', async () => {
    const other = await bring(issue({ id: 'other', hashes: [hex('shared')] }));
    const answer = await bring(issue(), [event('a')]);
    const mixed = await bring(issue({ hashes: [hex('shared'), hex(`hash ${count}`)] }));
    expect(mixed.issueId).toBe(answer.issueId);
    expect(mixed.left).toEqual([
      { what: `hash ${hex('shared')}`, why: 'another issue here has it: errors of both are one here' },
    ]);
    expect((await read(other.issueId)).hashes).toEqual([hex('shared')]);
  });

  it('two issues of theirs that are one here: the open one decides', async () => {
    const state = { status: 'resolved' as const };
    const one = await bring(issue({ id: `one ${count}`, state }));
    expect(await read(one.issueId)).toMatchObject({ status: 'resolved' });
    const two = await bring(issue({ id: `two ${count}`, events: 3 }));
    expect(two).toMatchObject({ became: 'joined', issueId: one.issueId });
    expect(await read(one.issueId)).toMatchObject({
      status: 'unresolved',
      imported: [{ events: 12_403 }, { events: 3 }],
    });
  });

  it('leaves events that cannot be, each with its reason', async () => {
    const { events } = await bring(issue(), [
      event('fine'),
      event('fine'),
      { timestamp: 1 },
      event('old', { timestamp: (NOON - 91 * DAY) / 1000 }),
      event('future', { timestamp: (NOON + DAY) / 1000 }),
      event('when', { timestamp: undefined }),
      event('trace', { type: 'transaction' }),
    ]);
    expect(events.taken).toBe(1);
    expect(events.left.map(({ why }) => why)).toEqual([
      'it was sent twice',
      'it has no event id',
      'it is older than events are kept here',
      expect.stringContaining('is in the future'),
      'it does not say when it happened',
      'it is a transaction, which has no issue here',
    ]);
  });

  it('knows events that are stored already', async () => {
    const known = event('known');
    await world.happenInTelemetry({ event_id: known.event_id, timestamp: NOON - HOUR });
    expect((await bring(issue(), [known, event('new')])).events).toMatchObject({ taken: 1, known: 1 });
    expect(sent).toEqual([event('new').event_id]);
  });

  it('gives it to members and teams that are here, and says who is not', async () => {
    const ada = await bring(issue({ assignee: { email: 'ADA@example.com' } }));
    expect(ada.left).toEqual([]);
    expect((await read(ada.issueId)).assignee).toMatchObject({ id: 'ada' });
    const nobody = await bring(
      issue({ id: `x${count}`, hashes: [], assignee: { email: 'nobody@example.com' } }),
    );
    expect(nobody.left).toEqual([
      { what: 'assignee nobody@example.com', why: 'no member here has this e-mail' },
    ]);
  });

  it('a key is taken once, understands its old number, and stays where it is', async () => {
    const key = { publicKey: hex(`k${engine}`).replaceAll(/[^0-9a-f]/g, '0'), dsnProject: '77' };
    const take = async (slug: string) =>
      ((await (await app.ask('POST', `/api/v1/imports/${slug}/keys`, key)).json()) as { became: string })
        .became;
    expect([await take('shop'), await take('shop'), await take('web')]).toEqual([
      'taken',
      'known',
      'elsewhere',
    ]);
  });

  it('is not there for another organization', async () => {
    const request = { source: SOURCE, issue: issue(), events: [] };
    expect((await app.askAsStranger('POST', '/api/v1/imports/shop/issues', request)).status).toBe(404);
    expect((await app.askAsStranger('GET', '/api/v1/imports/shop')).status).toBe(404);
  });
});
