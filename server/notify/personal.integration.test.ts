/** People who follow an issue hear of it by e-mail: of what others did, as they want it, once. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PersonalNotificationsAnswer } from '#contract/channels.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { type FoundIssue, findIssue } from '#server/issues/issues.ts';
import { giveIssues } from '#server/issues/teamwork/assignment.ts';
import { addComment } from '#server/issues/teamwork/comments.ts';
import { setFollowing } from '#server/issues/teamwork/followers.ts';
import { openTestApp, type TestApp } from '#server/issues/test-app.ts';
import { HOUR, hex, MINUTE, NOON, openTestIssues, type TestIssues } from '#server/issues/test-issues.ts';
import { createLog } from '#server/platform/log.ts';
import { createOutbound } from '#server/platform/outbound.ts';
import { createSecretBox } from '#server/platform/secret-box.ts';
import { startTestPostgres, type TestPostgres } from '#server/store/metadata/test-postgres.ts';
import { channelRoutes } from './channel-routes.ts';
import { type Dispatcher, openDispatcher } from './dispatcher.ts';
import { createEnqueue } from './outbox.ts';
import { createSmtp } from './smtp.ts';
import { tellFollowers } from './tell-followers.ts';
import { startTestMailbox, type TestMailbox } from './test-mailbox.ts';
import { createWay } from './ways.ts';

const PEOPLE = new Map([
  ['ada', 'Ada Lovelace'],
  ['grace', 'Grace Hopper'],
  ['linus', 'Linus Pauling'],
]);

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

describe.each(['sqlite', 'postgres'] as const)('followers on %s', (engine) => {
  let world: TestIssues;
  let mailbox: TestMailbox;
  let dispatcher: Dispatcher;
  let app: TestApp;
  let issue: FoundIssue;
  let now = NOON;
  let kinds = 0;
  const publicUrl = () => 'https://tandem.example.com';

  beforeAll(async () => {
    const opened = await openTestIssues(engine === 'postgres' ? await postgres.createDatabase() : '');
    world = { ...opened, peopleNames: async () => PEOPLE };
    mailbox = await startTestMailbox();
    const secrets = createSecretBox(Buffer.alloc(32, 7));
    const way = createWay({
      outbound: createOutbound({ allow: [] }),
      mail: createSmtp({ url: mailbox.url, from: 'tandem@example.com' }),
      clock: world.clock,
    });
    const emailOf = async (_: number, id: string) => (PEOPLE.has(id) ? `${id}@example.com` : null);
    dispatcher = await openDispatcher({
      ...{ metadata: world.metadata, secrets, way, emailOf, program: 'ours', random: () => 1 },
      ...{ log: createLog('silent'), onResult: () => {}, urlOf: () => 'https://tandem.example.com/x' },
    });
    app = await openTestApp(world, [channelRoutes({ ...world, secrets, way, emailOf, publicUrl })]);
    await tell();
  });
  afterAll(async () => {
    await app.close();
    await mailbox.close();
    await world.discard();
  });
  beforeEach(async () => {
    kinds += 1;
    const [made] = await world.happen({ hashes: [hex(`Personal${kinds}`)] });
    issue = await findIssue(world, world.viewer, String(made!.issueId));
    await hear();
    mailbox.mails.length = 0;
  });

  const as = (userId: string): Viewer => ({ ...world.viewer, userId, name: PEOPLE.get(userId)! });
  const tell = () =>
    tellFollowers({
      ...{ metadata: world.metadata, clock: world.clock, enqueue: createEnqueue({ clock: world.clock }) },
      ...{ peopleNames: world.peopleNames, publicUrl },
    });
  /** All that was done so far is told, and what is due is delivered. */
  const hear = async () => {
    now += MINUTE;
    world.setNow(now);
    await tell();
    for (let looks = 0; looks < 10; looks += 1) {
      await dispatcher.look();
      await dispatcher.settle();
    }
  };
  const heard = () =>
    mailbox.mails.map(({ to, parsed }) => `${to[0]!.split('@')[0]}: ${parsed.subject}`).toSorted();
  const follow = (...userIds: string[]) =>
    Promise.all(
      userIds.map((userId) => setFollowing({ db: world.metadata.db, now }, issue.row.id, userId, true)),
    );
  const short = () => `SHOP-${issue.row.number}`;
  const TITLE = 'PaymentError: card declined';

  it('hear of a comment, but not of their own, and who is mentioned hears that', async () => {
    await follow('ada', 'linus');
    await addComment(world, as('ada'), issue, 'It is the gateway again, @Grace Hopper. <b>Look</b>');
    await hear();
    expect(heard()).toEqual([
      `grace: Ada Lovelace mentioned you on ${short()}: ${TITLE}`,
      `linus: Ada Lovelace commented on ${short()}: ${TITLE}`,
    ]);
    expect(mailbox.mails[0]!.parsed.text).toContain('It is the gateway again, @Grace Hopper. <b>Look</b>');
    expect(mailbox.mails[0]!.parsed.html).toContain('&lt;b&gt;Look&lt;/b&gt;');
    await hear();
    expect(heard()).toHaveLength(2);
  });

  it('hear that an issue is theirs now', async () => {
    const grace = { type: 'person', id: 'grace', name: 'Grace Hopper', slug: '' } as const;
    await giveIssues(world, [issue], grace, as('ada'));
    await hear();
    expect(heard()).toEqual([`grace: Ada Lovelace assigned ${short()} to you: ${TITLE}`]);
  });

  it('hear that it came back or was resolved', async () => {
    await follow('grace');
    const { id: issue_id, project_id } = issue.row;
    for (const [kind, user_id] of [
      ['resolved', 'linus'],
      ['regressed', null],
      ['prioritized', 'linus'],
    ] as const)
      await world.metadata.db
        .insertInto('issue_activity')
        .values({ issue_id, project_id, kind, user_id, data: '{}', created_at: now })
        .execute();
    await hear();
    expect(heard()).toEqual([
      `grace: Linus Pauling resolved ${short()}: ${TITLE}`,
      `grace: ${short()} is back: ${TITLE}`,
    ]);
  });

  it('hear of nothing that was brought from elsewhere', async () => {
    await follow('grace');
    await world.metadata.db
      .insertInto('issue_activity')
      .values({
        ...{ issue_id: issue.row.id, project_id: 1, kind: 'resolved', user_id: null },
        ...{ data: '{}', created_at: now - 30 * 24 * HOUR },
      })
      .execute();
    await hear();
    expect(heard()).toEqual([]);
  });

  it('choose what they hear and when: a digest says all of it in one mail', async () => {
    const path = '/api/v1/personal-notifications';
    expect(await app.read<PersonalNotificationsAnswer>(path)).toEqual({
      events: ['assigned', 'mentioned', 'commented', 'regressed', 'resolved'],
      timing: { digest: 'immediately', at: '09:00', timeZone: 'UTC' },
      email: 'ada@example.com',
    });
    const wanted = {
      events: ['mentioned', 'commented'],
      timing: { digest: 'hourly', at: '09:00', timeZone: 'Europe/Vienna' },
    };
    expect((await app.ask('PUT', path, wanted)).status).toBe(200);
    expect(await app.read<PersonalNotificationsAnswer>(path)).toMatchObject(wanted);
    const other = { ...wanted, timing: { ...wanted.timing, timeZone: 'Mars/Base' } };
    expect((await app.ask('PUT', path, other)).status).toBe(400);
    // Who comments follows too, and hears of it by themselves.
    const heardByAda = () =>
      heard().flatMap((each) => (each.startsWith('ada: ') ? [each.slice('ada: '.length)] : []));
    await follow('ada');
    await addComment(world, as('grace'), issue, 'First.');
    await addComment(world, as('linus'), issue, 'Second, @Ada Lovelace.');
    await giveIssues(world, [issue], { type: 'person', id: 'ada', name: 'Ada', slug: '' }, as('grace'));
    await hear();
    expect(heardByAda()).toEqual([]);
    now += HOUR;
    await hear();
    expect(heardByAda()).toEqual(['Digest: 2 notifications']);
    expect(mailbox.mails.find(({ to }) => to[0] === 'ada@example.com')!.parsed.text).toContain(
      `Grace Hopper commented on ${short()}`,
    );
    // Their own channels are none of the organization's.
    expect(await app.read('/api/v1/channels')).toEqual({ items: [] });
    expect((await app.ask('PUT', path, { ...wanted, events: [] })).status).toBe(200);
    await addComment(world, as('grace'), issue, 'Third, @Ada Lovelace.');
    now += 2 * HOUR;
    await hear();
    expect(heardByAda()).toHaveLength(1);
  });
});
