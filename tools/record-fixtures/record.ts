/**
 * Records what real SDKs send into fixtures/sentry/CLIENT/STORY: `node tools/record-fixtures/record.ts [CLIENT…]`.
 * Bodies are kept byte for byte. Programs run in one directory with a neutral name, so that nothing has to be
 * cut out of a body afterwards; a body that still names this machine stops the recording.
 * Needs the network, and for all clients: npm, Python 3, Go and Chromium.
 */
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { basename, join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { type RecordedRequest, startRecorder } from './recorder.ts';
import { ANSWERS, CLIENTS, type Client } from './recordings.ts';

const KEY = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';
const ROOT = '/srv/shop';
const PROGRAMS = join(import.meta.dirname, 'programs');
const FIXTURES = join(import.meta.dirname, '../../fixtures/sentry');
/** Whatever of these stands in a body would lead to the machine it was recorded on. */
const LEAKS = [hostname(), homedir(), join(import.meta.dirname, '../..')].filter((text) => text.length > 3);
/** Headers of one connection, and of the client's HTTP library only. */
const NOT_KEPT = new Set(['host', 'connection', 'accept-encoding', 'transfer-encoding', 'content-length']);

for (const client of CLIENTS)
  if (process.argv.length === 2 || process.argv.includes(client.name)) await recordClient(client);

async function recordClient(client: Client) {
  const directory = join(ROOT, client.name);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  for (const program of client.programs)
    copyFileSync(join(PROGRAMS, program), join(directory, basename(program)));
  await run(client.setUp, directory, {});
  for (const story of client.stories) await recordStory(client, story, directory);
}

async function recordStory(client: Client, story: string, directory: string) {
  const recorder = await startRecorder((_, recorded) => ANSWERS[story]?.(recorded) ?? null);
  const dsn = recorder.origin.replace('://', `://${KEY}@`);
  await run(client.run(story), directory, { SENTRY_DSN: `${dsn}/1` });
  await recorder.close();
  const target = join(FIXTURES, client.name, story);
  rmSync(join(target, 'requests.json'), { force: true });
  mkdirSync(target, { recursive: true });
  const requests = recorder.requests.map((request, index) => {
    refuseLeaks(request, `${client.name}/${story}`);
    const body = `${index + 1}.body`;
    writeFileSync(join(target, body), request.body);
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => !NOT_KEPT.has(name)),
    );
    return { method: request.method, path: request.path, headers, body };
  });
  if (requests.length === 0) throw new Error(`${client.name} sent nothing for ${story}`);
  writeFileSync(join(target, 'requests.json'), `${JSON.stringify(requests, null, 2)}\n`);
  console.log(`${client.name}/${story}: ${requests.length} requests`);
}

/** A program may end badly, as that is the story; setting up may not. */
function run(command: string, cwd: string, environment: Record<string, string>): Promise<void> {
  const isStory = 'SENTRY_DSN' in environment;
  const child = spawn('sh', ['-c', command], {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', isStory ? 'ignore' : 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      isStory || code === 0 ? resolve() : reject(new Error(`${command} ended with ${code}`)),
    );
  });
}

function refuseLeaks({ headers, body }: RecordedRequest, where: string) {
  const plain =
    headers['content-encoding'] === 'gzip'
      ? gunzipSync(body)
      : headers['content-encoding'] === 'br'
        ? brotliDecompressSync(body)
        : body;
  for (const leak of LEAKS) if (plain.includes(leak)) throw new Error(`${where} names this machine: ${leak}`);
}
