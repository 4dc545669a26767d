import { expect, test } from 'vitest';
import { countedRows, flattenTree, readGrouping } from './grouping-tree.ts';

const leaf = (id: string, value: string, contributes = true, hint?: string) => ({
  id,
  name: id,
  contributes,
  hint,
  values: [value],
});
const tree = {
  id: 'exception',
  name: 'exception',
  contributes: true,
  values: [
    {
      id: 'stacktrace',
      name: 'stacktrace',
      contributes: true,
      values: [
        {
          id: 'frame',
          name: 'frame',
          contributes: true,
          values: [leaf('function', 'pay'), leaf('context-line', 'throw e')],
        },
      ],
    },
    leaf('value', 'no funds', false, 'ignored because the stacktrace contributes'),
  ],
};

test('the tree is read from top to bottom, with what each leaf gave to the hash', () => {
  expect(
    flattenTree(tree).map((row) =>
      `${'  '.repeat(row.depth)}${row.contributes ? '+' : '-'} ${row.name} ${row.values}`.trimEnd(),
    ),
  ).toEqual([
    '+ exception',
    '  + stacktrace',
    '    + frame',
    '      + function pay',
    '      + context-line throw e',
    '  - value no funds',
  ]);
});

test('what counted leaves out what did not, and parts without a value', () => {
  const rows = flattenTree({
    ...tree,
    values: [...tree.values, { id: 'module', name: 'module', contributes: true, values: [] }],
  });
  expect(countedRows(rows).map((row) => row.name)).toEqual([
    'exception',
    'stacktrace',
    'frame',
    'function',
    'context-line',
  ]);
});

test('variants that decided stand first', () => {
  const { variants } = readGrouping({
    variants: [
      { key: 'app', hash: null, contributes: false, hint: 'no in-app frames', component: tree },
      { key: 'system', hash: 'abc', contributes: true, component: tree },
    ],
  });
  expect(variants.map(({ title, hash, hint }) => [title, hash, hint])).toEqual([
    ['Whole stack', 'abc', ''],
    ['In-app stack', null, 'no in-app frames'],
  ]);
});

test('a tree nested without end is cut, and no shape breaks the page', () => {
  const deep: { values: unknown[] } = { values: [] };
  deep.values.push(deep);
  expect(flattenTree(deep).length).toBeLessThan(100);
  for (const hostile of [null, 7, 'x', [], { values: 'x' }, { values: [null, [], 1] }])
    expect(() => flattenTree(hostile)).not.toThrow();
  expect(readGrouping({}).variants).toEqual([]);
});
