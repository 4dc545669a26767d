/** Merging and taking apart, on both metadata engines with the real telemetry engine: the numbers are those of the events. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { IssueHashes, LookAlikes } from '#contract/grouping.ts';
import type { Issue, IssueDetail } from '#contract/issues.ts';
import { startTestPostgres, type TestPostgres } from '#server/store/metadata/test-postgres.ts';
import type { EventRow } from '#server/store/telemetry/rows.ts';
import { finishRecounts } from './issue-recount.ts';
import { issueRoutes } from './issue-routes.ts';
import { mergeRoutes } from './merge-routes.ts';
import { teamworkRoutes } from './teamwork/teamwork-routes.ts';
import { openTestApp, type TestApp } from './test-app.ts';
import { HOUR, hex, MINUTE, NOON, openTestIssues, type TestIssues } from './test-issues.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

describe.each(['sqlite', 'postgres'] as const)('with metadata on %s', (engine) => {
  let world: TestIssues;
  let app: TestApp;
  let count = 0;
  /** Hashes of two kinds of errors, new for each test. */
  let pay: string;
  let ship: string;

  beforeAll(async () => {
    world = await openTestIssues(engine === 'postgres' ? await postgres.createDatabase() : '');
    app = await openTestApp(world, [issueRoutes(world), mergeRoutes(world), teamworkRoutes(world)]);
  });
  afterAll(async () => {
    await app.close();
    await world.discard();
  });
  beforeEach(() => {
    count += 1;
    pay = hex(`pay${count}`);
    ship = hex(`ship${count}`);
  });

  const event = (hash: string, about: Partial<EventRow> & { hashes?: string[] } = {}) => ({
    hashes: [hash],
    timestamp: NOON - HOUR,
    title: hash === pay ? 'PaymentError: declined' : 'ShippingError: no carrier',
    ...about,
  });
  const read = (id: string | number) => app.read<IssueDetail>(`/api/v1/issues/${id}`);
  async function post<Answer>(path: string, body: unknown): Promise<Answer> {
    const answer = await app.ask('POST', path, body);
    expect(answer.status, await answer.clone().text()).toBe(200);
    return (await answer.json()) as Answer;
  }
  const merge = (...ids: (string | number)[]) =>
    post<Issue>('/api/v1/issues/merge', { ids: ids.map(String) });
  const unmerge = (id: string | number, ...hashes: string[]) =>
    post<Issue>(`/api/v1/issues/${id}/unmerge`, { hashes });

  /** Two issues: three events of two users, and two events of two, one of whom is the same. */
  async function twoIssues() {
    const results = await world.happen(
      event(pay, { timestamp: NOON - 3 * HOUR, user_id: 'ada', release: '1.0' }),
      event(ship, { timestamp: NOON - 5 * HOUR, user_id: 'ada', release: '0.9' }),
      event(pay, { timestamp: NOON - 2 * HOUR, user_id: 'grace', release: '1.1' }),
      event(pay, { timestamp: NOON - HOUR, user_id: 'ada', release: '1.2' }),
      event(ship, { timestamp: NOON - MINUTE, user_id: 'joan', release: '1.3' }),
    );
    return { paid: results[0]!.issueId, shipped: results[1]!.issueId };
  }

  it('makes one issue of two, with the sums of both', async () => {
    const { paid, shipped } = await twoIssues();
    const before = await read(shipped);
    const issue = await merge(paid, shipped);
    expect(issue).toMatchObject({
      id: String(paid),
      events: 5,
      users: 3,
      firstSeen: new Date(NOON - 5 * HOUR).toISOString(),
      lastSeen: new Date(NOON - MINUTE).toISOString(),
      firstRelease: '0.9',
      lastRelease: '1.3',
      title: 'ShippingError: no carrier',
    });
    // Its old id and its old short id lead to the one that stays.
    expect(await read(shipped)).toMatchObject({ id: String(paid) });
    expect(await read(before.shortId)).toMatchObject({ id: String(paid), events: 5 });
    const { activity } = await read(paid);
    expect(activity[0]).toMatchObject({
      kind: 'merged',
      by: 'Ada Lovelace',
      data: { issues: [{ shortId: before.shortId, events: 2 }] },
    });
    expect(activity.filter(({ kind }) => kind === 'first_seen').map(({ data }) => data.mergedFrom)).toEqual(
      expect.arrayContaining([undefined, before.shortId]),
    );
    // Events that come later count there.
    await world.happen(event(ship, { user_id: 'ken' }), event(ship, { user_id: 'ada' }));
    expect(await read(paid)).toMatchObject({ events: 7, users: 4 });
  });

  it('has the merged issue back as it was', async () => {
    const { paid, shipped } = await twoIssues();
    await app.ask('PUT', `/api/v1/issues/${shipped}/assignee`, { userId: 'ada' });
    const before = { paid: await read(paid), shipped: await read(shipped) };
    await merge(paid, shipped);
    await world.happen(event(ship, { timestamp: NOON - 30_000, user_id: 'ken', release: '1.4' }));

    const listed = await app.read<IssueHashes>(`/api/v1/issues/${paid}/hashes`);
    expect(listed).toMatchObject({
      total: 2,
      hashes: [
        { hash: pay, events: 3, mergedFrom: null, example: { title: 'PaymentError: declined' } },
        { hash: ship, events: 3, mergedFrom: before.shipped.shortId, example: { release: '1.4' } },
      ],
      merged: [{ shortId: before.shipped.shortId, hashes: [ship] }],
    });

    const back = await unmerge(paid, ship);
    expect(back).toMatchObject({
      id: String(shipped),
      shortId: before.shipped.shortId,
      events: 3,
      users: 3,
      firstSeen: before.shipped.firstSeen,
      lastSeen: new Date(NOON - 30_000).toISOString(),
      firstRelease: '0.9',
      lastRelease: '1.4',
    });
    const { activity: _, trend: __, trend24h: ___, ...numbers } = before.paid;
    // Who came with the other stays here too.
    const people = { assignee: { id: 'ada' }, followers: [{ id: 'ada' }], following: true };
    expect(await read(paid)).toMatchObject({ ...numbers, ...people });
    const { activity, assignee } = await read(shipped);
    expect(assignee).toMatchObject({ id: 'ada' });
    expect(activity.map(({ kind }) => kind)).toEqual(['unmerged', 'assigned', 'first_seen']);
    expect(activity[0]).toMatchObject({ data: { from: before.paid.shortId, isBack: true } });
  });

  it('moves what hangs on it, and gives it back; a public link ends with its issue', async () => {
    const { paid, shipped } = await twoIssues();
    const { db } = world.metadata;
    const { event_id } = (
      await world.telemetry.select<{ event_id: string }>(
        [1],
        `SELECT event_id FROM events WHERE project_id IN {projects:Array(UInt32)} AND grouping_hash = {ship:String} LIMIT 1`,
        { params: { ship } },
      )
    )[0]!;
    const said = { project_id: 1, name: '', email: '', message: 'it broke', url: '', created_at: NOON };
    await db
      .insertInto('feedback')
      .values([{ ...said, feedback_id: null, event_id, issue_id: shipped }])
      .execute();
    for (const issue_id of [paid, shipped]) {
      await db
        .insertInto('issue_follower')
        .values({ issue_id, user_id: 'ada', following: 1, reason: 'by_hand', since: NOON })
        .execute();
      await db
        .insertInto('issue_share')
        .values({ issue_id, token: `${count}-${issue_id}`, user_id: null, token_name: '', created_at: NOON })
        .execute();
    }
    await db
      .insertInto('issue_link')
      .values({
        ...{ issue_id: shipped, tracker_id: null, kind: 'url', url: 'https://x.example/1', name: '1' },
        ...{ title: '', state: '', created_at: NOON },
      })
      .execute();
    const of = async (issue: number) => ({
      feedback: (await db.selectFrom('feedback').select('id').where('issue_id', '=', issue).execute()).length,
      followers: (
        await db.selectFrom('issue_follower').select('user_id').where('issue_id', '=', issue).execute()
      ).length,
      links: (await db.selectFrom('issue_link').select('url').where('issue_id', '=', issue).execute()).length,
      shares: (
        await db.selectFrom('issue_share').select('token').where('issue_id', '=', issue).execute()
      ).map(({ token }) => token),
    });
    await merge(paid, shipped);
    expect(await of(paid)).toEqual({ feedback: 1, followers: 1, links: 1, shares: [`${count}-${paid}`] });
    await unmerge(paid, ship);
    expect(await of(shipped)).toEqual({
      feedback: 1,
      followers: 1,
      links: 1,
      shares: [`${count}-${shipped}`],
    });
    expect(await of(paid)).toMatchObject({ feedback: 0, followers: 1, shares: [`${count}-${paid}`] });
  });

  it('takes a hash out into a new issue, with what belongs to it alone', async () => {
    // One issue by way of a second hash that both kinds carry.
    const all = hex(`all${count}`);
    const [first] = await world.happen(
      event(pay, { hashes: [pay, all], user_id: 'ada', timestamp: NOON - 4 * HOUR }),
      event(ship, { hashes: [ship, all], user_id: 'joan', timestamp: NOON - HOUR, release: '2.0' }),
      event(ship, { hashes: [ship, all], user_id: 'ada', timestamp: NOON - 2 * HOUR }),
    );
    const { issueId } = first!;
    expect(await read(issueId)).toMatchObject({ events: 3, users: 2 });

    const issue = await unmerge(issueId, ship);
    expect(issue).toMatchObject({
      events: 2,
      users: 2,
      title: 'ShippingError: no carrier',
      lastRelease: '2.0',
    });
    expect(issue.id).not.toBe(String(issueId));
    expect(await read(issueId)).toMatchObject({
      events: 1,
      users: 1,
      title: 'PaymentError: declined',
      lastRelease: '',
      firstSeen: new Date(NOON - 4 * HOUR).toISOString(),
      lastSeen: new Date(NOON - 4 * HOUR).toISOString(),
    });
    // The hash that both carry stays, and later events go where their first hash leads.
    await world.happen(event(ship, { hashes: [ship, all] }), event(pay, { hashes: [pay, all] }));
    expect(await read(issue.id)).toMatchObject({ events: 3 });
    expect(await read(issueId)).toMatchObject({ events: 2 });
  });

  it('counts what is on its way when it is taken apart, also after a crash', async () => {
    const { paid, shipped } = await twoIssues();
    await merge(paid, shipped);
    const { db } = world.metadata;
    // A batch is decided, and its rows are not in telemetry yet.
    await db
      .insertInto('pending_batch')
      .values({ journal: 'test', batch: count, spool: 'x', created_at: NOON })
      .execute();
    await world.happenInMetadata(event(ship, { timestamp: NOON - 1_000, user_id: 'late', release: '3.0' }));
    await unmerge(paid, ship);
    // Events are exact at once, users not yet: the note waits for the batch.
    expect(await read(shipped)).toMatchObject({ events: 3, users: 2 });
    await finishRecounts(world);
    expect(await read(shipped)).toMatchObject({ users: 2 });
    // The crash is over: the rows come in, and the note is found.
    await world.happenInTelemetry(event(ship, { timestamp: NOON - 1_000, user_id: 'late', release: '3.0' }));
    await db.deleteFrom('pending_batch').where('batch', '=', count).execute();
    await finishRecounts(world);
    await finishRecounts(world);
    expect(await read(shipped)).toMatchObject({ events: 3, users: 3, lastRelease: '3.0' });
    expect(await read(paid)).toMatchObject({ events: 3, users: 2 });
    expect(
      await db.selectFrom('setting').select('name').where('name', 'like', 'issue_recount:%').execute(),
    ).toEqual([]);
  });

  it('keeps the numbers while issues are merged and taken apart under a stream of events', async () => {
    const { paid, shipped } = await twoIssues();
    let sent = { pay: 3, ship: 2 };
    const stream = (async () => {
      for (let turn = 0; turn < 20; turn++) {
        await world.happen(event(pay, { user_id: `p${turn}` }), event(ship, { user_id: `s${turn}` }));
        sent = { pay: sent.pay + 1, ship: sent.ship + 1 };
      }
    })();
    for (let turn = 0; turn < 3; turn++) {
      await merge(paid, shipped);
      await unmerge(paid, ship);
    }
    await stream;
    await finishRecounts(world);
    expect(await read(paid)).toMatchObject({ events: sent.pay, users: 22 });
    expect(await read(shipped)).toMatchObject({ events: sent.ship, users: 22 });
  });

  it('leads through several merges, and back', async () => {
    const { paid, shipped } = await twoIssues();
    const third = hex(`third${count}`);
    const [opened] = await world.happen(
      event(third, { title: 'TaxError' }),
      event(third, { title: 'TaxError' }),
    );
    const { issueId } = opened!;
    await post<Issue>('/api/v1/issues/merge', { ids: [String(shipped)], into: String(paid) });
    await post<Issue>('/api/v1/issues/merge', { ids: [String(paid)], into: String(issueId) });
    expect(await read(shipped)).toMatchObject({ id: String(issueId), events: 7 });
    // Out comes the inner one by itself; then the outer one.
    expect(await unmerge(issueId, ship)).toMatchObject({ id: String(shipped), events: 2 });
    expect(await unmerge(issueId, pay)).toMatchObject({ id: String(paid), events: 3 });
    expect(await read(issueId)).toMatchObject({ events: 2, title: 'TaxError' });
  });

  it('leaves open what somebody had open', async () => {
    const { paid, shipped } = await twoIssues();
    await app.ask('PATCH', `/api/v1/issues/${paid}`, { status: 'resolved' });
    expect(await merge(paid, shipped)).toMatchObject({ id: String(paid), status: 'unresolved' });
    expect(await unmerge(paid, ship)).toMatchObject({ status: 'unresolved' });
  });

  it('says what it cannot do', async () => {
    const { paid, shipped } = await twoIssues();
    const [web] = await world.happen(event(hex(`web${count}`), { project_id: 2 }));
    const asked = async (path: string, body: unknown) => {
      const answer = await app.ask('POST', path, body);
      return [answer.status, ((await answer.json()) as { error: { message: string } }).error.message];
    };
    expect(await asked('/api/v1/issues/merge', { ids: [String(paid)] })).toEqual([
      400,
      expect.stringContaining('two issues or more'),
    ]);
    expect(await asked('/api/v1/issues/merge', { ids: [String(paid), String(web!.issueId)] })).toEqual([
      400,
      expect.stringContaining('of one project'),
    ]);
    expect(await asked(`/api/v1/issues/${paid}/unmerge`, { hashes: [pay] })).toEqual([
      400,
      expect.stringContaining('both issues must have events'),
    ]);
    expect(await asked(`/api/v1/issues/${paid}/unmerge`, { hashes: [ship] })).toEqual([
      400,
      expect.stringContaining(`no hash ${ship}`),
    ]);
    const stranger = await app.askAsStranger('POST', '/api/v1/issues/merge', {
      ids: [String(paid), String(shipped)],
    });
    expect(stranger.status).toBe(404);
    expect((await app.askAsStranger('GET', `/api/v1/issues/${paid}/hashes`)).status).toBe(404);
  });

  it('offers issues that look alike, and says why', async () => {
    const stack = (...frames: string[]) =>
      JSON.stringify({
        version: 'v1',
        hashes: ['x'],
        variants: [
          { key: 'app', hash: 'x', contributes: true, component: component('stacktrace', frames.map(frame)) },
        ],
      });
    const component = (id: string, values: unknown[]) => ({ id, name: id, contributes: true, values });
    const frame = (name: string) => component('frame', ['shop.pay', name]);
    const kinds = ['one', 'two', 'far'].map((name) => hex(`${name}${count}`));
    const [one, two, far] = await world.happen(
      event(kinds[0]!, { title: 'CardError: card 4242 was declined', exception_type: 'CardError' }),
      event(kinds[1]!, { title: 'CardError: card 9999 was declined', exception_type: 'CardError' }),
      event(kinds[2]!, { title: 'CardError: no network', exception_type: 'CardError' }),
    );
    const groupings = [
      stack('main', 'pay', 'charge'),
      stack('main', 'pay', 'retry', 'charge'),
      stack('report'),
    ];
    for (const [at, hash] of kinds.entries())
      await world.metadata.db
        .updateTable('hash_grouping')
        .set({ grouping: groupings[at]!.replaceAll('"x"', `"${hash}"`) })
        .where('hash', '=', hash)
        .execute();
    const { items, isPartial } = await app.read<LookAlikes>(`/api/v1/issues/${one!.issueId}/alike`);
    expect(items.map(({ issue }) => issue.id)).toContain(String(two!.issueId));
    expect(items.map(({ issue }) => issue.id)).not.toContain(String(far!.issueId));
    expect(isPartial).toBe(false);
    const [closest] = items;
    expect(closest).toMatchObject({ issue: { id: String(two!.issueId) } });
    expect(closest!.why.find(({ what }) => what === 'frames')).toEqual({
      what: 'frames',
      alike: 0.75,
      parts: [
        { text: 'shop.pay main', in: 'both' },
        { text: 'shop.pay pay', in: 'both' },
        { text: 'shop.pay charge', in: 'both' },
        { text: 'shop.pay retry', in: 'other' },
      ],
    });
  });

  it('offers first what logs and an SDK tell of one error, and merged it says what is from logs', async () => {
    const [sent, logged] = await world.happen(
      event(pay, { title: 'CardRefused: no', exception_type: 'CardRefused' }),
      event(ship, { title: 'checkout failed', exception_type: 'CardRefused', sdk_name: 'tandem.logs' }),
    );
    const alike = (id: number) => app.read<LookAlikes>(`/api/v1/issues/${id}/alike`);
    expect((await alike(sent!.issueId)).items.filter(({ twin }) => twin)).toEqual([]);
    await world.metadata.db
      .updateTable('issue_hash')
      .set({ kind: 'cardrefused charge pay.py:7' })
      .where('hash', 'in', [pay, ship])
      .execute();
    expect((await alike(sent!.issueId)).items[0]).toMatchObject({
      issue: { id: String(logged!.issueId) },
      twin: 'logs',
    });
    expect((await alike(logged!.issueId)).items[0]).toMatchObject({
      issue: { id: String(sent!.issueId) },
      twin: 'sdk',
    });
    expect((await read(sent!.issueId)).logs).toBeNull();

    const { id } = await merge(sent!.issueId, logged!.issueId);
    expect(await read(id)).toMatchObject({ events: 2, logs: { events: 1, recordId: null } });
    expect((await alike(Number(id))).items.filter(({ twin }) => twin)).toEqual([]);
  });
});
