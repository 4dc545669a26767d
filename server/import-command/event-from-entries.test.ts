/** An event of which only the screens' form can be had groups as the event itself would. */
import { expect, test } from 'vitest';
import { eventEntries } from '#server/compat/sentry/event-entries.ts';
import { groupV1 } from '#server/process/group/group-v1.ts';
import { markInApp } from '#server/process/in-app/mark-in-app.ts';
import { normalizeEvent } from '#server/process/normalize/normalize-event.ts';
import { eventFromEntries } from './event-from-entries.ts';

const SENT = {
  platform: 'python',
  level: 'error',
  timestamp: '2026-11-23T10:00:00Z',
  exception: {
    values: [
      {
        type: 'ValueError',
        value: 'card 12 declined',
        stacktrace: {
          frames: [
            {
              ...{
                filename: 'shop/pay.py',
                abs_path: '/srv/shop/pay.py',
                function: 'pay',
                module: 'shop.pay',
              },
              ...{
                lineno: 12,
                in_app: true,
                pre_context: ['def pay():'],
                context_line: '    raise ValueError()',
              },
              post_context: [''],
            },
          ],
        },
      },
    ],
  },
  logentry: { formatted: 'paying failed' },
  breadcrumbs: { values: [{ message: 'clicked', timestamp: 1_795_000_000 }] },
};
const eventId = 'a'.repeat(32);
const arrival = { eventId, receivedAt: Date.parse('2026-11-23T10:00:05Z') };
const read = (json: unknown) => normalizeEvent(Buffer.from(JSON.stringify(json)), arrival);

test('comes back from its entries with the same hashes', () => {
  const event = read(SENT);
  markInApp(event);
  const shown = {
    ...{ dateCreated: SENT.timestamp, platform: 'python', type: 'error', release: { version: 'shop@1' } },
    ...{ tags: [{ key: 'a', value: 'b' }], entries: eventEntries(event) },
  };
  const again = read(eventFromEntries(shown));
  markInApp(again);
  expect(groupV1(again).hashes).toEqual(groupV1(event).hashes);
  expect(again).toMatchObject({
    release: 'shop@1',
    timestamp: event.timestamp,
    exception: { values: [{ stacktrace: { frames: [{ lineno: 12, pre_context: ['def pay():'] }] } }] },
    logentry: { formatted: 'paying failed' },
  });
});

test.each([
  {},
  { entries: 7 },
  { entries: [null, { type: 'exception' }, { type: 'exception', data: { values: 'x' } }] },
])('takes whatever comes: %j', (hostile) => {
  expect(() => eventFromEntries(hostile)).not.toThrow();
});
