import { expect, test } from 'vitest';
import type { TailLine } from '#server/query/logql/tail-logql.ts';
import { TailFrames } from './tail-frames.ts';

const lines = (count: number, text = 'line'): TailLine[] =>
  Array.from({ length: count }, (_, n) => ({
    stream: { app: 'shop' },
    entry: { timestamp: String(n), line: `${text} ${n}`, structuredMetadata: {}, parsed: {} },
  }));

interface Frame {
  streams: { values: unknown[] }[];
  dropped_entries?: { timestamp: string }[];
}

/** A client that reads nothing while it is told so. */
function client() {
  const frames: Frame[] = [];
  const socket = {
    reads: true,
    bufferedAmount: 0,
    send(text: string) {
      frames.push(JSON.parse(text));
      if (!socket.reads) socket.bufferedAmount += text.length;
    },
  };
  return { frames, socket, tail: new TailFrames(socket, false) };
}

test('a frame has a hundred entries at most, and nothing to say is no frame', () => {
  const { frames, tail } = client();
  tail.send([]);
  tail.send(lines(250));
  expect(frames.map(({ streams }) => streams[0]!.values.length)).toEqual([100, 100, 50]);
});

test('who does not read loses entries, holds a bounded number of bytes, and hears of it later', () => {
  const { frames, socket, tail } = client();
  socket.reads = false;
  for (let second = 0; second < 200; second += 1) tail.send(lines(1_000, 'a line of some length'));
  expect(socket.bufferedAmount).toBeLessThan(1.1 * 1024 * 1024);
  const before = frames.length;
  socket.reads = true;
  socket.bufferedAmount = 0;
  tail.send(lines(1));
  expect(frames).toHaveLength(before + 1);
  expect(frames.at(-1)!.dropped_entries).toHaveLength(1_000);
  tail.send(lines(1));
  expect(frames.at(-1)!.dropped_entries).toBeUndefined();
});
