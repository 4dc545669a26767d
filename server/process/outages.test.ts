/**
 * Stores that go away, answers that get lost, records that cannot be stored: what was answered 2xx is stored exactly
 * once all the same, and a record becomes a dead letter only for its own fault.
 */
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deleteIssues, finishDeletions } from '#server/issues/issue-deletion.ts';
import type { JournalPosition } from '#server/journal/contract.ts';
import { openJournalReader } from '#server/journal/journal-reader.ts';
import { Unavailable } from '#server/platform/rejection.ts';
import type { AcceptedRecord } from '#server/record/accepted.ts';
import { encodeLogBatch } from '#server/record/log.ts';
import { openFileBlobs } from '#server/store/blobs/file-blobs.ts';
import type { MetadataStore } from '#server/store/metadata/metadata.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { Spool } from './spool.ts';
import { eventId, failure, json, NOW, openTestProcess, type TestProcess, until } from './test-process.ts';

let process: TestProcess;
beforeEach(async () => {
  process = await openTestProcess();
});
afterEach(() => process.discard());

const sendFailure = (n: number, type = 'PaymentError') =>
  process.send([{ payload: failure(type, `u${n}`) }], { eventId: eventId(n) });
const issues = () => process.metadata.store.db.selectFrom('issue').selectAll().orderBy('id').execute();
const letters = () => process.metadata.store.db.selectFrom('dead_letter').selectAll().orderBy('id').execute();
const away = () => new Unavailable('metadata_unreachable', 'the store is away');

/** The metadata store, whose transactions go through the hands of the test. */
function metadataWith(transaction: MetadataStore['transaction']): MetadataStore {
  return { ...process.metadata.store, transaction };
}

describe('metadata that is away', () => {
  it('is waited for, however long; nothing is suspected meanwhile', async () => {
    for (let n = 1; n <= 3; n += 1) await sendFailure(n);
    let tries = 0;
    await process.start({
      metadata: metadataWith(async (projects, work) => {
        tries += 1;
        if (tries <= 12) throw away();
        return process.metadata.store.transaction(projects, work);
      }),
    });
    await until(() => process.telemetry.events().length === 3);
    expect(await letters()).toEqual([]);
    expect(process.telemetry.ledger()).toEqual({ 'event stored': 3 });
  });

  it('and had committed before its answer was lost: the batch counts once', async () => {
    for (let n = 1; n <= 3; n += 1) await sendFailure(n);
    let lost = false;
    const processor = await process.start({
      metadata: metadataWith(async (projects, work) => {
        const result = await process.metadata.store.transaction(projects, work);
        if (!lost) {
          lost = true;
          throw away();
        }
        return result;
      }),
    });
    await until(() => process.telemetry.events().length === 3);
    await sendFailure(1);
    await sendFailure(4);
    processor.advance(process.journal.durableEnd);
    await until(() => process.telemetry.events().length === 4);
    expect((await issues()).map(({ event_count, user_count }) => [event_count, user_count])).toEqual([
      [4, 4],
    ]);
    await until(() => process.telemetry.ledger()['event dropped duplicate'] === 1);
    expect(process.telemetry.ledger()).toEqual({ 'event stored': 4, 'event dropped duplicate': 1 });
  });

  it('and commits a lost try while the next is under way: the batch counts once', async () => {
    await sendFailure(1);
    let first: Promise<unknown> | undefined;
    await process.start({
      metadata: metadataWith(async (projects, work) => {
        if (first) {
          await first;
          return process.metadata.store.transaction(projects, work);
        }
        // The connection broke; the server goes on with what it has, later than we look.
        first = new Promise((resolve) => setTimeout(resolve, 150)).then(() =>
          process.metadata.store.transaction(projects, work),
        );
        throw away();
      }),
    });
    await until(() => process.telemetry.events().length === 1);
    expect((await issues())[0]?.event_count).toBe(1);
    expect(process.telemetry.ledger()).toEqual({ 'event stored': 1 });
  });

  it('while the engine refuses a row: the row is a dead letter once it is back', async () => {
    const { db } = process.metadata.store;
    process.telemetry.failWith = (_, lines) =>
      lines.includes(eventId(2)) ? new Error('cannot parse') : null;
    for (let n = 1; n <= 2; n += 1) await sendFailure(n);
    let refused = 0;
    const blobs = await openFileBlobs(join(process.directory, 'blobs'));
    await process.start({
      blobs: {
        ...blobs,
        put: async (space, bytes) => {
          refused += 1;
          if (refused <= 2) throw away();
          return blobs.put(space, bytes);
        },
      },
    });
    await until(async () => (await letters()).length === 1);
    expect(await letters()).toMatchObject([{ project_id: 1, reason: 'processing_failed' }]);
    expect(process.telemetry.events().map((row) => row.event_id)).toEqual([eventId(1)]);
    await until(async () => (await db.selectFrom('pending_batch').selectAll().execute()).length === 0);
  });

  it('while the engine refuses a block of log records: the block is a dead letter, the other blocks are stored', async () => {
    const { db } = process.metadata.store;
    process.telemetry.failWith = (table, lines) =>
      table === 'logs' && lines.includes('poison') ? new Error('cannot read') : null;
    for (const body of ['fine', 'poison', 'fine again']) {
      const records = Array.from({ length: 2_000 }, () => ({ body }));
      const payload = encodeLogBatch({ groups: [{ records }] });
      await process.send([{ type: 'logs', kind: 'log', meta: { quantity: 2_000, source: 'loki' }, payload }]);
    }
    await process.start();
    await until(async () => (await db.selectFrom('pending_batch').selectAll().execute()).length === 0);
    await until(async () => (await letters()).length === 1);
    expect((await letters())[0]?.message).toMatch('a block of rows of logs');
    const bodies = process.telemetry.rows.filter(({ table }) => table === 'logs').map(({ row }) => row.body);
    expect([bodies.length, new Set(bodies)]).toEqual([4_000, new Set(['fine', 'fine again'])]);
  });
});

