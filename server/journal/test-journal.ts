/** For the tests of this folder: reading as process does, and a disk that fails when told to. */
import { JOURNAL_START, type JournalDamage, type JournalFrame, type JournalPosition } from './contract.ts';
import { type Disk, systemDisk } from './disk.ts';
import { openJournalReader } from './journal-reader.ts';

interface Everything {
  texts: string[];
  frames: JournalFrame[];
  damages: JournalDamage[];
  next: JournalPosition;
}

/** Reads as process does, call after call, until nothing new comes. */
export async function readAll(
  directory: string,
  end: JournalPosition,
  { from = JOURNAL_START, framesMax = 1000, bytesMax = 1_000_000 } = {},
): Promise<Everything> {
  const reader = openJournalReader(directory);
  const frames: JournalFrame[] = [];
  const damages: JournalDamage[] = [];
  let at: JournalPosition = from;
  for (;;) {
    const read = await reader.read(at, end, { framesMax, bytesMax });
    if (read.next === at) break;
    frames.push(...read.frames);
    damages.push(...read.damages);
    at = read.next;
  }
  await reader.close();
  return { texts: frames.map((frame) => Buffer.from(frame.bytes).toString()), frames, damages, next: at };
}

export type DiskCall = 'create' | 'write' | 'sync' | 'truncate' | 'remove' | 'syncDirectory';

export interface FaultyDisk extends Disk {
  /** Error codes by call: each call throws it for as long as it is set. A failing write puts half of its bytes. */
  faults: Partial<Record<DiskCall, string>>;
  free: number;
  beforeSync?: () => Promise<void>;
}

/** `calls` gathers what the journal asked for, in order. */
export function faultyDisk(calls: string[] = []): FaultyDisk {
  const faults: FaultyDisk['faults'] = {};
  const check = (call: DiskCall) => {
    calls.push(call);
    const code = faults[call];
    if (code) throw Object.assign(new Error(`${code}: simulated, ${call}`), { code });
  };
  const disk: FaultyDisk = {
    faults,
    free: Number.MAX_SAFE_INTEGER,
    async create(path) {
      check('create');
      const file = await systemDisk.create(path);
      return {
        async write(buffers, position) {
          if (faults.write) {
            const whole = Buffer.concat(buffers);
            await file.write([whole.subarray(0, whole.byteLength / 2)], position);
          }
          check('write');
          await file.write(buffers, position);
        },
        async sync() {
          await disk.beforeSync?.();
          check('sync');
          await file.sync();
        },
        async truncate(length) {
          check('truncate');
          await file.truncate(length);
        },
        close: () => file.close(),
      };
    },
    async remove(path) {
      check('remove');
      await systemDisk.remove(path);
    },
    async syncDirectory(directory) {
      check('syncDirectory');
      await systemDisk.syncDirectory(directory);
    },
    freeBytes: async () => disk.free,
  };
  return disk;
}
