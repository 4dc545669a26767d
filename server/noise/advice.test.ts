/** What one would say of a pattern, and what one would not. */
import { describe, expect, test } from 'vitest';
import type { NoisePattern } from '#contract/noise.ts';
import { adviceOn, type PatternFacts } from './advice.ts';

const pattern = (of: Partial<NoisePattern> = {}): NoisePattern => ({
  ...{
    projectId: '1',
    id: '7',
    template: 'cache hit for <num>',
    sample: 'cache hit for 7',
    services: ['shop'],
  },
  ...{ records: 1_000, errors: 0, bytes: 50_000, diskBytes: 5_000, notKept: 0, ruleId: null },
  levels: { info: 1_000 },
  ...of,
});
const facts = (of: Partial<PatternFacts> = {}, about: Partial<NoisePattern> = {}): PatternFacts => ({
  pattern: pattern(about),
  ...{ debugInProduction: 0, exceptions: 0, repeated: 0, healthChecks: 0, healthPath: '' },
  ...{ linkedErrors: null, failingErrors: null },
  ...of,
});
const MUCH = 10_000_000;
const on = (of: Partial<PatternFacts>, about?: Partial<NoisePattern>, bytes = MUCH) =>
  adviceOn([facts(of, about)], bytes).map(({ kind, records, suggestion }) => [
    kind,
    records,
    suggestion?.action,
  ]);

describe('advice', () => {
  const errors = { errors: 500, levels: { error: 500, info: 500 } };
  test.each<[string, Partial<PatternFacts>, Partial<NoisePattern>, unknown[]]>([
    [
      'error lines of which none failed',
      { linkedErrors: 400, failingErrors: 0 },
      errors,
      ['errors_without_failure', 400, 'demote'],
    ],
    ['exceptions at level info', { exceptions: 3 }, {}, ['exceptions_as_info', 3, undefined]],
    [
      'health checks among other requests',
      { healthChecks: 900, healthPath: '/up' },
      {},
      ['health_check', 900, 'drop'],
    ],
    ['debug in production', { debugInProduction: 30 }, {}, ['debug_in_production', 30, 'drop']],
    ['a line that repeats', { repeated: 600 }, {}, ['repeated', 600, 'sample']],
  ])('is given on %s', (_, of, about, expected) => {
    expect(on(of, about)).toEqual([expected]);
  });

  test('is given on a pattern with a large part of all bytes; nobody is told to sample warnings', () => {
    expect(on({}, {}, 400_000)).toEqual([['large_share', 1_000, 'sample']]);
    expect(on({}, { levels: { warn: 1_000 } }, 400_000)).toEqual([['large_share', 1_000, undefined]]);
  });

  test.each<[string, Partial<PatternFacts>, Partial<NoisePattern>]>([
    ['a quiet pattern', {}, {}],
    ['error lines with one failure', { linkedErrors: 400, failingErrors: 1 }, errors],
    ['error lines that name nobody', { linkedErrors: 0, failingErrors: 0 }, errors],
    ['a few records', { repeated: 10, healthChecks: 10 }, { records: 10 }],
    ['what has a rule already', { repeated: 900 }, { ruleId: '3' }],
    ['some that repeat', { repeated: 400 }, {}],
  ])('is not given on %s', (_, of, about) => {
    expect(on(of, about)).toEqual([]);
  });

  test('names the path of health checks, since all paths are one pattern', () => {
    const [advice] = adviceOn([facts({ healthChecks: 900, healthPath: '/healthz' })], MUCH);
    expect(advice!.suggestion).toMatchObject({ action: 'drop', contains: '/healthz' });
  });

  test('comes by what it is about costs', () => {
    const small = facts({ repeated: 900 }, { id: '8', bytes: 1_000 });
    const large = facts({ debugInProduction: 500 }, { id: '9', bytes: 90_000 });
    expect(adviceOn([small, large], MUCH).map(({ pattern: { id } }) => id)).toEqual(['9', '8']);
  });
});
