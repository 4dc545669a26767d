/** Rules of a project: saved, refused with the place of what is wrong, and tried on events that are stored. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { GroupingPreview, GroupingRules, GroupingRulesCheck } from '#contract/grouping.ts';
import { openTestApp, type TestApp } from '#server/issues/test-app.ts';
import { HOUR, MINUTE, NOON, openTestIssues, type TestIssues } from '#server/issues/test-issues.ts';
import { groupV1 } from '#server/process/group/group-v1.ts';
import { titleOf } from '#server/process/group/title.ts';
import { markInApp } from '#server/process/in-app/mark-in-app.ts';
import { groupingRules } from '#server/process/rules/grouping-rules.ts';
import { ProjectRules } from '#server/process/rules/project-rules.ts';
import type { EventPayload } from '#server/record/event.ts';
import { groupingRoutes } from './grouping-routes.ts';

let world: TestIssues;
let app: TestApp;
const PATH = '/api/v1/projects/shop/grouping';

beforeAll(async () => {
  world = await openTestIssues();
  app = await openTestApp(world, [groupingRoutes(world)]);
  const event = (type: string, value: string, host: string, frames: string[]): EventPayload => ({
    event_id: '',
    timestamp: NOON / 1000,
    received: NOON / 1000,
    type: 'error',
    platform: 'python',
    level: 'error',
    tags: [['server_name', host]],
    exception: {
      values: [
        {
          type,
          value,
          stacktrace: {
            frames: frames.map((name) => ({
              function: name,
              module: 'shop',
              filename: `/app/${name}.py`,
              in_app: true,
            })),
          },
        },
      ],
    },
  });
  const payloads = [
    ...['a', 'b', 'a'].map((host) => event('TimeoutError', 'pool is empty', host, ['main', 'pay'])),
    ...['a', 'b'].map((host) => event('TimeoutError', 'no answer', host, ['main', 'ship', 'retry'])),
    event('KeyError', 'sku', 'a', ['main', 'cart']),
  ];
  await world.happen(
    ...payloads.map((payload, at) => {
      markInApp(payload);
      return {
        hashes: groupV1(payload).hashes,
        title: titleOf(payload).title,
        timestamp: NOON - HOUR + at * MINUTE,
        payload: JSON.stringify(payload),
      };
    }),
  );
});
afterAll(async () => {
  await app.close();
  await world.discard();
});

async function ask<Answer>(
  method: string,
  path: string,
  texts: { fingerprint?: string; stackTrace?: string },
) {
  const answer = await app.ask(method, path, { fingerprint: '', stackTrace: '', ...texts });
  return { status: answer.status, body: (await answer.json()) as Answer };
}
const preview = async (texts: { fingerprint?: string; stackTrace?: string }) =>
  (await ask<GroupingPreview>('POST', `${PATH}/preview`, texts)).body;

it('says which issues a fingerprint rule would make one', async () => {
  const { merges, ...rest } = await preview({
    fingerprint:
      'error.type:TimeoutError -> timeouts title="Timeouts of {{ error.type }}"\nerror.type:Nothing -> x',
  });
  expect(rest).toMatchObject({
    events: 6,
    from: new Date(NOON - HOUR).toISOString(),
    to: new Date(NOON - HOUR + 5 * MINUTE).toISOString(),
    cutShort: '',
    moved: 5,
    splits: [],
    replaced: [],
    rules: [
      { in: 'fingerprint', line: 1, events: 5 },
      { in: 'fingerprint', line: 2, events: 0 },
    ],
    titles: [{ title: 'Timeouts of TimeoutError', events: 5 }],
  });
  expect(merges).toMatchObject([
    {
      into: { id: null, title: 'Timeouts of TimeoutError', events: 5 },
      from: [
        { shortId: 'SHOP-1', title: 'TimeoutError: pool is empty', events: 3 },
        { shortId: 'SHOP-2', title: 'TimeoutError: no answer', events: 2 },
      ],
    },
  ]);
});

it('says which issues would be several', async () => {
  const { splits, moved, replaced } = await preview({
    fingerprint: 'error.type:TimeoutError stack.function:pay -> {{ default }}, {{ tags.server_name }}',
  });
  expect({ moved, replaced }).toEqual({ moved: 3, replaced: [] });
  expect(splits).toMatchObject([
    {
      from: { shortId: 'SHOP-1', events: 3 },
      into: [
        { id: null, events: 2 },
        { id: null, events: 1 },
      ],
    },
  ]);
});

it('says which issues would be taken over by another', async () => {
  expect(await preview({ stackTrace: 'stack.function:retry -group' })).toMatchObject({
    moved: 2,
    merges: [],
    splits: [],
    replaced: [{ from: { shortId: 'SHOP-2', events: 2 }, into: { id: null, events: 2 } }],
    rules: [{ in: 'stackTrace', line: 1, events: 2 }],
  });
  // A rule that the person's frames and all frames have in common.
  expect(await preview({ stackTrace: 'stack.function:nothing -app' })).toMatchObject({
    moved: 0,
    rules: [{ events: 0 }],
  });
  expect(await preview({})).toMatchObject({ moved: 0, rules: [], merges: [], splits: [], replaced: [] });
});

it('refuses what cannot be read, and says where', async () => {
  const texts = { fingerprint: 'type:A -> a\ntype:B > b', stackTrace: 'function:x -ap' };
  const check = await ask<GroupingRulesCheck>('POST', `${PATH}/check`, texts);
  expect(check.body.problems).toMatchObject([
    { in: 'fingerprint', line: 2, column: 8, isWarning: false },
    { in: 'stackTrace', line: 1, column: 12, isWarning: false },
  ]);
  const saved = await ask<{ error: { code: string; message: string } }>('PUT', PATH, texts);
  expect(saved).toMatchObject({
    status: 400,
    body: {
      error: {
        code: 'rules_invalid',
        message: expect.stringContaining('Fingerprint rules, line 2, column 8'),
      },
    },
  });
  expect((await app.askAsStranger('GET', PATH)).status).toBe(404);
});

it('reaches the thread of process with its next batch', async () => {
  const rules = new ProjectRules();
  expect((await rules.ofNow(world.metadata.db))(1)).toBeUndefined();
  const texts = { fingerprint: 'message:* -> one # a value of its own', stackTrace: 'path:**/x/** -app' };
  expect((await ask<GroupingRules>('PUT', PATH, texts)).body).toMatchObject({
    ...texts,
    updatedBy: 'Ada Lovelace',
    problems: [{ line: 1, column: 9, isWarning: true }],
  });
  const first = await rules.ofNow(world.metadata.db);
  expect(first(1)).toBe(groupingRules(texts));
  expect(first(2)).toBeUndefined();
  // Not changed, not read again; changed, read with the next batch.
  expect((await rules.ofNow(world.metadata.db))(1)).toBe(first(1));
  await ask('PUT', PATH, { fingerprint: 'type:A -> a' });
  expect((await rules.ofNow(world.metadata.db))(1)).toBe(
    groupingRules({ fingerprint: 'type:A -> a', stackTrace: '' }),
  );
  await ask('PUT', PATH, {});
  expect((await rules.ofNow(world.metadata.db))(1)).toBeUndefined();
});