describe('tries that failed', () => {
  it('leave no spool file behind, however many there were', async () => {
    await sendFailure(1);
    const [telemetry, spool] = [process.telemetry, join(process.directory, 'spool')];
    let tries = 0;
    let most = 0;
    await process.start({
      metadata: metadataWith(async (projects, work) => {
        tries += 1;
        most = Math.max(most, (await readdir(spool)).length);
        if (tries <= 5) throw away();
        return process.metadata.store.transaction(projects, work);
      }),
    });
    await until(() => telemetry.events().length === 1);
    expect(most).toBe(1);
    await until(async () => (await readdir(spool)).length === 0);
  });

  it('of writing a spool file on a full disk leave nothing of it', async () => {
    await sendFailure(1);
    const directory = join(process.directory, 'spool');
    const spool = await Spool.open(directory);
    const write = spool.write.bind(spool);
    const left: string[][] = [];
    spool.write = async (name, parts) => {
      left.push(await readdir(directory));
      if (left.length > 3) return write(name, parts);
      await writeFile(join(directory, name), 'half of i');
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), {
        code: 'ENOSPC',
        syscall: 'write',
      });
    };
    await process.start({ spool });
    await until(() => process.telemetry.events().length === 1);
    expect(left).toEqual([[], [], [], []]);
  });
});

describe('events of an issue that is being deleted', () => {
  const before = NOW + 60_000;
  const remove = async () => {
    const rows = await issues();
    const project = { id: '1', slug: 'shop', name: 'shop', platform: '', createdAt: '', firstEventAt: null };
    await deleteIssues(
      await stores(),
      rows.map((row) => ({ row, project })),
    );
  };
  let engineIsAway = false;
  const stores = async () => ({
    metadata: process.metadata.store,
    blobs: await openFileBlobs(join(process.directory, 'blobs')),
    clock: { now: () => before },
    telemetry: {
      ...process.telemetry,
      select: async () => [],
      // As the engine does it: all rows of a hash that are there and were received before.
      async deleteEvents(_: number, hashes: readonly string[], receivedBefore: number) {
        if (engineIsAway) throw away();
        process.telemetry.rows = process.telemetry.rows.filter(
          ({ row }) =>
            !hashes.includes(String(row.grouping_hash)) || Number(row.received_at) >= receivedBefore,
        );
      },
    } as unknown as TelemetryStore,
  });

  beforeEach(async () => {
    engineIsAway = true;
    await sendFailure(1);
  });

  it('are held back until its rows are gone, and open a new issue with all of theirs', async () => {
    const processor = await process.start();
    await until(() => process.telemetry.events().length === 1);
    await remove();
    // Answered before the deletion, and processed after it.
    await sendFailure(2);
    await sendFailure(3);
    processor.advance(process.journal.durableEnd);
    await sleep(300);
    expect(process.telemetry.events().map((row) => row.event_id)).toEqual([eventId(1)]);
    expect(await issues()).toEqual([]);

    engineIsAway = false;
    await until(async () => {
      await finishDeletions(await stores());
      return (await issues()).length === 1;
    });
    await until(() => process.telemetry.events().length === 2);
    expect(process.telemetry.events().map((row) => row.event_id)).toEqual([eventId(2), eventId(3)]);
    expect((await issues()).map(({ event_count }) => event_count)).toEqual([2]);
  });

  it('do not wait for ever, and those of other issues not at all', async () => {
    const processor = await process.start({ deletionMsMax: 400 });
    await until(() => process.telemetry.events().length === 1);
    await remove();
    await sendFailure(4, 'StockError');
    processor.advance(process.journal.durableEnd);
    await until(() => process.telemetry.events().length === 2);
    expect(process.telemetry.events().map((row) => row.event_id)).toEqual([eventId(1), eventId(4)]);
    for (const n of [5, 6]) {
      await sendFailure(n);
      processor.advance(process.journal.durableEnd);
      await until(() => process.telemetry.events().some((row) => row.event_id === eventId(n)));
    }
  });
});

