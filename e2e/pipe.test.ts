/** `myapp 2>&1 | tandem pipe`: what programs print, through the real command into the real program. */
import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LogList } from '#contract/logs.ts';
import { ledger } from './support/look.ts';
import { eventually, KEY, type Program, startProgram } from './support/program.ts';
import { openLossyProxy } from './support/proxy.ts';
import { freePorts } from './support/sockets.ts';

const PIPE = `${process.execPath} bin/tandem.mjs pipe`;

let program: Program;
let port: number;
beforeAll(async () => {
  [port = 0] = await freePorts(1);
  program = await startProgram({ port });
});
afterAll(() => program?.discard());

interface Shell {
  child: ChildProcess;
  /** What it printed on each. */
  stdout(): string;
  stderr(): string;
  ended: Promise<number | null>;
}

/** A line of a shell, with the settings of `tandem pipe` in its environment. */
function shell(line: string, environment: Record<string, string> = {}): Shell {
  const child = spawn('sh', ['-c', line], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, TANDEM_URL: program.url, TANDEM_KEY: KEY, ...environment },
  });
  const printed = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (printed.stdout += chunk));
  child.stderr.on('data', (chunk) => (printed.stderr += chunk));
  return {
    child,
    stdout: () => printed.stdout,
    stderr: () => printed.stderr,
    ended: new Promise((resolve) => child.on('close', resolve)),
  };
}

const find = (query: string) =>
  program.get<LogList>(`/api/v1/logs?direction=forward&limit=100&query=${encodeURIComponent(query)}`);

async function found(query: string, count: number) {
  const { items } = await eventually(
    () => find(query),
    (list) => list.items.length >= count,
  );
  expect(items).toHaveLength(count);
  return items;
}

test('a Node program: lines, JSON and stack traces are a record each, and pass through as they were', async () => {
  const { ended, stdout, stderr } = shell(
    `${process.execPath} e2e/programs/piped-crash.mjs 2>&1 | ${PIPE} --service shop-node --environment test --release 1.4.0 --host web-1`,
  );
  expect(await ended).toBe(0);
  expect(stderr()).toBe('');
  expect(stdout()).toContain('\u001b[31mERROR\u001b[0m in colour\n');
  expect(stdout().trimEnd().split('\n').at(-1)).toMatch(/^Node\.js v/);

  const items = await found('service:shop-node', 6);
  expect(items[0]).toMatchObject({ source: 'jsonl', host: 'web-1', environment: 'test', release: '1.4.0' });
  const json = items.find(({ body }) => body === 'card refused');
  expect(json).toMatchObject({ level: 'error', userId: '42' });
  const rest = items.filter((item) => item !== json);
  expect(rest.map(({ level, body }) => [level, body.split('\n')[0]])).toEqual([
    ['unknown', 'listening on port 3000'],
    ['error', 'ERROR in colour'],
    ['error', expect.stringMatching(/^TypeError: Cannot read/)],
    ['unknown', 'going on'],
    ['error', expect.stringMatching(/piped-crash\.mjs:6$/)],
  ]);
  expect(rest[2]!.body).toContain('\n    at total (file://');
  expect(rest[4]!.body).toMatch(/\^\n\nTypeError: [\s\S]+\n\nNode\.js v[\d.]+$/);
});

test('a Python program: a logged exception with its cause is one record, with the time that stands in it', async () => {
  const { ended } = shell(`python3 e2e/programs/piped-crash.py 2>&1 | ${PIPE} --service shop-python`);
  expect(await ended).toBe(0);
  const items = await found('service:shop-python', 4);
  expect(items.map(({ level, body }) => [level, body.split('\n')[0]!.replace(/^[\d :,-]+/, '')])).toEqual([
    ['info', 'INFO shop: cart loaded'],
    ['error', 'ERROR shop: checkout failed'],
    ['info', 'INFO shop: going on'],
    ['error', 'Traceback (most recent call last):'],
  ]);
  for (const { body } of [items[1]!, items[3]!])
    expect(body).toMatch(/KeyError: 'card'\n\nThe above exception was the direct cause[\s\S]+no card$/);
  const said = /^(\S+) (\S+),(\d{3})/.exec(items[1]!.body)!;
  const ms = Date.parse(`${said[1]}T${said[2]}.${said[3]}`);
  expect(items[1]!.timestamp).toBe(`${ms}000000`);
});

test('with --no-join and --quiet each line is a record, and nothing is passed on', async () => {
  const { ended, stdout } = shell(
    `printf 'Error: boom\\n    at f (/app/a.js:1:2)\\nlast' | ${PIPE} --service shop-apart --no-join --quiet`,
  );
  expect(await ended).toBe(0);
  expect(stdout()).toBe('');
  const items = await found('service:shop-apart', 3);
  expect(items.map(({ body }) => body)).toEqual(['Error: boom', '    at f (/app/a.js:1:2)', 'last']);
});

