/** For tests: any search at all, as a tree, hostile texts included. */
import fc from 'fast-check';
import { combine, negate, type SearchFilter } from './search-filter.ts';

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('OR', 'AND', 'has', '!', '(', 'a:b', '>5', '[x]', '\\', '*', '"', ' ', ''),
);
const pattern = fc
  .tuple(
    text,
    fc.array(fc.tuple(fc.string({ minLength: 1, maxLength: 4 }), fc.constant(''))),
    text,
    fc.boolean(),
  )
  .map(([first, middle, last, wild]) => (wild ? [first, ...middle.map(([piece]) => piece), last] : [first]));
const term: fc.Arbitrary<SearchFilter> = fc.oneof(
  pattern.map((value) => ({ is: 'text' as const, pattern: value, column: 0 })),
  text.map((key) => ({ is: 'has' as const, key, column: 0 })),
  fc.tuple(text, pattern).map(([key, value]) => ({ is: 'equal' as const, key, value, column: 0 })),
  fc
    .tuple(text, fc.constantFrom('>' as const, '>=' as const, '<' as const, '<=' as const), text)
    .map(([key, operator, value]) => ({ is: 'compare' as const, key, operator, value, column: 0 })),
);
export const { filter: anySearch } = fc.letrec<{ filter: SearchFilter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    term,
    tie('filter').map(negate),
    fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((parts) => combine('all', parts)),
    fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((parts) => combine('any', parts)),
  ),
}));
