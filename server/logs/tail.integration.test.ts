/** Following a search on the real engine: what is shown and what is said to be left out is together what came. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type LogTailMessage, TAIL_LINES_MAX } from '#contract/logs.ts';
import { systemClock } from '#server/platform/clock.ts';
import { createLog } from '#server/platform/log.ts';
import { LOG_COLUMNS, logRows } from '#server/process/logs/log-rows.ts';
import { createLiveTails, type LiveTails } from '#server/query/plan/tail.ts';
import { encodeLogBatch } from '#server/record/log.ts';
import { startTestTelemetry, type TestTelemetry } from '#server/store/telemetry/start-test-telemetry.ts';
import { nativeRows } from '#server/store/telemetry/test-native.ts';
import { createTailHub, type TailHub } from './tail-hub.ts';

let telemetry: TestTelemetry;
let tails: LiveTails;
let hub: TailHub;
let batches = 0;
const open = (limits: Parameters<typeof createTailHub>[1] = {}) => {
  tails = createLiveTails({ telemetry: telemetry.store, clock: systemClock });
  hub = createTailHub({ tails, clock: systemClock, log: createLog('silent') }, limits);
};

beforeAll(async () => {
  telemetry = await startTestTelemetry();
});
afterEach(() => hub.close());
afterAll(() => telemetry.stop());

interface Written {
  project?: number;
  receivedAt?: number;
  /** Milliseconds since 1970, as the sender says. */
  at?: number;
}

async function write(lines: readonly string[], { project = 1, receivedAt = Date.now(), at }: Written = {}) {
  const records = lines.map((body) => ({ body, time: `${at ?? receivedAt}000000` }));
  const part = logRows(encodeLogBatch({ groups: [{ records }] }), { project, receivedAt, source: 'test' });
  const rows = nativeRows(LOG_COLUMNS, [part]);
  await telemetry.store.insert('logs', rows, `tail ${batches++}`, 'Native');
}
const some = (count: number, text: string) => Array.from({ length: count }, (_, n) => `${text} ${n}`);

/** A person at their screen. */
function follow(query: string, { projects = [1], after = '' } = {}) {
  const seen: { id: string; message: LogTailMessage }[] = [];
  const viewer = {
    unsentBytes: 0,
    ended: false,
    write(event: string) {
      const [, id = '', data] = /^(?:id: (\S+)\n)?data: (.*)\n\n$/s.exec(event) ?? [];
      seen.push({ id, message: JSON.parse(data!) });
    },
    end() {
      viewer.ended = true;
    },
  };
  const leave = hub.find({ projects, query }).watch(viewer, after);
  const lines = () => seen.flatMap(({ message }) => (message.type === 'lines' ? [message] : []));
  return {
    viewer,
    leave,
    seen,
    started: () => expect.poll(() => seen.some(({ message }) => message.type === 'start')).toBe(true),
    bodies: () => lines().flatMap(({ items }) => items.map(({ body }) => body)),
    arrived: () => lines().reduce((sum, { arrived }) => sum + arrived, 0),
    leftOut: () => lines().reduce((sum, { leftOut }) => sum + leftOut, 0),
    lastId: () => seen.findLast(({ id }) => id !== '')!.id,
  };
}

describe('who follows a search', () => {
  it('is shown what comes from then on and matches, in the order it came', async () => {
    open();
    await write(['order 1 failed']);
    const screen = follow('failed');
    await screen.started();
    await write(['order 2 failed', 'order 3 placed', 'order 4 failed']);
    await write(['order 5 failed'], { project: 2 });
    await expect.poll(screen.bodies).toEqual(['order 2 failed', 'order 4 failed']);
    await write(['order 6 failed']);
    await expect.poll(screen.bodies).toEqual(['order 2 failed', 'order 4 failed', 'order 6 failed']);
    expect([screen.arrived(), screen.leftOut()]).toEqual([3, 0]);
  });

  it('is shown lines that say an old time, and lines that are stored long after they came', async () => {
    open();
    const screen = follow('delayed');
    await screen.started();
    await write(['delayed by its sender'], { at: Date.now() - 40 * 86_400_000 });
    await write(['delayed by a backlog'], { receivedAt: Date.now() - 9000 });
    const longAgo = Date.now() - 600_000;
    await write(['delayed by a long backlog'], { receivedAt: longAgo });
    tails.stored(longAgo);
    await expect
      .poll(() => screen.bodies().toSorted())
      .toEqual(['delayed by a backlog', 'delayed by a long backlog', 'delayed by its sender']);
    expect(screen.arrived()).toBe(3);
  });

  it('is shown a sample of a burst, and told exactly how many are left out', async () => {
    open();
    const screen = follow('burst');
    await screen.started();
    const now = Date.now();
    for (let batch = 0; batch < 4; batch += 1)
      await write(some(5000, `burst ${batch}`), { receivedAt: now + batch });
    // And a millisecond that was counted grows.
    await expect.poll(screen.arrived).toBeGreaterThan(0);
    await write(some(3, 'burst again'), { receivedAt: now });
    await expect.poll(screen.arrived).toBe(20_003);
    expect(screen.bodies().length + screen.leftOut()).toBe(20_003);
    for (const { message } of screen.seen)
      if (message.type === 'lines') expect(message.items.length).toBeLessThanOrEqual(TAIL_LINES_MAX);
    // Of every part of it.
    const batchesShown = new Set(screen.bodies().map((body) => body.split(' ')[1]));
    expect([...batchesShown]).toEqual(expect.arrayContaining(['0', '1', '2', '3']));
  });

  it('who takes nothing is told the count of what was left out meanwhile', async () => {
    open();
    const screen = follow('slow');
    await screen.started();
    const beside = follow('slow');
    screen.viewer.unsentBytes = 100_000_000;
    await write(some(10, 'slow'));
    await expect.poll(beside.arrived).toBe(10);
    expect(screen.arrived()).toBe(0);
    screen.viewer.unsentBytes = 0;
    await write(['slow last']);
    await expect.poll(screen.arrived).toBe(11);
    expect(screen.bodies()).toEqual(['slow last']);
    expect(screen.leftOut()).toBe(10);
  });

  it('goes on where the connection broke; when that is too long ago, it is said', async () => {
    open();
    const screen = follow('break');
    await screen.started();
    await write(['break 1']);
    await expect.poll(screen.bodies).toEqual(['break 1']);
    screen.leave();
    const beside = follow('break');
    await write(['break 2']);
    await expect.poll(beside.bodies).toEqual(['break 2']);
    const again = follow('break', { after: screen.lastId() });
    expect(again.seen[0]!.message).toMatchObject({ type: 'start', resumed: true });
    expect(again.bodies()).toEqual(['break 2']);
    const lost = follow('break', { after: 'of-another-run.7' });
    expect(lost.seen[0]!.message).toMatchObject({ type: 'start', resumed: false });
    expect(lost.bodies()).toEqual([]);
  });

  it('shares the looks with others, and the last one who goes ends them', async () => {
    open({ tailsMax: 1, lingerMs: 1 });
    const one = follow('shared');
    const two = follow(' shared ');
    expect(hub.tails).toBe(1);
    expect(() => hub.find({ projects: [1], query: 'another' })).toThrow('As many searches');
    expect(() => hub.find({ projects: [1], query: 'level:loud' })).toThrow();
    one.leave();
    two.leave();
    await expect.poll(() => hub.tails).toBe(0);
    follow('another');
    expect(hub.tails).toBe(1);
  });
});
