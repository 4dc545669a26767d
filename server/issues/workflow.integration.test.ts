/** How issues are worked on, on both stores: what people do through the routes, events in batches, and the passing of time. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IssueDetail, IssueList, IssueUpdate } from '#contract/issues.ts';
import type { IssuesChanged, ProjectWorkflow, ResolveChoices, Undone } from '#contract/workflow.ts';
import { nameReleases } from '#server/releases/event-releases.ts';
import { changeRelease, findRepositories } from '#server/releases/release-writes.ts';
import { findRelease } from '#server/releases/releases.ts';
import { startTestPostgres, type TestPostgres } from '#server/store/metadata/test-postgres.ts';
import { resolveFixed } from './fixed-by-commits.ts';
import { issueRoutes } from './issue-routes.ts';
import { createIssueSweep, type IssueSweep } from './issue-sweep.ts';
import { openTestApp, type TestApp } from './test-app.ts';
import { DAY, HOUR, hex, MINUTE, NOON, openTestIssues, type TestIssues } from './test-issues.ts';
import { workflowRoutes } from './workflow-routes.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

describe.each(['sqlite', 'postgres'] as const)('issues on %s', (engine) => {
  let world: TestIssues;
  let app: TestApp;
  let sweep: IssueSweep;
  let kinds = 0;
  /** A hash of its own for each test. */
  let kind: string;

  beforeAll(async () => {
    world = await openTestIssues(engine === 'postgres' ? await postgres.createDatabase() : '');
    app = await openTestApp(world, [issueRoutes(world), workflowRoutes(world)]);
    sweep = createIssueSweep(world);
  });
  afterAll(async () => {
    await app.close();
    await world.discard();
  });

  const begin = () => {
    kinds += 1;
    kind = hex(`${engine}${kinds}`);
    world.setNow(NOON);
  };
  /** Events of the test's issue; resolves with its id. */
  async function happen(...events: { release?: string; at?: number; user?: string; level?: string }[]) {
    for (const { release = '', at = NOON - MINUTE } of events)
      if (release)
        await world.metadata.transaction([1], (transaction) =>
          nameReleases(transaction, [
            { project: 1, version: release, firstEventAt: at, lastEventAt: at, receivedAt: at },
          ]),
        );
    const results = await world.happen(
      ...events.map(({ release = '', at = NOON - MINUTE, user = '', level = 'error' }) => ({
        ...{ release, timestamp: at, level, hashes: [kind], grouping_hash: kind },
        user_id: user,
      })),
    );
    return results[0]!.issueId;
  }
  const times = (count: number, event: Parameters<typeof happen>[0]) =>
    happen(...Array.from({ length: count }, () => event!));
  const issue = (id: number) => app.read<IssueDetail>(`/api/v1/issues/${id}`);
  const last = async (id: number) => {
    const [entry] = (await issue(id)).activity;
    return { kind: entry?.kind, by: entry?.by, data: entry?.data };
  };
  async function change(id: number, wanted: IssueUpdate): Promise<IssuesChanged> {
    const answer = await app.ask('PATCH', '/api/v1/issues', { ids: [String(id)], ...wanted });
    expect(answer.status, await answer.clone().text()).toBe(200);
    return (await answer.json()) as IssuesChanged;
  }
  const undo = async (answer: IssuesChanged) =>
    app.ask('POST', '/api/v1/issues/undo', { id: answer.undo!.id });

  it('resolved in the next release stays quiet until a newer one, which is a regression that says so', async () => {
    begin();
    const id = await happen({ release: 'shop@1.4.0' });
    await change(id, { status: 'resolved', resolve: { in: 'nextRelease' } });
    expect((await issue(id)).resolution).toMatchObject({ in: 'nextRelease', release: 'shop@1.4.0' });
    await happen({ release: 'shop@1.4.0', at: NOON + MINUTE }, { release: 'shop@1.3.9', at: NOON + MINUTE });
    expect(await issue(id)).toMatchObject({ status: 'resolved', events: 3 });
    await happen(
      { release: 'shop@1.4.0', at: NOON + 2 * MINUTE },
      { release: 'shop@1.5.0', at: NOON + MINUTE },
    );
    expect(await issue(id)).toMatchObject({ status: 'unresolved', substate: 'regressed', resolution: null });
    expect(await last(id)).toMatchObject({
      kind: 'regressed',
      data: { release: 'shop@1.5.0', resolvedIn: 'next_release', resolvedRelease: 'shop@1.4.0' },
    });
  });

  it('resolved in the current release: a hotfix of an older one stays quiet, though it came later', async () => {
    begin();
    const id = await happen({ release: 'web@10.24.0' });
    expect((await app.read<ResolveChoices>(`/api/v1/issues/${id}/releases`)).current).toBe('web@10.24.0');
    await change(id, { status: 'resolved', resolve: { in: 'currentRelease' } });
    await happen({ release: 'web@10.18.7', at: NOON + HOUR });
    expect((await issue(id)).status).toBe('resolved');
    await happen({ release: 'web@10.24.0', at: NOON + HOUR });
    expect(await last(id)).toMatchObject({ kind: 'regressed', data: { release: 'web@10.24.0' } });
  });

  it('a project without releases has no current one to resolve in', async () => {
    begin();
    const [result] = await world.happen({ project_id: 2, hashes: [kind] });
    const answer = await app.ask('PATCH', `/api/v1/issues/${result!.issueId}`, {
      ...{ status: 'resolved', resolve: { in: 'currentRelease' } },
    });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('no release yet');
  });

  it('resolved in a commit: quiet until a release has it, and resolved in that release then', async () => {
    begin();
    const id = await happen({ release: 'api@1.0.0' });
    await world.metadata.transaction([1], (transaction) =>
      findRepositories(transaction, 1, ['acme/shop'], NOON),
    );
    const resolve = { in: 'commit', commit: 'cafe0123', repository: 'acme/shop' } as const;
    await change(id, { status: 'resolved', resolve });
    await happen({ release: 'api@1.1.0', at: NOON + MINUTE });
    expect((await issue(id)).resolution).toMatchObject({ in: 'commit', commit: 'cafe0123' });
    await setCommits('api@1.1.0', { sha: `cafe0123${'0'.repeat(32)}`, message: 'Pay with a card' });
    expect((await issue(id)).resolution).toMatchObject({ in: 'release', release: 'api@1.1.0' });
    expect(await last(id)).toMatchObject({ kind: 'resolved', data: { release: 'api@1.1.0', waited: true } });
    await happen({ release: 'api@1.0.0', at: NOON + 2 * MINUTE });
    expect((await issue(id)).status).toBe('resolved');
    await happen({ release: 'api@1.1.0', at: NOON + 2 * MINUTE });
    expect((await issue(id)).substate).toBe('regressed');
  });

  it('"Fixes SHOP-1" in a commit of a release resolves the issue in it, once', async () => {
    begin();
    const id = await happen({ release: 'job@1.0.0' });
    const { shortId } = await issue(id);
    const fix = { sha: 'f'.repeat(40), message: `Count again\n\nFixes ${shortId}` };
    await happen({ release: 'job@1.0.1', at: NOON - 1 });
    await setCommits('job@1.0.1', fix);
    expect(await last(id)).toMatchObject({ kind: 'resolved', by: 'Ada Lovelace', data: { fixes: true } });
    expect((await issue(id)).resolution).toMatchObject({ in: 'release', release: 'job@1.0.1' });
    await happen({ release: 'job@1.0.1', at: NOON + MINUTE });
    await setCommits('job@1.0.1', fix);
    expect(await issue(id)).toMatchObject({ status: 'unresolved', substate: 'regressed' });
  });

  async function setCommits(version: string, { sha, message }: { sha: string; message: string }) {
    const commit = {
      ...{ sha, message, repository: 'acme/shop', authorName: 'Ada', authorEmail: 'ada@example.com' },
      ...{ committedAt: null, files: [] },
    };
    const { db } = world.metadata;
    await changeRelease({ db, now: NOON }, await findRelease(db, 1, version), { commits: [commit] });
    const projects = await world.listProjects(1);
    const by = { viewer: world.viewer, people: new Map() };
    await resolveFixed(world, projects, { version, commits: [commit] }, by);
  }

  it('archived until there are so many more events, it is back with the last of them', async () => {
    begin();
    const id = await times(5, {});
    await change(id, { status: 'archived', archive: { until: 'events', count: 10 } });
    await times(9, { at: NOON + MINUTE });
    expect(await issue(id)).toMatchObject({ status: 'archived', archival: { count: 10, seen: 9 } });
    await happen({ at: NOON + MINUTE });
    expect(await issue(id)).toMatchObject({ status: 'unresolved', substate: 'escalating', archival: null });
    expect(await last(id)).toMatchObject({
      kind: 'returned',
      by: null,
      data: { until: 'events', count: 10 },
    });
    expect((await search(`is:escalating issue:${id}`)).total).toBe(1);
  });

  it('archived until it hits more users, those it hit before do not count', async () => {
    begin();
    const id = await happen({ user: 'a' }, { user: 'b' });
    await change(id, { status: 'archived', archive: { until: 'users', count: 2 } });
    await happen({ user: 'a' }, { user: 'b' }, { user: 'c' });
    expect((await issue(id)).status).toBe('archived');
    await happen({ user: 'd' });
    expect(await last(id)).toMatchObject({ kind: 'returned', data: { until: 'users', count: 2 } });
  });

  it('archived for a time, it is back when that is over', async () => {
    begin();
    const id = await happen({});
    await change(id, { status: 'archived', archive: { until: 'time', minutes: 60 } });
    world.setNow(NOON + 59 * MINUTE);
    await sweep.run();
    expect((await issue(id)).status).toBe('archived');
    world.setNow(NOON + 60 * MINUTE);
    await sweep.run();
    expect(await issue(id)).toMatchObject({ status: 'unresolved', substate: 'ongoing' });
    expect(await last(id)).toMatchObject({ kind: 'returned', data: { until: 'time' } });
  });

  it('archived until there are so many within a window: spread out they are not', async () => {
    begin();
    const id = await times(20, { at: NOON - 1 });
    await change(id, { status: 'archived', archive: { until: 'events', count: 3, windowMinutes: 60 } });
    for (const hours of [1, 2.5, 4]) {
      await happen({ at: NOON + hours * HOUR });
      world.setNow(NOON + hours * HOUR + 1);
      await sweep.run();
    }
    expect((await issue(id)).status).toBe('archived');
    await times(2, { at: NOON + 4 * HOUR + MINUTE });
    world.setNow(NOON + 4 * HOUR + 2 * MINUTE);
    await sweep.run();
    expect(await issue(id)).toMatchObject({ status: 'unresolved', substate: 'escalating' });
    expect(await last(id)).toMatchObject({ data: { until: 'events', count: 3, windowMinutes: 60 } });
  });

  it('archived until it escalates: more than twice its busiest hour, and the numbers are told', async () => {
    begin();
    const id = await times(30, { at: NOON - 3 * DAY });
    await change(id, { status: 'archived', archive: { until: 'escalating' } });
    const later = NOON + 2 * DAY + 30 * MINUTE;
    await times(60, { at: later });
    world.setNow(later + MINUTE);
    await sweep.run();
    expect((await issue(id)).status).toBe('archived');
    await times(1, { at: later });
    await sweep.run();
    expect(await issue(id)).toMatchObject({ status: 'unresolved', substate: 'escalating' });
    expect(await last(id)).toMatchObject({ kind: 'escalated', data: { events: 61, usual: 30 } });
  });

  it('the flood it was archived for is what is usual', async () => {
    begin();
    const id = await times(100, { at: NOON - 10 * MINUTE });
    await change(id, { status: 'archived', archive: { until: 'escalating' } });
    await times(100, { at: NOON + 10 * MINUTE });
    world.setNow(NOON + 11 * MINUTE);
    await sweep.run();
    expect((await issue(id)).status).toBe('archived');
    await times(90, { at: NOON + 65 * MINUTE });
    world.setNow(NOON + 66 * MINUTE);
    await sweep.run();
    expect((await issue(id)).status).toBe('archived');
  });

  it('a project may want issues resolved by themselves, which says so', async () => {
    begin();
    const path = '/api/v1/projects/shop/workflow';
    expect(await app.read<ProjectWorkflow>(path)).toEqual({ autoResolveDays: null });
    const id = await happen({ at: NOON });
    const archived = kind;
    begin();
    const other = await happen({ at: NOON });
    await change(other, { status: 'archived' });
    expect(archived).not.toBe(kind);
    expect((await app.ask('PATCH', path, { autoResolveDays: 14 })).status).toBe(200);
    expect((await app.askAsStranger('PATCH', path, { autoResolveDays: 14 })).status).toBe(404);
    world.setNow(NOON + 14 * DAY);
    await sweep.run();
    expect((await issue(id)).status).toBe('unresolved');
    world.setNow(NOON + 14 * DAY + 1);
    await sweep.run();
    expect(await issue(id)).toMatchObject({ status: 'resolved', resolution: { in: 'now' } });
    expect(await last(id)).toMatchObject({ kind: 'resolved', by: null, data: { quietDays: 14 } });
    expect((await issue(other)).status).toBe('archived');
    await change(id, { status: 'unresolved' });
    await sweep.run();
    expect((await issue(id)).status).toBe('unresolved');
    await app.ask('PATCH', path, { autoResolveDays: null });
  });

  const search = (query: string) =>
    app.read<IssueList>(`/api/v1/issues?period=90d&query=${encodeURIComponent(query)}`);

  it('matters by its first event, until somebody says', async () => {
    begin();
    const id = await happen({ level: 'info' });
    expect((await issue(id)).priority).toBe('low');
    expect((await search(`issue.priority:low issue:${id}`)).total).toBe(1);
    await change(id, { priority: 'high' });
    expect((await search(`priority:high issue:${id}`)).total).toBe(1);
    expect(await last(id)).toMatchObject({
      ...{ kind: 'prioritized', by: 'Ada Lovelace', data: { from: 'low', to: 'high' } },
    });
  });

  it('all that a search finds is changed, in slices, and taken back exactly as it was, once', async () => {
    begin();
    const type = `Bulk${engine}`;
    const many = Array.from({ length: 450 }, (_, at) => ({
      ...{ hashes: [hex(`${kind}${at}`)], exception_type: type, timestamp: NOON - MINUTE },
    }));
    await world.happen(...many);
    const rows = () =>
      world.metadata.db
        .selectFrom('issue')
        .selectAll()
        .where('exception_type', '=', type)
        .orderBy('id')
        .execute();
    const [first] = await rows();
    await change(first!.id, {
      status: 'resolved',
      resolve: { in: 'release', release: 'shop@9' },
      priority: 'high',
    });
    const before = await rows();

    const matching = { query: `type:${type}`, period: '90d' };
    const archive = { status: 'archived', archive: { until: 'events', count: 5 } };
    const answer = await app.ask('PATCH', '/api/v1/issues', { matching, ...archive });
    const changed = (await answer.json()) as IssuesChanged;
    expect(changed).toMatchObject({ changed: 450, unchanged: 0, left: 0 });
    expect((await search(`is:archived type:${type}`)).total).toBe(450);

    // Ten of one of them happen meanwhile: it is back by itself, and stays so.
    await world.happen(...Array.from({ length: 5 }, () => many[7]!));
    expect((await app.askAsStranger('POST', '/api/v1/issues/undo', { id: changed.undo!.id })).status).toBe(
      404,
    );
    const undone = await undo(changed);
    expect((await undone.json()) as Undone).toEqual({ restored: 449, left: 1 });
    const after = await rows();
    const back = after.findIndex(({ event_count }) => event_count > 1);
    expect(after[back]).toMatchObject({ status: 'unresolved', substate: 'escalating' });
    expect(after.toSpliced(back, 1)).toEqual(before.toSpliced(back, 1));
    expect(await last(first!.id)).toMatchObject({
      kind: 'undone',
      by: 'Ada Lovelace',
      data: { what: 'archived' },
    });
    expect((await undo(changed)).status).toBe(404);
  });

  it('a change cannot be taken back after some minutes', async () => {
    begin();
    const id = await happen({});
    const changed = await change(id, { status: 'resolved' });
    world.setNow(NOON + 10 * MINUTE);
    expect((await undo(changed)).status).toBe(404);
    await sweep.run();
    const kept = await world.metadata.db.selectFrom('issue_undo').select('id').execute();
    expect(kept.map((row) => row.id)).not.toContain(changed.undo!.id);
  });

  it.each([
    [{ ids: ['1'] }, 'nothing to change'],
    [{ status: 'resolved' }, 'either ids'],
    [{ ids: ['1'], matching: { query: '' }, status: 'resolved' }, 'either ids'],
    [{ ids: ['1'], status: 'archived', resolve: { in: 'now' } }, 'resolve goes with'],
    [{ ids: ['1'], status: 'resolved', archive: { until: 'forever' } }, 'archive goes with'],
    [{ ids: ['1'], status: 'archived', archive: { until: 'events', count: 0 } }, 'count'],
    [{ ids: ['1'], status: 'resolved', resolve: { in: 'release', release: ' ' } }, 'release'],
    [{ ids: ['1'], priority: 'urgent' }, 'priority'],
  ])('%j is refused: %s', async (body, words) => {
    const answer = await app.ask('PATCH', '/api/v1/issues', body);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(words);
  });
});
