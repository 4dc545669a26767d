import { expect, it } from 'vitest';
import { answerWords, testWords, timingWords } from './channel-words.ts';

const timing = { at: '09:00', timeZone: 'Europe/Vienna', stormAfter: 10, stormWindowSeconds: 60 };

it.each([
  ['immediately', ''],
  ['quarter_hourly', 'every 15 minutes'],
  ['daily', 'once a day at 09:00 Europe/Vienna'],
] as const)('says when a channel of %s speaks', (digest, words) => {
  expect(timingWords({ ...timing, digest })).toBe(words);
});

it.each([
  [200, 'ok', '200 ok'],
  [204, '', '204'],
  [null, 'it did not answer in time', 'it did not answer in time'],
  [null, '', 'no answer'],
])('says the answer %s %j', (status, answer, words) => {
  expect(answerWords(status, answer)).toBe(words);
});

it('says how a test went', () => {
  expect(testWords({ isDelivered: false, status: 404, answer: 'no_service', tookMs: 120 })).toBe(
    'Not delivered after 120 ms. Answer: 404 no_service',
  );
});