test('what comes in any form arrives: CRLF, NUL, bytes that are no UTF-8, a line of 10 MB', async () => {
  const { ended, child, stdout } = shell(`${PIPE} --service shop-raw`);
  const bytes = Buffer.concat([
    Buffer.from('windows\r\n'),
    Buffer.from('nul \0 inside\n'),
    Buffer.from([0x6c, 0x61, 0x74, 0x69, 0x6e, 0x20, 0xe9, 0x0a]),
    Buffer.alloc(10 * 1024 * 1024, 'y'),
    Buffer.from('\nafter'),
  ]);
  child.stdin!.end(bytes);
  expect(await ended).toBe(0);
  expect(stdout().length).toBe(bytes.toString().length);
  const items = await found('service:shop-raw', 5);
  expect(items.map(({ body }) => body.slice(0, 20))).toEqual([
    'windows',
    'nul \0 inside',
    'latin \ufffd',
    'y'.repeat(20),
    'after',
  ]);
  expect(items[3]!.attributes).toMatchObject({ 'tandem.cut': 'body' });
});

test('a key that is not taken is said at once, and lines go on passing through', async () => {
  const { ended, child, stdout, stderr } = shell(`${PIPE} --service shop-wrong-key`, {
    TANDEM_KEY: 'f'.repeat(32),
  });
  child.stdin!.write('one\n');
  await eventually(
    async () => stderr(),
    (text) => text.includes('does not take this ingest key'),
  );
  child.stdin!.end('two\n');
  expect(await ended).toBe(0);
  expect(stdout()).toBe('one\ntwo\n');
  expect(stderr().trim().split('\n')).toHaveLength(1);
});

test('a reader that goes away and a signal end nothing before it is sent', async () => {
  const { ended } = shell(
    `(echo one; sleep 0.5; echo two; sleep 0.5; echo three) | ${PIPE} --service shop-head | head -n 1`,
  );
  await ended;
  await found('service:shop-head', 3);

  const { child, stdout, stderr } = shell(`exec ${PIPE} --service shop-signal`);
  const exited = new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code)));
  child.stdin!.write('before the signal\n');
  await eventually(
    async () => stdout(),
    (text) => text !== '',
  );
  child.kill('SIGTERM');
  expect(await exited, stderr()).toBe(0);
  await found('service:shop-signal', 1);
});

test('a reader that stands still holds up nobody', async () => {
  // Nothing reads the fifo, which the shell holds open; more goes in than may wait for it.
  const { child, ended, stderr } = shell(
    `dir=$(mktemp -d); mkfifo $dir/out; exec 3<>$dir/out; rm -r $dir; ${process.execPath} e2e/programs/piped-flood.mjs 60000 | ${PIPE} --service shop-still >&3`,
  );
  await eventually(
    async () => stderr(),
    (text) => text.includes('printed all'),
  );
  await eventually(
    async () => stderr(),
    (text) => text.includes('the reader of the output does not keep up'),
  );
  child.stdin!.end();
  expect(await ended).toBe(0);
  expect(stderr()).toMatch(/\d+ bytes were not passed on/);
  expect(stderr()).not.toContain('were not sent');
});

test('a server that is stopped and started again misses no line', async () => {
  const { child, ended, stderr } = shell(`${PIPE} --service shop-restart`);
  child.stdin!.write('before\n');
  await found('service:shop-restart', 1);
  await program.stop();
  for (let n = 0; n < 500; n += 1) child.stdin!.write(`while it is down ${n}\n`);
  await eventually(
    async () => stderr(),
    (text) => text.includes('They are kept'),
  );
  program = await startProgram({ port, dataDirectory: program.dataDirectory });
  await eventually(
    async () => stderr(),
    (text) => text.includes('answers again'),
    60_000,
  );
  child.stdin!.end('after\n');
  expect(await ended).toBe(0);
  const { total } = await eventually(
    () =>
      program.get<{ total: number }>(
        `/api/v1/logs/histogram?from=${Date.now() - 86_400_000}&query=service:shop-restart`,
      ),
    (histogram) => histogram.total >= 502,
  );
  expect(total).toBe(502);
});

test('a batch whose answer is lost is sent again, and is there once', async () => {
  let lost = 0;
  const proxy = await openLossyProxy(port, () => {
    lost += 1;
    return lost <= 2;
  });
  try {
    const { child, ended, stderr } = shell(`${PIPE} --service shop-lost`, { TANDEM_URL: proxy.url });
    child.stdin!.write('one\ntwo\n');
    await eventually(
      async () => stderr(),
      (text) => text.includes('answers again'),
    );
    child.stdin!.end('three\n');
    expect(await ended).toBe(0);
    // They came three times and are counted so: once as stored.
    await ledger(program, (lines) => lines['log dropped duplicate'] === 4);
    const items = await found('service:shop-lost', 3);
    expect(items.map(({ body }) => body)).toEqual(['one', 'two', 'three']);
  } finally {
    proxy.close();
  }
});

