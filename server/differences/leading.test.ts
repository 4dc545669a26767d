import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseSpans } from './leading.ts';

const SPAN = 15_000;
const HOUR = 3_600_000;

describe('the spans that are compared', () => {
  it('end a second before an occurrence; the others are minutes earlier', () => {
    const { before, others } = chooseSpans([10 * HOUR], 0);
    expect(before).toEqual([10 * HOUR - 16_000]);
    expect(others).toHaveLength(4);
    expect(others.every((start) => start < before[0]! - 60_000)).toBe(true);
  });

  it('are those before the first of occurrences that follow each other', () => {
    const burst = Array.from({ length: 100 }, (_, n) => 10 * HOUR + n * 1000);
    expect(chooseSpans(burst, 0).before).toHaveLength(1);
  });

  it('never overlap, and the others hold no occurrence and have none right after', () => {
    const times = fc.array(fc.integer({ min: 0, max: 24 * HOUR }), { maxLength: 200 });
    fc.assert(
      fc.property(times, (occurrences) => {
        const { before, others } = chooseSpans(occurrences, HOUR);
        const starts = [...before, ...others].sort((a, b) => a - b);
        starts.forEach((start, at) => {
          if (at > 0) expect(start - starts[at - 1]!).toBeGreaterThanOrEqual(SPAN);
        });
        for (const start of others) {
          expect(start).toBeGreaterThanOrEqual(HOUR);
          expect(occurrences.filter((at) => at >= start && at < start + 2 * SPAN)).toEqual([]);
        }
        expect(others.length).toBeLessThanOrEqual(4 * before.length);
      }),
      { numRuns: 50 },
    );
  });
});
