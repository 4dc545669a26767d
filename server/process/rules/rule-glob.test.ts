import { describe, expect, it } from 'vitest';
import { globTest, pathGlobTest } from '#server/process/in-app/glob.ts';
import { globProblem, matchesAnything, ruleGlob } from './rule-glob.ts';

describe('patterns of rules', () => {
  it.each([
    ['*timeout*', 'Connection timeout after 3s', true],
    ['*timeout*', 'first line\nrequest timeout', true],
    ['connection error: *', 'connection error: refused', true],
    ['connection error: *', 'a connection error: refused', false],
    ['my_*_failed', 'my_assertion_failed', true],
    ['my_*_failed', 'my_assertion_failed!', false],
    ['canary-??.example', 'canary-07.example', true],
    ['canary-??.example', 'canary-7.example', false],
    ['v[0-9].*', 'v3.beta', true],
    ['v[!0-9].*', 'v3.beta', false],
    ['[[]DONE]', '[DONE]', true],
    ['price \\*', 'price *', true],
    ['price \\*', 'price 3', false],
    ['{GET,POST} /pay', 'POST /pay', true],
    ['{GET,POST} /pay', 'PUT /pay', false],
    ['*a*b*c*', 'xxaxxbxxcxx', true],
    ['*a*b*c*', 'xxaxxcxxbxx', false],
    ['', '', true],
  ])('%s on %j: %s', (pattern, text, expected) => {
    expect(ruleGlob(pattern)(text)).toBe(expected);
  });

  it.each([
    ['**/my-utils/*.js', '/srv/my-utils/a.js', true],
    ['**/my-utils/*.js', 'my-utils/a.js', true],
    ['**/my-utils/*.js', '/srv/my-utils/deep/a.js', false],
    ['**/project/**.c', '/src/project/a/b.c', true],
    ['**/project/**.c', 'project/b.c', true],
    ['**src/getsentry/src/**', '/home/me/src/getsentry/src/a.py', true],
    ['**/*.gen.c', 'foo/bar.gen.c', true],
    ['**/*.gen.c', 'foo.gen.c', true],
    ['/a/**/b', '/a/b', true],
    ['/a/**/b', '/a/x/y/b', true],
    ['**/node_modules/**', 'node_modules/x.js', true],
    ['**/NODE_modules/**', 'C:\\app\\node_modules\\x.js', true],
    ['*/x.js', 'a/b/x.js', false],
  ])('path %s on %s: %s', (pattern, path, expected) => {
    expect(ruleGlob(pattern, { isPath: true })(path)).toBe(expected);
  });

  it('says the same as the globs of the built-in rules', () => {
    // A small alphabet, so that patterns and texts meet. Two stars only as whole folders: there the two agree on purpose.
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return Math.floor((seed / 2_147_483_647) * below);
    };
    const pick = (parts: readonly string[], length: number) =>
      Array.from({ length: 1 + random(length) }, () => parts[random(parts.length)]).join('');
    let matched = 0;
    for (let turn = 0; turn < 20_000; turn++) {
      const name = pick(['a', 'b', '*', '?', 'ab', '.'], 5).replace(/\*+/g, '*');
      const text = pick(['a', 'b', '.', 'ab'], 6);
      expect({ name, text, matches: ruleGlob(name)(text) }).toEqual({
        name,
        text,
        matches: globTest(name)(text),
      });
      const folders = Array.from({ length: 1 + random(4) }, () =>
        pick(['a', 'b', '*', '?'], 2).replace(/\*+/g, '*'),
      );
      const path =
        (random(2) ? '/' : '') +
        folders
          .map((part) => (random(4) ? part : '**'))
          .join('/')
          .replace(/\*\*(\/\*\*)+/g, '**');
      const place =
        (random(2) ? '/' : '') + Array.from({ length: 1 + random(5) }, () => pick(['a', 'b'], 2)).join('/');
      // Whether a folder of its own at the end needs its slash is the one thing they see differently: see below.
      if (/\*\*$/.test(path)) continue;
      const matches = ruleGlob(path, { isPath: true })(place);
      if (matches) matched += 1;
      expect({ path, place, matches }).toEqual({ path, place, matches: pathGlobTest(path)(place) });
    }
    expect(matched).toBeGreaterThan(500);
  });

  it('is linear in the text, however many stars there are', () => {
    // A backtracking matcher needs more steps for this than there are atoms in the sun.
    const stars = `${'*a'.repeat(19)}b`;
    expect(ruleGlob(stars)('a'.repeat(4_096))).toBe(false);
    expect(ruleGlob(`**/${'**a'.repeat(18)}b`, { isPath: true })('a/'.repeat(2_048))).toBe(false);
  });

  it.each([
    ['abc\\', 3, 'the \\ at the end takes nothing'],
    ['*a'.repeat(21), 40, 'more than 20 stars'],
    ['a[bc', 1, 'the [ is not closed'],
    ['a{b,c', 1, 'the { is not closed'],
    ['{a,b}{a,b}{a,b}{a,b}{a,b}', 0, 'braces that stand for more than 16 texts'],
    ['{a,{b,c}}', 0, 'the { is not closed'],
    ['a'.repeat(501), 500, 'longer than 500 characters'],
  ])('refuses %s at %i', (pattern, at, message) => {
    expect(globProblem(pattern)).toMatchObject({ at, message: expect.stringContaining(message) });
  });

  it.each([
    ['*', true],
    ['**', true],
    ['**/**', true],
    ['**/*', true],
    ['a*', false],
    ['/**', false],
  ])('%s takes everything: %s', (pattern, expected) => {
    expect(matchesAnything(pattern)).toBe(expected);
  });
});
