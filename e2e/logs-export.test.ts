/** Logs as files: 100,000 lines in each format, read back with what people read such files with. */
import { createWriteStream, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installPyArrow, PROGRAMS, run } from './support/clients.ts';
import { linesStored, pushLines } from './support/logs.ts';
import { eventually, type Program, residentBytes, startProgram, TOKEN } from './support/program.ts';

const LINES = 100_000;
const PUSH = 10_000;
const FORMULA = '=HYPERLINK("http://evil.example","click")';
const HOSTILE = ['-2+3', '@SUM(A1)', FORMULA, 'two\r\nlines, "quoted"', 'no \u0000 end ✓ \u202e'];
/** What one answer with a page and its file may add: the answer's text, its rows, the encoded page, what waits. */
const MORE_BYTES_MAX = 200_000_000;

let program: Program;
let python: string;
let directory: string;
let start: number;
beforeAll(async () => {
  python = await installPyArrow();
  directory = await mkdtemp(join(tmpdir(), 'tandem-export-'));
  program = await startProgram();
  start = Date.now() - 30 * 60_000;
  for (let at = 0; at < LINES; at += PUSH)
    await pushLines(
      program,
      { service_name: 'shop', host: 'web-1' },
      Array.from({ length: PUSH }, (_, n) => ({
        at: start + Math.floor((at + n) / 100),
        text: `order ${at + n} placed, ${'and paid '.repeat(10)}`,
        fields: { attempt: String(n % 3), level: n % 10 === 0 ? 'error' : 'info' },
      })),
    );
  await pushLines(
    program,
    { service_name: '=shop' },
    HOSTILE.map((text) => ({ at: start - 1000, text })),
  );
  await linesStored(program, LINES + HOSTILE.length);
});
afterAll(async () => {
  await program?.discard();
  if (directory) await rm(directory, { recursive: true, force: true });
});

const address = (format: string, more = '') =>
  `/api/v1/logs/export?format=${format}&from=${start - 60_000}${more}`;

async function download(format: string): Promise<{ path: string; headers: Headers }> {
  const path = join(directory, `logs.${format}`);
  const answer = await program.request('GET', address(format));
  expect(answer.status).toBe(200);
  await pipeline(Readable.fromWeb(answer.body as never), createWriteStream(path));
  return { path, headers: answer.headers };
}

interface Read {
  rows: number;
  distinct: number;
  columns: string[];
  types: Record<string, string>;
  firstTime: string;
  inOrder: boolean;
  numbered: number;
  others: Record<string, string>[];
}

async function readBack(format: string, path: string): Promise<Read> {
  const { code, output } = await run(python, [join(PROGRAMS, 'read-export.py'), format, path]);
  if (code !== 0) throw new Error(output);
  return JSON.parse(output) as Read;
}

describe.each(['csv', 'jsonl', 'parquet'])('%s', (format) => {
  test('has every line once, the oldest first, in bounded memory', async () => {
    const before = residentBytes(program.child.pid!);
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, residentBytes(program.child.pid!));
    }, 50);
    const { path, headers } = await download(format).finally(() => clearInterval(watch));
    expect(headers.get('content-disposition')).toMatch(
      new RegExp(`^attachment; filename="logs-[\\d-]+T[\\d-]+\\.${format}"$`),
    );
    expect(most - before).toBeLessThan(MORE_BYTES_MAX);

    const read = await readBack(format, path);
    expect(read).toMatchObject({
      rows: LINES + HOSTILE.length,
      distinct: LINES + HOSTILE.length,
      inOrder: true,
      numbered: LINES,
    });
    expect(read.columns[0]).toBe('time');
    const bodies = new Set(read.others.map(({ body }) => body));
    if (format === 'csv') {
      expect(bodies).toEqual(new Set([`'-2+3`, `'@SUM(A1)`, `'${FORMULA}`, ...HOSTILE.slice(3)]));
      expect(read.others[0]!.service).toBe(`'=shop`);
      expect(JSON.parse(read.others[0]!.labels!)).toEqual({ service_name: '=shop' });
    } else {
      expect(bodies).toEqual(new Set(HOSTILE));
    }
    const first = BigInt(start - 1000) * 1_000_000n;
    if (format === 'parquet') {
      expect(read.types.time).toBe('timestamp[ns, tz=UTC]');
      expect(read.firstTime).toBe(String(first));
    } else {
      expect(read.firstTime).toBe(new Date(start - 1000).toISOString().replace('Z', '000000Z'));
    }
  });
});

const openExport = () =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    get(`${program.url}${address('jsonl')}`, { headers }, resolve).on('error', reject);
  });

test('a slow reader is waited for, and one who leaves frees the place', async () => {
  const readers = await Promise.all([openExport(), openExport(), openExport(), openExport()]);
  // They have read nothing: the server has made what fits on the way, and waits.
  const fifth = await program.request('GET', address('csv'));
  expect([fifth.status, await fifth.text()]).toEqual([503, expect.stringContaining('exports_full')]);
  for (const reader of readers) reader.destroy();
  await eventually(
    () => program.request('GET', address('csv', '&query=level:fatal')),
    ({ status }) => status === 200,
  );
});

test('an export that cannot go on breaks off, so that nobody takes it for whole', async () => {
  const reader = await openExport();
  const engine = childrenOf(program.child.pid!).find((pid) => commandOf(pid).includes('telemetry/engine'));
  process.kill(engine!, 'SIGKILL');
  await expect(text(reader)).rejects.toThrow('aborted');
  await eventually(
    () => program.request('GET', address('csv', '&query=level:fatal')),
    ({ status }) => status === 200,
  );
});

const childrenOf = (pid: number) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
const commandOf = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'utf8');

test('what cannot be exported is said before a file begins', async () => {
  for (const [path, status, code] of [
    [address('xml'), 400, 'request_invalid'],
    [address('csv', '&query=level:loud'), 400, 'query_invalid'],
    [address('csv', '&project=nobody'), 404, 'not_found'],
  ] as const) {
    const answer = await program.request('GET', path);
    expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(code)]);
  }
  expect((await fetch(`${program.url}${address('csv')}`)).status).toBe(401);
});
