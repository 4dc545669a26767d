import { describe, expect, it } from 'vitest';
import { isAlwaysLabel, sortLabels } from './stream-labels.ts';

const moved = (labels: Record<string, string>) => Object.keys(sortLabels(labels).moved ?? {});
const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`l${String(n).padStart(3, '0')}`, `v${n}`]));

describe('labels of a stream', () => {
  it('stay labels when they are few and name no single thing', () => {
    const labels = {
      ...{ app: 'shop', pod: 'shop-7d9f8b6c5-x2x4z', level: 'error', filename: '/var/log/shop.log' },
      ...{
        instance: '10.0.0.7:9100',
        version: '2026.11.23',
        status: '503',
        port: '8080',
        word: 'deadbeeffeedface',
      },
    };
    expect(sortLabels(labels)).toEqual({ labels, moved: null });
  });

  it.each([
    ['a trace id', '4bf92f3577b34da6a3ce929d0e0e4736'],
    ['a span id', '00f067aa0ba902b7'],
    ['a UUID', '11111111-2222-3333-4444-555555555555'],
    ['a commit', '8b0a580c7c1ed5c01897dd4c023a331374b40123'],
    ['a key of a table', '48151623420'],
    ['a time', '1795370082715'],
    ['a text of 3,000 characters', 'word '.repeat(600)],
  ])('become an attribute when their value is %s', (_, value) => {
    const { labels, moved } = sortLabels({ app: 'shop', thing: value });
    expect([{ ...labels }, { ...moved }]).toEqual([{ app: 'shop' }, { thing: value }]);
  });

  it('are fifteen at most: those that people choose streams by, then the first by name', () => {
    const labels = { ...many(20), level: 'info', service_name: 'shop' };
    expect(moved(labels)).toEqual(['l013', 'l014', 'l015', 'l016', 'l017', 'l018', 'l019']);
    expect(moved(Object.fromEntries(Object.entries(labels).reverse())).toReversed()).toEqual(moved(labels));
  });

  it('lose nothing, whatever they are called', () => {
    const labels = { ...many(10_000), ['__proto__']: 'x', ['n'.repeat(2_000)]: 'y' };
    const sorted = sortLabels(labels);
    expect(Object.keys(sorted.labels)).toHaveLength(15);
    expect(Object.keys(sorted.moved!)).toHaveLength(Object.keys(labels).length - 15);
  });
});

it.each([
  ['app', 'shop', true],
  ['pod', 'web-7d9f', true],
  ['pod', '8f14e45fceea167a', false],
  // The last of those that streams are chosen by may be one too many.
  ['region', 'eu', false],
  ['team', 'payments', false],
])('a label %s=%s is one in every stream: %s', (name, value, expected) => {
  expect(isAlwaysLabel(name, value)).toBe(expected);
});
