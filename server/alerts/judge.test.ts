import { expect, test } from 'vitest';
import { type Finding, judge, type Standing } from './judge.ts';

/** What becomes of a group minute by minute. */
function story(findings: Finding[], forMinutes: number, clearMinutes: number): string[] {
  let standing: Standing | undefined;
  return findings.map((finding, at) => {
    const verdict = judge(standing, finding, { at, forMs: forMinutes, clearMs: clearMinutes });
    if (verdict.is === 'pending') standing = { state: 'pending', since: verdict.since, clearSince: null };
    else if (verdict.is === 'fire') standing = { state: 'firing', since: at, clearSince: null };
    else if (verdict.is === 'firing') standing = { ...standing!, clearSince: verdict.clearSince };
    else standing = undefined;
    return verdict.is;
  });
}

test.each<[string, Finding[], number, number, string[]]>([
  ['fires at once and is over at once', ['bad', 'well', 'well'], 0, 0, ['fire', 'resolve', 'nothing']],
  [
    'waits until it has been bad for long enough',
    ['bad', 'bad', 'bad', 'bad'],
    2,
    0,
    ['pending', 'pending', 'fire', 'firing'],
  ],
  [
    'does not fire for what passes',
    ['bad', 'well', 'bad', 'between'],
    2,
    0,
    ['pending', 'forget', 'pending', 'forget'],
  ],
  [
    'goes on between the thresholds',
    ['between', 'bad', 'between', 'bad', 'well'],
    0,
    0,
    ['nothing', 'fire', 'firing', 'firing', 'resolve'],
  ],
  [
    'is over when it has been well for long enough',
    ['bad', 'well', 'bad', 'well', 'well', 'well'],
    0,
    2,
    ['fire', 'firing', 'firing', 'firing', 'firing', 'resolve'],
  ],
])('%s', (_, findings, forMinutes, clearMinutes, expected) => {
  expect(story(findings, forMinutes, clearMinutes)).toEqual(expected);
});
