import { expect, test } from 'vitest';
import { readViewTree } from './view-tree.ts';

const SCREEN = {
  rendering_system: 'UIKIT',
  windows: [
    {
      type: 'UIWindow',
      width: 390,
      height: 844,
      x: 0,
      y: 0,
      children: [
        { type: 'UILabel', identifier: 'total', visible: false },
        { type: 'UIButton', identifier: 'pay', children: [{ type: 'UIImageView' }] },
      ],
    },
  ],
};

test('the views of a screen, each below the one it is in', () => {
  const { system, rows } = readViewTree(JSON.stringify(SCREEN))!;
  expect(system).toBe('UIKIT');
  expect(rows.map(({ key, depth, type, identifier }) => [key, depth, type, identifier])).toEqual([
    ['0', 0, 'UIWindow', ''],
    ['0.0', 1, 'UILabel', 'total'],
    ['0.1', 1, 'UIButton', 'pay'],
    ['0.1.0', 2, 'UIImageView', ''],
  ]);
  expect(rows[0]).toMatchObject({ box: '390 × 844 at 0, 0', children: 2, hidden: false });
  expect(rows[1]!.hidden).toBe(true);
});

test('what is none is none, and what is odd inside is passed over', () => {
  for (const text of ['', 'no JSON', '[]', '{"windows":"all"}']) expect(readViewTree(text)).toBeNull();
  expect(readViewTree('{"windows":[null,7,{"type":{"a":1}}]}')!.rows).toMatchObject([{ type: 'view' }]);
});

test('a tree that is very deep or very wide is cut', () => {
  const deep = `${'{"type":"a","children":['.repeat(5_000)}${']}'.repeat(5_000)}`;
  expect(readViewTree(`{"windows":[${deep}]}`)).toMatchObject({ cutShort: true });
  const wide = { windows: Array.from({ length: 9_000 }, () => ({ type: 'a' })) };
  expect(readViewTree(JSON.stringify(wide))!.rows).toHaveLength(2_000);
});
