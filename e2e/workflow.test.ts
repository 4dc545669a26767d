/** How an issue is worked on, with real programs: a shop in two releases, sentry-cli, and a program that is killed. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IssueDetail, IssueList, IssueUpdate } from '#contract/issues.ts';
import type { IssuesChanged, Undone } from '#contract/workflow.ts';
import { installSentryCli, run } from './support/clients.ts';
import { issueTitled } from './support/look.ts';
import { eventually, type Program, startProgram, TOKEN } from './support/program.ts';

const LOCKED = 'is locked';
const CLI_VERSIONS = ['3.8.0', '2.58.2'];

let program: Program;
const clis = new Map<string, string>();
beforeAll(async () => {
  program = await startProgram();
  for (const version of CLI_VERSIONS) clis.set(version, await installSentryCli(version));
});
afterAll(() => program.discard());

const issue = (id: string) => program.get<IssueDetail>(`/api/v1/issues/${id}`);

/** The shop fails so many times; resolves when all of it is counted. */
async function shopFails(release: string, times = 1): Promise<IssueDetail> {
  const before = await program
    .get<IssueList>(`/api/v1/issues?period=90d&query=${encodeURIComponent(`"${LOCKED}"`)}`)
    .then(({ items }) => items[0]?.events ?? 0);
  const { code, output } = await run(process.execPath, ['e2e/programs/locked-cart.mjs'], {
    environment: { SENTRY_DSN: program.dsn, SHOP_RELEASE: release, SHOP_TIMES: String(times) },
  });
  expect(code, output).toBe(0);
  const { id } = await issueTitled(program, LOCKED);
  return eventually(
    () => issue(id),
    ({ events }) => events === before + times,
  );
}

async function change(wanted: IssueUpdate & { ids?: string[]; matching?: object }): Promise<IssuesChanged> {
  const answer = await program.request('PATCH', '/api/v1/issues', wanted);
  expect(answer.status, await answer.clone().text()).toBe(200);
  return (await answer.json()) as IssuesChanged;
}

test('fixed in the next release: quiet from the old one, a regression from the new one', async () => {
  const { id } = await shopFails('shop@1.4.0');
  await change({ ids: [id], status: 'resolved', resolve: { in: 'nextRelease' } });
  expect(await shopFails('shop@1.4.0')).toMatchObject({
    status: 'resolved',
    resolution: { in: 'nextRelease', release: 'shop@1.4.0' },
  });
  const back = await shopFails('shop@1.5.0');
  expect(back).toMatchObject({ status: 'unresolved', substate: 'regressed' });
  expect(back.activity[0]).toMatchObject({ kind: 'regressed', data: { release: 'shop@1.5.0' } });
});

test('archived until ten more: nine leave it, the tenth brings it back, though the program was killed between', async () => {
  const { id } = await shopFails('shop@1.5.0');
  await change({ ids: [id], status: 'archived', archive: { until: 'events', count: 10 } });
  expect(await shopFails('shop@1.5.0', 4)).toMatchObject({ status: 'archived', archival: { seen: 4 } });
  const { dataDirectory } = program;
  await program.killAll();
  program = await startProgram({ dataDirectory });
  expect(await shopFails('shop@1.5.0', 5)).toMatchObject({ status: 'archived', archival: { seen: 9 } });
  const back = await shopFails('shop@1.5.0');
  expect(back).toMatchObject({ status: 'unresolved', substate: 'escalating' });
  expect(back.activity[0]).toMatchObject({ kind: 'returned', data: { until: 'events', count: 10 } });
});

test('a commit that says what it fixes resolves it in its release, as sentry-cli sends commits', async () => {
  const { id, shortId } = await shopFails('shop@1.5.0');
  const answer = await program.request('POST', '/api/0/organizations/default/releases/', {
    version: 'shop@1.5.1',
    projects: ['default'],
    commits: [{ id: 'f'.repeat(40), repository: 'acme/shop', message: `Unlock carts\n\nFixes ${shortId}` }],
  });
  expect(answer.status).toBe(201);
  expect(await issue(id)).toMatchObject({
    status: 'resolved',
    resolution: { in: 'release', release: 'shop@1.5.1', repository: 'acme/shop' },
  });
  expect((await shopFails('shop@1.5.0')).status).toBe('resolved');
  expect((await shopFails('shop@1.5.1')).substate).toBe('regressed');
});

