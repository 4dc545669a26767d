/**
 * Sentry and GlitchTip cannot be installed here: a stand-in (support/tracker.ts) answers in their shapes. What comes along is
 * held against what a live SDK sends next; then everything that may go wrong with a source goes wrong.
 */
import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { IssueDetail, IssueList } from '#contract/issues.ts';
import { issueTitled } from './support/look.ts';
import { importAll, runImport } from './support/moving.ts';
import { EMAIL, eventually, type Program, startProgram } from './support/program.ts';
import { json, startTracker, type Tracker, type TrackerContent } from './support/tracker.ts';

const DAY_S = 86_400;
const nowS = Math.floor(Date.now() / 1000);
const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
const eventId = (name: string) => createHash('md5').update(name).digest('hex');

/** As an SDK sends it; and, with more, as Sentry has stored it. */
function failure(
  name: string,
  type: string,
  value: string,
  ageS: number,
  more: Record<string, unknown> = {},
) {
  return {
    ...{ event_id: eventId(name), platform: 'python', level: 'error', timestamp: nowS - ageS },
    ...{ release: 'shop@2.0.0', environment: 'prod' },
    exception: {
      values: [
        {
          ...{ type, value, mechanism: { type: 'generic', handled: false } },
          stacktrace: {
            frames: [
              {
                ...{ filename: 'shop/app.py', abs_path: '/srv/shop/app.py', module: 'shop.app', lineno: 3 },
                ...{
                  function: `do_${type.toLowerCase()}`,
                  context_line: `    raise ${type}(value)`,
                  in_app: true,
                },
              },
            ],
          },
        },
      ],
    },
    ...more,
  };
}

const stored = (
  name: string,
  type: string,
  value: string,
  ageS: number,
  more: Record<string, unknown> = {},
) =>
  failure(name, type, value, ageS, {
    ...{
      project: 7,
      received: nowS - ageS + 1,
      title: `${type}: ${value}`,
      culprit: 'shop.app in do',
      key_id: '3',
    },
    ...{
      hashes: [eventId(`hash of ${type}`)],
      _meta: {},
      tags: [
        ['colour', 'red'],
        ['sentry:user', 'id:1'],
      ],
    },
    ...more,
  });

const issue = (id: string, type: string, ageS: number, more: Record<string, unknown> = {}) => ({
  ...{ id, shortId: `SHOP-${id}`, title: `${type}: no`, culprit: 'do', level: 'error', platform: 'python' },
  ...{
    type: 'error',
    metadata: { type, value: 'no' },
    permalink: `https://sentry.example.test/issues/${id}/`,
  },
  ...{ status: 'unresolved', substatus: 'ongoing', statusDetails: {}, isUnhandled: true, logger: null },
  ...{ count: '12403', userCount: 310, firstSeen: iso(nowS - 20 * DAY_S), lastSeen: iso(nowS - ageS) },
  ...{ assignedTo: null, numComments: 0, priority: 'high' },
  ...more,
});

