import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { benjaminiHochberg, fisherExact, gTest, liftOf, significanceOf, type Table } from './significance.ts';

const table = (occurrences: number, occurrencesOf: number, healthy: number, healthyOf: number): Table => ({
  ...{ occurrences, occurrencesOf, healthy, healthyOf },
});

/** scipy 1.17.1: fisher_exact and chi2_contingency(correction=False, lambda_='log-likelihood'), two-sided. */
const KNOWN: [Table, fisher: number, g: number][] = [
  [table(50, 50, 15, 500), 6.017109596029524e-58, 1.487027099846086e-59],
  [table(3, 4, 1, 4), 0.48571428571428565, 0.14797595938502317],
  [table(10, 12, 2, 12), 0.003328949957029106, 0.0006440556530012566],
  [table(1, 10, 0, 10), 1, 0.23030928576342496],
  [table(8, 20, 40, 300), 0.004416644394905952, 0.0046553937713616905],
  [table(0, 10, 5, 40), 0.5686628027714323, 0.12395005771300348],
  [table(50, 50, 0, 2000), 1.4355345187235228e-101, 3.006004477785634e-104],
  [table(5, 5, 1, 100), 6.213711536271204e-8, 3.660266316189827e-9],
  [table(12, 400, 30_000, 2_000_000), 0.02162882037193533, 0.029707271616264016],
  [table(900, 1000, 700, 2000), 1.414754627896951e-198, 5.986892987916672e-199],
  [table(300, 1000, 40_000, 500_000), 4.979567986193648e-91, 5.662063876799511e-91],
  [table(700, 1000, 300_000, 500_000), 5.816722487084537e-11, 5.1521800005114114e-11],
  [table(21, 100, 3000, 20_000), 0.120759328993357, 0.11017869232394005],
];

describe('the tests', () => {
  it.each(KNOWN)('Fisher of %o is %d', (of, fisher) => {
    expect(Math.exp(fisherExact(of)) / fisher).toBeCloseTo(1, 6);
  });

  it.each(KNOWN)('G of %o is as known', (of, _fisher, g) => {
    expect(Math.exp(gTest(of)) / g).toBeCloseTo(1, 6);
  });

  it('know probabilities that no number can hold', () => {
    // By exact rational arithmetic.
    expect(fisherExact(table(1000, 1000, 0, 2000))).toBeCloseTo(-1905.3723240435775, 6);
    expect(fisherExact(table(990, 1000, 30, 2000))).toBeCloseTo(-1711.8529671264905, 6);
  });

  it('are Fisher for small counts, however many units there are, and G for large ones', () => {
    expect(significanceOf(table(50, 50, 15, 500)).test).toBe('fisher');
    expect(significanceOf(table(3, 100, 900, 2_000_000)).test).toBe('fisher');
    expect(significanceOf(table(300, 1000, 40_000, 500_000)).test).toBe('g');
  });

  it('agree where both could be taken', () => {
    const of = table(300, 1000, 40_000, 500_000);
    expect(gTest(of) / fisherExact(of)).toBeCloseTo(1, 2);
  });
});

const anyTable = fc
  .record({ occurrencesOf: fc.integer({ min: 1, max: 300 }), healthyOf: fc.integer({ min: 1, max: 2000 }) })
  .chain((of) =>
    fc.record({
      occurrences: fc.integer({ min: 0, max: of.occurrencesOf }),
      healthy: fc.integer({ min: 0, max: of.healthyOf }),
      occurrencesOf: fc.constant(of.occurrencesOf),
      healthyOf: fc.constant(of.healthyOf),
    }),
  );
const swapped = (of: Table) => table(of.healthy, of.healthyOf, of.occurrences, of.occurrencesOf);
const opposite = (of: Table) =>
  table(of.occurrencesOf - of.occurrences, of.occurrencesOf, of.healthyOf - of.healthy, of.healthyOf);