test('all that a search finds is changed at once, and taken back as it was', async () => {
  const KINDS = 250;
  for (let at = 0; at < KINDS; at += 1)
    await program.sendEvent({
      event_id: at.toString(16).padStart(32, '0'),
      message: `Flood ${at}`,
      fingerprint: [`flood-${at}`],
      tags: { flood: 'yes' },
    });
  const list = (query: string) => program.get<IssueList>(`/api/v1/issues?query=${encodeURIComponent(query)}`);
  await eventually(
    () => list('is:unresolved flood:yes'),
    ({ total }) => total === KINDS,
  );
  const changed = await change({
    matching: { query: 'is:unresolved flood:yes' },
    status: 'resolved',
    priority: 'low',
  });
  expect(changed).toMatchObject({ changed: KINDS, left: 0 });
  expect((await list('is:resolved priority:low flood:yes')).total).toBe(KINDS);
  const undone = await program.request('POST', '/api/v1/issues/undo', { id: changed.undo!.id });
  expect((await undone.json()) as Undone).toEqual({ restored: KINDS, left: 0 });
  expect((await list('is:unresolved !priority:low flood:yes')).total).toBe(KINDS);
  const again = await program.request('POST', '/api/v1/issues/undo', { id: changed.undo!.id });
  expect(again.status).toBe(404);
});

describe.each(CLI_VERSIONS)('sentry-cli %s', (version) => {
  async function cli(...args: string[]): Promise<string> {
    const { code, output } = await run(clis.get(version)!, ['issues', ...args], {
      environment: {
        SENTRY_URL: program.url,
        SENTRY_AUTH_TOKEN: TOKEN,
        SENTRY_ORG: 'default',
        SENTRY_PROJECT: 'default',
        SENTRY_DISABLE_UPDATE_CHECK: 'true',
        SENTRY_LOAD_DOTENV: '0',
      },
    });
    if (code !== 0) throw new Error(`sentry-cli issues ${args.join(' ')}:\n${output}`);
    return output;
  }

  test('lists, mutes, brings back and resolves, in the next release too', async () => {
    const { id, shortId } = await shopFails('shop@1.5.0');
    expect(await cli('list', '--query', LOCKED)).toContain(shortId);
    await cli('mute', '--id', id);
    expect(await issue(id)).toMatchObject({ status: 'archived', archival: { until: 'forever' } });
    await cli('unresolve', '--id', id);
    expect((await issue(id)).status).toBe('unresolved');
    await cli('resolve', '--id', id);
    expect(await issue(id)).toMatchObject({ status: 'resolved', resolution: { in: 'now' } });
    await cli('resolve', '--next-release', '--id', id);
    expect(await issue(id)).toMatchObject({ resolution: { in: 'nextRelease', release: 'shop@1.5.1' } });
    expect((await shopFails('shop@1.5.0')).status).toBe('resolved');
    await cli('unresolve', '--status', 'resolved');
    expect((await issue(id)).status).toBe('unresolved');
  });
});

describe("in Sentry's API", () => {
  const path = (id: string) => `/api/0/organizations/default/issues/${id}/`;
  interface SentryIssue {
    status: string;
    substatus: string | null;
    statusDetails: Record<string, unknown>;
    priority: string;
  }

  test.each([
    [
      { status: 'resolved', statusDetails: { inRelease: 'latest' } },
      { status: 'resolved', statusDetails: { inRelease: 'shop@1.5.1' } },
    ],
    [
      { status: 'resolved', statusDetails: { inNextRelease: true } },
      { statusDetails: { inNextRelease: true } },
    ],
    [
      { status: 'ignored', substatus: 'archived_until_escalating' },
      { status: 'ignored', substatus: 'archived_until_escalating' },
    ],
    [
      { status: 'ignored', statusDetails: { ignoreCount: 100, ignoreWindow: 60 } },
      { substatus: 'archived_until_condition_met', statusDetails: { ignoreCount: 100, ignoreWindow: 60 } },
    ],
    [{ status: 'ignored', statusDetails: { ignoreUserCount: 5 } }, { statusDetails: { ignoreUserCount: 5 } }],
    [
      { status: 'ignored', statusDetails: { ignoreDuration: 30 } },
      { statusDetails: { ignoreUntil: expect.any(String) } },
    ],
    [{ status: 'ignored' }, { substatus: 'archived_forever', statusDetails: {} }],
    [{ status: 'unresolved' }, { status: 'unresolved', substatus: 'ongoing' }],
    [{ priority: 'low' }, { priority: 'low', priorityLockedAt: expect.any(String) }],
  ])('%j', async (body, expected) => {
    const { id } = await issueTitled(program, LOCKED);
    const answer = await program.request('PUT', path(id), body);
    expect(answer.status, await answer.clone().text()).toBe(200);
    expect(await program.get<SentryIssue>(path(id))).toMatchObject(expected);
  });

  test.each([
    { status: 'ignored', statusDetails: { ignoreCount: 1, ignoreDuration: 5 } },
    { status: 'resolved', statusDetails: { inCommit: { commit: 'cafe0123', repository: 'acme/unknown' } } },
    { status: 'ignored', statusDetails: { ignoreCount: -1 } },
    { priority: 'urgent' },
  ])('%j is refused', async (body) => {
    const { id } = await issueTitled(program, LOCKED);
    const answer = await program.request('PUT', path(id), body);
    expect([400, 404]).toContain(answer.status);
    expect(((await answer.json()) as { detail: string }).detail).not.toBe('');
  });
});
