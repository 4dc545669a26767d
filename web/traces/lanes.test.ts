import { expect, it } from 'vitest';
import { toLanes } from './lanes.ts';
import { error, log, trace } from './test-traces.ts';
import { toModel } from './trace-model.ts';

const { records, whole } = toModel(
  trace({
    logs: [
      log('asked', 0),
      log('declined', 500, { service: 'payments', level: 'error' }),
      log('tried', 500.1, { service: 'payments' }),
      log('answered', 1000),
    ],
    errors: [error('PaymentError', 500, { service: 'payments', level: 'warning' })],
  }),
);

it('lanes have a mark for what one service said at one time, as bad as the worst of it', () => {
  const lanes = toLanes(records, whole);
  expect(
    lanes.map(({ service, records: count, marks }) => [service, count, marks.map(({ level }) => level)]),
  ).toEqual([
    ['web', 2, ['info', 'info']],
    ['payments', 3, ['error']],
  ]);
  expect(lanes[1]!.marks[0]!.worst.key).toBe('declined');
});

it('lanes of a part of the time keep their place', () => {
  const lanes = toLanes(records, { from: 0, to: whole.to / 4 });
  expect(lanes.map(({ service, records: count }) => [service, count])).toEqual([
    ['web', 1],
    ['payments', 0],
  ]);
});
