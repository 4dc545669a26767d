/**
 * An issue that goes on happening is deleted, again and again: each event belongs to one issue, before the deletion or
 * after it, and what an issue counts, its trend and its events agree.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventDetail } from '#contract/events.ts';
import type { IssueDetail, IssueList, IssueTags } from '#contract/issues.ts';
import type { Usage } from '#contract/usage.ts';
import { eventually, KEY, type Program, startProgram } from './support/program.ts';

const DELETIONS = 3;
/** Senders at once: a few hundred events a second. */
const SENDERS = 8;

let program: Program;
beforeAll(async () => {
  program = await startProgram();
});
afterAll(() => program.discard());

test('an issue deleted while it happens comes back as a new one that has all of its events', async () => {
  const traffic = startTraffic();
  try {
    for (let round = 0, before = ''; round < DELETIONS; round++) {
      const [issue] = await eventually(issues, ([first]) => first !== undefined && first.id !== before);
      // Long enough for batches of it to be on their way in every stage.
      await sleep(1_000);
      before = issue!.id;
      expect((await program.request('DELETE', `/api/v1/issues/${before}`)).status).toBe(204);
    }
    await sleep(3_000);
  } finally {
    await traffic.stop();
  }
  await eventually(
    () => program.get<Usage>('/api/v1/usage'),
    ({ backlogBytes }) => backlogBytes === 0,
  );

  const found = await issues();
  expect(found).toHaveLength(1);
  const [{ events, id } = { events: 0, id: '' }] = found;
  expect(events).toBeGreaterThan(100);
  const counts = await eventually(
    async () => {
      const path = `/api/v1/issues/${id}`;
      const { trend24h } = await program.get<IssueDetail>(path);
      const { total } = await program.get<EventDetail>(`${path}/events/latest`);
      const tags = await program.get<IssueTags>(`${path}/tags?period=24h`);
      return { trend: trend24h.counts.reduce((sum, count) => sum + count, 0), total, stored: tags.events };
    },
    ({ stored }) => stored === events,
  );
  expect(counts).toEqual({ trend: events, total: events, stored: events });
}, 120_000);

const issues = async () => (await program.get<IssueList>('/api/v1/issues?period=24h')).items;

function startTraffic() {
  let isSending = true;
  const event = { exception: { values: [{ type: 'HotError', value: 'again' }] } };
  const senders = Array.from({ length: SENDERS }, async (_, user) => {
    while (isSending) {
      const id = randomBytes(16).toString('hex');
      await fetch(`${program.url}/api/1/envelope/?sentry_key=${KEY}`, {
        method: 'POST',
        body: `{"event_id":"${id}"}\n{"type":"event"}\n${JSON.stringify({ ...event, user: { id: user } })}\n`,
      });
      await sleep(5);
    }
  });
  return {
    async stop() {
      isSending = false;
      await Promise.all(senders);
    },
  };
}