const KEY_THERE = eventId('a key of the tracker');
const sentry = (): TrackerContent => ({
  kind: 'sentry',
  project: { id: '7', slug: 'shop_front', name: 'Shop front', platform: 'python' },
  keys: [
    {
      ...{ id: KEY_THERE, public: KEY_THERE, label: 'Default', isActive: true, projectId: 7 },
      dsn: { public: `https://${KEY_THERE}@sentry.example.test/7` },
    },
    { id: 'old', public: 'of-another-time', label: 'Old', isActive: true, projectId: 7 },
  ],
  releases: [
    {
      version: 'shop@2.0.0',
      url: null,
      dateCreated: iso(nowS - 9 * DAY_S),
      dateReleased: iso(nowS - 8 * DAY_S),
    },
    { version: 'shop@1.9.0', url: null, dateCreated: iso(nowS - 30 * DAY_S), dateReleased: null },
    { version: ' ', dateCreated: iso(nowS - 30 * DAY_S) },
  ],
  issues: [
    {
      issue: issue('11', 'OpenError', 3600, {
        assignedTo: { type: 'user', id: '1', name: 'Admin', email: EMAIL.toUpperCase() },
      }),
      detail: {
        firstRelease: { version: 'shop@1.9.0' },
        lastRelease: { version: 'shop@2.0.0' },
        activity: [
          {
            id: '2',
            type: 'note',
            dateCreated: iso(nowS - 7200),
            user: { name: 'Grace' },
            data: { text: 'I look.' },
          },
          { id: '1', type: 'first_seen', dateCreated: iso(nowS - 20 * DAY_S), user: null, data: {} },
        ],
      },
      hashes: [eventId('hash of OpenError'), eventId('an older hash')],
      events: Object.fromEntries(
        [1, 2, 3].map((n) => [
          eventId(`open ${n}`),
          stored(`open ${n}`, 'OpenError', `order ${n}`, 3600 * n, {
            // A rule of the project there grouped it; the live SDK knows nothing of that.
            fingerprint: ['orders'],
            _fingerprint_info: { matched_rule: { text: 'type:OpenError -> orders' } },
          }),
        ]),
      ),
    },
    {
      issue: issue('12', 'FixedError', 2 * DAY_S, { status: 'resolved', substatus: null }),
      detail: { activity: [{ type: 'set_resolved', dateCreated: iso(nowS - DAY_S), user: null, data: {} }] },
      hashes: [eventId('hash of FixedError')],
      events: { [eventId('fixed')]: stored('fixed', 'FixedError', 'no', 2 * DAY_S) },
    },
    {
      issue: issue('13', 'NoisyError', 3600, { status: 'ignored', substatus: 'archived_until_escalating' }),
      detail: {},
      hashes: [],
      events: { [eventId('noisy')]: stored('noisy', 'NoisyError', 'no', 3600) },
    },
    {
      issue: issue('14', 'OldError', 40 * DAY_S, {
        assignedTo: { type: 'user', id: '2', name: 'Gone', email: 'gone@example.test' },
      }),
      detail: {},
      hashes: [],
      events: {
        [eventId('old')]: stored('old', 'OldError', 'no', 40 * DAY_S),
        [eventId('ancient')]: stored('ancient', 'OldError', 'no', 400 * DAY_S),
      },
    },
    {
      // Nothing that can be read, among things that can.
      issue: { id: '15', title: 7 } as never,
      detail: {},
      events: {},
    },
  ],
});

let program: Program;
let tracker: Tracker;
const options = ['--org', 'acme'];

beforeAll(async () => {
  program = await startProgram({ environment: { TANDEM_RETENTION_DAYS: '90' } });
  tracker = await startTracker(sentry());
});
afterEach(() => {
  tracker.instead = null;
});
afterAll(async () => {
  await program.discard();
  await tracker.close();
});

const send = (key: string, project: string, event: Record<string, unknown>) => {
  const header = JSON.stringify({ event_id: event.event_id });
  const body = `${header}\n{"type":"event"}\n${JSON.stringify(event)}\n`;
  return fetch(`${program.url}/api/${project}/envelope/?sentry_key=${key}`, { method: 'POST', body });
};
const issues = async () => (await program.get<IssueList>('/api/v1/issues?query=&period=90d&limit=100')).items;
const detailOf = async (title: string) =>
  program.get<IssueDetail>(
    `/api/v1/issues/${(await issues()).find((each) => each.title.includes(title))!.id}`,
  );

