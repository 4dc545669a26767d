/**
 * The program and its tests on the newest Node, beside the one it brings along: all unit tests, and the integration tests
 * of what speaks with Node itself. What the nouns ask of the stores is the same there.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, startProgram } from './support/program.ts';

const VERSION = '26.10.0';
/** Files, threads, sockets, streams, cryptography, child processes. */
const OF_NODE = ['accounts', 'exports', 'ingest', 'journal', 'notify', 'platform', 'process', 'store'];
let directory: string;
let node: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tandem-node-'));
  const name = `node-${platform()}-${arch()}`;
  const installed = spawnSync(
    'npm',
    ['install', '--prefix', directory, '--no-save', '--no-audit', '--no-fund', `${name}@${VERSION}`],
    {
      encoding: 'utf8',
    },
  );
  expect(installed.status, installed.stderr).toBe(0);
  node = join(directory, 'node_modules', name, 'bin', 'node');
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe(`Node ${VERSION}`, () => {
  it.each<[project: string, folders: string[]]>([
    ['unit', []],
    ['integration', OF_NODE.map((folder) => `server/${folder}/`)],
  ])('passes the %s tests', (project, folders) => {
    const tests = spawnSync(
      node,
      ['node_modules/vitest/vitest.mjs', 'run', '--project', project, '--reporter=dot', ...folders],
      {
        encoding: 'utf8',
        env: { ...process.env, PATH: `${join(node, '..')}:${process.env.PATH}` },
      },
    );
    expect(tests.status, `${tests.stdout}\n${tests.stderr}`.slice(-8000)).toBe(0);
  });

  it('runs the program: an error sent is an issue', async () => {
    const program = await startProgram({ node });
    const answer = await program.sendEvent({
      event_id: 'a'.repeat(32),
      exception: { values: [{ type: 'PaymentError', value: 'x' }] },
    });
    expect(answer.status).toBe(200);
    const issues = await eventually(
      () => program.get<{ items: { title: string }[] }>('/api/v1/issues'),
      (list) => list.items.length === 1,
    );
    expect(issues.items[0]?.title).toBe('PaymentError: x');
    expect(await program.stop()).toBe(0);
    await program.discard();
  });
});
