import { expect, test } from 'vitest';
import { runtimeWords, scheduleWords } from './words.ts';

test.each([
  [12, '12 ms'],
  [4_210, '4.2 s'],
  [185_000, '3 min 5 s'],
  [1_800_000, '30 min'],
  [7_800_000, '2 h 10 min'],
])('%d ms are %s', (ms, words) => {
  expect(runtimeWords(ms)).toBe(words);
});

test('schedules as people say them', () => {
  expect(scheduleWords({ type: 'crontab', value: '0 3 * * *', timezone: 'UTC' })).toBe('0 3 * * *');
  expect(scheduleWords({ type: 'interval', value: 1, unit: 'hour' })).toBe('every hour');
  expect(scheduleWords({ type: 'interval', value: 10, unit: 'minute' })).toBe('every 10 minutes');
});
