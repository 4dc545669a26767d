/** The real sentry-cli, old and new, in a real git repository, against the real program. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installSentryCli, run } from './support/clients.ts';
import { eventually, type Program, startProgram, TOKEN } from './support/program.ts';

const VERSIONS = ['3.8.0', '2.58.2'];

interface Release {
  version: string;
  commitCount: number;
  deployCount: number;
  dateReleased: string | null;
  lastCommit: { id: string; message: string; author: { name: string; email: string } | null } | null;
  authors: { name: string; email: string }[];
  projects: { slug: string }[];
}

let program: Program;
let repository: string;
const clis = new Map<string, string>();
beforeAll(async () => {
  program = await startProgram();
  for (const version of VERSIONS) clis.set(version, await installSentryCli(version));
  await makeRepository();
});
afterAll(async () => {
  await program.discard();
  rmSync(repository, { recursive: true, force: true });
});

const git = async (...args: string[]) => {
  const { code, output } = await run('git', args, {
    cwd: repository,
    environment: { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
  });
  if (code !== 0) throw new Error(output);
  return output.trim();
};

async function commit(author: string, email: string, message: string, files: Record<string, string>) {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    writeFileSync(join(repository, path), content);
  }
  await git('add', '--all');
  await git(
    ...['-c', `user.name=${author}`, '-c', `user.email=${email}`],
    ...['commit', '--allow-empty', '--quiet', '--message', message],
  );
  return git('rev-parse', 'HEAD');
}

async function makeRepository(): Promise<void> {
  repository = mkdtempSync(join(tmpdir(), 'tandem-e2e-git-'));
  await git('init', '--quiet', '--initial-branch', 'main');
  await git('remote', 'add', 'origin', 'git@github.com:acme/shop.git');
  await commit('Ada Lovelace', 'ada@example.test', 'The shop', { 'src/cart.js': '1' });
}

/** Runs the CLI as a pipeline would; throws with what it printed unless it succeeds. */
async function cli(version: string, ...args: string[]): Promise<string> {
  const { code, output } = await tryCli(version, ...args);
  if (code !== 0) throw new Error(`sentry-cli ${args.join(' ')}:\n${output}`);
  return output;
}

function tryCli(version: string, ...args: string[]) {
  return run(clis.get(version)!, args, {
    cwd: repository,
    environment: {
      SENTRY_URL: program.url,
      SENTRY_AUTH_TOKEN: TOKEN,
      SENTRY_ORG: 'default',
      SENTRY_PROJECT: 'default',
      SENTRY_DISABLE_UPDATE_CHECK: 'true',
      SENTRY_LOAD_DOTENV: '0',
      SENTRY_NO_PROGRESS_BAR: '1',
    },
  });
}

const release = (version: string) =>
  program.get<Release>(`/api/0/organizations/default/releases/${encodeURIComponent(version)}/`);

test('code mappings are uploaded, and uploaded again; their repository is known then', async () => {
  const path = join(repository, 'mappings.json');
  writeFileSync(path, JSON.stringify([{ stackRoot: 'app:///', sourceRoot: 'src/' }]));
  const upload = ['code-mappings', 'upload', path, '--repo', 'acme/shop', '--default-branch', 'main'];
  expect(await cli('3.8.0', ...upload)).toContain('Created: 1, Updated: 0, Errors: 0');
  expect(await cli('3.8.0', ...upload)).toContain('Created: 0, Updated: 1, Errors: 0');
});

describe.each(VERSIONS)('sentry-cli %s', (version) => {
  const name = `shop@${version}-ünï code`;

  test('knows who it is', async () => {
    expect(await cli(version, 'info')).toContain('default');
  });

  test('proposes the commit as the version', async () => {
    expect(await cli(version, 'releases', 'propose-version')).toContain(await git('rev-parse', 'HEAD'));
  });

  test('makes a release, finds the commits of the git repository, says where it runs and that it is out', async () => {
    await cli(version, 'releases', 'new', name);
    const head = await commit('Grace Hopper', 'grace@example.test', 'Pay with a card\n\nFixes the shop', {
      'src/pay.js': `2 ${version}`,
    });
    expect(await cli(version, 'releases', 'set-commits', name, '--auto')).toContain('Success');
    await cli(
      version,
      ...(version.startsWith('2')
        ? ['releases', 'deploys', name, 'new']
        : ['deploys', 'new', '--release', name]),
      ...['--env', 'production', '--name', 'blue', '--url', 'https://shop.example.test'],
    );
    await cli(version, 'releases', 'finalize', name);

    expect(await release(name)).toMatchObject({
      version: name,
      // All of the first release; of a later one those since the last.
      commitCount: version === VERSIONS[0] ? 2 : 1,
      deployCount: 1,
      dateReleased: expect.stringMatching(/^20/),
      lastCommit: {
        id: head,
        message: expect.stringContaining('Pay with a card'),
        author: { name: 'Grace Hopper', email: 'grace@example.test' },
      },
      authors: expect.arrayContaining([{ name: 'Grace Hopper', email: 'grace@example.test' }]),
      projects: [{ slug: 'default' }],
    });
  });

  test('shows the release again', async () => {
    const info = await cli(version, 'releases', 'info', name, '--show-projects', '--show-commits');
    expect(info).toContain(name);
    expect(info).toContain(await git('rev-parse', '--short', 'HEAD'));
    expect(await cli(version, 'releases', 'list', '--show-projects')).toContain(name);
    const deploys = version.startsWith('2')
      ? ['releases', 'deploys', name, 'list']
      : ['deploys', 'list', '--release', name];
    expect(await cli(version, ...deploys)).toContain('production');
  });

  test('begins the commits of the next release where those of the last one ended', async () => {
    const next = `${name}2`;
    const head = await commit('Ada Lovelace', 'ada@example.test', 'Round', { 'src/pay.js': version });
    await cli(version, 'releases', 'new', next);
    await cli(version, 'releases', 'set-commits', next, '--local');
    expect(await release(next)).toMatchObject({ commitCount: 1, lastCommit: { id: head } });
  });

  test('says where a repository stands by the hash of a commit alone', async () => {
    const named = `${name}3`;
    const sha = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';
    await cli(version, 'releases', 'new', named);
    await cli(version, 'releases', 'set-commits', named, '--commit', `acme/shop@${sha}`);
    expect(await release(named)).toMatchObject({ commitCount: 1, lastCommit: { id: sha, author: null } });
  });

  test('deletes a release', async () => {
    await cli(version, 'releases', 'delete', `${name}3`);
    expect((await tryCli(version, 'releases', 'info', `${name}3`)).code).not.toBe(0);
  });

  test('hears in a sentence why a release cannot be made', async () => {
    const answer = await program.request('POST', '/api/0/organizations/default/releases/', {
      version: 'one\ntwo',
      projects: ['default'],
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('ends of lines') });
  });
});

test('an event makes its release, whatever it is called', async () => {
  const version = '  2026/11/23 «Абв» 😀 ';
  await program.sendEvent({
    event_id: 'a'.repeat(32),
    message: 'hello',
    release: version.trim(),
    timestamp: Date.now() / 1000,
  });
  const made = await eventually(
    () => release(version.trim()),
    () => true,
  );
  expect(made).toMatchObject({ projects: [{ slug: 'default', newGroups: 1 }], newGroups: 1 });
});