test('nor is it there twice when the server is killed between keeping it and answering', async () => {
  let kill = true;
  const proxy = await openLossyProxy(port, async () => {
    if (!kill) return false;
    kill = false;
    await program.killAll();
    return true;
  });
  try {
    const { child, ended, stderr } = shell(`${PIPE} --service shop-killed`, { TANDEM_URL: proxy.url });
    for (let n = 0; n < 200; n += 1) child.stdin!.write(`line ${n}\n`);
    await eventually(
      async () => stderr(),
      (text) => text.includes('They are kept'),
    );
    program = await startProgram({ port, dataDirectory: program.dataDirectory });
    await eventually(
      async () => stderr(),
      (text) => text.includes('answers again'),
      60_000,
    );
    child.stdin!.end('last\n');
    expect(await ended).toBe(0);
    await found('service:shop-killed last', 1);
    const { total } = await program.get<{ total: number }>(
      `/api/v1/logs/histogram?from=${Date.now() - 86_400_000}&query=service:shop-killed`,
    );
    expect(total).toBe(201);
  } finally {
    proxy.close();
  }
});

test('a request of JSON lines that is sent again under its name has the same answer, and is stored once', async () => {
  const before = (await ledger(program, () => true))['log dropped duplicate'] ?? 0;
  const send = async (name: string, body: string) => {
    const answer = await fetch(`${program.url}/ingest/jsonl?service=shop-named&key=${KEY}`, {
      method: 'POST',
      headers: { 'idempotency-key': name },
      body,
    });
    return [answer.status, await answer.json()];
  };
  const first = await send('"nightly-1"', 'one\ntwo\n');
  expect(first).toEqual([200, { accepted: 2 }]);
  expect(await send('"nightly-1"', 'one\ntwo\n')).toEqual(first);
  // A name that was used before for something else loses nothing.
  expect(await send('"nightly-1"', 'three\n')).toEqual([200, { accepted: 1 }]);
  await ledger(program, (lines) => lines['log dropped duplicate'] === before + 2);
  const items = await found('service:shop-named', 3);
  expect(items.map(({ body }) => body)).toEqual(['one', 'two', 'three']);
});

test('a flood while the server is down holds up nobody; what is dropped is said, and adds up', async () => {
  const before = (await ledger(program, () => true))['log stored'] ?? 0;
  await program.stop();
  const count = 100_000;
  const { child, ended, stderr } = shell(
    `${process.execPath} e2e/programs/piped-flood.mjs ${count} | ${PIPE} --service shop-flood --quiet`,
  );
  await eventually(
    async () => stderr(),
    (text) => text.includes('printed all'),
  );
  await eventually(
    async () => stderr(),
    (text) => text.includes('new lines are dropped'),
  );
  program = await startProgram({ port, dataDirectory: program.dataDirectory });
  const said = await eventually(async () => /dropped (\d+) lines/.exec(stderr())?.[1], Boolean, 60_000);
  child.stdin!.end();
  expect(await ended).toBe(0);
  const dropped = Number(said);
  expect(dropped).toBeGreaterThan(0);

  const [report] = await found('service:shop-flood "tandem pipe dropped"', 1);
  expect(report).toMatchObject({ level: 'warn', body: `tandem pipe dropped ${dropped} lines` });
  const sums = await ledger(program, (lines) => lines['log stored']! >= before + count - dropped + 1);
  expect(sums['log stored']! - before).toBe(count - dropped + 1);
});

test('lines of a joined stack trace count as they were sent', async () => {
  const key = (await program.request('POST', '/api/v1/projects/default/keys', { label: 'joined' })).json();
  const { id, publicKey } = (await key) as { id: string; publicKey: string };
  const body = 'one\nError: boom\n    at f (/app/a.js:1:2)\n    at g (/app/a.js:3:4)\ntwo\n';
  const answer = await fetch(`${program.url}/ingest/jsonl?service=shop-joined&key=${publicKey}`, {
    method: 'POST',
    body,
  });
  expect(await answer.json()).toEqual({ accepted: 5 });
  const [, trace] = await found('service:shop-joined', 3);
  expect(trace).toMatchObject({ level: 'error', body: body.split('\n').slice(1, 4).join('\n') });
  expect(await ledger(program, (lines) => lines['log stored'] !== undefined, id)).toEqual({
    'log stored': 5,
  });
});
