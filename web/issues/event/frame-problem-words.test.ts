import { expect, test } from 'vitest';
import { groupFrameProblems } from './frame-problem-words.ts';

test('a reason is said once, for as many frames as it has, that of the frame that threw first', () => {
  const at = (frame: number, code: 'file_missing' | 'position_unmapped', detail: string) => ({
    ...{ exception: 0, frame, code, detail },
  });
  expect(
    groupFrameProblems([
      at(0, 'position_unmapped', 'line 1'),
      at(1, 'file_missing', 'vendor.js'),
      at(2, 'file_missing', 'shop.js'),
    ]),
  ).toMatchObject([
    { code: 'file_missing', frames: 2, detail: 'shop.js' },
    { code: 'position_unmapped', frames: 1, detail: 'line 1' },
  ]);
});
