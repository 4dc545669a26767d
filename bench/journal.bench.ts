/**
 * What the journal does on this disk: appends of 4 KiB from 1, 16 and 256 callers, each waiting for its answer; the
 * disk's own limit in the same run (write and fdatasync alone, of the same bytes); and reading back. One JSON line
 * per figure. `node bench/journal.bench.ts [directory]`: the directory decides which disk is measured.
 */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JOURNAL_START, type JournalPosition } from '#server/journal/contract.ts';
import { openJournal } from '#server/journal/journal.ts';
import { openJournalReader } from '#server/journal/journal-reader.ts';

const FRAME_BYTES = 4_096;
const SEGMENT_BYTES = 67_108_864;
const SECONDS_PER_FIGURE = 3;
const CALLERS = [1, 16, 256];

const frame = Buffer.alloc(FRAME_BYTES, 'tandem ');
const directory = await mkdtemp(join(process.argv[2] ?? tmpdir(), 'tandem-bench-'));
try {
  for (const callers of CALLERS) {
    report('disk alone: write and fdatasync', { callers, ...(await measureDisk(callers)) });
    report('journal: append', { callers, ...(await measureAppends(callers)) });
  }
  report('journal: read', await measureReading());
} finally {
  await rm(directory, { recursive: true });
}

function report(name: string, figures: Record<string, number>): void {
  console.log(JSON.stringify({ name, ...figures }));
}

/**
 * As many bytes in one write and one fdatasync as there are callers: what a perfect group commit would do. A new
 * file every 64 MiB as the journal has it; one endless file is slower on some disks.
 */
async function measureDisk(callers: number) {
  const bytes = Buffer.concat(Array.from({ length: callers }, () => frame));
  const latenciesMs: number[] = [];
  let files = 0;
  let file = await open(join(directory, `alone-${files}`), 'w');
  let position = 0;
  const start = performance.now();
  while (performance.now() - start < SECONDS_PER_FIGURE * 1000) {
    const before = performance.now();
    await file.write(bytes, 0, bytes.byteLength, position);
    await file.datasync();
    latenciesMs.push(performance.now() - before);
    position += bytes.byteLength;
    if (position < SEGMENT_BYTES) continue;
    await file.close();
    files += 1;
    file = await open(join(directory, `alone-${files}`), 'w');
    position = 0;
  }
  const seconds = (performance.now() - start) / 1000;
  await file.close();
  return {
    frames_per_second: Math.round((latenciesMs.length * callers) / seconds),
    ...percentiles(latenciesMs),
  };
}

async function measureAppends(callers: number) {
  const journal = await openJournal(join(directory, 'journal'));
  const latenciesMs: number[] = [];
  const start = performance.now();
  const caller = async () => {
    while (performance.now() - start < SECONDS_PER_FIGURE * 1000) {
      const before = performance.now();
      await journal.append([frame]);
      latenciesMs.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const seconds = (performance.now() - start) / 1000;
  await journal.close();
  return { frames_per_second: Math.round(latenciesMs.length / seconds), ...percentiles(latenciesMs) };
}

/** Everything the appends left, from the page cache, with its checksums. */
async function measureReading() {
  const journal = await openJournal(join(directory, 'journal'));
  const reader = openJournalReader(join(directory, 'journal'));
  let at: JournalPosition = JOURNAL_START;
  let frames = 0;
  const start = performance.now();
  for (;;) {
    const read = await reader.read(at, journal.durableEnd, { framesMax: 10_000, bytesMax: 8_388_608 });
    if (read.next === at) break;
    frames += read.frames.length;
    at = read.next;
  }
  const seconds = (performance.now() - start) / 1000;
  await reader.close();
  await journal.close();
  return { frames, megabytes_per_second: Math.round((frames * FRAME_BYTES) / 1e6 / seconds) };
}

function percentiles(latenciesMs: number[]) {
  const sorted = Float64Array.from(latenciesMs).sort();
  const at = (share: number) => Number((sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(3));
  return { p50_ms: at(0.5), p95_ms: at(0.95), p99_ms: at(0.99) };
}
