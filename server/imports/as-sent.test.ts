/** What trackers add to an event is taken off; what the SDK said is put back. */
import { expect, test } from 'vitest';
import { asSent, withRawStacks } from './as-sent.ts';

test.each<[name: string, stored: Record<string, unknown>, sent: Record<string, unknown>]>([
  [
    'hashes, titles and times of a tracker are not an SDK’s',
    { event_id: 'a', hashes: ['b'], title: 'E: x', culprit: 'f', received: 1, timestamp: 2, message: 'x' },
    { event_id: 'a', timestamp: 2, message: 'x', tags: [] },
  ],
  ['null is nothing', { timestamp: 2, user: null, release: null }, { timestamp: 2, tags: [] }],
  [
    'a time under another name',
    { datetime: '2026-11-01T00:00:00Z' },
    { timestamp: '2026-11-01T00:00:00Z', tags: [] },
  ],
  [
    'columns come back from the tags that show them; the other tags stay',
    {
      timestamp: 2,
      tags: [
        ['release', 'shop@1'],
        ['sentry:user', 'id:1'],
        ['colour', 'red'],
        ['url', '/x'],
      ],
    },
    { timestamp: 2, release: 'shop@1', tags: [['colour', 'red']] },
  ],
  [
    'tags as a list of objects, as GlitchTip has them',
    {
      timestamp: 2,
      environment: 'prod',
      tags: [
        { key: 'environment', value: 'prod' },
        { key: 'a', value: 'b' },
      ],
    },
    { timestamp: 2, environment: 'prod', tags: [['a', 'b']] },
  ],
  [
    'a fingerprint that a rule of the tracker set goes',
    { timestamp: 2, fingerprint: ['checkout'], _fingerprint_info: { matched_rule: { text: 'x' } } },
    { timestamp: 2, tags: [] },
  ],
  [
    'the SDK’s own fingerprint beside it comes back',
    {
      timestamp: 2,
      fingerprint: ['checkout'],
      _fingerprint_info: { client_fingerprint: ['mine'], matched_rule: { text: 'x' } },
    },
    { timestamp: 2, fingerprint: ['mine'], tags: [] },
  ],
  [
    'exceptions as a bare list become values',
    { timestamp: 2, exception: [{ type: 'E' }] },
    { timestamp: 2, exception: { values: [{ type: 'E' }] }, tags: [] },
  ],
])('%s', (_name, stored, sent) => {
  expect(JSON.parse(JSON.stringify(asSent(stored)))).toEqual(sent);
});

const frameOf = (frame: Record<string, unknown>) => {
  const event = asSent({ timestamp: 1, exception: { values: [{ stacktrace: { frames: [frame] } }] } });
  return (event.exception as { values: { stacktrace: { frames: unknown[] } }[] }).values[0]!.stacktrace
    .frames[0];
};

test.each([
  [
    'rules said no, the SDK had said yes',
    { in_app: false, data: { orig_in_app: 1 } },
    { in_app: true, data: {} },
  ],
  ['rules said yes, the SDK nothing', { in_app: true, data: { orig_in_app: -1 } }, { data: {} }],
  [
    'the word of the client itself',
    { in_app: true, data: { client_in_app: false } },
    { in_app: false, data: {} },
  ],
  ['nobody changed anything', { in_app: true, data: { x: 1 } }, { in_app: true, data: { x: 1 } }],
])('whether a frame is the application’s: %s', (_name, frame, sent) => {
  expect(frameOf(frame)).toEqual(sent);
});

test('minified stacks that came are had beside the ones made of them', () => {
  const value = { type: 'E', stacktrace: { frames: [1] }, raw_stacktrace: { frames: [2] } };
  expect(withRawStacks({ exception: { values: [value] } })).toEqual({
    exception: { values: [{ type: 'E', stacktrace: { frames: [2] } }] },
  });
  expect(withRawStacks({ exception: { values: [{ type: 'E' }] } })).toBeNull();
});

test.each([
  { tags: 7 },
  { exception: 'x' },
  { exception: { values: [null, 3] } },
  { threads: [[]] },
  { tags: [[]] },
])('takes whatever comes: %j', (hostile) => {
  expect(() => asSent(hostile)).not.toThrow();
});
