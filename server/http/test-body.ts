/** For tests: an HTTP server that reads each body as ingest routes do and answers with its length, or the refusal. */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Rejection, Unavailable } from '#server/platform/rejection.ts';
import { reject } from '#server/record/rejections.ts';
import { type Bodies, createBodies } from './body.ts';

export interface BodyServer {
  port: number;
  bodies: Bodies;
  /** What became of each request: `ok` or the code of the refusal. */
  ends: string[];
  /** Called with each body; the request is answered when it resolves. */
  onBody: (body: Buffer) => Promise<void>;
  close(): Promise<void>;
}

export async function openBodyServer(options: {
  bodyBytesMax?: number;
  bytesInFlightMax?: number;
}): Promise<BodyServer> {
  const bodies = createBodies({ bodyBytesMax: 1024 * 1024, reject, ...options });

  async function serve(raw: IncomingMessage, response: ServerResponse) {
    try {
      const answer = await bodies.withBody(raw, {}, async (body) => {
        await opened.onBody(body);
        return `${body.length} ${body.subarray(0, 20).toString('latin1')}`;
      });
      opened.ends.push('ok');
      response.end(answer);
    } catch (error) {
      const known = error instanceof Rejection || error instanceof Unavailable;
      opened.ends.push(known ? error.code : String(error));
      response.statusCode =
        error instanceof Rejection ? error.status : error instanceof Unavailable ? 503 : 500;
      response.end(known ? error.code : String(error));
    }
  }

  const server = createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const opened: BodyServer = {
    port: (server.address() as AddressInfo).port,
    bodies,
    ends: [],
    onBody: async () => {},
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return opened;
}

/** Posts and resolves with `status text`, even when the answer comes before the body is sent. */
export function post(port: number, body: Buffer, headers: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, fail) => {
    const sending = request({ port, host: '127.0.0.1', method: 'POST', headers }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => resolve(`${answer.statusCode} ${text}`));
    });
    sending.on('error', fail);
    sending.end(body);
  });
}
