import { expect, it } from 'vitest';
import { createLanes, LineFull } from './lanes.ts';

const never = new AbortController().signal;

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

it('runs as many at once as there are lanes, the others in their order', async () => {
  const lanes = createLanes(2, 10);
  const gates = [gate(), gate(), gate(), gate()];
  const started: number[] = [];
  const runs = gates.map(({ opened }, index) =>
    lanes.run(never, async () => {
      started.push(index);
      await opened;
    }),
  );
  expect(started).toEqual([0, 1]);
  gates[1]!.open();
  await runs[1];
  expect(started).toEqual([0, 1, 2]);
  gates[0]!.open();
  gates[2]!.open();
  gates[3]!.open();
  await Promise.all(runs);
  expect(started).toEqual([0, 1, 2, 3]);
});

it('frees the lane of work that fails', async () => {
  const lanes = createLanes(1, 10);
  await expect(lanes.run(never, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await lanes.run(never, async () => 'yes')).toBe('yes');
});

it('lets those in line go away, and refuses when the line is full', async () => {
  const lanes = createLanes(1, 1);
  const first = gate();
  const running = lanes.run(never, () => first.opened);
  const leaving = new AbortController();
  const waiting = lanes.run(leaving.signal, async () => 'never');
  await expect(lanes.run(never, async () => 'never')).rejects.toThrow(LineFull);
  leaving.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  const next = lanes.run(never, async () => 'mine');
  first.open();
  await running;
  expect(await next).toBe('mine');
});
