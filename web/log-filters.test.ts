import { describe, expect, test } from 'vitest';
import { filterText, hasFilter, withFilter, withoutFilter } from './log-filters.ts';

test.each([
  ['service', 'web', 'service:web'],
  ['user.id', '42', 'user.id:42'],
  ['message', 'it’s "late"', 'message:"it’s \\"late\\""'],
  ['my key', 'a b', '"my key":"a b"'],
  ['has', 'x', '"has":x'],
  ['größe', '1', 'größe:1'],
  ['1st', 'x', '"1st":x'],
])('%s = %s is the filter %s', (key, value, text) => expect(filterText(key, value)).toBe(text));

test('what fits into no search is no filter', () => {
  expect(filterText('stack', 'x'.repeat(500))).toBeNull();
});

describe('a filter', () => {
  test('comes after what is there, once', () => {
    expect(withFilter('', 'level:error')).toBe('level:error');
    expect(withFilter('timed "a b"', 'level:error')).toBe('timed "a b" level:error');
    expect(withFilter('level:error x', 'level:error')).toBe('level:error x');
  });

  test('takes the place of its opposite', () => {
    expect(withFilter('!level:error x', 'level:error')).toBe('x level:error');
    expect(withFilter('level:error', '!level:error')).toBe('!level:error');
    expect(withFilter('"my key":"a b" x', '!"my key":"a b"')).toBe('x !"my key":"a b"');
  });

  test('holds for both sides of a choice', () => {
    expect(withFilter('a OR b', 'level:error')).toBe('(a OR b) level:error');
  });

  test('is seen and taken out where it speaks for the whole', () => {
    expect(hasFilter('x "my key":v', '"my key":v')).toBe(true);
    expect(hasFilter('a OR level:error', 'level:error')).toBe(false);
    expect(withoutFilter('x  level:error "y z"', 'level:error')).toBe('x "y z"');
    expect(withoutFilter('(a OR level:error)', 'level:error')).toBe('(a OR level:error)');
  });
});
