/**
 * One answer of server-sent events: opened, kept alive through proxies, ended after a while. What is written and what
 * happens to a reader who does not keep up is the caller's.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';

export interface EventStream {
  /** Whole events, blank line included. Never waits. */
  write(text: string): void;
  /** Bytes the reader has not taken yet. */
  readonly unsentBytes: number;
  /** In order; the browser comes back by itself. */
  end(): void;
  /** At once, with what is unsent. */
  cut(): void;
  onClose(listener: () => void): void;
}

/** Milliseconds between comments that keep proxies (commonly 60 s) from closing the stream. */
const HEARTBEAT_MS = 20_000;

/** Milliseconds a stream lives: whoever has lost the right to look is asked again when their browser returns. */
const STREAM_MS_MAX = 15 * 60_000;

/** Milliseconds after which a browser returns. */
const RETRY_MS = 2000;

/** Takes the reply over. What refuses must come before: from here on the status is 200. */
export function openEventStream(request: FastifyRequest, reply: FastifyReply): EventStream {
  reply.hijack();
  const response = reply.raw;
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) response.setHeader(name, value);
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // nginx holds answers back until they are whole unless it is told not to.
    'x-accel-buffering': 'no',
  });
  response.write(`retry: ${RETRY_MS}\n\n`);

  const heartbeat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MS).unref();
  const end = setTimeout(() => response.end(), STREAM_MS_MAX).unref();
  // A page that goes closes its side first: nobody reads on, and the next heartbeat need not find that out.
  request.raw.socket.once('end', () => response.end());
  response.on('error', () => {});
  response.on('close', () => {
    clearInterval(heartbeat);
    clearTimeout(end);
  });
  return {
    write: (text) => void response.write(text),
    get unsentBytes() {
      return response.writableLength;
    },
    end: () => void response.end(),
    cut: () => void response.destroy(),
    onClose: (listener) => void response.on('close', listener),
  };
}