test('what Sentry has comes along, and what does not is told', async () => {
  // Sentry says when it wants to be asked again.
  let refusals = 2;
  tracker.instead = (_request, response, path) => {
    if (!path.endsWith('/keys/') || refusals === 0) return false;
    refusals -= 1;
    response.setHeader('retry-after', '1');
    json(response, 429, { detail: 'slow down' });
    return true;
  };
  const [report] = await importAll(tracker, program, ...options, '--keys', '--events', '2');
  expect(refusals).toBe(0);
  expect(report).toMatchObject({
    ...{ from: 'shop_front', to: 'shop-front', wasHere: false, complete: true },
    keys: { found: 2, taken: 1, left: 1 },
    releases: { found: 3, taken: 2, left: 1 },
    issues: { found: 5, taken: 4, left: 1 },
    events: { found: 6, taken: 5, left: 1 },
  });
  expect(report!.events.notAskedFor).toBe(4 * (12_403 - 2));
  const reasons = report!.reasons.map(({ kind, why }) => `${kind}: ${why}`);
  expect(reasons).toContain('events: it is older than events are kept here');
  expect(reasons).toContain('details: no member here has this e-mail');
  expect(reasons.some((why) => why.startsWith('issues: it cannot be read'))).toBe(true);

  await eventually(issues, (all) => all.reduce((sum, { events }) => sum + events, 0) === 5);
  expect(await detailOf('OpenError')).toMatchObject({
    ...{ status: 'unresolved', events: 2, firstSeen: iso(nowS - 20 * DAY_S), firstRelease: 'shop@1.9.0' },
    assignee: { type: 'person' },
    imported: [
      { events: 12_403, users: 310, shortId: 'SHOP-11', url: 'https://sentry.example.test/issues/11/' },
    ],
  });
  expect((await detailOf('OpenError')).activity).toContainEqual(
    expect.objectContaining({
      kind: 'comment',
      by: 'Grace',
      data: expect.objectContaining({ text: 'I look.' }),
    }),
  );
  expect(await detailOf('FixedError')).toMatchObject({ status: 'resolved', events: 1 });
  expect(await detailOf('NoisyError')).toMatchObject({ status: 'archived' });
  // Older than what a sender is believed, and believed of an import.
  expect(await detailOf('OldError')).toMatchObject({ events: 1, lastSeen: iso(nowS - 40 * DAY_S) });
});

test('programs go on sending with the DSN of the tracker, and land in the issues that were brought', async () => {
  expect((await send(KEY_THERE, '7', failure('live 1', 'OpenError', 'order 9', 1))).status).toBe(200);
  expect((await send(KEY_THERE, '8', failure('live 2', 'OpenError', 'order 9', 1))).status).toBe(403);
  await send(KEY_THERE, '7', failure('live 3', 'FixedError', 'no', 1));
  await send(KEY_THERE, '7', failure('live 4', 'NoisyError', 'no', 1));
  const all = await eventually(issues, (list) => list.reduce((sum, { events }) => sum + events, 0) === 8);
  expect(all).toHaveLength(4);
  expect(await detailOf('OpenError')).toMatchObject({ events: 3 });
  expect(await detailOf('FixedError')).toMatchObject({ status: 'unresolved', substate: 'regressed' });
  expect(await detailOf('NoisyError')).toMatchObject({ status: 'archived', events: 2 });
});

test('GlitchTip has no hashes and other addresses: its events tell where the next one belongs', async () => {
  const id = eventId('tip');
  const glitchtip = await startTracker({
    kind: 'glitchtip',
    project: { id: '3', slug: 'tip', name: 'Tip', platform: 'python' },
    ...{ keys: [], releases: [] },
    issues: [
      {
        issue: {
          ...{
            id: '21',
            shortId: 'TIP-1',
            title: 'TipError: no',
            culprit: '',
            level: 'error',
            status: 'resolved',
          },
          ...{
            count: '3',
            userCount: 0,
            firstSeen: iso(nowS - 7200),
            lastSeen: iso(nowS - 3600),
            numComments: 1,
          },
          ...{
            type: 'error',
            metadata: { type: 'TipError', value: 'no' },
            isUnhandled: null,
            assignedTo: null,
          },
        },
        detail: {
          comments: [{ data: { text: 'Fixed it.' }, dateCreated: iso(nowS - 3000), user: { email: EMAIL } }],
        },
        events: {
          [id]: {
            ...failure('tip', 'TipError', 'no', 3600),
            exception: failure('tip', 'TipError', 'no', 3600).exception.values,
            tags: [{ key: 'environment', value: 'prod' }],
            datetime: iso(nowS - 3600),
          },
        },
      },
    ],
  });
  try {
    const [report] = await importAll(glitchtip, program, ...options);
    expect(report).toMatchObject({ issues: { taken: 1, left: 0 }, events: { taken: 1, left: 0 } });
    const brought = await issueTitled(program, 'TipError');
    expect(brought).toMatchObject({ status: 'resolved', project: { slug: 'tip' } });
    expect((await detailOf('TipError')).activity.map(({ data }) => data.text)).toContain('Fixed it.');
    const [key] = await program.get<{ publicKey: string; projectId: string }[]>('/api/v1/projects/tip/keys');
    await send(key!.publicKey, key!.projectId, failure('tip live', 'TipError', 'no', 1));
    await eventually(
      () => issueTitled(program, 'TipError'),
      ({ events, substate }) => events === 2 && substate === 'regressed',
    );
  } finally {
    await glitchtip.close();
  }
});

