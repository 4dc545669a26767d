import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLog } from '#server/platform/log.ts';
import { openTestMetadata, type TestMetadata } from '#server/store/metadata/test-metadata.ts';
import { createViewers } from './viewers.ts';

let metadata: TestMetadata;
beforeAll(async () => {
  metadata = await openTestMetadata();
  const { db } = metadata.store;
  await db.insertInto('organization').values({ id: 1, slug: 'default', name: '', created_at: 0 }).execute();
  await db
    .insertInto('member')
    .values({ organization_id: 1, user_id: 'anna', role: 'owner', created_at: 0 })
    .execute();
});
afterAll(() => metadata.discard());

/** Sessions are held back until the test lets them go. */
function openViewers() {
  const held: (() => void)[] = [];
  let lookUps = 0;
  const person = { userId: 'anna', name: 'Anna', email: 'anna@example.com', setCookies: ['renewed'] };
  const session = () => {
    lookUps++;
    return new Promise<typeof person>((resolve) => held.push(() => resolve(person)));
  };
  const letGo = () => {
    for (const go of held.splice(0)) go();
  };
  const clock = { now: () => 0 };
  const viewers = createViewers({
    db: metadata.store.db,
    auth: { session },
    clock,
    log: createLog('silent'),
  });
  return { viewers, letGo, lookUps: () => lookUps };
}

it('remembers a session for a moment, and sends a renewed cookie on once', async () => {
  const { viewers, letGo, lookUps } = openViewers();
  const first = viewers.bySession('tandem.session_token=a');
  letGo();
  expect(await first).toMatchObject({ viewer: { userId: 'anna', role: 'owner' }, setCookies: ['renewed'] });
  expect(await viewers.bySession('tandem.session_token=a')).toMatchObject({
    viewer: { userId: 'anna' },
    setCookies: [],
  });
  expect(lookUps()).toBe(1);
});

it('does not remember what was looked up before rights changed', async () => {
  const { viewers, letGo, lookUps } = openViewers();
  const underWay = viewers.bySession('tandem.session_token=b');
  viewers.forget();
  letGo();
  await underWay;
  const again = viewers.bySession('tandem.session_token=b');
  letGo();
  await again;
  expect(lookUps()).toBe(2);
});
