import { expect, test } from 'vitest';
import { ApiError } from '#web/client.ts';
import { sentencesOf } from './status-sentences.ts';

const well = { version: '1', engine: 'ready' as const, backlogBytes: 0, problems: [] };

test('nothing is said while all is well or nothing is known yet', () => {
  expect(sentencesOf(well, null)).toEqual([]);
  expect(sentencesOf(undefined, null)).toEqual([]);
});

test('a restart comes with the problems the server names', () => {
  expect(sentencesOf({ ...well, engine: 'restarting', problems: ['The disk is full.'] }, null)).toEqual([
    expect.stringContaining('engine is restarting'),
    'The disk is full.',
  ]);
});

test('a server that is gone is said, and the page stays', () => {
  expect(sentencesOf(well, new ApiError(0, 'unreachable', 'x'))[0]).toContain('does not answer');
});

test('a refusal is an answer: whoever may not ask is not told that the server is gone', () => {
  expect(sentencesOf(undefined, new ApiError(403, 'not_allowed', 'x'))).toEqual([]);
});
