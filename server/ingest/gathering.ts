/**
 * Records of sockets on their way to the journal: gathered for a moment, then taken through admission as one request.
 * Senders on sockets hear no answer, so what waits here is tried again until it is durable; lines of a stack trace that wait together are joined. There is a bound: who can
 * wait (a stream) stops reading at it, who cannot (datagrams) loses what comes beyond it, and the ledger says so.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '#server/platform/log.ts';
import { Unavailable } from '#server/platform/rejection.ts';
import { encodeLogBatch, type LogGroup } from '#server/record/log.ts';
import { joinStackTraces } from '#server/record/stack-trace/join-records.ts';
import type { Acceptance } from './acceptance.ts';
import type { KnownKey } from './keys.ts';
import type { Decoded } from './protocol.ts';
import type { Heard, SentRecord } from './socket-protocol.ts';

/** How long a record waits for others to share its request: short against the 2 s in which it is to be found. */
const GATHER_MS = 100;
/** A request ends at either: as large as agents make theirs, and far below what the journal takes as one frame. */
const BATCH_RECORDS_MAX = 5_000;
const BATCH_BYTES_MAX = 4 * 1024 * 1024;
/** What may wait, in memory: some seconds of the fastest sender. */
const WAITING_BYTES_MAX = 32 * 1024 * 1024;
/** What a record takes in memory beside its bytes. */
const RECORD_OVERHEAD_BYTES = 500;
/** Between two tries while the journal, the metadata or the pressure says no. */
const RETRY_MS = 500;

export interface Gathering {
  /** At its bound: who can wait should. */
  readonly isFull: boolean;
  /** Takes records, or counts them as lost when it is full and `maySkip`. */
  add(heard: Heard): void;
  /** Resolves when it is not full any more. */
  room(): Promise<void>;
  /** Writes what waits, tries once more what failed, and counts the rest as lost. */
  close(): Promise<void>;
}

interface Options {
  /** The protocol, as the records' source. */
  source: string;
  /** True for senders that cannot wait. */
  maySkip: boolean;
  /** Whose key the records come by; null when there is none. Throws Unavailable. */
  findKey(): Promise<KnownKey | null>;
  acceptance: Acceptance;
  clock: { now(): number };
  log: Log;
}

export function createGathering({ source, maySkip, findKey, acceptance, clock, log }: Options): Gathering {
  let waiting: SentRecord[] = [];
  const unreadable: Heard['unreadable'] = [];
  /** Of everything not durable yet, what is being written included. */
  let heldBytes = 0;
  let writing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const closing = new AbortController();
  const waiters: (() => void)[] = [];

  const isFull = () => heldBytes >= WAITING_BYTES_MAX;

  function add(heard: Heard) {
    const lost: SentRecord[] = [];
    for (const record of heard.records) {
      if (maySkip && isFull()) lost.push(record);
      else {
        waiting.push(record);
        heldBytes += weightOf(record);
      }
    }
    if (lost.length > 0) void countLost(lost);
    unreadable.push(...heard.unreadable);
    if (waiting.length >= BATCH_RECORDS_MAX || heldBytes >= BATCH_BYTES_MAX) write();
    else if (waiting.length + unreadable.length > 0) timer ??= setTimeout(write, GATHER_MS);
  }

  function write() {
    clearTimeout(timer);
    timer = undefined;
    writing ??= writeAll()
      .catch((error) => log.error({ err: error, source }, 'records of a socket could not be written'))
      .finally(() => {
        writing = undefined;
        // What came in the moment between the last look and now.
        if (waiting.length > 0) timer ??= setTimeout(write, GATHER_MS);
      });
  }

  async function writeAll() {
    while (waiting.length + unreadable.length > 0) {
      const batch = nextBatch();
      const counts = unreadable.splice(0);
      try {
        await writeBatch(batch, counts);
      } finally {
        heldBytes -= batch.reduce((sum, record) => sum + weightOf(record), 0);
        if (!isFull()) for (const resume of waiters.splice(0)) resume();
      }
    }
  }

  function nextBatch(): SentRecord[] {
    let count = 0;
    for (let bytes = 0; count < Math.min(waiting.length, BATCH_RECORDS_MAX); count++) {
      bytes += waiting[count]!.bytes;
      if (count > 0 && bytes > BATCH_BYTES_MAX) break;
    }
    const batch = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return batch;
  }

  /** Tries until it is durable or counted; once closing, one try is left. */
  async function writeBatch(batch: SentRecord[], counts: Heard['unreadable']) {
    const receivedAt = clock.now();
    let key: KnownKey | null = null;
    let admitted: ReturnType<Acceptance['admit']> | undefined;
    for (;;) {
      const isLast = closing.signal.aborted;
      try {
        key ??= await findKey();
        if (!key) return acceptance.refuse(heldIn(batch, counts), 'project_unknown', null);
        if (maySkip || isLast || acceptance.takes('log')) {
          admitted ??= acceptance.admit(key, decodedOf(source, batch, counts), { receivedAt });
          return await acceptance.append(admitted);
        }
      } catch (error) {
        if (isLast || !(error instanceof Unavailable)) {
          if (admitted && key) acceptance.abandon(admitted, 'overloaded', key, clock.now());
          else acceptance.refuse(heldIn(batch, counts), 'overloaded', key);
          if (!(error instanceof Unavailable)) throw error;
          return;
        }
      }
      await sleep(RETRY_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  async function countLost(lost: SentRecord[]) {
    const key = await findKey().catch(() => null);
    acceptance.refuse(heldIn(lost, []), 'overloaded', key);
  }

  return {
    get isFull() {
      return isFull();
    },
    add,
    room: () => (isFull() ? new Promise((resolve) => waiters.push(resolve)) : Promise.resolve()),
    async close() {
      closing.abort();
      write();
      while (writing) await writing;
      clearTimeout(timer);
    },
  };
}

const weightOf = ({ bytes }: SentRecord) => bytes + RECORD_OVERHEAD_BYTES;

function heldIn(batch: readonly SentRecord[], unreadable: Heard['unreadable']) {
  const quantity = batch.length + unreadable.reduce((sum, one) => sum + one.quantity, 0);
  const bytes = [...batch, ...unreadable].reduce((sum, one) => sum + one.bytes, 0);
  return quantity === 0 ? [] : [{ kind: 'log' as const, quantity, bytes }];
}

/** One record of the journal: neighbours that come from the same place share a group, and the order stays. */
function decodedOf(source: string, batch: readonly SentRecord[], unreadable: Heard['unreadable']): Decoded {
  const groups: LogGroup[] = [];
  let last = '';
  for (const { record, resource, scope } of batch) {
    const origin = JSON.stringify([resource, scope]);
    if (origin !== last || groups.length === 0)
      groups.push({ ...(resource && { resource }), ...(scope && { scope }), records: [] });
    groups.at(-1)!.records.push(record);
    last = origin;
  }
  const records: Decoded['request']['records'] =
    batch.length === 0
      ? []
      : [
          {
            type: 'logs',
            kind: 'log',
            meta: { quantity: batch.length, source },
            payload: encodeLogBatch({ groups: groups.map((group) => joinStackTraces(group)) }),
          },
        ];
  const counts = unreadable.map(({ code, quantity, bytes }) => ({
    kind: 'log' as const,
    outcome: 'rejected' as const,
    reason: code,
    quantity,
    bytes,
  }));
  return { request: { records }, counts };
}