describe.each([
  ['Fisher', fisherExact],
  ['G', gTest],
] as const)('%s', (_name, test) => {
  it('is a probability', () => {
    fc.assert(
      fc.property(anyTable, (of) => {
        const logP = test(of);
        expect(logP).toBeLessThanOrEqual(0);
        expect(logP).toBeGreaterThan(Number.NEGATIVE_INFINITY);
      }),
    );
  });

  it('is the same seen from the other side, and for not having it', () => {
    fc.assert(
      fc.property(anyTable, (of) => {
        expect(test(swapped(of))).toBeCloseTo(test(of), 6);
        expect(test(opposite(of))).toBeCloseTo(test(of), 6);
      }),
    );
  });

  it('is never less sure when more of the occurrences have what was frequent already', () => {
    fc.assert(
      fc.property(anyTable, (of) => {
        const more = { ...of, occurrences: of.occurrences + 1 };
        fc.pre(more.occurrences <= of.occurrencesOf);
        fc.pre(of.occurrences * of.healthyOf >= of.healthy * of.occurrencesOf);
        // Fewer healthy ones have it then, so that the margins stay.
        const fewer = { ...more, healthy: of.healthy - 1 };
        fc.pre(fewer.healthy >= 0);
        expect(test(fewer)).toBeLessThanOrEqual(test(of) + 1e-6);
      }),
    );
  });
});

it('a small probability of Fisher is as rare as it says', () => {
  // Every way in which 8 of 40 units can be the occurrences, 12 of which have it: what is at most p has probability p.
  const [occurrencesOf, healthyOf, having] = [8, 32, 12];
  const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k);
  const ways = Array.from({ length: occurrencesOf + 1 }, (_, occurrences) => ({
    p: Math.exp(fisherExact(table(occurrences, occurrencesOf, having - occurrences, healthyOf))),
    weight:
      (choose(occurrencesOf, occurrences) * choose(healthyOf, having - occurrences)) /
      choose(occurrencesOf + healthyOf, having),
  }));
  for (const { p } of ways) {
    const rarer = ways.filter((way) => way.p <= p * (1 + 1e-6)).reduce((sum, { weight }) => sum + weight, 0);
    expect(rarer).toBeCloseTo(p, 9);
  }
});

describe('the correction for many', () => {
  const Ps = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216];

  it('is that of Benjamini and Hochberg', () => {
    // scipy.stats.false_discovery_control.
    const expected = [0.01, 0.04, 0.084, 0.084, 0.084, 0.1, 0.1057142857142857, 0.216, 0.216, 0.216];
    benjaminiHochberg(
      Ps.map((p) => Math.log(p)),
      Ps.length,
    ).forEach((q, at) => {
      expect(q).toBeCloseTo(expected[at]!, 12);
    });
  });

  it('never lies below p, keeps the order, and is stricter the more was tested', () => {
    const logs = fc.array(fc.double({ min: -700, max: 0, noNaN: true }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(logs, fc.nat(1000), (logPs, extra) => {
        const qs = benjaminiHochberg(logPs, logPs.length);
        const stricter = benjaminiHochberg(logPs, logPs.length + extra);
        logPs.forEach((logP, a) => {
          expect(qs[a]).toBeLessThanOrEqual(1);
          expect(qs[a]! * (1 + 1e-9)).toBeGreaterThanOrEqual(Math.exp(logP));
          expect(stricter[a]! * (1 + 1e-9)).toBeGreaterThanOrEqual(qs[a]!);
          logPs.forEach((other, b) => {
            if (logP < other) expect(qs[a]).toBeLessThanOrEqual(qs[b]!);
          });
        });
      }),
    );
  });
});

it('lift is how many times as frequent, and nothing where no healthy unit has it', () => {
  expect(liftOf(table(50, 50, 15, 500))).toBeCloseTo(33.33, 2);
  expect(liftOf(table(5, 50, 0, 500))).toBeNull();
});
