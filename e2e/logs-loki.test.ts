/** Stock clients of Loki against the real program: what people find of what their programs logged. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LogHistogram, LogList } from '#contract/logs.ts';
import { PROGRAMS, run } from './support/clients.ts';
import { ledger } from './support/look.ts';
import { eventually, KEY, type Program, startProgram } from './support/program.ts';

let program: Program;
beforeAll(async () => {
  program = await startProgram();
});
afterAll(() => program.discard());

const find = (query: string) =>
  program.get<LogList>(`/api/v1/logs?direction=forward&query=${encodeURIComponent(query)}`);
async function found(query: string, count: number) {
  const { items } = await eventually(
    () => find(query),
    (list) => list.items.length >= count,
  );
  expect(items).toHaveLength(count);
  return items;
}
const runClient = (name: string, ...more: string[]) =>
  run(process.execPath, [join(PROGRAMS, name), program.url, KEY, ...more]);

describe('pino-loki', () => {
  test('lines are found with level, labels and what stands in them', async () => {
    await runClient('pino-loki.mjs');
    const items = await found('service:shop-pino', 3);
    expect(items.map(({ level, userId }) => [level, userId])).toEqual([
      ['info', '42'],
      ['error', ''],
      ['warn', ''],
    ]);
    expect(items[0]).toMatchObject({ source: 'loki', labels: { app: 'shop-pino', level: 'info' } });
    expect(JSON.parse(items[1]!.body).err.message).toBe('card declined');
  });
});

describe.each(['json', 'protobuf'])('winston-loki as %s', (form) => {
  test('lines are found with level, labels and structured metadata', async () => {
    await runClient('winston-loki.mjs', form);
    const service = `shop-winston-${form}`;
    const items = await found(`service:${service}`, 3);
    expect(items.map(({ level }) => level)).toEqual(['info', 'error', 'warn']);
    expect(items[0]!.labels).toMatchObject({ app: service, region: 'eu', level: 'info' });
    await found(`service:${service} region:eu`, 1);
    await found(`service:${service} "card declined"`, 1);
    await found(`service:${service} level:>=warn`, 2);
  });
});

describe('lines of JSON from curl', () => {
  test('are found, and the answer says how many were taken', async () => {
    const lines = '{"level":"error","msg":"job failed","job":"export","took_ms":1250}\na plain line\n';
    const answer = await fetch(`${program.url}/ingest/jsonl?service=cron`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}` },
      body: lines,
    });
    expect([answer.status, await answer.json()]).toEqual([200, { accepted: 2 }]);
    await found('service:cron', 2);
    const [failed] = await found('service:cron took_ms:>1000', 1);
    expect(failed).toMatchObject({
      level: 'error',
      body: 'job failed',
      attributes: { job: 'export', took_ms: 1250 },
    });
  });
});

describe('what cannot be taken', () => {
  const push = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${program.url}/loki/api/v1/push`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
      body,
    });

  test.each<[string, string, Record<string, string>, number, RegExp]>([
    [
      'a number for a time',
      '{"streams":[{"stream":{},"values":[[1,"x"]]}]}',
      {},
      400,
      /string of nanoseconds/,
    ],
    ['no streams', '{"streams":[]}', {}, 422, /at least one stream/i],
    ['no snappy', 'hello', { 'content-type': 'application/x-protobuf' }, 400, /snappy/],
    ['an unknown key', '{"streams":[]}', { authorization: `Bearer ${'0'.repeat(32)}` }, 403, /not known/],
    ['no key', '{"streams":[]}', { authorization: '' }, 403, /No ingest key/],
  ])('%s is refused in plain text', async (_, body, headers, status, sentence) => {
    const answer = await push(body, headers);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await answer.text()).toMatch(sentence);
  });
});

test('the ledger and the histogram agree with what was sent', async () => {
  await ledger(program, (lines) => lines['log stored'] === 3 + 3 + 3 + 2);
  const { total } = await program.get<LogHistogram>('/api/v1/logs/histogram');
  expect(total).toBe(11);
});
