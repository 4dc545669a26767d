/** Keeps the papers true: what the docs list is what the program has, and the other way round. */
import { globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configurationPage, errorsPage } from './reference-pages.ts';

const read = (path: string) => readFileSync(path, 'utf8');
const folders = (path: string) =>
  readdirSync(path).filter((name) => !name.startsWith('.') && statSync(`${path}/${name}`).isDirectory());
/** First cells of the rows of every table in a page: `| \`code\` | …`. */
const firstCells = (page: string) => [...page.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]!);

describe('the papers', () => {
  it('ARCHITECTURE.md has a line for each folder, and no folder that is not there', () => {
    const listed = firstCells(read('ARCHITECTURE.md')).map((folder) => folder.replace(/\/$/, ''));
    const ignored = ['node_modules', 'dist', 'data'];
    const existing = [
      ...folders('.').filter((name) => !ignored.includes(name)),
      ...folders('server').map((name) => `server/${name}`),
    ];
    expect(listed.toSorted()).toEqual(existing.toSorted());
  });

  it('docs/configuration.md and docs/errors.md are what the program has (node tools/reference-pages.ts writes them)', () => {
    expect(read('docs/configuration.md')).toBe(configurationPage());
    expect(read('docs/errors.md')).toBe(errorsPage());
  });

  it('each protocol has fixtures, tests and a set-up page', () => {
    const protocols = folders('server/ingest');
    expect(protocols.length).toBeGreaterThan(0);
    for (const protocol of protocols) {
      expect(globSync(`server/ingest/${protocol}/*.test.ts`).length, `tests of ${protocol}`).toBeGreaterThan(
        0,
      );
      expect(globSync(`server/ingest/${protocol}/setup.md`).length, `setup.md of ${protocol}`).toBe(1);
      expect(globSync(`fixtures/${protocol}/**/*`).length, `fixtures of ${protocol}`).toBeGreaterThan(0);
    }
  });

  it('README names the two commands that package.json has', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const readme = read('README.md');
    for (const command of ['start', 'test']) {
      expect(readme).toContain(`npm install && npm ${command}`);
      expect(scripts[command]).toBeDefined();
    }
  });
});

describe('the code', () => {
  const sources = globSync([
    'server/**/*.ts',
    'contract/**/*.ts',
    'web/**/*.{ts,tsx}',
    'bench/**/*.ts',
    'e2e/**/*.ts',
    'tools/**/*.ts',
  ])
    .filter((path) => !path.includes('node_modules'))
    .map((path) => ({ path, text: read(path) }));

  it('opens each file that is no test with a comment that says what it is', () => {
    const silent = sources.filter(
      ({ path, text }) => !/\.test\.tsx?$/.test(path) && !/^(#!.*\n)?\/[*/]/.test(text),
    );
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it('keeps files in kebab case, without barrels', () => {
    const names = sources.map(({ path }) => path.split('/').at(-1)!);
    expect(names.filter((name) => !/^[a-z0-9]+([-.][a-z0-9]+)*\.tsx?$/.test(name))).toEqual([]);
    expect(names.filter((name) => /^index\./.test(name))).toEqual([]);
  });

  it('hides no test behind skip, todo or only', () => {
    const hiding = sources.filter(
      ({ path, text }) =>
        path !== 'tools/tidy.test.ts' && /\b(it|test|describe)\.(skip|todo|only)\b/.test(text),
    );
    expect(hiding.map(({ path }) => path)).toEqual([]);
  });

  it('reads the environment in one place of each program', () => {
    const readers = sources.filter(
      ({ path, text }) => /^(server|web|contract)\//.test(path) && /process\.env\b/.test(text),
    );
    expect(readers.map(({ path }) => path).toSorted()).toEqual([
      'server/config.ts',
      ...['export', 'import', 'pipe'].map((program) => `server/${program}-command/main.ts`),
    ]);
  });

  /** What screens have in common: pieces of the page, and of nouns that more than one screen shows. */
  const SHARED = new Set(['ui', 'saved', 'attachments', 'feedback']);

  it('keeps screens apart: a screen imports its own folder, the ui and what the web shares', () => {
    const crossing = sources.flatMap(({ path, text }) => {
      const own = /^web\/([a-z-]+)\//.exec(path)?.[1];
      if (!own || own === 'dev') return [];
      const imported = [...text.matchAll(/from '#web\/([a-z-]+)\//g)].map((match) => match[1]!);
      return imported
        .filter((folder) => folder !== own && !SHARED.has(folder))
        .map((folder) => `${path} -> web/${folder}`);
    });
    expect(crossing).toEqual([]);
  });
});
