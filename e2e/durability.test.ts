/** What an operator may meet: a flipped byte, a full disk, a second start, a stop under load. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import type { DeadLetters, Usage } from '#contract/usage.ts';
import { eventually, type Program, startProgram } from './support/program.ts';
import { startSender } from './support/senders.ts';

let programs: Program[] = [];
afterEach(async () => {
  for (const program of programs) await program.stop();
  for (const program of programs) await program.discard();
  programs = [];
});

async function start(options: Parameters<typeof startProgram>[0] = {}): Promise<Program> {
  const program = await startProgram(options);
  programs.push(program);
  return program;
}

const event = (n: number) => ({
  event_id: n.toString(16).padStart(32, '0'),
  exception: { values: [{ type: 'PaymentError', value: `gateway said ${500 + n}` }] },
});
const stored = (usage: Usage) =>
  usage.lines
    .filter((line) => line.kind === 'event' && line.outcome === 'stored')
    .reduce((sum, line) => sum + line.quantity, 0);
const usageOf = (program: Program) => program.get<Usage>('/api/v1/usage?period=1h');

describe('a byte of the journal that the disk changed', () => {
  it('costs the one request it hit, which becomes a dead letter; the others are stored', async () => {
    const first = await start();
    await first.sendEvent(event(1));
    await eventually(
      () => usageOf(first),
      (usage) => stored(usage) === 1,
    );
    // Answered, and killed before process can have read them all.
    await Promise.all(Array.from({ length: 40 }, (_, n) => first.sendEvent(event(100 + n))));
    await first.kill();

    const unread = checkpointOf(first.dataDirectory);
    const hit = await flipByteAfter(first.dataDirectory, unread);
    const second = await start({ dataDirectory: first.dataDirectory });
    const usage = await eventually(
      () => usageOf(second),
      (one) => one.backlogBytes === 0 && stored(one) >= 40,
    );
    const letters = await second.get<DeadLetters>('/api/v1/dead-letters');
    expect(hit).toBe(true);
    expect(stored(usage)).toBe(40);
    expect(letters.items).toMatchObject([{ reason: 'journal_corrupt' }]);
  });
});

describe('a data directory without space', () => {
  it('answers 503, keeps what it has, and takes events again when there is space', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tandem-full-'));
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=600m', 'tmpfs', directory]);
    expect(mounted.status, 'this test mounts a small tmpfs: run it as root').toBe(0);
    try {
      const program = await start({ dataDirectory: directory });
      let accepted = 0;
      let sent = 0;
      // The journal looks at the free space once a second: until then it may take one more.
      const sendNext = async () => {
        sent += 1;
        const answer = await program.sendEvent(event(sent));
        if (answer.status === 200) accepted += 1;
        return answer;
      };
      expect((await sendNext()).status).toBe(200);
      const filler = join(directory, 'filler');
      execFileSync('sh', ['-c', `head -c 2G /dev/zero > ${filler} 2>/dev/null || true`]);
      const refused = await eventually(sendNext, (answer) => answer.status !== 200);
      expect(refused.status).toBe(503);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);

      await rm(filler);
      await eventually(sendNext, (answer) => answer.status === 200, 60_000);
      const usage = await eventually(
        () => usageOf(program),
        (one) => one.backlogBytes === 0 && stored(one) >= accepted,
        60_000,
      );
      expect(stored(usage)).toBe(accepted);
      await program.stop();
    } finally {
      spawnSync('umount', ['-l', directory]);
    }
  });
});

describe('a second program on the same data directory', () => {
  it('refuses to start and says who holds it', async () => {
    const first = await start();
    const second = startProgram({ dataDirectory: first.dataDirectory });
    await expect(second).rejects.toThrow(/is in use by process \d+/);
    expect((await first.sendEvent(event(1))).status).toBe(200);
  });
});

describe('SIGTERM under load', () => {
  it('ends within 10 s with code 0 and loses nothing that was answered', async () => {
    const first = await start();
    const sender = startSender({ url: first.url, rate: 500, seconds: 4, connections: 8, seed: 77 });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const asked = performance.now();
    const code = await first.stop();
    expect(code).toBe(0);
    expect(performance.now() - asked).toBeLessThan(10_000);
    const { ids } = await sender;
    const second = await start({ dataDirectory: first.dataDirectory });
    const usage = await eventually(
      () => usageOf(second),
      (one) => one.backlogBytes === 0 && stored(one) >= ids.length,
    );
    expect(ids.length).toBeGreaterThan(100);
    expect(stored(usage)).toBeGreaterThanOrEqual(ids.length);
  });
});

function checkpointOf(dataDirectory: string): { segment: number; offset: number } {
  const database = new DatabaseSync(join(dataDirectory, 'metadata.sqlite'));
  try {
    return database.prepare('SELECT segment, "offset" FROM checkpoint').get() as {
      segment: number;
      offset: number;
    };
  } finally {
    database.close();
  }
}

/** Changes one byte in the payload of a frame behind the position. False when nothing is left to hit. */
async function flipByteAfter(
  dataDirectory: string,
  position: { segment: number; offset: number },
): Promise<boolean> {
  const directory = join(dataDirectory, 'journal');
  const names = (await readdir(directory))
    .filter((name) => Number.parseInt(name, 10) >= position.segment)
    .sort();
  for (const name of names) {
    const file = await open(join(directory, name), 'r+');
    try {
      const { size } = await file.stat();
      const bytes = Buffer.alloc(size);
      await file.read(bytes, 0, size, 0);
      const from = Number.parseInt(name, 10) === position.segment ? position.offset : 0;
      const target = bytes.indexOf('PaymentError', from);
      if (target < 0) continue;
      bytes[target] = bytes[target]! ^ 0x01;
      await file.write(bytes, target, 1, target);
      return true;
    } finally {
      await file.close();
    }
  }
  return false;
}
