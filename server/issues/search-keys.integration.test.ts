import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventSearch } from '#contract/events.ts';
import { IssueListQuery } from '#contract/issues.ts';
import { startTestPostgres, type TestPostgres } from '#server/store/metadata/test-postgres.ts';
import { searchEvents } from './event-queries.ts';
import { listIssues } from './issue-queries.ts';
import { suggestValues } from './search-suggestions.ts';
import { DAY, HOUR, hex, NOON, openTestIssues, type TestIssues } from './test-issues.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

const frame = (name: string, filename: string, more = {}) => ({
  function: name,
  filename,
  in_app: true,
  ...more,
});
const exception = (frames: unknown[], more = {}) => ({
  values: [{ type: 'E', stacktrace: { frames }, ...more }],
});

const KINDS = {
  phone: {
    release: 'shop@1.4.1',
    platform: 'cocoa',
    sdk_name: 'sentry.cocoa',
    sdk_version: '8.10.2',
    handled: 0,
    user_id: '42',
    user_ip: '203.0.113.7',
    tags: { mechanism: 'NSException', 'os.name': 'iOS', customer: 'acme' },
    payload: JSON.stringify({
      exception: exception([frame('main', 'main.m'), frame('Checkout.payNow', 'Checkout.swift')], {
        thread_id: 1,
      }),
      threads: { values: [{ id: 1, main: true }] },
      contexts: {
        device: { model: 'iPhone15,2', arch: 'arm64', simulator: false, battery_level: 17 },
        os: { name: 'iOS', version: '17.10.1', build: '21A350' },
        app: { app_version: '1.4.1', in_foreground: true },
      },
      user: { geo: { country_code: 'AT', city: 'Vienna' } },
    }),
  },
  browser: {
    release: 'shop@1.10.0',
    platform: 'javascript',
    url: 'https://shop.example/cart',
    tags: { 'browser.name': 'Firefox', 'device.arch': 'tagged' },
    payload: JSON.stringify({
      exception: exception([
        frame('onClick', 'src/cart/button.tsx', {
          module: 'cart/button',
          abs_path: 'https://shop.example/src/cart/button.tsx',
        }),
      ]),
      request: { method: 'POST', headers: [['Referer', 'https://search.example/']] },
      contexts: {
        os: { name: 'Windows', version: '17.2' },
        response: { status_code: 503 },
        culture: { locale: 'de-AT' },
      },
    }),
  },
  job: {
    project_id: 2,
    release: 'web@2026.11.1+17',
    platform: 'python',
    message: 'the nightly run is late',
    tags: { queue: '17' },
    payload: JSON.stringify({
      stacktrace: {
        frames: [frame('run', 'jobs/nightly.py', { module: 'jobs.nightly', package: 'celery' })],
      },
    }),
  },
};

