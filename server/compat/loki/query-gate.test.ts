import { expect, test } from 'vitest';
import { createQueryGate } from './query-gate.ts';

/** Work that lasts until it is told to end. */
function work() {
  let end = () => {};
  const done = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { done, end };
}
const signal = () => new AbortController().signal;

test('so many run, so many wait in order, one more is refused', async () => {
  const gate = createQueryGate({ runningMax: 1, waitingMax: 2 });
  const [first, second] = [work(), work()];
  const ended: string[] = [];
  const one = gate.run(signal(), () => first.done).then(() => ended.push('first'));
  const two = gate.run(signal(), () => second.done).then(() => ended.push('second'));
  const three = gate.run(signal(), async () => ended.push('third'));
  await expect(gate.run(signal(), async () => {})).rejects.toMatchObject({ status: 429 });
  second.end();
  first.end();
  await Promise.all([one, two, three]);
  expect(ended).toEqual(['first', 'second', 'third']);
});

test('who hangs up while waiting gives the place away, and work that fails does too', async () => {
  const gate = createQueryGate({ runningMax: 1, waitingMax: 1 });
  const running = work();
  const first = gate.run(signal(), () => running.done);
  const hangUp = new AbortController();
  const waiting = gate.run(hangUp.signal, async () => {});
  hangUp.abort();
  await expect(waiting).rejects.toMatchObject({ by: 'aborted' });
  await expect(gate.run(hangUp.signal, async () => {})).rejects.toMatchObject({ by: 'aborted' });
  running.end();
  await first;
  await expect(
    gate.run(signal(), async () => {
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect(await gate.run(signal(), async () => 'yes')).toBe('yes');
});