describe('a disk that is full for blobs', () => {
  it('is waited for', async () => {
    await process.send([{ payload: failure('PaymentError') }, attachment('log.txt', 'hello')], {
      eventId: eventId(1),
    });
    const blobs = await openFileBlobs(join(process.directory, 'blobs'));
    let tries = 0;
    await process.start({
      blobs: {
        ...blobs,
        put: async (space, bytes) => {
          tries += 1;
          if (tries > 11) return blobs.put(space, bytes);
          throw Object.assign(new Error('ENOSPC: no space left on device, write'), {
            code: 'ENOSPC',
            syscall: 'write',
          });
        },
      },
    });
    await until(() => process.telemetry.events().length === 1);
    expect(await letters()).toEqual([]);
    expect(process.telemetry.ledger()).toEqual({ 'event stored': 1, 'attachment stored': 1 });
  });
});

describe('a request that cannot be committed', () => {
  it('becomes dead letters; the ones around it are stored, and its ledger lines are kept', async () => {
    const discarded = {
      ...{ at: NOW, project: 1, key: 1, kind: 'event', outcome: 'discarded', reason: 'sample_rate' },
      ...{ quantity: 9, bytes: 0 },
    };
    await sendFailure(1);
    await process.send(
      [
        { payload: failure('PaymentError') },
        attachment('evil.bin', 'no store takes this'),
        { type: 'counts', kind: 'unknown', meta: { counts: [discarded] } },
      ],
      { eventId: eventId(2) },
    );
    await sendFailure(3);
    const blobs = await openFileBlobs(join(process.directory, 'blobs'));
    await process.start({
      blobs: {
        ...blobs,
        put: async (space, bytes) => {
          if (space === 'attachments') throw new TypeError('the name of the file has a hole');
          return blobs.put(space, bytes);
        },
      },
    });
    await until(() => process.telemetry.events().length === 2);
    expect(process.telemetry.events().map(({ event_id }) => event_id)).toEqual([eventId(1), eventId(3)]);
    expect((await letters()).map(({ kind, reason }) => [kind, reason])).toEqual([
      ['event', 'processing_failed'],
      ['attachment', 'processing_failed'],
    ]);
    expect(process.telemetry.ledger()).toEqual({
      'event stored': 2,
      'event dead_lettered processing_failed': 1,
      'attachment dead_lettered processing_failed': 1,
      'event discarded sample_rate': 9,
    });
  });

  it('is not the reason when its dead letters cannot be committed either', async () => {
    await sendFailure(1);
    let tries = 0;
    await process.start({
      metadata: metadataWith(async (projects, work) => {
        tries += 1;
        if (tries <= 7) throw new Error('cannot execute INSERT in a read-only transaction');
        return process.metadata.store.transaction(projects, work);
      }),
    });
    await until(() => process.telemetry.events().length === 1);
    expect(await letters()).toEqual([]);
  });

  it('because a newer version wrote a record of it, says so', async () => {
    await process.send([{ type: 'log' as AcceptedRecord['type'], kind: 'log', payload: json({}) }]);
    await process.start();
    await until(async () => (await letters()).length === 1);
    expect((await letters())[0]?.message).toContain('does not know records of type log');
    await until(() => process.telemetry.ledger()['log dead_lettered processing_failed'] === 1);
  });

  it('because it is no request at all, counts as one record of unknown kind', async () => {
    await process.journal.append([Buffer.from('not a frame of ours')]);
    await sendFailure(1);
    await process.start();
    await until(() => process.telemetry.events().length === 1);
    expect(process.telemetry.ledger()).toEqual({
      'event stored': 1,
      'unknown dead_lettered journal_corrupt': 1,
    });
  });
});

