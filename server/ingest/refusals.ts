/**
 * The ledger's lines for what the door refused. A refusal must cost next to nothing, or refusing would be no
 * protection, so they are summed in memory and written to the journal as one `counts` record about once
 * a second. A kill -9 loses the counts of up to that second, never a record that was answered 2xx: those are
 * in the journal themselves.
 */
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import { encodeAccepted } from '#server/record/accepted.ts';
import type { OutcomeCount, RecordKind } from '#server/record/outcome.ts';
import type { RejectionCode } from '#server/record/rejections.ts';

export interface Refusals {
  /** Counts what was refused. Key and project are 0 when no key was recognised. */
  add(refused: {
    project: number;
    key: number;
    kind: RecordKind;
    code: RejectionCode;
    quantity: number;
    bytes: number;
  }): void;
  /** Writes what is still in memory and stops. */
  close(): Promise<void>;
}

/**
 * Different lines summed at once: keys x kinds x codes, and hours while the journal takes nothing. Only known keys
 * have lines of their own, so no stranger can fill it. Beyond it, refusals are counted without key and project.
 */
const LINES_MAX = 5_000;

/** What the ledger counts by: a line that waits longer belongs to the hour of its refusals all the same. */
const HOUR_MS = 3_600_000;

const WRITE_EVERY_MS = 1000;

export function createRefusals(options: {
  append(parts: readonly Uint8Array[]): Promise<void>;
  clock: Clock;
  log: Log;
}): Refusals {
  const { append, clock, log } = options;
  let lines = new Map<string, OutcomeCount>();
  let writing: Promise<void> = Promise.resolve();
  const timer = setInterval(() => void flush(), WRITE_EVERY_MS).unref();

  function sum(into: Map<string, OutcomeCount>, line: OutcomeCount) {
    const hour = Math.floor(line.at / HOUR_MS);
    const key = `${hour} ${line.project} ${line.key} ${line.kind} ${line.reason}`;
    const known = into.get(key);
    if (known) {
      known.quantity += line.quantity;
      known.bytes += line.bytes;
    } else if (into.size < LINES_MAX || line.key === 0) into.set(key, line);
    else sum(into, { ...line, project: 0, key: 0 });
  }

  function flush(): Promise<void> {
    writing = writing.then(write);
    return writing;
  }

  async function write() {
    if (lines.size === 0) return;
    const counts = [...lines.values()];
    lines = new Map();
    try {
      await append(
        encodeAccepted({
          project: 0,
          key: 0,
          receivedAt: clock.now(),
          records: [{ type: 'counts', kind: 'unknown', meta: { counts }, payload: new Uint8Array(0) }],
        }),
      );
    } catch (error) {
      // The journal takes nothing now, as on a full disk: they are kept for the next try, still within the bound.
      log.warn({ err: error, lines: counts.length }, 'refusals could not be written to the journal yet');
      for (const line of counts) sum(lines, line);
    }
  }

  return {
    add({ project, key, kind, code, quantity, bytes }) {
      sum(lines, { at: clock.now(), project, key, kind, outcome: 'rejected', reason: code, quantity, bytes });
    },
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}
