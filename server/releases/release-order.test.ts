import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareVersions,
  inOrder,
  isOlder,
  type OrderedRelease,
  packageOf,
  parseVersion,
  previousOf,
} from './release-order.ts';

const at = (version: string, date = 0): OrderedRelease => ({ version, date });

describe('two releases', () => {
  it.each([
    ['1.0.0-alpha', '1.0.0-alpha.1'],
    ['1.0.0-alpha.1', '1.0.0-alpha.beta'],
    ['1.0.0-alpha.beta', '1.0.0-beta'],
    ['1.0.0-beta', '1.0.0-beta.2'],
    ['1.0.0-beta.2', '1.0.0-beta.11'],
    ['1.0.0-beta.11', '1.0.0-rc.1'],
    ['1.0.0-rc.1', '1.0.0'],
    ['1.9.0', '1.10.0'],
    ['1.4', '1.4.1'],
    ['v1.9.9', '2.0.0'],
    ['shop@1.4.0', 'shop@1.4.1'],
    ['@acme/shop@1.4.0', '@acme/shop@2.0.0'],
    ['com.acme.shop@2.3.1+457', 'com.acme.shop@2.3.1+1012'],
    ['2026.11.2', '2026.11.23'],
    ['2026.01.05', '2026.1.6'],
    ['10.0.1.2', '10.0.1.17'],
  ])('%s is older than %s, whatever their dates', (older, newer) => {
    expect(isOlder(at(older, 9), at(newer, 1))).toBe(true);
    expect(isOlder(at(newer, 1), at(older, 9))).toBe(false);
  });

  it.each([
    ['3f786850e387550fdab836ed7e6dc881de23001b', '89e6c98d92887913cadf06b2adb97f26cde4849b'],
    ['shop@1.4.0', 'web@1.0.0'],
    ['1.4.0', '89e6c98d92887913cadf06b2adb97f26cde4849b'],
    ['1.4.0+linux', '1.4.0+windows'],
    ['Sommer ☀️ / 2', 'Herbst'],
    ['20261123', '20261122'],
  ])('%s and %s go by their dates', (earlier, later) => {
    expect(isOlder(at(earlier, 1), at(later, 2))).toBe(true);
    expect(isOlder(at(later, 2), at(earlier, 1))).toBe(false);
  });

  it('a release is never older than itself', () => {
    expect(isOlder(at('shop@1.4.0', 1), at('shop@1.4.0', 2))).toBe(false);
    expect(isOlder(at('abc', 1), at('abc', 2))).toBe(false);
  });

  it('a number that no computer counts to is a name', () => {
    expect(parseVersion(`1.${'9'.repeat(16)}`)).toBeNull();
    expect(parseVersion('')).toBeNull();
    expect(packageOf('shop@deadbeef')).toBe('shop');
  });
});

describe('the order of versions', () => {
  const number = fc.integer({ min: 0, max: 30 });
  const version = fc
    .tuple(
      fc.array(number, { minLength: 2, maxLength: 4 }),
      fc.array(fc.oneof(number.map(String), fc.constantFrom('alpha', 'beta', 'rc')), { maxLength: 3 }),
      fc.option(fc.oneof(number, fc.constantFrom('linux', 'x86'))),
    )
    .map(
      ([numbers, pre, build]) =>
        numbers.join('.') + (pre.length > 0 ? `-${pre.join('.')}` : '') + (build === null ? '' : `+${build}`),
    );
  const parsed = version.map((text) => parseVersion(text)!);
  const release = fc.record({ version: fc.oneof(version, fc.string({ maxLength: 8 })), date: number });

  it('turns around with its arguments', () => {
    fc.assert(
      fc.property(parsed, parsed, (a, b) => {
        expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
      }),
    );
  });

  it('never goes in circles', () => {
    fc.assert(
      fc.property(parsed, parsed, parsed, (a, b, c) => {
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
          expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('a list comes out the same however it was shuffled, and nothing is lost', () => {
    fc.assert(
      fc.property(fc.uniqueArray(release, { selector: (one) => one.version, maxLength: 12 }), (releases) => {
        const ordered = inOrder(releases).map((one) => one.version);
        expect(inOrder([...releases].reverse()).map((one) => one.version)).toEqual(ordered);
        expect([...ordered].sort()).toEqual(releases.map((one) => one.version).sort());
      }),
    );
  });

  it('of two releases at most one is older', () => {
    fc.assert(
      fc.property(release, release, (a, b) => {
        expect(isOlder(a, b) && isOlder(b, a)).toBe(false);
      }),
    );
  });
});

describe('the release before', () => {
  it('is the one before by version, though a patch of the old line came later', () => {
    const known = [at('shop@1.0.0', 1), at('shop@2.0.0', 2), at('shop@1.0.1', 3), at('web@1.5.0', 4)];
    expect(previousOf(at('shop@2.1.0', 5), known)?.version).toBe('shop@2.0.0');
    expect(previousOf(known[1]!, known)?.version).toBe('shop@1.0.1');
    expect(previousOf(known[0]!, known)).toBeNull();
  });

  it('is the one before by date where commits are the versions', () => {
    const known = [at('f00', 1), at('abc', 3), at('9de', 2)];
    expect(previousOf(known[1]!, known)?.version).toBe('9de');
  });
});
