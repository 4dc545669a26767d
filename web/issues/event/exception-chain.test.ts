import { expect, test } from 'vitest';
import { exceptionChain } from './exception-chain.ts';
import { readPayload } from './payload.ts';

function told(values: { type: string; mechanism?: Record<string, unknown> }[]): string[] {
  const { exceptions } = readPayload({ exception: { values } });
  return exceptionChain(exceptions).map(
    ({ exception, relation, depth, isRootCause }) =>
      `${'  '.repeat(depth)}${relation ? `${relation}: ` : ''}${exception.type}${isRootCause ? ' (root cause)' : ''}`,
  );
}

test('a Java chain: the sender has the root cause first, the page has the caught exception first', () => {
  expect(told([{ type: 'SQLException' }, { type: 'DaoException' }, { type: 'ServletException' }])).toEqual([
    'ServletException',
    'Caused by: DaoException',
    'Caused by: SQLException (root cause)',
  ]);
});

test('one exception alone is no root cause of anything', () => {
  expect(told([{ type: 'TypeError' }])).toEqual(['TypeError']);
});

test('a Node cause is numbered, with its parent', () => {
  expect(
    told([
      { type: 'FetchError', mechanism: { exception_id: 1, parent_id: 0, source: 'cause' } },
      { type: 'PaymentError', mechanism: { exception_id: 0 } },
    ]),
  ).toEqual(['PaymentError', 'Caused by: FetchError (root cause)']);
});

test('Python tells an error raised while another was handled', () => {
  expect(
    told([
      { type: 'KeyError', mechanism: { exception_id: 1, parent_id: 0, source: '__context__' } },
      { type: 'ValueError', mechanism: { exception_id: 0 } },
    ]),
  ).toEqual(['ValueError', 'Raised while handling: KeyError (root cause)']);
});

test('an AggregateError shows its parts inside it, each with its own cause', () => {
  expect(
    told([
      { type: 'DnsError', mechanism: { exception_id: 3, parent_id: 1, source: 'cause' } },
      { type: 'TimeoutError', mechanism: { exception_id: 2, parent_id: 0, source: 'errors[1]' } },
      { type: 'FetchError', mechanism: { exception_id: 1, parent_id: 0, source: 'errors[0]' } },
      { type: 'AggregateError', mechanism: { exception_id: 0, is_exception_group: true } },
    ]),
  ).toEqual([
    'AggregateError',
    '  One of 2 in the group: number 1: FetchError',
    '  Caused by: DnsError (root cause)',
    '  One of 2 in the group: number 2: TimeoutError (root cause)',
  ]);
});

test.each([
  [
    'a circle',
    [
      { exception_id: 0, parent_id: 1 },
      { exception_id: 1, parent_id: 0 },
    ],
  ],
  ['a missing parent', [{ exception_id: 1, parent_id: 9 }, { exception_id: 0 }]],
  ['one number twice', [{ exception_id: 0 }, { exception_id: 0 }]],
  ['two beginnings', [{ exception_id: 1 }, { exception_id: 0 }]],
])('%s falls back to the order sent', (_, mechanisms) => {
  expect(told(mechanisms.map((mechanism, index) => ({ type: `E${index}`, mechanism })))).toEqual([
    'E1',
    'Caused by: E0 (root cause)',
  ]);
});
