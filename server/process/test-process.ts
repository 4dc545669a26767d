/**
 * For tests: a processor between a real journal, real metadata and files, and an engine that does what the test says.
 * Two projects, 1 and 2, exist.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JournalReader, JournalWriter } from '#server/journal/contract.ts';
import { openJournal } from '#server/journal/journal.ts';
import { openJournalReader } from '#server/journal/journal-reader.ts';
import { createLog } from '#server/platform/log.ts';
import { type AcceptedRecord, type AcceptedRequest, encodeAccepted } from '#server/record/accepted.ts';
import { openFileBlobs } from '#server/store/blobs/file-blobs.ts';
import { openTestMetadata, type TestMetadata } from '#server/store/metadata/test-metadata.ts';
import type { EventRow, OutcomeRow } from '#server/store/telemetry/rows.ts';
import type {
  RecentError,
  RowFormat,
  RowsFile,
  TelemetryStore,
  TelemetryTable,
} from '#server/store/telemetry/telemetry.ts';
import { readNative } from '#server/store/telemetry/test-native.ts';
import type { BatchStored } from './batch-stored.ts';
import { LANES } from './lanes.ts';
import { Processor, type ProcessorDeps } from './processor.ts';
import { Spool } from './spool.ts';

/** The clock of the tests stands still. */
export const NOW = Date.UTC(2026, 10, 22, 12);

/**
 * The engine as far as these tests go: remembers rows, takes a token once, fails when told to. The real engine
 * runs the same promises in its own contract suite.
 */
export class RecordingTelemetry {
  rows: { table: TelemetryTable; row: Record<string, unknown> }[] = [];
  tokens: string[] = [];
  failWith: ((table: TelemetryTable, lines: string) => Error | null) | null = null;

  async insert(
    table: TelemetryTable,
    rows: Uint8Array | RowsFile,
    token: string,
    format?: RowFormat,
  ): Promise<void> {
    const bytes = rows instanceof Uint8Array ? Buffer.from(rows) : await readFile(rows.path);
    const read = format === 'Native' ? readNative(bytes) : undefined;
    const text = read ? JSON.stringify(read) : bytes.toString();
    const error = this.failWith?.(table, text);
    if (error) throw error;
    if (this.tokens.includes(token)) return;
    this.tokens.push(token);
    for (const row of read ??
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)))
      this.rows.push({ table, row });
  }

  async recentEventIds() {
    const counted = this.rows.filter(({ table }) => table === 'events' || table === 'sampled_events');
    return counted.map(({ row }) => row as unknown as { project_id: number; event_id: string });
  }

  async recentErrors(since: number): Promise<RecentError[]> {
    const errors = this.events().filter(({ type, received_at }) => type === 'error' && received_at >= since);
    return errors.toReversed().map((row) => ({
      ...row,
      at: row.timestamp,
      frames: JSON.parse(row.payload).exception.values.at(-1).stacktrace?.frames ?? [],
    }));
  }

  async select() {
    return this.events();
  }

  events(): EventRow[] {
    return this.rows.filter(({ table }) => table === 'events').map(({ row }) => row as unknown as EventRow);
  }

  /** The ledger: quantity per `kind outcome reason`, sums of nothing left out. */
  ledger(): Record<string, number> {
    const sums: Record<string, number> = {};
    for (const { table, row } of this.rows) {
      if (table !== 'outcomes') continue;
      const { kind, outcome, reason, quantity } = row as unknown as OutcomeRow;
      const line = [kind, outcome, reason].filter(Boolean).join(' ');
      sums[line] = (sums[line] ?? 0) + quantity;
    }
    return Object.fromEntries(Object.entries(sums).filter(([, quantity]) => quantity !== 0));
  }
}

export interface TestProcess {
  directory: string;
  metadata: TestMetadata;
  journal: JournalWriter;
  telemetry: RecordingTelemetry;
  /** What listeners were told. */
  stored: BatchStored[];
  /** Starts a processor that knows all of the journal. It is stopped at the end if the test has not done so. */
  start(deps?: Partial<ProcessorDeps>): Promise<Processor>;
  /** Appends a request to the journal; resolves when it is durable. */
  send(records: Partial<AcceptedRecord>[], request?: Partial<AcceptedRequest>): Promise<void>;
  discard(): Promise<void>;
}

/**
 * With metadata in SQLite, or in the Postgres at the address. `beside`: a second program on the stores of that one,
 * with a journal and a disk of its own.
 */
export async function openTestProcess(postgresUrl = '', beside?: TestProcess): Promise<TestProcess> {
  const directory = await mkdtemp(join(tmpdir(), 'tandem-process-'));
  const metadata = await openTestMetadata(postgresUrl);
  if (!beside) await insertProjects(metadata);
  const journal = await openJournal(join(directory, 'journal'));
  const telemetry = beside?.telemetry ?? new RecordingTelemetry();
  const stored: BatchStored[] = [];
  const running: Processor[] = [];
  const readers: JournalReader[] = [];

  return {
    directory,
    metadata,
    journal,
    telemetry,
    stored,
    async start(deps = {}) {
      const reader = openJournalReader(join(directory, 'journal'));
      readers.push(reader);
      const processor = new Processor({
        journal: beside ? 'j2' : 'j1',
        reader,
        metadata: metadata.store,
        telemetry: telemetry as unknown as TelemetryStore,
        blobs: await openFileBlobs(join(directory, 'blobs')),
        settings: LANES.records,
        spool: await Spool.open(join(directory, 'spool')),
        clock: { now: () => NOW },
        log: createLog('silent'),
        retryMs: 50,
        onStored: (batch) => stored.push(batch),
        onCheckpoint: () => {},
        ...deps,
      });
      running.push(processor);
      await processor.start();
      processor.advance(journal.durableEnd);
      return processor;
    },
    send: (records, request = {}) =>
      journal.append(
        encodeAccepted({
          project: 1,
          key: 1,
          receivedAt: NOW,
          ...request,
          records: records.map((record) => ({
            type: 'event',
            kind: 'event',
            meta: {},
            payload: new Uint8Array(),
            ...record,
          })) as AcceptedRecord[],
        }),
      ),
    async discard() {
      for (const processor of running) await processor.stop();
      for (const reader of readers) await reader.close();
      await journal.close();
      await metadata.discard();
      await rm(directory, { recursive: true });
    },
  };
}

async function insertProjects({ store: { db } }: TestMetadata): Promise<void> {
  await db.insertInto('organization').values({ slug: 'default', name: 'Default', created_at: NOW }).execute();
  const { id } = await db.selectFrom('organization').select('id').executeTakeFirstOrThrow();
  for (const [at, slug] of ['shop', 'api'].entries())
    await db
      .insertInto('project')
      .values({
        ...{ id: at + 1, organization_id: id, slug, name: slug },
        ...{ platform: '', created_at: NOW, first_event_at: null },
      })
      .execute();
}

/** 32 hex digits. */
export const eventId = (n: number) => n.toString(16).padStart(32, '0');

export const json = (value: unknown) => Buffer.from(JSON.stringify(value));

/** The payload of an event. */
export const failure = (type: string, user?: string) =>
  json({ exception: { values: [{ type, value: 'x' }] }, user: user ? { id: user } : undefined });

export async function until(what: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await what()) return;
    await sleep(25);
  }
  throw new Error('waited 15 s in vain');
}
