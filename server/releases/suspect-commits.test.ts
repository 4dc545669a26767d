import { expect, it } from 'vitest';
import { suspectCommits } from './suspect-commits.ts';

const frames = [
  { paths: ['/app/src/pay/card.js'] },
  { paths: ['src/cart.js'] },
  { paths: ['/srv/app/main.py'] },
];
const files = (...paths: string[]) => ({ files: paths.map((path) => [path, 'M'] as const) });

it('suspects who changed what is nearest to the error, and among those the newest', () => {
  const commits = [
    files('src/cart.js'),
    files('docs/a.md'),
    files('src/pay/card.js', 'docs/b.md'),
    files('src/pay/card.js'),
  ];
  expect(suspectCommits(frames, commits)).toEqual([
    { commit: 2, files: ['src/pay/card.js'] },
    { commit: 3, files: ['src/pay/card.js'] },
    { commit: 0, files: ['src/cart.js'] },
  ]);
});

it('takes no file for another that has the same name', () => {
  expect(
    suspectCommits(frames, [files('lib/card.js', 'other/src/pay/card.jsx', 'main.py', 'discard.js')]),
  ).toEqual([]);
  expect(suspectCommits([{ paths: ['/app/main.py'] }], [files('main.py')])).toHaveLength(1);
  expect(suspectCommits([{ paths: ['card.js'] }], [files('src/pay/card.js')])).toEqual([]);
});

it('suspects nobody without files or frames', () => {
  expect(suspectCommits([], [files('a.js')])).toEqual([]);
  expect(suspectCommits(frames, [{ files: [] }])).toEqual([]);
});
