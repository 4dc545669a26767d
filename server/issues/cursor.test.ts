import { expect, it } from 'vitest';
import { readCursor, writeCursor } from './cursor.ts';

const cursor = { list: 'lastSeen', way: 'after', value: 1_781_092_800_000, id: '42' } as const;

it('a cursor comes back as it was given out', () => {
  expect(readCursor(writeCursor(cursor), 'lastSeen')).toEqual(cursor);
  expect(readCursor('', 'lastSeen')).toBeNull();
});

const written = (text: string) => Buffer.from(text).toString('base64url');

it.each([
  ['of another order', writeCursor({ ...cursor, list: 'events' })],
  ['of no way', written('lastSeen sideways 1 42')],
  ['without a number', written('lastSeen after x 42')],
  ['with a number beyond counting', written(`lastSeen after ${'9'.repeat(20)} 42`)],
  ['with SQL for an id', written("lastSeen after 1 1';--")],
  ['with more than there is', written('lastSeen after 1 42 43')],
  ['cut off', writeCursor(cursor).slice(0, 12)],
  ['made up', 'nonsense'],
])('a cursor %s is refused', (_name, text) => {
  expect(() => readCursor(text, 'lastSeen')).toThrow('cursor');
});
