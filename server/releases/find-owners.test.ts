import { describe, expect, it } from 'vitest';
import { decidingRule, isLike, isOwnedPath, type OwnedEvent } from './find-owners.ts';
import { readCodeowners, readOwnershipRules } from './ownership-rules.ts';

const event = (given: Partial<OwnedEvent> & { path?: string }): OwnedEvent => ({
  frames: given.path ? [{ paths: [given.path], module: '', repositoryPath: given.path }] : [],
  url: '',
  tags: [],
  ...given,
});
const deciding = (of: OwnedEvent, rules: string, codeowners = '') =>
  decidingRule(of, [...readCodeowners(codeowners).rules, ...readOwnershipRules(rules).rules])?.owners ?? null;

describe('rules', () => {
  it.each([
    ['path:src/pay/* ada@example.com', { path: 'src/pay/card.js' }],
    ['path:src/pay/* ada@example.com', { path: '/app/src/pay/deep/card.js' }],
    ['path:CARD.js ada@example.com', { path: '/app/src/pay/card.js' }],
    ['path:"my shop/*" ada@example.com', { path: 'my shop/card.js' }],
    ['url:*://shop.example.com/pay* ada@example.com', { url: 'https://shop.example.com/pay?x=1' }],
    ['tags.region:eu-* ada@example.com', { tags: [['region', 'eu-west']] }],
    [
      'module:com.acme.pay.* ada@example.com',
      { frames: [{ paths: [], module: 'com.acme.pay.Card', repositoryPath: null }] },
    ],
    ['codeowners:/src/pay/ ada@example.com', { path: 'src/pay/card.js' }],
  ] as const)('%s', (rule, given) => {
    expect(deciding(event(given as Partial<OwnedEvent>), rule)).toEqual(['ada@example.com']);
    expect(deciding(event({ path: 'README', url: 'http://other', tags: [] }), rule)).toBeNull();
  });

  it('the last one that matches decides, and people come before CODEOWNERS', () => {
    const rules = 'path:* ada@example.com\npath:pay/* #payments grace@example.com';
    expect(deciding(event({ path: 'pay/card.js' }), rules, '* @acme/all')).toEqual([
      '#payments',
      'grace@example.com',
    ]);
    expect(deciding(event({ path: 'cart.js' }), rules, '* @acme/all')).toEqual(['ada@example.com']);
    expect(deciding(event({ path: 'cart.js' }), '', '* @acme/all\ncart.js')).toEqual([]);
  });

  it('name their line when they cannot be read; the others are read', () => {
    const { rules, problems } = readOwnershipRules(
      '# who owns what\npath:src/*\n\nfile:src/* ada@example.com\npath:a ada\nurl:x ada@example.com',
    );
    expect(rules.map(({ line }) => line)).toEqual([6]);
    expect(problems).toEqual([
      { in: 'rules', line: 2, message: 'the rule names no owner' },
      { in: 'rules', line: 4, message: expect.stringContaining('"file" is not known') },
      { in: 'rules', line: 5, message: expect.stringContaining('"ada" is no owner') },
    ]);
  });
});

describe('CODEOWNERS', () => {
  it.each([
    ['*', 'any/where.js', true],
    ['*.js', 'src/pay.js', true],
    ['*.js', 'src/pay.ts', false],
    ['/build/logs/', 'build/logs/today/a.log', true],
    ['/build/logs/', 'src/build/logs/a.log', false],
    ['docs/*', 'docs/start.md', true],
    ['docs/*', 'docs/build/trouble.md', false],
    ['apps/', 'src/apps/web/a.js', true],
    ['/docs', 'docs/a/b.md', true],
    ['**/logs', 'deep/in/logs/a.log', true],
    ['/src/**/test.js', 'src/a/b/test.js', true],
    ['/src/**/test.js', 'src/test.js', true],
    ['src/pay', 'lib/src/pay/a.js', false],
  ])('%s and %s: %s', (pattern, path, owned) => {
    expect(isOwnedPath(path, pattern, 'root')).toBe(owned);
  });

  it('fits anywhere in a path while no mapping says where the repository begins', () => {
    expect(isOwnedPath('/srv/app/src/pay/card.js', '/src/pay/', 'anywhere')).toBe(true);
  });

  it('is read with comments, escaped spaces and the sections of GitLab', () => {
    const { rules, problems } = readCodeowners(
      '# all\n* @acme/all # everybody\n[Payments][2] @acme/pay\n/my\\ docs/ ada@example.com\n!vendor/\n',
    );
    expect(rules.map(({ pattern, owners }) => [pattern, owners])).toEqual([
      ['*', ['@acme/all']],
      ['/my docs/', ['ada@example.com']],
    ]);
    expect(problems).toEqual([{ in: 'codeowners', line: 5, message: expect.stringContaining('!') }]);
  });
});

it('a pattern of many stars takes no longer than its length times that of the text', () => {
  expect(isLike('a'.repeat(20_000), `${'*a'.repeat(240)}*b`)).toBe(false);
  expect(isOwnedPath('a/'.repeat(2_000), `${'**/a/'.repeat(90)}b`, 'root')).toBe(false);
});
