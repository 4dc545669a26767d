import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '#server/platform/log.ts';
import { Unavailable } from '#server/platform/rejection.ts';
import { connect } from '#server/store/telemetry/connection.ts';
import { prepareTelemetry } from '#server/store/telemetry/prepare.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { createTelemetryStore } from '#server/store/telemetry/telemetry-store.ts';
import { eventRow, jsonLines, KEEP_30_DAYS, MONDAY, manyEvents } from '#server/store/telemetry/test-rows.ts';
import { type EmbeddedEngine, type EmbeddedOptions, openEmbeddedEngine } from './embedded.ts';
import { EngineFailed } from './engine-process.ts';

const log = createLog('silent');
const COUNT = 'SELECT count() AS rows FROM events WHERE project_id IN {projects:Array(UInt32)}';
const ROLLED_UP =
  'SELECT sum(events) AS rows FROM events_hourly WHERE project_id IN {projects:Array(UInt32)}';
const SLOW =
  'SELECT sum(sipHash64(number)) AS sum FROM numbers(100000000000) WHERE 1 IN {projects:Array(UInt32)}';

let directory: string;
const opened: (() => Promise<void>)[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-engine-'));
});
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
  rmSync(directory, { recursive: true, force: true });
});

async function openEngine(at = directory, more: Partial<EmbeddedOptions> = {}): Promise<EmbeddedEngine> {
  const engine = await openEmbeddedEngine({ directory: at, memoryBytesMax: 1_000_000_000, log, ...more });
  opened.push(() => engine.stop());
  return engine;
}

async function openStore(engine: EmbeddedEngine): Promise<TelemetryStore> {
  await prepareTelemetry(engine.address);
  const store = createTelemetryStore(engine.address);
  opened.push(() => store.close());
  return store;
}

