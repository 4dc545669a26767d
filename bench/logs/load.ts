/**
 * A sender of pushes, run as a process of its own: as fast as answers come. Prints one JSON line at the end.
 *
 *   node bench/logs/load.ts URL KEY SECONDS CONNECTIONS PROTOCOL
 */
import { createConnection, type Socket } from 'node:net';
import { LINES_OF_REQUEST, LOG_PROTOCOLS, makeBodies } from './protocols.ts';

const [address, key, secondsText, connectionsText, name] = process.argv.slice(2);
const protocol = LOG_PROTOCOLS.find((one) => one.name === name)!;
const url = new URL(address!);
/** Made before the clock starts, and sent again and again: making them costs more than taking them. */
const requests = makeBodies(protocol, 1, 40).map((body) =>
  Buffer.concat([
    Buffer.from(
      `POST ${protocol.path(key!)} HTTP/1.1\r\nHost: ${url.host}\r\nAuthorization: Bearer ${key}\r\nContent-Type: ${protocol.contentType}\r\nContent-Length: ${body.length}\r\n\r\n`,
    ),
    body,
  ]),
);
const bytes = requests.reduce((sum, one) => sum + one.length, 0) / requests.length;
const latencies: number[] = [];
let accepted = 0;
let refused = 0;
let next = 0;
const started = performance.now();
const endsAt = started + Number(secondsText) * 1000;

function runConnection(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = createConnection({ port: Number(url.port), host: url.hostname });
    let sentAt = 0;
    const send = () => {
      if (performance.now() >= endsAt) {
        socket.end();
        resolve();
        return;
      }
      sentAt = performance.now();
      socket.write(requests[next++ % requests.length]!);
    };
    let received = '';
    socket.setEncoding('latin1');
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('data', (text: string) => {
      received += text;
      // Answers are short: they come in one piece, with their body.
      if (!received.includes('\r\n\r\n')) return;
      latencies.push(performance.now() - sentAt);
      if (received.startsWith(`HTTP/1.1 ${protocol.status}`)) accepted += 1;
      else refused += 1;
      received = '';
      send();
    });
  });
}

await Promise.all(Array.from({ length: Number(connectionsText) }, runConnection));
const seconds = (performance.now() - started) / 1000;
latencies.sort((a, b) => a - b);
const part = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0;
console.log(
  JSON.stringify({
    records: accepted * LINES_OF_REQUEST,
    refused,
    seconds,
    bytesPerPush: bytes,
    answerMs: { p50: part(0.5), p95: part(0.95), p99: part(0.99) },
  }),
);