describe('a record that ends the thread whenever it is prepared', () => {
  it('is set aside unprepared; the records around it are taken one by one, each announced', async () => {
    for (let n = 1; n <= 3; n += 1) await sendFailure(n);
    const [, second] = await positions();
    const announced: JournalPosition[] = [];
    await process.start({ care: { killer: second!, onTaking: (position) => announced.push(position) } });
    await until(() => process.telemetry.events().length === 2);
    expect(process.telemetry.events().map(({ event_id }) => event_id)).toEqual([eventId(1), eventId(3)]);
    expect(announced).toEqual(await positions());
    expect((await letters()).map(({ message }) => message)).toEqual([
      expect.stringContaining('Processing died each time'),
    ]);
  });
});

describe('a spool file', () => {
  const spool = () => join(process.directory, 'spool');
  const spoolFile = async () => join(spool(), (await readdir(spool()))[0]!);

  beforeEach(async () => {
    process.telemetry.failWith = () => new Unavailable('engine_away', 'the engine is away');
    for (let n = 1; n <= 4; n += 1) await sendFailure(n);
    const crashed = await process.start();
    await until(async () => (await issues())[0]?.event_count === 4);
    await crashed.stop();
    process.telemetry.failWith = null;
  });

  it('that is missing at a start stops nothing', async () => {
    await rm(await spoolFile());
    await sendFailure(5);
    await process.start();
    await until(() => process.telemetry.events().length === 1);
    expect(await letters()).toMatchObject([{ reason: 'rows_damaged', bytes: 0 }]);
    await until(async () => (await pending()).length === 0);
  });

  it('that was cut short gives the rows that are whole, and is kept', async () => {
    const path = await spoolFile();
    const { length } = await readFile(path);
    const lines = (await readFile(path, 'utf8')).split('\n');
    await truncate(path, Buffer.byteLength(lines.slice(0, 3).join('\n')) + 50);
    await sendFailure(5);
    await process.start();
    await until(() => process.telemetry.events().length === 3);
    expect(process.telemetry.events().map(({ event_id }) => event_id)).toEqual([1, 2, 5].map(eventId));
    expect(await letters()).toMatchObject([{ reason: 'rows_damaged' }]);
    expect((await letters())[0]!.bytes).toBeLessThan(length);
  });

  it('with a changed byte gives the rows that can be read', async () => {
    const path = await spoolFile();
    const bytes = await readFile(path);
    // An opening brace: that row is no JSON any more.
    bytes[bytes.indexOf('\n{"project_id"') + 1] = 0x5b;
    await writeFile(path, bytes);
    await process.start();
    await until(() => process.telemetry.events().length === 3);
    expect(await letters()).toMatchObject([{ reason: 'rows_damaged', bytes: bytes.byteLength }]);
  });

  it('is gone soon after its rows are in, though nothing else comes', async () => {
    await process.start();
    await until(() => process.telemetry.events().length === 4);
    await until(async () => (await pending()).length === 0);
    await until(async () => (await readdir(spool())).length === 0);
  });

  const pending = () => process.metadata.store.db.selectFrom('pending_batch').selectAll().execute();
});

async function positions(): Promise<JournalPosition[]> {
  const reader = openJournalReader(join(process.directory, 'journal'));
  const limits = { framesMax: 100, bytesMax: 1_000_000 };
  const { frames } = await reader.read({ segment: 0, offset: 0 }, process.journal.durableEnd, limits);
  await reader.close();
  return frames.map(({ position }) => position);
}

function attachment(name: string, text: string): Partial<AcceptedRecord> {
  return {
    type: 'attachment',
    kind: 'attachment',
    meta: { name, contentType: 'text/plain', attachmentType: 'event.attachment' },
    payload: Buffer.from(text),
  };
}
