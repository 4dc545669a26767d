import { expect, test } from 'vitest';
import { exceptionChain } from './exception-chain.ts';
import { readPayload } from './payload.ts';
import { chainText } from './stack-text.ts';

const print = (platform: string, values: Record<string, unknown>[]) =>
  chainText(exceptionChain(readPayload({ exception: { values } }).exceptions), platform);

test('JavaScript prints the newest call first', () => {
  expect(
    print('javascript', [
      {
        type: 'TypeError',
        value: 'x is undefined',
        stacktrace: {
          frames: [
            { filename: 'main.js', lineno: 1 },
            { function: 'pay', filename: 'pay.js', lineno: 3, colno: 7 },
          ],
        },
      },
    ]),
  ).toBe('TypeError: x is undefined\n    at pay (pay.js:3:7)\n    at <anonymous> (main.js:1)');
});

test('Java prints the module with the method, and what caused it below', () => {
  expect(
    print('java', [
      {
        type: 'SQLException',
        value: 'gone',
        stacktrace: {
          frames: [{ module: 'org.pg.Driver', function: 'connect', filename: 'Driver.java', lineno: 5 }],
        },
      },
      {
        type: 'DaoException',
        value: '',
        stacktrace: { frames: [{ module: 'com.shop.Dao', function: 'find', filename: 'Dao.java' }] },
      },
    ]),
  ).toBe(
    'DaoException\n    at com.shop.Dao.find(Dao.java)\nCaused by: SQLException: gone\n    at org.pg.Driver.connect(Driver.java:5)',
  );
});

test('Python prints the cause first, and says how the two belong together', () => {
  expect(
    print('python', [
      {
        type: 'KeyError',
        value: "'id'",
        mechanism: { exception_id: 1, parent_id: 0, source: '__context__' },
        stacktrace: {
          frames: [
            { abs_path: '/app/a.py', lineno: 2, function: 'read', context_line: '    return row["id"]' },
          ],
        },
      },
      { type: 'ValueError', value: 'bad row', mechanism: { exception_id: 0 } },
    ]),
  ).toBe(
    'Traceback (most recent call last):\n  File "/app/a.py", line 2, in read\n    return row["id"]\nKeyError: \'id\'\n\n' +
      'During handling of the above exception, another exception occurred:\n\n' +
      'Traceback (most recent call last):\nValueError: bad row',
  );
});

test('a native frame has an address at least', () => {
  expect(
    print('native', [{ type: 'SIGSEGV', stacktrace: { frames: [{ instruction_addr: '0x7fff1234' }] } }]),
  ).toBe('SIGSEGV\n    at <anonymous> (0x7fff1234)');
});
