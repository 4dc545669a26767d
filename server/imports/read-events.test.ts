/** Events of another tracker, read one by one. */
import { expect, test } from 'vitest';
import { readEvents } from './read-events.ts';

const now = Date.UTC(2026, 10, 23);
const reading = { now, since: 0, rules: undefined };
const event = (more: Record<string, unknown>) => ({
  ...{ event_id: 'a'.repeat(32), timestamp: now / 1000 - 60, message: 'disk is full', ...more },
});

test('an event that is nested as deep as a stack is high is left, the others of its request are taken', async () => {
  const deep = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`);
  const { events, left } = await readEvents(
    [event({ extra: { deep } }), event({ event_id: 'b'.repeat(32) })],
    reading,
  );
  expect(left).toEqual([{ what: `event ${'a'.repeat(32)}`, why: 'it is nested deeper than 1000 levels' }]);
  expect(events.map(({ id }) => id)).toEqual(['b'.repeat(32)]);
});

test('a stack that was made readable is known by both its forms', async () => {
  const frame = (name: string) => ({ frames: [{ function: name, filename: `${name}.js`, in_app: true }] });
  const exception = (stacktrace: object, more = {}) => ({
    values: [{ type: 'TypeError', value: 'x', stacktrace, ...more }],
  });
  const hashesOf = async (more: Record<string, unknown>) =>
    (await readEvents([event({ platform: 'javascript', ...more })], reading)).events[0]!.hashes;
  const both = await hashesOf({ exception: exception(frame('pay'), { raw_stacktrace: frame('t') }) });
  const readable = await hashesOf({ exception: exception(frame('pay')) });
  const minified = await hashesOf({ exception: exception(frame('t')) });
  expect(new Set(both)).toEqual(new Set([...readable, ...minified]));
  expect(both[0]).toBe(readable[0]);
});

test('an id may have dashes, and stand under other names', async () => {
  const id = '01234567-89ab-cdef-0123-456789abcdef';
  const { events } = await readEvents([{ eventID: id.toUpperCase(), timestamp: 1, message: 'x' }], reading);
  expect(events.map((each) => each.id)).toEqual([id.replaceAll('-', '')]);
});