describe.each(['sqlite', 'postgres'] as const)('with metadata on %s', (engine) => {
  let world: TestIssues;
  const idOf: Record<string, number> = {};
  const nameOf = (id: string | null) => Object.keys(idOf).find((name) => String(idOf[name]) === id)!;

  const list = (query: string, project = '') =>
    listIssues(world, world.viewer, IssueListQuery.parse({ query, project, period: '30d' }));
  const issues = async (query: string, project = '') =>
    (await list(query, project)).items.map(({ id }) => nameOf(id)).sort();
  const events = async (query: string) =>
    (await searchEvents(world, world.viewer, EventSearch.parse({ query }))).items
      .map(({ issueId }) => nameOf(issueId))
      .sort();

  beforeAll(async () => {
    world = await openTestIssues(engine === 'postgres' ? await postgres.createDatabase() : '');
    for (const [name, event] of Object.entries(KINDS)) {
      const [result] = await world.happen({
        hashes: [hex(name)],
        exception_type: `${name}Error`,
        exception_value: '',
        culprit: '',
        timestamp: NOON - HOUR,
        ...event,
      });
      idOf[name] = result!.issueId;
    }
    const releases = [
      { version: 'shop@1.4.1', project: 1, at: NOON - 3 * DAY },
      { version: 'shop@1.10.0', project: 1, at: NOON - 2 * DAY },
      // A fix of the old line, made after the newer one.
      { version: 'shop@1.4.2', project: 1, at: NOON - DAY },
      { version: 'web@2026.11.1+17', project: 2, at: NOON - DAY },
    ];
    for (const { version, project, at } of releases) {
      const { id } = await world.metadata.db
        .insertInto('release')
        .values({ organization_id: 1, version, created_at: at, started_at: null, released_at: null })
        .returning('id')
        .executeTakeFirstOrThrow();
      await world.metadata.db
        .insertInto('release_project')
        .values({
          release_id: id,
          project_id: project,
          added_at: at,
          first_event_at: null,
          last_event_at: null,
        })
        .execute();
    }
    // Whoever has left is nobody's: Ada is a member.
    await world.metadata.db
      .insertInto('member')
      .values({ organization_id: 1, user_id: 'ada', role: 'member', created_at: 0 })
      .execute();
    await world.metadata.db
      .insertInto('issue_assignee')
      .values({ issue_id: idOf.job!, user_id: 'ada', assigned_at: NOON })
      .execute();
  });
  afterAll(() => world.discard());

  // What people type, what Sentry knows, and which issues have it: an event of each kind has the same.
  it.each<[string, string[]]>([
    ['device.model:iPhone*', ['phone']],
    ['device.model:iPhone15,2', ['phone']],
    ['device.arch:arm64', ['phone']],
    ['device.arch:tagged', ['browser']],
    ['device.simulator:false', ['phone']],
    ['device.battery_level:<20', ['phone']],
    ['device.locale:de-AT', ['browser']],
    ['has:device.model', ['phone']],
    ['os.name:iOS', ['phone']],
    ['os.version:17.10.1', ['phone']],
    ['os.version:>17.9', ['phone']],
    ['os.version:>=17.2', ['browser', 'phone']],
    ['os.build:21A350', ['phone']],
    ['browser.name:firefox*', ['browser']],
    ['app.version:<2', ['phone']],
    ['app.in_foreground:true', ['phone']],
    ['geo.country_code:AT', ['phone']],
    ['geo.city:Vien*', ['phone']],
    ['http.method:POST', ['browser']],
    ['http.url:*cart*', ['browser']],
    ['http.referer:*search.example*', ['browser']],
    ['http.status_code:>=500', ['browser']],
    ['url:*shop.example/c*', ['browser']],
    ['error.mechanism:NSException', ['phone']],
    ['error.main_thread:true', ['phone']],
    ['error.main_thread:1', ['phone']],
    ['error.handled:false', ['phone']],
    ['sdk.name:sentry.cocoa', ['phone']],
    ['sdk.version:>8.9', ['phone']],
    ['user:id:42', ['phone']],
    ['user.ip:203.0.113.*', ['phone']],
    ['customer:[acme, other]', ['phone']],
    ['tags[customer]:acme', ['phone']],
    ['queue:>16', ['job']],
    ['release:latest', ['browser', 'job']],
    ['!release:latest', ['phone']],
    ['release:shop@1.4.*', ['phone']],
    ['release.version:1.4.*', ['phone']],
    ['release.version:>1.4.1', ['browser', 'job']],
    ['release.version:>=1.4.1 release.version:<2', ['browser', 'phone']],
    ['release.version:2026.11.1', ['job']],
    ['release.package:shop', ['browser', 'phone']],
    ['release.build:17', ['job']],
    ['stack.function:checkout.paynow', ['phone']],
    ['stack.function:*pay*', ['phone']],
    ['stack.function:pay*', []],
    ['stack.filename:src/cart/*', ['browser']],
    ['stack.filename:*.py', ['job']],
    ['stack.module:jobs.nightly', ['job']],
    ['stack.abs_path:https://shop.example/*', ['browser']],
    ['stack.package:celery', ['job']],
    ['has:stack.package', ['job']],
    ['!stack.function:onclick', ['job', 'phone']],
    ['(device.arch:arm64 OR stack.filename:*.py) !queue:17', ['phone']],
  ])('%s', async (query, expected) => {
    expect(await issues(query)).toEqual(expected);
    expect(await events(query)).toEqual(expected);
  });

  // Free text finds the name of a function or a file, wherever it stands in the stack.
  it.each<[string, string[]]>([
    ['paynow', ['phone']],
    ['Button.tsx', ['browser']],
    ['nightly.py', ['job']],
    ['cart*click', []],
    ['"phoneError"', ['phone']],
    ['!nightly', ['browser', 'phone']],
    ['nightly OR paynow', ['job', 'phone']],
  ])('the words %s', async (query, expected) => {
    expect(await issues(query)).toEqual(expected);
  });

  it.each<[string, string[]]>([
    ['is:for_review', ['browser', 'phone']],
    ['firstRelease:latest', ['browser', 'job']],
    ['lastRelease:shop@1.4.*', ['phone']],
    ['timesSeen:>=1 users:>0', ['phone']],
  ])('of issues alone: %s', async (query, expected) => {
    expect(await issues(query)).toEqual(expected);
  });

  it('finds events by their issue and time', async () => {
    expect(await events('issue:SHOP-1')).toEqual(['phone']);
    expect(await events(`issue.id:${idOf.job}`)).toEqual(['job']);
    expect(await events('issue:SHOP-77')).toEqual([]);
    expect(await events('timestamp:>-2h')).toEqual(['browser', 'job', 'phone']);
    expect(await events('timestamp:<-2h')).toEqual([]);
    expect(await events('message:*nightly*')).toEqual(['job']);
    expect(await events('')).toEqual(['browser', 'job', 'phone']);
  });

  it.each([
    ['level:error device.class:high', 'column 13: "device.class" is not a key of this search'],
    ['issue.category:error', 'column 1: "issue.category" is not a key of this search: every issue is'],
    ['stack.lineno:7', 'column 1: "stack.lineno" is not a key of this search'],
    ['stack.nonsense:7', 'column 1: expected stack. with one of function, filename'],
    ['release.version:>abc', 'column 1: expected a version such as 1.4'],
    ['os.version:>abc', 'column 1: expected a version such as 1.4'],
    ['sdk.name:>3', 'column 1: expected sdk.name:value'],
    ['error.main_thread:maybe', 'column 1: expected error.main_thread:true'],
  ])('%s is refused, and not answered with an empty page', async (query, expected) => {
    await expect(issues(query)).rejects.toThrow(expected);
    await expect(events(query)).rejects.toThrow(expected);
  });

  it.each([
    'is:unresolved',
    'age:-24h',
    'timesSeen:>1',
    'firstRelease:latest',
    'priority:high',
    'assigned:me',
  ])('%s is refused of events, which have none', async (query) => {
    await expect(events(query)).rejects.toThrow('is asked of issues, and these are events');
  });

  it('says that a tag is on no event, and which key was meant', async () => {
    const { items, notices } = await list('evironment:production');
    expect(items).toEqual([]);
    expect(notices).toEqual(['No event of the period has the tag "evironment"; did you mean "environment"?']);
    expect((await list('customer:nobody')).notices).toEqual([]);
  });

  it('suggests the keys and values that events have', async () => {
    const suggest = async (key: string, text = '') =>
      (await suggestValues(world, world.viewer, { project: '', key, text })).values;
    expect(await suggest('')).toEqual(expect.arrayContaining(['customer', 'queue', 'os.name']));
    expect(await suggest('', 'cust')).toEqual(['customer']);
    expect(await suggest('customer')).toEqual(['acme']);
    expect(await suggest('platform', 'pyth')).toEqual(['python']);
    expect(await suggest('device.model')).toEqual(['iPhone15,2']);
    expect(await suggest('release', '1.4')).toEqual(['shop@1.4.2', 'shop@1.4.1']);
    expect(await suggest('timestamp')).toEqual([]);
    expect(
      (await suggestValues(world, world.stranger, { project: '', key: 'customer', text: '' })).values,
    ).toEqual([]);
  });
});
