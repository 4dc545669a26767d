/** For tests: the other side of a webhook on a local port. It keeps what it was sent and answers what it is told to. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  text: string;
  /** Parsed, when it is JSON. */
  body: unknown;
}

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** Answered only after this. */
  until?: Promise<void>;
}

export interface TestReceiver {
  url: string;
  /** `host:port`, for TANDEM_OUTBOUND_ALLOW. */
  host: string;
  received: Received[];
  /** What the next requests are answered, in order; then 200 `ok`. */
  answers: Answer[];
  /** Decides the answer when no other is waiting. */
  answer: (request: Received) => Answer;
  close(): Promise<void>;
}

export async function startTestReceiver(): Promise<TestReceiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', async () => {
      const text = Buffer.concat(parts).toString();
      const one = { path: request.url ?? '', headers: request.headers, text, body: parsed(text) };
      received.push(one);
      const {
        status = 200,
        headers = {},
        body = 'ok',
        until,
      } = receiver.answers.shift() ?? receiver.answer(one);
      await until;
      response.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const receiver: TestReceiver = {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    received,
    answers: [],
    answer: () => ({}),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return receiver;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
