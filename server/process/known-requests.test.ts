import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AcceptedRequest, decodeAccepted } from '#server/record/accepted.ts';
import { encodeLogBatch } from '#server/record/log.ts';
import { openFileBlobs } from '#server/store/blobs/file-blobs.ts';
import { LANES } from './lanes.ts';
import { json, NOW, openTestProcess, type TestProcess, until } from './test-process.ts';

let process: TestProcess;
let { metadata, journal, telemetry } = {} as TestProcess;
beforeEach(async () => {
  process = await openTestProcess();
  ({ metadata, journal, telemetry } = process);
});
afterEach(() => process.discard());

const DAY_MS = 86_400_000;
const identity = (n: number) => n.toString(16).padStart(32, '0');
/** A request of lines, sent under a name. */
const sendLines = (lines: string[], n: number, request: Partial<AcceptedRequest> = {}) =>
  process.send(
    [
      {
        type: 'logs',
        kind: 'log',
        meta: { quantity: lines.length, source: 'jsonl' },
        payload: encodeLogBatch({ groups: [{ records: lines.map((body) => ({ body })) }] }),
      },
    ],
    { identity: identity(n), ...request },
  );
const start = () => process.start({ settings: LANES.bulk });
const bodies = () =>
  telemetry.rows
    .filter(({ table }) => table === 'logs')
    .map(({ row }) => row.body)
    .sort();

describe('a request that is sent again', () => {
  it('is stored once: in one batch, in a later one and after a start', async () => {
    await sendLines(['a', 'b'], 1);
    await sendLines(['a', 'b'], 1);
    const first = await start();
    await until(() => telemetry.ledger()['log dropped duplicate'] === 2);
    await sendLines(['a', 'b'], 1);
    first.advance(journal.durableEnd);
    await until(() => telemetry.ledger()['log dropped duplicate'] === 4);
    await first.stop();
    await sendLines(['a', 'b'], 1);
    await sendLines(['c'], 2);
    await start();
    await until(() => bodies().length === 3);
    expect(bodies()).toEqual(['a', 'b', 'c']);
    expect(telemetry.ledger()).toEqual({ 'log stored': 3, 'log dropped duplicate': 6 });
  });

  it('is another one in another project', async () => {
    await sendLines(['a'], 1);
    await sendLines(['a'], 1, { project: 2 });
    await start();
    await until(() => bodies().length === 2);
    expect(telemetry.ledger()).toEqual({ 'log stored': 2 });
  });

  it('reports once what an SDK discarded, and what was not kept as often as it came', async () => {
    const line = { at: NOW, project: 1, key: 1, kind: 'event', quantity: 5, bytes: 0 } as const;
    const counts = [
      { ...line, outcome: 'discarded', reason: 'sample_rate' },
      { ...line, outcome: 'dropped', reason: 'kind_not_stored' },
    ];
    for (let n = 0; n < 2; n += 1)
      await process.send([{ type: 'counts', kind: 'unknown', meta: { counts } }], { identity: identity(1) });
    await process.start();
    await until(() => telemetry.ledger()['event dropped kind_not_stored'] === 10);
    expect(telemetry.ledger()['event discarded sample_rate']).toBe(5);
  });
});

describe('what is known of requests', () => {
  const known = async () => {
    const rows = await metadata.store.db
      .selectFrom('known_request')
      .select('identity')
      .orderBy('id')
      .execute();
    return rows.map((row) => row.identity);
  };

  it('is forgotten after a day', async () => {
    await sendLines(['a'], 1, { receivedAt: NOW - DAY_MS - 1 });
    await sendLines(['b'], 2, { receivedAt: NOW });
    await start();
    await until(() => bodies().length === 2);
    expect(await known()).toEqual([identity(2)]);
  });

  it('is not taken from a dead letter, which is driven through again', async () => {
    await process.send(
      [{ type: 'logs', kind: 'log', meta: { quantity: 1, source: 'jsonl' }, payload: json('no batch') }],
      {
        identity: identity(1),
      },
    );
    await start();
    await until(() => telemetry.ledger()['log dead_lettered processing_failed'] === 1);
    const { blob } = await metadata.store.db
      .selectFrom('dead_letter')
      .select('blob')
      .executeTakeFirstOrThrow();
    const letter = await (await openFileBlobs(join(process.directory, 'blobs'))).get(blob);
    expect(decodeAccepted(letter!).identity).toBeUndefined();
  });
});
