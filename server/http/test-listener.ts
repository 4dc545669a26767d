/** For tests: a listener on an ephemeral port with nothing behind it but what the test adds, and a bare socket. */
import { connect } from 'node:net';
import { createLog } from '#server/platform/log.ts';
import { createMetrics } from '#server/platform/metrics.ts';
import { reject } from '#server/record/rejections.ts';
import { createListener, type Listener, type ListenerOptions } from './listener.ts';

export interface TestListener extends Listener {
  address: string;
  port: number;
}

export async function openTestListener(options: Partial<ListenerOptions> = {}): Promise<TestListener> {
  const metrics = createMetrics();
  const listener = await createListener({
    log: createLog('silent'),
    metrics,
    reject,
    version: '1.2.3',
    publicUrl: '',
    trustedProxies: 0,
    ingest: [],
    viewers: [],
    nouns: [],
    health: { notReady: () => [] },
    webDirectory: '/nowhere',
    ...options,
  });
  const address = await listener.listen('127.0.0.1', 0);
  return {
    ...listener,
    address,
    port: Number(new URL(address).port),
    async close() {
      await listener.close();
      metrics.close();
    },
  };
}

/** Sends bytes as they are, in pieces, and resolves with all that came back when the connection has ended. */
export function sendRaw(
  port: number,
  pieces: (string | Buffer)[],
  options: { end?: boolean } = {},
): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
    for (const piece of pieces) socket.write(piece);
    if (options.end) socket.end();
  });
}
