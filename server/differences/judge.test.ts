import { describe, expect, it } from 'vitest';
import type { Finding } from './finding.ts';
import { judge, Q_MAX } from './judge.ts';
import { fisherExact } from './significance.ts';
import { randomOf } from './test-traffic.ts';

const finding = (
  value: string,
  counts: [number, number, number, number],
  more: Partial<Finding> = {},
): Finding => ({
  ...{ source: 'logs', key: 'flag', value, before: null, leadMs: null, moreThan: null, units: value },
  ...{ occurrences: counts[0], occurrencesOf: counts[1], healthy: counts[2], healthyOf: counts[3] },
  ...more,
});
const told = (findings: Finding[], tested = findings.length) =>
  judge(findings, [], tested).differences.map(({ value }) => value);

describe('what is told', () => {
  it('is what chance does not explain and is noticeably more, the surest first', () => {
    const findings = [
      finding('often', [30, 50, 60, 500]),
      finding('always', [50, 50, 15, 500]),
      finding('as in the others', [10, 50, 100, 500]),
      finding('less', [0, 50, 400, 500]),
      // Of so many nothing is chance, and a tenth more is no news.
      finding('hardly more', [55_000, 100_000, 500_000, 1_000_000]),
    ];
    expect(told(findings)).toEqual(['always', 'often']);
  });

  it('takes more to be told where more was tested, told or not', () => {
    const findings = [finding('rather often', [12, 50, 40, 500])];
    expect(told(findings, 1)).toEqual(['rather often']);
    expect(told(findings, 1_000)).toEqual([]);
  });

  it('says once what stands in the very same units', () => {
    const [first] = judge(
      [
        finding('503', [50, 50, 15, 500], { units: 'same' }),
        finding('7', [50, 50, 15, 500], { units: 'same', key: 'pattern', before: 50 }),
        finding('as many others', [50, 50, 15, 500], { units: 'others' }),
      ],
      [],
      3,
    ).differences;
    expect(first).toMatchObject({ key: 'pattern', value: '7', before: 50, same: [{ value: '503' }] });
  });

  it('is bounded, and says how many more there are', () => {
    const many = Array.from({ length: 100 }, (_, n) => finding(`${n}`, [50, 50, 15, 500]));
    expect(judge(many, [], 100)).toMatchObject({ more: 60 });
    expect(told(many)).toHaveLength(40);
  });
});

it('is wrong once in a hundred answers at most, where nothing is different', () => {
  const random = randomOf(1);
  const [answers, comparisons, occurrencesOf, healthyOf] = [400, 60, 40, 300];
  let wrong = 0;
  let tempting = 0;
  for (let answer = 0; answer < answers; answer += 1) {
    const findings = Array.from({ length: comparisons }, (_, n) => {
      const share = random();
      const some = (of: number) => Array.from({ length: of }, random).filter((one) => one < share).length;
      return finding(String(n), [some(occurrencesOf), occurrencesOf, some(healthyOf), healthyOf]);
    });
    tempting += findings.filter((one) => Math.exp(fisherExact(one)) <= 0.05).length;
    if (told(findings).length > 0) wrong += 1;
  }
  expect(wrong / answers).toBeLessThanOrEqual(Q_MAX);
  // One test alone would have been wrong as often as it says: the numbers are no easy ones.
  expect(tempting / (answers * comparisons)).toBeGreaterThan(0.03);
  expect(tempting / (answers * comparisons)).toBeLessThanOrEqual(0.05);
});
