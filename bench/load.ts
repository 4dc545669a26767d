/**
 * A sender of error envelopes, run as a process of its own: opens connections, sends at a steady rate (or as fast as
 * answers come), measures each answer, prints one JSON line at the end. Times run from when a request was due, so
 * that a server that stalls cannot hide behind a sender that waits (coordinated omission).
 *
 *   node bench/load.ts URL KEY RATE SECONDS CONNECTIONS [SEED]     RATE 0: as fast as answers come
 */
import { createConnection, type Socket } from 'node:net';
import { makeEnvelope } from './envelopes.ts';

export interface LoadResult {
  sent: number;
  accepted: number;
  refused: number;
  /** Connections that broke and requests without an answer. */
  broken: number;
  seconds: number;
  ratePerSecond: number;
  answerMs: { p50: number; p95: number; p99: number; max: number };
  /** Event ids that were answered 2xx, when asked for by KEEP_IDS=1. */
  ids?: string[];
}

const [address, key, rateText, secondsText, connectionsText, seedText = '1'] = process.argv.slice(2);
const url = new URL(address!);
const rate = Number(rateText);
const seconds = Number(secondsText);
const connections = Number(connectionsText);
const keepIds = process.env.KEEP_IDS === '1';

const latencies: number[] = [];
const ids: string[] = [];
const counts = { sent: 0, accepted: 0, refused: 0, broken: 0 };
const started = performance.now();
const endsAt = started + seconds * 1000;
let due = 0;
const seed = Number(seedText);

/** When request number `n` is due; now when the rate is open. */
const dueAt = (n: number) => (rate === 0 ? performance.now() : started + (n * 1000) / rate);

function request(n: number): { bytes: Buffer; id: string } {
  const { id, body } = makeEnvelope(seed * 10_000_000 + n);
  const head = `POST /api/1/envelope/?sentry_key=${key}&sentry_version=7 HTTP/1.1\r\nHost: ${url.host}\r\nContent-Length: ${body.length}\r\n\r\n`;
  return { bytes: Buffer.concat([Buffer.from(head), body]), id };
}

function runConnection(): Promise<void> {
  return new Promise((resolve) => {
    const socket: Socket = createConnection({ port: Number(url.port), host: url.hostname });
    socket.setNoDelay(true);
    let pending: { id: string; at: number } | null = null;
    let received = '';
    let finished = false;

    const finish = () => {
      if (finished) return;
      finished = true;
      if (pending) counts.broken += 1;
      socket.destroy();
      resolve();
    };
    const next = () => {
      const n = due;
      const at = dueAt(n);
      if (at >= endsAt || performance.now() >= endsAt) return finish();
      due += 1;
      const wait = at - performance.now();
      if (wait > 1) setTimeout(() => send(n, at), wait);
      else send(n, at);
    };
    const send = (n: number, at: number) => {
      if (finished) return;
      const { bytes, id } = request(n);
      counts.sent += 1;
      pending = { id, at: Math.max(at, started) };
      socket.write(bytes);
    };
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      const headEnd = received.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(received)?.[1] ?? 0);
      if (received.length < headEnd + 4 + length || !pending) return;
      latencies.push(performance.now() - pending.at);
      if (/^HTTP\/1\.1 2/.test(received)) {
        counts.accepted += 1;
        if (keepIds) ids.push(pending.id);
      } else counts.refused += 1;
      pending = null;
      received = '';
      next();
    });
    socket.on('connect', next);
    socket.on('error', finish);
    socket.on('close', finish);
  });
}

await Promise.all(Array.from({ length: connections }, runConnection));
const took = (performance.now() - started) / 1000;
latencies.sort((a, b) => a - b);
const at = (part: number) =>
  Number((latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))] ?? 0).toFixed(2));
const result: LoadResult = {
  ...counts,
  seconds: Number(took.toFixed(3)),
  ratePerSecond: Math.round(counts.accepted / took),
  answerMs: { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) },
  ...(keepIds ? { ids } : {}),
};
console.log(JSON.stringify(result));
