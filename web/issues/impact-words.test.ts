import { expect, it, test } from 'vitest';
import { changeText, finePercent, partWords, pointsText, scoreText, scoreTitle } from './impact-words.ts';

test('the reckoning has a line for each part', () => {
  const impact = {
    score: 41.6,
    parts: [
      { name: 'users', points: 46.4, value: 1240 },
      { name: 'project', points: 4, value: 1612 },
      { name: 'quiet', points: -8.8, value: 2.93 },
    ],
  } as const;
  expect(scoreTitle({ ...impact, parts: [...impact.parts] })).toBe(
    [
      'Impact 42',
      '+46  Users: 1,240 users hit since the beginning',
      '+4  Of how many: 1,612 users of the project active in the last 24 hours',
      '−9  Quiet: last event 3 days ago',
    ].join('\n'),
  );
});

it.each([
  ['users', 0, 0, 'no event names a user'],
  ['project', 0, null, 'how many users are active is not known'],
  ['pace', 2, 0.4, 'less than one event a day since it began'],
  ['pace', 2, 1.2, '1 event a day since it began'],
  ['unhandled', 10, 1, 'nothing caught it'],
  ['priority', 10, null, 'high'],
  ['priority', 0, null, 'low'],
  ['quiet', 0, 0.01, 'happened within the hour'],
  ['quiet', 0, 0.5, 'last event 12 hours ago'],
] as const)('%s of %s points (%s): %s', (name, points, value, why) => {
  expect(partWords({ name, points, value }).why).toBe(why);
});

test('an issue long forgotten has no impact, and not less than none', () => {
  expect(scoreText({ score: -60, parts: [] })).toBe('0');
  expect([12.4, -0.3, -3.6].map(pointsText)).toEqual(['+12', '0', '−4']);
});

it.each([
  [50, 1612, '3.1 %'],
  [1, 5000, '<0.1 %'],
  [0, 10, '0 %'],
  [12, 10, '100 %'],
  [999, 1000, '99 %'],
  [3, 0, '0 %'],
])('%s of %s is %s', (part, whole, text) => {
  expect(finePercent(part, whole)).toBe(text);
});

it.each([
  [14, 10, '+40 %'],
  [9, 10, '−10 %'],
  [10, 10, 'as before'],
  [5, 0, 'none before'],
  [0, 0, ''],
  [30_000, 2, '15k times as many'],
])('%s after %s: %s', (now, before, text) => {
  expect(changeText({ now, before })).toBe(text);
});
