import { expect, test } from 'vitest';
import { placeUnder } from './prefix.ts';

const at = (address: string) => new URL(address, 'http://127.0.0.1:4000') as unknown as Location;

test.each([
  ['/tandem', '/issues?query=a#stack', '/tandem/issues?query=a#stack'],
  ['/tandem', '/', '/tandem/'],
  ['/tandem', '/tandems/x', '/tandem/tandems/x'],
  ['/tandem', '/tandem', null],
  ['/tandem', '/tandem/issues', null],
  ['', '/issues', null],
])('under "%s" %s belongs to %s', (prefix, address, place) => {
  expect(placeUnder(prefix, at(address))).toBe(place);
});