test.each<[name: string, instead: NonNullable<Tracker['instead']>, says: string]>([
  [
    'a login page',
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Sign in</body></html>');
      return true;
    },
    'answers with a web page (<html><body>Sign in',
  ],
  [
    'a list that never ends',
    (_request, response, path) => {
      if (!path.endsWith('/issues/')) return false;
      response.setHeader('link', '<http://x/?cursor=0:2:0>; rel="next"; results="true"; cursor="0:2:0"');
      json(response, 200, []);
      return true;
    },
    'goes round in circles',
  ],
  [
    'a server that ends in the middle of an answer',
    (_request, response, path) => {
      if (!path.endsWith('/issues/')) return false;
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('[{"id":"11"');
      response.destroy();
      return true;
    },
    'gives no whole answer',
  ],
  [
    'a redirect to somebody who wants the token',
    (_request, response) => {
      response.writeHead(302, { location: 'https://elsewhere.example.test/' }).end();
      return true;
    },
    'sends elsewhere, to https://elsewhere.example.test/',
  ],
  [
    'a token that may not read issues',
    (_request, response, path) => {
      if (!path.endsWith('/issues/')) return false;
      json(response, 403, { detail: 'You do not have permission to perform this action.' });
      return true;
    },
    'does not let this token read',
  ],
  [
    'no list where one should be',
    (_request, response, path) => {
      if (!path.endsWith('/issues/')) return false;
      json(response, 200, { detail: [] });
      return true;
    },
    'something that is no list',
  ],
])('%s is a sentence, and the next try mends it', async (_name, instead, says) => {
  tracker.instead = instead;
  const { code, output } = await runImport(tracker, program, ...options, '--events', '2');
  expect(code).toBe(1);
  expect(output).toContain(says);
  expect(output).toContain('Run the same command again');
  tracker.instead = null;
  const [report] = await importAll(tracker, program, ...options, '--events', '2');
  expect(report).toMatchObject({ complete: true, issues: { known: 4 } });
});

test('one event that cannot be had is left, and the rest comes', async () => {
  const broken = eventId('open 3');
  tracker.instead = (_request, response, path) => {
    if (!path.includes(broken)) return false;
    json(response, 500, { detail: 'Internal Error' });
    return true;
  };
  const [report] = await importAll(tracker, program, ...options, '--events', '3');
  expect(report!.events).toMatchObject({ taken: 0, left: 2 });
  expect(report!.reasons.map(({ why }) => why)).toContain(
    'the source answers 500 {"detail":"Internal Error"}',
  );
});

test('hostile events are taken as events, or left with a reason', async () => {
  const deep = JSON.parse(`${'{"a":'.repeat(500)}1${'}'.repeat(500)}`);
  const content = sentry();
  content.project = { id: '9', slug: 'hostile', name: '<script>alert(1)</script>' };
  content.issues = [
    {
      issue: issue('31', 'Hostile\u0000Error', 60, {
        permalink: 'javascript:alert(1)',
        count: 5,
        title: 'x'.repeat(5000),
      }),
      detail: { activity: 'nothing' },
      hashes: ['not-a-hash'],
      events: {
        [eventId('h1')]: stored('h1', 'HostileError', 'no', 60, { extra: deep, tags: { a: { b: 1 } } }),
        [eventId('h2')]: { timestamp: 'yesterday', exception: 7 },
        [eventId('h3')]: stored('h3', 'HostileError', 'no', 60, { type: 'transaction' }),
        [eventId('h4')]: stored('h4', 'HostileError', 'no', -90 * DAY_S),
      },
    },
  ];
  const hostile = await startTracker(content);
  try {
    const [report] = await importAll(hostile, program, ...options);
    expect(report).toMatchObject({ issues: { found: 1, taken: 1 }, events: { found: 4, taken: 1, left: 3 } });
    const [found] = await eventually(
      async () => (await program.get<IssueList>('/api/v1/issues?query=&project=hostile')).items,
      ([only]) => only?.events === 1,
    );
    const detail = await program.get<IssueDetail>(`/api/v1/issues/${found!.id}`);
    expect(detail.imported[0]!.url).toBe('');
  } finally {
    await hostile.close();
  }
});
