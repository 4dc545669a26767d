import { expect, test } from 'vitest';
import { revealBidi } from './reveal-bidi.ts';

test('an override is seen instead of obeyed; right-to-left words stay words', () => {
  expect(revealBidi('if (\u202e admin \u2066) // مرحبا')).toBe('if (‹U+202E› admin ‹U+2066›) // مرحبا');
});
