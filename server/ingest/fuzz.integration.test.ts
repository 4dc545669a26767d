/**
 * Ten thousand requests that no SDK sends, against the real listener, protocols and journal. Whatever comes, the
 * server lives, answers in its own words, stays small, and keeps exactly what it said it kept.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { JournalPosition } from '#server/journal/contract.ts';
import { openJournalReader } from '#server/journal/journal-reader.ts';
import { type AcceptedRequest, type CountsMeta, decodeAccepted } from '#server/record/accepted.ts';
import { REJECTIONS } from '#server/record/rejections.ts';
import { goodEnvelope, type Hostile, hostileRequests, onTheWire } from './test-hostile.ts';

const SEED = 20_261_122;
const REQUESTS = 10_000;
/** Connections at once: those that wait for more than comes are answered after a second, in parallel. */
const AT_ONCE = 64;
const SILENCE_MS_MAX = 20_000;
const LARGEST = 100 * 1024 * 1024;
/** Resident bytes of the server at any moment: what it idles at (about 120 MB) and its budget for bodies. */
const RSS_MAX = 600_000_000;

interface Answer {
  status: number;
  body: string;
}

test('ten thousand hostile requests', { timeout: 300_000 }, async () => {
  // Requests that never become whole are the rule here.
  const { server, port, directory } = await startServer(1000);
  const requests = hostileRequests(SEED, REQUESTS);
  const wrong: string[] = [];
  const kept = new Map<string, Hostile>();
  const refused = new Map<string, Hostile>();
  let most = 0;
  let sent = 0;

  async function worker() {
    for (const hostile of requests) {
      const answers = readAnswers(await exchange(port, hostile.bytes));
      if (answers.length === 0) wrong.push(`${hostile.what}: no answer to ${show(hostile.bytes)}`);
      for (const answer of answers)
        if (!isInOurWords(answer, hostile))
          wrong.push(`${hostile.what}: ${show(answer)} to ${show(hostile.bytes)}`);
      const [first] = answers;
      if (answers.length === 1 && first!.status < 300 && first!.body.includes(hostile.eventId))
        kept.set(hostile.eventId, hostile);
      if (answers.every((answer) => answer.status >= 400)) refused.set(hostile.eventId, hostile);
      if (++sent % 500 === 0) {
        most = Math.max(most, (await ask<{ rss: number }>(server, 'memory')).rss);
        const good = readAnswers(await exchange(port, onTheWire({ body: goodEnvelope('f'.repeat(32)) })));
        expect(good.map((answer) => answer.status)).toEqual([200]);
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker));

  expect(server.exitCode ?? server.signalCode).toBeNull();
  expect(wrong.slice(0, 10)).toEqual([]);
  expect(most).toBeLessThan(RSS_MAX);
  expect((await ask<{ inFlight: number }>(server, 'memory')).inFlight).toBe(0);

  const { end } = await ask<{ end: JournalPosition }>(server, 'stop');
  const frames = await readFrames(directory, end);
  const inJournal = new Map<string, number>();
  for (const { eventId } of frames) if (eventId) inJournal.set(eventId, (inJournal.get(eventId) ?? 0) + 1);

  // Everything that was answered 2xx is there, once; nothing that was refused is.
  expect(kept.size).toBeGreaterThan(REQUESTS / 20);
  expect(refused.size).toBeGreaterThan(REQUESTS / 4);
  const lost = [...kept.values()].filter(
    (hostile) => inJournal.get(hostile.eventId) !== 1 && !isEmpty(hostile),
  );
  expect(lost.map((hostile) => `${hostile.what}: ${show(hostile.bytes)}`)).toEqual([]);
  const smuggled = [...refused.values()].filter((hostile) => inJournal.has(hostile.eventId));
  expect(smuggled.map((hostile) => `${hostile.what}: ${show(hostile.bytes)}`)).toEqual([]);
  // And the refusals are in the ledger.
  expect(rejected(frames)).toBeGreaterThan(REQUESTS / 4);
});

test('a body of 100 MB, the largest there may be, is kept while others are served; one byte more is refused', async () => {
  const { server, port, directory } = await startServer(60_000);
  const id = 'a'.repeat(32);
  const head = `{"event_id":"${id}"}\n{"type":"attachment","filename":"big","length":`;
  const attachment = LARGEST - head.length - '104857600}\n'.length;
  const body = Buffer.concat([
    Buffer.from(`${head}${attachment}}\n`.padEnd(LARGEST - attachment)),
    Buffer.alloc(attachment),
  ]);
  const large = exchange(port, onTheWire({ body }));
  const small: number[] = [];
  for (let n = 0; n < 20; n++)
    small.push(
      readAnswers(await exchange(port, onTheWire({ body: goodEnvelope(`${n}`.padStart(32, '0')) })))[0]!
        .status,
    );
  expect(small).toEqual(Array(20).fill(200));
  expect(readAnswers(await large)).toEqual([{ status: 200, body: `{"id":"${id}"}` }]);

  const [refusal] = readAnswers(
    await exchange(port, onTheWire({ body: Buffer.concat([body, Buffer.from('\n')]) })),
  );
  expect([refusal!.status, refusal!.body]).toEqual([
    413,
    expect.stringContaining(REJECTIONS.body_too_large[1]),
  ]);

  const { rss, inFlight } = await ask<{ rss: number; inFlight: number }>(server, 'memory');
  expect(inFlight).toBe(0);
  expect(rss).toBeLessThan(RSS_MAX);
  const { end } = await ask<{ end: JournalPosition }>(server, 'stop');
  const frames = await readFrames(directory, end);
  expect(
    frames.filter((frame) => frame.eventId === id).map((frame) => frame.records[0]!.payload.length),
  ).toEqual([attachment]);
});

async function startServer(
  requestMs: number,
): Promise<{ server: ChildProcess; port: number; directory: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'tandem-fuzz-'));
  const server = fork(join(import.meta.dirname, 'test-fuzz-server.ts'), [directory, String(requestMs)]);
  onTestFinished(async () => {
    server.kill('SIGKILL');
    await rm(directory, { recursive: true });
  });
  const { port } = await ask<{ port: number }>(server);
  return { server, port, directory };
}

