import { describe, expect, it } from 'vitest';
import { codeAddress, commitOfVersion, framePaths, hostOf, mapFrame, templateProblem } from './code-links.ts';
import type { MappingRow, RepositoryRow } from './repositories.ts';

const SHA = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';
const at = (host: RepositoryRow['host'], url: string, template = '') =>
  codeAddress({ host, url, template }, { ref: SHA, isCommit: true, path: 'src/pay now.js', line: 12 });

describe('the address of a line', () => {
  it.each([
    [
      'github',
      'https://github.com/acme/shop',
      `https://github.com/acme/shop/blob/${SHA}/src/pay%20now.js#L12`,
    ],
    [
      'gitlab',
      'https://gitlab.acme.io/shop/',
      `https://gitlab.acme.io/shop/-/blob/${SHA}/src/pay%20now.js#L12`,
    ],
    [
      'bitbucket',
      'https://bitbucket.org/acme/shop',
      `https://bitbucket.org/acme/shop/src/${SHA}/src/pay%20now.js#lines-12`,
    ],
    [
      'gitea',
      'http://git.acme.io/acme/shop.git',
      `http://git.acme.io/acme/shop/src/commit/${SHA}/src/pay%20now.js#L12`,
    ],
  ] as const)('of %s', (host, url, address) => {
    expect(at(host, url)).toBe(address);
  });

  it('of any other host by a template', () => {
    const template = 'https://code.acme.io/view?rev={commit}&file={path}#n{line}';
    expect(at('template', '', template)).toBe(
      `https://code.acme.io/view?rev=${SHA}&file=src/pay%20now.js#n12`,
    );
    expect(templateProblem(template)).toBeNull();
    expect(templateProblem('https://code.acme.io/{branch}/{path}')).toContain('{branch}');
    expect(templateProblem('https://code.acme.io/')).toContain('{path}');
    expect(templateProblem('javascript:alert({path})')).toContain('https://');
  });

  it('of a branch of Gitea is another one', () => {
    const place = { ref: 'main', isCommit: false, path: 'a.go', line: 0 };
    expect(codeAddress({ host: 'gitea', url: 'https://gitea.io/a/b', template: '' }, place)).toBe(
      'https://gitea.io/a/b/src/branch/main/a.go',
    );
  });

  it('is none where nobody said where the code is looked at, or where it would be a script', () => {
    expect(at('', '')).toBeNull();
    expect(at('github', 'javascript:alert(1)//')).toBeNull();
    expect(at('github', 'https://x.example/"><script>')).toBeNull();
  });

  it('holds what senders wrote as a path and nothing else', () => {
    const place = { ref: 'main', isCommit: false, path: '"><img src=x>/#?{line}', line: 1 };
    expect(codeAddress({ host: 'github', url: 'https://github.com/a/b', template: '' }, place)).toBe(
      'https://github.com/a/b/blob/main/%22%3E%3Cimg%20src%3Dx%3E/%23%3F%7Bline%7D#L1',
    );
  });

  it('is guessed from the name of the server', () => {
    expect(hostOf('https://github.acme.io/a/b')).toBe('github');
    expect(hostOf('https://codeberg.org/a/b')).toBe('gitea');
    expect(hostOf('https://notgithub.com/a/b')).toBe('');
    expect(hostOf('nonsense')).toBe('');
  });
});

describe('where a frame lies', () => {
  const mapping = (stack_root: string, source_root: string) => ({ stack_root, source_root }) as MappingRow;

  it.each([
    [{ abs_path: '/app/src/pay.js' }, '/app/', '', 'src/pay.js'],
    [{ filename: './src/pay.ts' }, 'src/', 'web/src/', 'web/src/pay.ts'],
    [{ filename: 'app:///pay.js?v=1' }, '', 'src/', 'src/pay.js'],
    [{ filename: 'app:///pay.js?v=1' }, 'app:///', 'src/', 'src/pay.js'],
    [{ filename: 'C:\\build\\Pay.cs' }, 'C:\\build\\', 'Shop/', 'Shop/Pay.cs'],
    [
      { filename: 'Pay.java', module: 'com.acme.shop.Pay$Card' },
      'com/acme/',
      'shop/src/main/java/com/acme/',
      'shop/src/main/java/com/acme/shop/Pay.java',
    ],
  ])('%j', (frame, stackRoot, sourceRoot, path) => {
    expect(mapFrame(frame, [mapping('elsewhere/', ''), mapping(stackRoot, sourceRoot)])?.path).toBe(path);
  });

  it('is nowhere when no stack root fits, and never outside of the repository', () => {
    expect(mapFrame({ filename: 'lib/a.js' }, [mapping('src/', 'src/')])).toBeNull();
    expect(mapFrame({ filename: '../../../etc/passwd' }, [mapping('', '')])).toBeNull();
  });

  it('is known by the longer of its paths first', () => {
    expect(framePaths({ abs_path: '/app/pay.py', filename: 'pay.py' })).toEqual(['/app/pay.py', 'pay.py']);
  });
});

it('a commit may be the release', () => {
  expect(commitOfVersion(SHA)).toBe(SHA);
  expect(commitOfVersion(`shop@${SHA}`)).toBe(SHA);
  expect(commitOfVersion('shop@1.4.0')).toBeNull();
});
