import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

/** Work that lasts until it is told to end. */
function work() {
  let end = () => {};
  const done = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { done, end };
}
const signal = () => new AbortController().signal;
const turns = (runningMax: number, waitingMax: number) =>
  createTurns({ runningMax, waitingMax, full: () => new Error('full'), left: () => new Error('left') });

test('so many run, so many wait in order, one more is refused', async () => {
  const gate = turns(1, 2);
  const [first, second] = [work(), work()];
  const ended: string[] = [];
  const one = gate.run(signal(), () => first.done).then(() => ended.push('first'));
  const two = gate.run(signal(), () => second.done).then(() => ended.push('second'));
  const three = gate.run(signal(), async () => ended.push('third'));
  await expect(gate.run(signal(), async () => {})).rejects.toThrow('full');
  second.end();
  first.end();
  await Promise.all([one, two, three]);
  expect(ended).toEqual(['first', 'second', 'third']);
});

test('who hangs up while waiting gives the place away, and work that fails does too', async () => {
  const gate = turns(1, 1);
  const running = work();
  const first = gate.run(signal(), () => running.done);
  const hangUp = new AbortController();
  const waiting = gate.run(hangUp.signal, async () => {});
  hangUp.abort();
  await expect(waiting).rejects.toThrow('left');
  await expect(gate.run(hangUp.signal, async () => {})).rejects.toThrow('left');
  running.end();
  await first;
  await expect(
    gate.run(signal(), async () => {
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect(await gate.run(signal(), async () => 'yes')).toBe('yes');
  expect(gate.isIdle).toBe(true);
});
