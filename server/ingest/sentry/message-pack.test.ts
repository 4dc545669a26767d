import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readMessagePack } from './message-pack.ts';
import { refusalOf } from './test-request.ts';

// Examples of https://github.com/msgpack/msgpack/blob/master/spec.md, one per format.
test.each([
  ['00', 0],
  ['7f', 127],
  ['ff', -1],
  ['e0', -32],
  ['c0', null],
  ['c2', false],
  ['c3', true],
  ['cc ff', 255],
  ['cd 01 00', 256],
  ['ce 00 01 00 00', 65_536],
  ['cf 00 00 00 01 00 00 00 00', 4_294_967_296],
  ['d0 80', -128],
  ['d1 ff 00', -256],
  ['d2 ff ff 00 00', -65_536],
  ['d3 ff ff ff ff 00 00 00 00', -4_294_967_296],
  ['ca 3f c0 00 00', 1.5],
  ['cb 3f f8 00 00 00 00 00 00', 1.5],
  ['cb 7f f8 00 00 00 00 00 00', null],
  ['a2 68 69', 'hi'],
  ['d9 02 68 69', 'hi'],
  ['da 00 02 68 69', 'hi'],
  ['db 00 00 00 02 68 69', 'hi'],
  ['c4 01 ff', null],
  ['c7 01 05 ff', null],
  ['d4 05 ff', null],
  ['92 01 a1 61', [1, 'a']],
  ['dc 00 01 01', [1]],
  ['dd 00 00 00 01 01', [1]],
  ['81 a1 61 01', { a: 1 }],
  ['de 00 01 a1 61 01', { a: 1 }],
  ['df 00 00 00 01 a1 61 01', { a: 1 }],
])('%s is %j', (hex, value) => {
  expect(readMessagePack(Buffer.from(hex.replaceAll(' ', ''), 'hex'))).toEqual([value]);
});

test.each([
  ['c1', 'crash_report_invalid'],
  ['a5 68', 'crash_report_invalid'],
  ['dd ff ff ff ff', 'crash_report_invalid'],
  ['df 7f ff ff ff', 'crash_report_invalid'],
  ['91 '.repeat(200), 'json_too_deep'],
])('%.20s… is refused', async (hex, code) => {
  expect(await refusalOf(() => readMessagePack(Buffer.from(hex.replaceAll(' ', ''), 'hex')))).toBe(code);
});

test('any bytes are values or a refusal', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) =>
      ['taken', 'crash_report_invalid', 'json_too_deep'].includes(
        await refusalOf(() => readMessagePack(Buffer.from(bytes))),
      ),
    ),
  );
});