async function rows(store: TelemetryStore, sql: string): Promise<number> {
  return (await store.select<{ rows: number }>([1], sql))[0]!.rows;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** As `process` does: the same bytes under the same token until they are stored. */
async function insertUntilStored(store: TelemetryStore, lines: Uint8Array, token: string): Promise<void> {
  for (;;) {
    try {
      await store.insert('events', lines, token);
      return;
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

describe('an engine that is killed', () => {
  it('comes back by itself, under the same address, with everything that was answered', async () => {
    const engine = await openEngine();
    const store = await openStore(engine);
    const states: string[] = [];
    engine.onState((state) => states.push(state));
    await store.insert('events', jsonLines(manyEvents(100)), 'first');

    process.kill(engine.pid!, 'SIGKILL');
    await expect.poll(() => engine.state).toBe('restarting');
    expect(engine.pid).toBeNull();
    await expect(store.insert('events', jsonLines(manyEvents(100)), 'second')).rejects.toThrow(Unavailable);
    await expect(store.ping()).rejects.toThrow(Unavailable);

    await expect.poll(() => engine.state, { timeout: 20_000 }).toBe('ready');
    await store.insert('events', jsonLines(manyEvents(100)), 'second');
    expect(await rows(store, COUNT)).toBe(200);
    expect(states).toEqual(['restarting', 'ready']);
  });

  it('fails the calls that were under way as unavailable, none is left hanging', async () => {
    const engine = await openEngine();
    const store = await openStore(engine);
    const calls = Array.from({ length: 12 }, () => store.select([1], SLOW, { timeoutMs: 60_000 }));
    const ends = Promise.allSettled(calls);
    await new Promise((resolve) => setTimeout(resolve, 300));
    process.kill(engine.pid!, 'SIGKILL');
    for (const end of await ends)
      expect(end).toMatchObject({ status: 'rejected', reason: { name: 'Unavailable' } });
  });

  it('loses and doubles nothing, wherever an insert was cut off', async () => {
    const engine = await openEngine();
    const store = await openStore(engine);
    const batches = Array.from({ length: 60 }, (_, number) =>
      // Three weeks each, so that an insert has seams to be cut at; and large enough to take a moment.
      jsonLines(
        manyEvents(400, (index) => ({
          event_id: `${number}-${index}`,
          timestamp: MONDAY - (index % 3) * 7 * 86_400_000,
          payload: JSON.stringify({ index, text: 'x'.repeat(1_000) }),
        })),
      ),
    );
    let stored = 0;
    const inserting = Promise.all(
      [0, 1].map(async (lane) => {
        for (let number = lane; number < batches.length; number += 2) {
          await insertUntilStored(store, batches[number]!, `batch-${number}`);
          stored += 1;
        }
      }),
    );
    let kills = 0;
    for (const after of [3, 12, 20, 31, 45]) {
      await expect.poll(() => stored, { interval: 5, timeout: 60_000 }).toBeGreaterThanOrEqual(after);
      // Not at the same point of an insert each time.
      await new Promise((resolve) => setTimeout(resolve, kills * 11));
      if (engine.pid !== null) process.kill(engine.pid, 'SIGKILL');
      kills += 1;
      await expect.poll(() => engine.state, { timeout: 30_000 }).toBe('restarting');
      await expect.poll(() => engine.state, { timeout: 30_000 }).toBe('ready');
    }
    await inserting;
    expect(await rows(store, COUNT)).toBe(60 * 400);
    expect(
      await rows(
        store,
        'SELECT uniqExact(event_id) AS rows FROM events WHERE project_id IN {projects:Array(UInt32)}',
      ),
    ).toBe(60 * 400);
    expect(await rows(store, ROLLED_UP)).toBe(60 * 400);
    expect(await prepareTelemetry(engine.address)).toEqual({ brokenParts: [] });
  });
});

describe('an insert that was cut off between its token and its rows', () => {
  it('is stored when it is repeated', async () => {
    const first = await openEngine();
    const store = await openStore(first);
    const lines = jsonLines(manyEvents(10));
    await store.insert('events', lines, 'torn');
    const parts = await store.select<{ path: string }>(
      [1],
      "SELECT path FROM system.parts WHERE active AND table = 'events' AND 1 IN {projects:Array(UInt32)}",
    );
    await first.stop();
    // The moment of the kill: both tables know the token, and the rows of one are not in their place yet.
    expect(parts).toHaveLength(1);
    rmSync(parts[0]!.path, { recursive: true });

    const again = await openStore(await openEngine());
    for (let attempt = 0; attempt < 2; attempt += 1) await again.insert('events', lines, 'torn');
    expect([await rows(again, COUNT), await rows(again, ROLLED_UP)]).toEqual([10, 10]);
  });

  it('is known by its token after merges, drops and a clean start', async () => {
    const first = await openEngine();
    const store = await openStore(first);
    const week = (number: number) =>
      jsonLines(
        manyEvents(10, (index) => ({
          timestamp: MONDAY + number * 7 * 86_400_000,
          event_id: `${number}-${index}`,
        })),
      );
    for (const number of [0, 0.001, 0.002, 1]) await store.insert('events', week(number), `week ${number}`);
    const client = connect(first.address);
    await client.command({ query: 'OPTIMIZE TABLE events FINAL' });
    await client.command({
      query: 'ALTER TABLE events DROP PARTITION {week:String}',
      query_params: { week: '2026-09-14' },
    });
    await client.close();
    await first.stop();

    const again = await openStore(await openEngine());
    for (const number of [0, 0.001, 0.002]) await again.insert('events', week(number), `week ${number}`);
    expect([await rows(again, COUNT), await rows(again, ROLLED_UP)]).toEqual([30, 40]);
  });
});

describe('the life of an engine', () => {
  it('begins anew when it does not answer any more', async () => {
    const engine = await openEngine(directory, { watchLimits: { everyMs: 100, silenceMsMax: 1_000 } });
    const store = await openStore(engine);
    const { pid } = engine;
    process.kill(pid!, 'SIGSTOP');
    await expect
      .poll(() => engine.pid, { timeout: 20_000 })
      .toSatisfy((now: number | null) => now !== null && now !== pid);
    await store.ping();
  });

  it('ends with the program, even when that is killed', async () => {
    const program = spawn(
      process.execPath,
      [fileURLToPath(new URL('./test-program.ts', import.meta.url)), directory],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const [line] = (await once(program.stdout, 'data')) as [Buffer];
    const enginePid = Number(line.toString());
    expect(isAlive(enginePid)).toBe(true);
    program.kill('SIGKILL');
    await expect.poll(() => isAlive(enginePid), { timeout: 10_000 }).toBe(false);
    // And the next program finds the directory free, at once or after the moment the old engine needs.
    const store = await openStore(await openEngine());
    expect(await rows(store, COUNT)).toBe(1);
  });

  it('does not end by Ctrl-C in a terminal, which reaches it too: the program stops it when it is done', async () => {
    const engine = await openEngine();
    const { pid } = engine;
    process.kill(pid!, 'SIGINT');
    const store = await openStore(engine);
    expect(engine.pid).toBe(pid);
    await store.ping();
  });

  it('stops in time while it is being started again', async () => {
    const engine = await openEngine();
    process.kill(engine.pid!, 'SIGKILL');
    await expect.poll(() => engine.state).toBe('restarting');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await engine.stop();
    expect(engine.state).toBe('stopped');
    await (await openStore(await openEngine())).ping();
  });

  it('stops in time though a query runs, and leaves its directory to the next', async () => {
    const engine = await openEngine();
    const store = await openStore(engine);
    await store.insert('events', jsonLines([eventRow()]), 'one');
    const query = store.select([1], SLOW, { timeoutMs: 60_000 }).catch((error) => error);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const { pid } = engine;
    await engine.stop();
    expect(isAlive(pid!)).toBe(false);
    expect(await query).toBeInstanceOf(Unavailable);
    expect(existsSync(engine.address.socketPath!)).toBe(false);
    expect(await rows(await openStore(await openEngine()), COUNT)).toBe(1);
  });

  it('refuses a directory that another program has open, and names that one', async () => {
    const engine = await openEngine();
    const refusal = await openEngine().catch((error) => error);
    expect(refusal).toBeInstanceOf(EngineFailed);
    expect(refusal.message).toContain(`${directory} is in use by process ${engine.pid} on `);
    await createTelemetryStore(engine.address).ping();
  });

  it('serves from a directory whose path is longer than a socket may have', async () => {
    const deep = join(directory, 'with spaces, {braces}* and quotes\'"', 'a'.repeat(120));
    const engine = await openEngine(deep);
    expect(engine.address.socketPath!.length).toBeLessThan(100);
    const store = await openStore(engine);
    await store.insert('events', jsonLines([eventRow()]), 'one');
    expect(await rows(store, COUNT)).toBe(1);
  });

  it('keeps its files to their owner, and no rows it has passed on', async () => {
    const engine = await openEngine(join(directory, 'telemetry'));
    const store = await openStore(engine);
    await store.insert('events', jsonLines(manyEvents(100)), 'one');
    expect(statSync(join(directory, 'telemetry')).mode & 0o077).toBe(0);
    const spool = join(directory, 'telemetry', 'spool');
    const bytes = () => readdirSync(spool).reduce((sum, file) => sum + statSync(join(spool, file)).size, 0);
    await expect.poll(bytes).toBe(0);
  });
});

describe('damage', () => {
  it('is reported: a piece of a table that cannot be read is put aside, the rest is served', async () => {
    const first = await openEngine();
    const store = await openStore(first);
    await store.insert('events', jsonLines([eventRow({ timestamp: MONDAY })]), 'one');
    await store.insert('events', jsonLines([eventRow({ timestamp: MONDAY - 7 * 86_400_000 })]), 'two');
    const [part] = await store.select<{ path: string; name: string }>(
      [1],
      "SELECT path, name FROM system.parts WHERE active AND table = 'events' AND 1 IN {projects:Array(UInt32)} ORDER BY name DESC LIMIT 1",
    );
    await first.stop();
    for (const file of ['data.bin', 'columns.txt']) truncateSync(join(part!.path, file), 1);

    const second = await openEngine();
    const { brokenParts } = await prepareTelemetry(second.address);
    expect(brokenParts).toMatchObject([
      { table: 'events', part: expect.stringContaining(part!.name), reason: 'broken-on-start' },
    ]);
    expect(await rows(await openStore(second), COUNT)).toBe(1);
  });
});

describe('a full disk', () => {
  it('refuses inserts as passing, answers queries, lets old data be dropped, and goes on', async () => {
    const disk = mountSmallDisk(directory, 160);
    if (!disk) return;
    opened.push(async () => disk.unmount());
    const engine = await openEngine(join(directory, 'telemetry'));
    const store = await openStore(engine);
    const batch = (number: number, weeksAgo: number) =>
      jsonLines(
        manyEvents(500, (index) => ({
          event_id: `${number}-${index}`,
          timestamp: Date.now() - weeksAgo * 7 * 86_400_000,
          payload: Array.from({ length: 200 }, () => Math.random().toString(36)).join(''),
        })),
      );
    const old = 10;
    let number = 0;
    let refusal: unknown;
    while (!refusal && number < 500) {
      const inserted = store.insert('events', batch(number, number < old ? 20 : 0), `batch-${number}`);
      refusal = await inserted.then(
        () => null,
        (error) => error,
      );
      if (!refusal) number += 1;
    }
    expect(refusal).toMatchObject({ name: 'Unavailable', code: 'telemetry_refuses' });
    expect(await rows(store, COUNT)).toBeGreaterThanOrEqual(number * 500);

    await store.enforceRetention(KEEP_30_DAYS);
    expect(await rows(store, COUNT)).toBeLessThan(number * 500);
    // What was refused may have been stored in part; the same token completes it.
    await insertUntilStored(store, batch(number, 0), `batch-${number}`);
    const expected = (number + 1 - old) * 500;
    expect([await rows(store, COUNT), await rows(store, ROLLED_UP)]).toEqual([expected, expected]);
  });
});

/** Null when this system does not let us make one: said on the console, since nothing was checked then. */
function mountSmallDisk(at: string, mib: number): { unmount(): void } | null {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', at], { stdio: 'pipe' });
  } catch (error) {
    console.warn(
      `A full disk was not tried: a small one cannot be mounted here (needs root on Linux). ${error}`,
    );
    return null;
  }
  return { unmount: () => void execFileSync('umount', [at]) };
}
