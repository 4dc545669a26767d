/** A server that takes every request, keeps it byte for byte, and answers what the recording says. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RecordedRequest {
  method: string;
  /** With its query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface CannedAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export interface Recorder {
  origin: string;
  requests: RecordedRequest[];
  close(): Promise<void>;
}

/** Any page may send here, as to the real server. */
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'content-type, x-sentry-auth',
  'access-control-expose-headers': 'x-sentry-error, x-sentry-rate-limits, retry-after',
};

/** `answerTo` may serve a page; a request it answers with null is recorded and answered 200. */
export async function startRecorder(
  answerTo: (path: string, recorded: number) => CannedAnswer | null,
): Promise<Recorder> {
  const requests: RecordedRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = request.url ?? '/';
    const isReport = path.startsWith('/api/') || path.startsWith('/tunnel');
    const canned = answerTo(path, requests.length);
    if (isReport && request.method !== 'OPTIONS')
      requests.push({
        method: request.method ?? '',
        path,
        headers: request.headers,
        body: Buffer.concat(chunks),
      });
    const { status, headers, body } = canned ?? { status: isReport ? 200 : 404, headers: {}, body: '{}' };
    response.writeHead(status, { 'content-type': 'application/json', ...CORS, ...headers }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
