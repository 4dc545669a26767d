/** Senders of error events as processes of their own (bench/load.ts), so that the program's death does not stop them. */
import { spawn } from 'node:child_process';
import { KEY } from './program.ts';

export interface SenderResult {
  sent: number;
  accepted: number;
  refused: number;
  broken: number;
  ratePerSecond: number;
  answerMs: { p50: number; p95: number; p99: number; max: number };
  ids: string[];
}

/** Sends for the time given, or until the server is gone; resolves with what was answered 2xx. */
export function startSender(options: {
  url: string;
  /** Requests per second; 0: as fast as answers come. */
  rate: number;
  seconds: number;
  connections: number;
  /** Different seeds make different event ids. */
  seed: number;
}): Promise<SenderResult> {
  const { url, rate, seconds, connections, seed } = options;
  const child = spawn(
    process.execPath,
    ['bench/load.ts', url, KEY, String(rate), String(seconds), String(connections), String(seed)],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env.PATH, KEEP_IDS: '1' } },
  );
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => {
      if (code === 0) resolve(JSON.parse(output));
      else reject(new Error(`a sender ended with ${code}: ${output.slice(0, 500)}`));
    });
  });
}
