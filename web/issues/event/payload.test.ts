import { expect, test } from 'vitest';
import { readPayload } from './payload.ts';

test('source context gets its line numbers from the line that failed', () => {
  const event = readPayload({
    exception: {
      values: [
        {
          type: 'TypeError',
          value: 'x is undefined',
          stacktrace: {
            frames: [
              {
                filename: 'a.js',
                lineno: 12,
                pre_context: ['a', 'b'],
                context_line: 'c',
                post_context: ['d'],
                in_app: true,
              },
            ],
          },
        },
      ],
    },
  });
  expect(event.exceptions[0]?.frames[0]?.context).toEqual([
    { number: 10, text: 'a', hit: false },
    { number: 11, text: 'b', hit: false },
    { number: 12, text: 'c', hit: true },
    { number: 13, text: 'd', hit: false },
  ]);
});

test('an event with nothing in it is an empty page, not a broken one', () => {
  const event = readPayload({});
  expect(event.exceptions).toEqual([]);
  expect(event.request).toBeNull();
  expect(event.level).toBe('error');
});

test.each([
  ['exception', 'boom'],
  ['exception', { values: [null, 7, 'x', []] }],
  ['exception', { values: [{ stacktrace: { frames: 'many' }, mechanism: [] }] }],
  ['breadcrumbs', { values: [{ timestamp: 'now', data: 'text' }] }],
  ['tags', [['only-one'], 'pair', [1, 2]]],
  ['request', { headers: 'text', query_string: 5 }],
  ['contexts', { app: 'text', os: null }],
  ['user', []],
  ['errors', [{ type: 1 }]],
])('a hostile %s does not throw', (key, value) => {
  expect(() => readPayload({ [key]: value })).not.toThrow();
});

test('breadcrumb seconds become milliseconds', () => {
  expect(
    readPayload({ breadcrumbs: { values: [{ timestamp: 1.5, message: 'hi' }] } }).breadcrumbs[0],
  ).toMatchObject({
    at: 1500,
    message: 'hi',
    level: 'info',
  });
});