/** An envelope of a header alone, or with reports that report nothing: there is nothing to keep. */
function isEmpty(hostile: Hostile): boolean {
  return !/"type":"(?!client_report")/.test(hostile.bytes.toString('latin1'));
}

/** Sends the bytes and resolves with all that came back when the server has closed the connection. */
function exchange(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.setTimeout(SILENCE_MS_MAX, () => socket.destroy());
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
    socket.write(bytes);
  });
}

/** The answers of one connection; interim ones (100 Continue) are none. */
function readAnswers(text: string): Answer[] {
  const answers: Answer[] = [];
  let rest = text;
  while (rest !== '') {
    const head = /^HTTP\/1\.1 (\d{3})[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n/.exec(rest);
    if (!head) return [...answers, { status: 0, body: rest }];
    const status = Number(head[1]);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head[0])?.[1] ?? 0);
    const body = rest.slice(head[0].length, head[0].length + length);
    rest = rest.slice(head[0].length + body.length);
    if (status >= 200) answers.push({ status, body });
  }
  return answers;
}

const STATUSES = new Map<string, number>(
  Object.entries(REJECTIONS).map(([code, [status]]) => [code, status]),
);

/** 2xx, or 4xx with a code of the table and its status. HEAD has no body to say it in. */
function isInOurWords({ status, body }: Answer, to: Hostile): boolean {
  if (status >= 200 && status < 300) return true;
  if (to.bytes.toString('latin1', 0, 5) === 'HEAD ') return status >= 400 && status < 500 && body === '';
  try {
    const { error } = JSON.parse(body) as { error: { code: string } };
    return STATUSES.get(error.code) === status;
  } catch {
    return false;
  }
}

function ask<T>(server: ChildProcess, question?: string): Promise<T> {
  const answer = once(server, 'message').then(([message]) => message as T);
  if (question) server.send(question);
  return answer;
}

async function readFrames(directory: string, end: JournalPosition): Promise<AcceptedRequest[]> {
  const reader = openJournalReader(directory);
  const frames: AcceptedRequest[] = [];
  let from: JournalPosition = { segment: 0, offset: 0 };
  for (;;) {
    const read = await reader.read(from, end, { framesMax: 1000, bytesMax: 10_000_000 });
    expect(read.damages).toEqual([]);
    if (read.frames.length === 0) break;
    for (const frame of read.frames) frames.push(decodeAccepted(frame.bytes));
    from = read.next;
  }
  await reader.close();
  return frames;
}

function rejected(frames: AcceptedRequest[]): number {
  const counts = frames
    .filter((frame) => frame.project === 0)
    .flatMap((frame) => frame.records.flatMap((record) => (record.meta as unknown as CountsMeta).counts));
  return counts.reduce((sum, line) => sum + line.quantity, 0);
}

function show(what: unknown): string {
  const text = Buffer.isBuffer(what) ? what.toString('latin1') : JSON.stringify(what);
  return JSON.stringify(text.slice(0, 400));
}
