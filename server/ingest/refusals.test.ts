import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLog } from '#server/platform/log.ts';
import { type AcceptedRequest, type CountsMeta, decodeAccepted } from '#server/record/accepted.ts';
import { createRefusals, type Refusals } from './refusals.ts';

beforeEach(() => void vi.useFakeTimers({ now: 5000 }));
afterEach(() => void vi.useRealTimers());

function open(append: (frame: AcceptedRequest) => void | Promise<void> = () => {}) {
  const frames: AcceptedRequest[] = [];
  const refusals = createRefusals({
    append: async (parts) => {
      const frame = decodeAccepted(Buffer.concat(parts));
      await append(frame);
      frames.push(frame);
    },
    clock: { now: () => Date.now() },
    log: createLog('silent'),
  });
  const lines = () => frames.flatMap((frame) => (frame.records[0]!.meta as unknown as CountsMeta).counts);
  return { refusals, frames, lines };
}

const refuse = (
  refusals: Refusals,
  key: number,
  code: Parameters<Refusals['add']>[0]['code'] = 'rate_limited',
) => refusals.add({ project: key === 0 ? 0 : 1, key, kind: 'event', code, quantity: 1, bytes: 10 });

test('a second of refusals is one frame with one line for each key, kind and reason', async () => {
  const { refusals, frames, lines } = open();
  for (let n = 0; n < 1000; n++) refuse(refusals, 1);
  refuse(refusals, 2);
  refuse(refusals, 2, 'key_disabled');
  expect(frames).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(1000);
  expect(frames).toHaveLength(1);
  expect(lines()).toEqual([
    {
      at: 5000,
      project: 1,
      key: 1,
      kind: 'event',
      outcome: 'rejected',
      reason: 'rate_limited',
      quantity: 1000,
      bytes: 10_000,
    },
    {
      at: 5000,
      project: 1,
      key: 2,
      kind: 'event',
      outcome: 'rejected',
      reason: 'rate_limited',
      quantity: 1,
      bytes: 10,
    },
    {
      at: 5000,
      project: 1,
      key: 2,
      kind: 'event',
      outcome: 'rejected',
      reason: 'key_disabled',
      quantity: 1,
      bytes: 10,
    },
  ]);
  await refusals.close();
});

test('a quiet second writes nothing', async () => {
  const { refusals, frames } = open();
  await vi.advanceTimersByTimeAsync(5000);
  await refusals.close();
  expect(frames).toHaveLength(0);
});

test('what is in memory at the end is written', async () => {
  const { refusals, lines } = open();
  refuse(refusals, 1);
  await refusals.close();
  expect(lines()).toMatchObject([{ key: 1, quantity: 1 }]);
});

test('what the journal could not take is written later, together with what came since', async () => {
  let full = true;
  const { refusals, lines } = open(() => {
    if (full) throw new Error('no space left');
  });
  refuse(refusals, 1);
  await vi.advanceTimersByTimeAsync(1000);
  refuse(refusals, 1);
  full = false;
  await vi.advanceTimersByTimeAsync(1000);
  expect(lines()).toMatchObject([{ key: 1, quantity: 2, bytes: 20 }]);
  await refusals.close();
});

test('with too many different lines the rest is counted for nobody, and no count is lost', async () => {
  const { refusals, lines } = open();
  for (let key = 1; key <= 6000; key++) refuse(refusals, key);
  await refusals.close();
  expect(lines()).toHaveLength(5001);
  expect(lines().at(-1)).toMatchObject({ project: 0, key: 0, quantity: 1000 });
});

test('refusals of hours in which the journal takes nothing are counted into their hours', async () => {
  let isFull = true;
  const { refusals, lines } = open(() => {
    if (isFull) throw new Error('the disk is full');
  });
  for (let hour = 0; hour < 3; hour += 1) {
    refuse(refusals, 1);
    await vi.advanceTimersByTimeAsync(3_600_000);
  }
  isFull = false;
  await vi.advanceTimersByTimeAsync(1000);
  expect(lines().map(({ at, quantity }) => [Math.floor(at / 3_600_000), quantity])).toEqual([
    [0, 1],
    [1, 1],
    [2, 1],
  ]);
  await refusals.close();
});
