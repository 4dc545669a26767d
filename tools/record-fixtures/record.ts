/**
 * Records what real SDKs send into fixtures/sentry/CLIENT/STORY: `node tools/record-fixtures/record.ts [CLIENT[/STORY]…]`.
 * Bodies are kept byte for byte, except for the name and the kernel of the machine. Programs run in a directory
 * with a neutral name; a body that still leads to the machine it was recorded on stops the recording.
 * Needs the network, and for all clients: npm, Python 3, Go and Chromium.
 */
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, hostname, release } from 'node:os';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type RecordedRequest, startRecorder } from './recorder.ts';
import { ANSWERS, CLIENTS, type Client } from './recordings.ts';

const KEY = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';
const ROOT = '/srv/shop';
const PROGRAMS = join(import.meta.dirname, '../../e2e/programs');
const FIXTURES = join(import.meta.dirname, '../../fixtures/sentry');
/** Whatever of these stands in a body would lead to the machine it was recorded on. */
const LEAKS = [`"${hostname()}"`, release(), homedir(), join(import.meta.dirname, '../..')];
/** What SDKs read from the kernel and no option changes: replaced by as many bytes, so that every length stays true. */
const REPLACED: [string, string][] = [
  [release(), ofLength('6.1.0-generic', release().length)],
  [`"server_name":"${hostname()}"`, `"server_name":"${ofLength('web-1', hostname().length)}"`],
];
/** Headers of one connection, and of the client's HTTP library only. */
const NOT_KEPT = new Set(['host', 'connection', 'accept-encoding', 'transfer-encoding', 'content-length']);

const wanted = process.argv.slice(2);
const isWanted = ({ name }: Client, story: string) =>
  wanted.length === 0 || wanted.includes(name) || wanted.includes(`${name}/${story}`);
for (const client of CLIENTS) {
  const stories = client.stories.filter((story) => isWanted(client, story));
  if (stories.length > 0) await recordClient({ ...client, stories });
}

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
    const bytes = withoutMachine(request, `${client.name}/${story}`);
    const body = `${index + 1}.body`;
    writeFileSync(join(target, body), bytes);
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

/** Throws when the body names this machine where it cannot be replaced. */
function withoutMachine({ headers, body }: RecordedRequest, where: string): Buffer {
  let text = body.toString('latin1');
  for (const [from, to] of REPLACED) text = text.replaceAll(from, to);
  const bytes = Buffer.from(text, 'latin1');
  const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
  for (const leak of LEAKS) if (plain.includes(leak)) throw new Error(`${where} names this machine: ${leak}`);
  return bytes;
}

function ofLength(text: string, length: number): string {
  return text.padEnd(length, '0').slice(0, length);
}
