/** What stock clients sent is read back as Grafana reads it from Loki, from the real program, live over a WebSocket too. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { PROGRAMS, run } from './support/clients.ts';
import { linesStored, pushLines } from './support/logs.ts';
import { eventually, KEY, type Program, startProgram, TOKEN } from './support/program.ts';

/** As Grafana sends the password of its data source. */
const BASIC = { authorization: `Basic ${Buffer.from(`grafana:${TOKEN}`).toString('base64')}` };
const SHOP = '{app="shop-pino"}';

let program: Program;
beforeAll(async () => {
  program = await startProgram();
  await run(process.execPath, [join(PROGRAMS, 'pino-loki.mjs'), program.url, KEY]);
  await linesStored(program, 3);
});
afterAll(() => program.discard());

const ask = (path: string, form: Record<string, string> = {}, headers: Record<string, string> = BASIC) =>
  fetch(`${program.url}/loki/api/v1/${path}?${new URLSearchParams(form)}`, { headers });
async function read(path: string, form: Record<string, string> = {}) {
  const answer = await ask(path, form);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return JSON.parse(text);
}

test('the data source is healthy', async () => {
  const { data } = await read('query', { query: 'vector(1)+vector(1)', time: '4000000000', direction: '' });
  expect(data.result[0].value[1]).toBe('2');
  expect((await fetch(`${program.url}/ready`)).status).toBe(200);
});

test('lines are found with what pino said', async () => {
  const { data } = await read('query_range', {
    query: `${SHOP} | json | detected_level="error"`,
    direction: 'backward',
  });
  expect(data.result[0].stream).toMatchObject({ level: 'error', err_message: 'card declined' });
  expect((await read('label/level/values', { query: SHOP })).data).toEqual(['error', 'info', 'warning']);
});

test('patterns find the lines they are of', async () => {
  const { data } = await read('patterns', { query: SHOP });
  expect(data).toHaveLength(3);
  for (const { pattern, level } of data) {
    const found = await read('query_range', { query: `${SHOP} |> ${JSON.stringify(pattern)}` });
    expect(found.data.result.map(({ stream }: { stream: object }) => stream)).toMatchObject([
      { detected_level: level },
    ]);
  }
});

test('a key that may only send may not read, and the other way round', async () => {
  expect((await ask('labels', {}, { authorization: `Bearer ${KEY}` })).status).toBe(401);
  expect((await ask('labels', {}, {})).status).toBe(401);
  expect((await ask('labels', {}, { authorization: `Bearer ${TOKEN}` })).status).toBe(200);
  const push = await fetch(`${program.url}/loki/api/v1/push`, {
    method: 'POST',
    headers: { ...BASIC, 'content-type': 'application/json' },
    body: '{"streams":[]}',
  });
  expect(push.status).toBe(403);
});

describe('a live tail', () => {
  interface Frame {
    streams: { stream: Record<string, string>; values: [string, string][] }[];
    dropped_entries?: unknown[];
  }

  function tail(query: string) {
    const socket = new WebSocket(
      `${program.url.replace('http', 'ws')}/loki/api/v1/tail?${new URLSearchParams({ query })}`,
      { headers: BASIC },
    );
    const frames: Frame[] = [];
    socket.on('message', (bytes) => frames.push(JSON.parse(String(bytes))));
    const opened = new Promise<void>((resolve) => socket.once('open', () => resolve()));
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    const lines = () => frames.flatMap(({ streams }) => streams.flatMap(({ values }) => values));
    return { socket, frames, lines, opened, closed };
  }

  test('shows lines as they come', async () => {
    const live = tail('{app="live"} |= "order"');
    await live.opened;
    await pushLines(program, { app: 'live' }, [
      { at: Date.now(), text: 'order 1' },
      { at: Date.now(), text: 'something else' },
    ]);
    await expect.poll(() => live.lines().map(([, text]) => text)).toEqual(['order 1']);
    live.socket.close();
    await live.closed;
  });

  test('survives ten thousand lines a second, shows the newest and says that it dropped others', async () => {
    const live = tail('{app="flood"}');
    await live.opened;
    const BATCHES = 20;
    for (let batch = 0; batch < BATCHES; batch += 1)
      await pushLines(
        program,
        { app: 'flood' },
        Array.from({ length: 1_000 }, (_, n) => ({ at: Date.now(), text: `line ${batch * 1_000 + n}` })),
      );
    await expect
      .poll(() => live.lines().some(([, text]) => text === `line ${BATCHES * 1_000 - 1}`))
      .toBe(true);
    expect(live.frames.some(({ dropped_entries = [] }) => dropped_entries.length > 0)).toBe(true);
    expect(live.lines().length).toBeLessThan(BATCHES * 1_000);
    live.socket.close();
    await live.closed;
    await eventually(
      () => read('query', { query: 'sum(count_over_time({app="flood"}[1h]))' }),
      ({ data }) => data.result[0]?.value[1] === String(BATCHES * 1_000),
    );
  });

  test('ends when the program stops', async () => {
    const other = await startProgram();
    const socket = new WebSocket(
      `${other.url.replace('http', 'ws')}/loki/api/v1/tail?${new URLSearchParams({ query: '{a="b"}' })}`,
      { headers: BASIC },
    );
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    await new Promise((resolve) => socket.once('open', resolve));
    expect(await other.stop()).toBe(0);
    expect(await closed).toBe(1001);
    await other.discard();
  });
});
