/** What is kept how long, on a real engine: several projects, levels and days, and a run that is cut off. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NO_RETENTION_SETTINGS, type Removal, resolveRetention } from '#server/record/retention.ts';
import { connect } from './connection.ts';
import type { OnRemoval } from './retention.ts';
import type { LogRow } from './rows.ts';
import { startTestTelemetry, type TestTelemetry } from './start-test-telemetry.ts';
import { type Statements, statementsOf } from './statements.ts';
import { createTelemetryStore } from './telemetry-store.ts';
import { DAY_MS, eventRow, HOUR_MS, jsonLines, logRow, MONDAY, sessionRow, spanRow } from './test-rows.ts';

const NOON = MONDAY + 10 * 7 * DAY_MS + 3 * DAY_MS + 12 * HOUR_MS;
const DEFAULT_DAYS = 30;
/** Says nothing, keeps everything short, and keeps errors longer than the rest. */
const [PLAIN, SHORT, LEVELS] = [1, 2, 3];
const POLICY = {
  defaultDays: DEFAULT_DAYS,
  projects: [
    resolveRetention(PLAIN, NO_RETENTION_SETTINGS, DEFAULT_DAYS),
    resolveRetention(
      SHORT,
      { ...NO_RETENTION_SETTINGS, eventDays: 5, spanDays: 2, logDays: 3 },
      DEFAULT_DAYS,
    ),
    resolveRetention(
      LEVELS,
      { ...NO_RETENTION_SETTINGS, logDays: 10, debugLogDays: 1, errorLogDays: 365 },
      DEFAULT_DAYS,
    ),
  ],
};
const PROJECTS = POLICY.projects.map(({ project }) => project);

let telemetry: TestTelemetry;
let engine: Statements;
let removals: Removal[];
const remember: OnRemoval = async (removed) => {
  removals.push(...removed);
};
const open = () => createTelemetryStore(telemetry.address, { clock: { now: () => NOON } });
let store: ReturnType<typeof open>;

beforeEach(async () => {
  telemetry = await startTestTelemetry();
  engine = statementsOf(connect(telemetry.address));
  store = open();
  removals = [];
});
afterEach(async () => {
  await store.close();
  await telemetry.stop();
});

const SEVERITIES = { debug: 5, none: 0, warn: 13, error: 17 };

/** One record of every level, on each of the days, in each project. */
async function insertLogs(days: readonly number[]): Promise<void> {
  const rows = PROJECTS.flatMap((project_id) =>
    days.flatMap((day) =>
      Object.entries(SEVERITIES).map(([body, severity_number]) =>
        logRow({
          ...{ project_id, body, severity_number },
          timestamp: `${(NOON - day * DAY_MS) / 1000}.000000000`,
        }),
      ),
    ),
  );
  await store.insert('logs', jsonLines(rows), randomUUID());
}

/** `debug 0 1` : the days ago from which there are records, by what they are. */
async function daysLeft(project: number, table = 'logs', what = 'body'): Promise<string[]> {
  const rows = await store.select<{ line: string }>(
    [project],
    `SELECT concat(what, ' ', arrayStringConcat(arraySort(groupArray(ago)), ' ')) AS line FROM (
      SELECT DISTINCT ${what} AS what, intDiv(${NOON} - toUnixTimestamp64Milli(timestamp), ${DAY_MS}) AS ago
      FROM ${table} WHERE project_id IN {projects:Array(UInt32)}) GROUP BY what ORDER BY what`,
  );
  return rows.map(({ line }) => line);
}

describe('retention', () => {
  it('keeps log records as long as their project and level say, to the day', async () => {
    await insertLogs([0, 1, 2, 3, 4, 10, 11, 30, 31]);
    await store.enforceRetention({ policy: POLICY, onRemoval: remember });
    const all = '0 1 2 3 4 10 11 30';
    expect(await daysLeft(PLAIN!)).toEqual([`debug ${all}`, `error ${all}`, `none ${all}`, `warn ${all}`]);
    expect(await daysLeft(SHORT!)).toEqual([
      'debug 0 1 2 3',
      'error 0 1 2 3',
      'none 0 1 2 3',
      'warn 0 1 2 3',
    ]);
    expect(await daysLeft(LEVELS!)).toEqual([
      'debug 0 1',
      `error ${all}`,
      'none 0 1 2 3 4 10',
      'warn 0 1 2 3 4 10',
    ]);
  });

  it('says what went, by project, level and day', async () => {
    await insertLogs([0, 2, 31]);
    await store.enforceRetention({ policy: POLICY, onRemoval: remember });
    const lines = removals.map(({ kind, project, levels, day, rows }) =>
      [kind, project, levels, day, rows].join(' '),
    );
    const [day2, day31] = [2, 31].map((day) => new Date(NOON - day * DAY_MS).toISOString().slice(0, 10));
    expect(lines.toSorted()).toEqual(
      [
        `log ${LEVELS} debug ${day2} 1`,
        ...PROJECTS.flatMap((project) => [
          `log ${project} debug ${day31} 1`,
          `log ${project} error ${day31} 1`,
          `log ${project} info ${day31} 2`,
        ]),
      ].toSorted(),
    );
    removals = [];
    await store.enforceRetention({ policy: POLICY, onRemoval: remember });
    expect(removals).toEqual([]);
  });

  it('keeps events, their counts and spans by project, and the ledger as long as the program does', async () => {
    const days = [0, 2, 3, 5, 6, 29];
    const at = (day: number) => NOON - day * DAY_MS;
    await store.insert(
      'events',
      jsonLines(
        PROJECTS.flatMap((project_id) =>
          days.map((day) => eventRow({ project_id, timestamp: at(day), event_id: `${day}` })),
        ),
      ),
      randomUUID(),
    );
    await store.insert(
      'sessions',
      jsonLines(PROJECTS.map((project_id) => sessionRow({ project_id, started: at(6) }))),
      randomUUID(),
    );
    await store.insert(
      'spans',
      jsonLines(
        PROJECTS.flatMap((project_id) =>
          days.map((day) => spanRow({ project_id, timestamp: `${at(day) / 1000}.000000000` })),
        ),
      ),
      randomUUID(),
    );
    await store.enforceRetention({ policy: POLICY, onRemoval: remember });
    expect(await daysLeft(PLAIN!, 'events', 'type')).toEqual(['error 0 2 3 5 6 29']);
    expect(await daysLeft(SHORT!, 'events', 'type')).toEqual(['error 0 2 3 5']);
    expect(await daysLeft(SHORT!, 'spans', 'project_id')).toEqual(['2 0 2']);
    const [counted] = await store.select<{ events: number }>(
      [SHORT!],
      'SELECT sum(events) AS events FROM events_hourly WHERE project_id IN {projects:Array(UInt32)}',
    );
    expect(counted).toEqual({ events: 4 });
    const sessions = await store.select<{ project_id: number }>(
      PROJECTS,
      'SELECT project_id FROM sessions WHERE project_id IN {projects:Array(UInt32)} ORDER BY project_id',
    );
    expect(sessions.map(({ project_id }) => project_id)).toEqual([PLAIN, LEVELS]);
  });

  it('goes on where it was cut off, and frees the disk of what it masked before', async () => {
    await insertLogs([2, 3, 4, 11]);
    let told = 0;
    const cut = store.enforceRetention({
      policy: POLICY,
      onRemoval: async () => {
        told += 1;
        if (told === 3) throw new Error('the program was killed');
      },
    });
    await expect(cut).rejects.toThrow('killed');
    // A mask without its writing, as a kill between the two leaves it.
    await engine.command(
      'DELETE FROM logs IN PARTITION {day:String} WHERE project_id = 3 AND severity_number = 5',
      { day: new Date(NOON - 2 * DAY_MS).toISOString().slice(0, 10) },
    );
    await engine.command('DELETE FROM logs IN PARTITION {day:String} WHERE project_id = 2', {
      day: new Date(NOON - 2 * DAY_MS).toISOString().slice(0, 10),
    });
    await store.close();
    store = open();
    await store.enforceRetention({ policy: POLICY, onRemoval: remember });
    expect(await daysLeft(LEVELS!)).toEqual(['error 2 3 4 11', 'none 2 3 4', 'warn 2 3 4']);
    const [parts] = await engine.rows<{ rows: number }>(
      "SELECT sum(rows) AS rows FROM system.parts WHERE database = currentDatabase() AND table = 'logs' AND active",
    );
    const [seen] = await engine.rows<{ rows: number }>('SELECT count() AS rows FROM logs');
    // What is masked and not written anew is less than a fifth.
    expect(parts!.rows).toBeLessThan(seen!.rows * 1.25);
  });

  it('stops between two steps when the program does, and takes rows that come meanwhile', async () => {
    await insertLogs([4, 11]);
    const stopping = new AbortController();
    const run = store.enforceRetention({
      policy: POLICY,
      signal: stopping.signal,
      onRemoval: async () => {
        await insertLogs([0, 5]);
        stopping.abort();
      },
    });
    await expect(run).rejects.toThrow(/abort/i);
    // The step that was begun goes on without us, and the next run comes when it is done.
    await expect.poll(() => daysLeft(SHORT!)).toContain('debug 0 4 5');
    const again = () => store.enforceRetention({ policy: POLICY, onRemoval: remember });
    await expect.poll(() => again().then(() => 'done', String)).toBe('done');
    expect(await daysLeft(SHORT!)).toEqual(['debug 0', 'error 0', 'none 0', 'warn 0']);
  });
});

describe('logs around errors', () => {
  const KEPT = 1;
  const OTHER = 2;
  const settings = {
    ...NO_RETENTION_SETTINGS,
    logDays: 7,
    issueLogDays: 20,
    issueLogMinutes: 2,
    issueLogSeconds: 30,
  };
  const policy = {
    defaultDays: DEFAULT_DAYS,
    projects: [
      resolveRetention(KEPT, settings, DEFAULT_DAYS),
      resolveRetention(OTHER, { ...settings, issueLogDays: null }, DEFAULT_DAYS),
    ],
  };
  /** Ten days ago; the day is over for logs that nothing happened near. */
  const FAILED = NOON - 10 * DAY_MS;
  const trace = 'a'.repeat(32);
  const occurrence = {
    timestamp: FAILED,
    service: 'shop',
    trace_id: trace,
    user_id: '42',
    session_id: '',
    request_id: 'r-1',
  };

  const line = (body: string, seconds: number, of: Partial<LogRow> = {}): LogRow => {
    const nothing = { trace_id: '', user_id: '', session_id: '', request_id: '', service: 'mailer' };
    const timestamp = `${FAILED / 1000 + seconds}.000000000`;
    return logRow({ project_id: KEPT, body, timestamp, ...nothing, ...of });
  };
  const LINES = [
    line('same trace, hours before', -7_200, { trace_id: trace }),
    line('same request', 40, { request_id: 'r-1' }),
    line('same user, a minute before', -60, { user_id: '42' }),
    line('same user, an hour before', -3_600, { user_id: '42' }),
    line('same service, seconds after', 20, { service: 'shop' }),
    line('same service, minutes after', 300, { service: 'shop' }),
    line('another service and user', 1, { user_id: '43' }),
    line('another project', 1, { project_id: OTHER, trace_id: trace, service: 'shop', user_id: '42' }),
    line('yesterday, nothing near', 9 * 86_400),
  ];
  const KEPT_LINES = [
    ...[
      'same request',
      'same service, seconds after',
      'same trace, hours before',
      'same user, a minute before',
    ],
    'yesterday, nothing near',
  ];
  const bodies = async () =>
    (await engine.rows<{ body: string }>('SELECT body FROM logs ORDER BY body')).map(({ body }) => body);
  const enforce = (on = store) => on.enforceRetention({ policy, onRemoval: remember });

  beforeEach(async () => {
    await store.insert('logs', jsonLines(LINES), randomUUID());
    await store.insert('events', jsonLines([eventRow({ project_id: KEPT, ...occurrence })]), randomUUID());
    await store.insert('events', jsonLines([eventRow({ project_id: OTHER, ...occurrence })]), randomUUID());
  });

  it('stay where they were when the rest of their day goes, and a second run changes nothing', async () => {
    await enforce();
    expect(await bodies()).toEqual(KEPT_LINES);
    expect(removals.reduce((sum, { rows }) => sum + rows, 0)).toBe(LINES.length - KEPT_LINES.length);
    removals = [];
    await enforce();
    expect(await bodies()).toEqual(KEPT_LINES);
    expect(removals).toEqual([]);
    const [parts] = await engine.rows<{ rows: number }>(
      "SELECT sum(rows) AS rows FROM system.parts WHERE database = currentDatabase() AND table = 'logs' AND active",
    );
    expect(parts!.rows).toBe(KEPT_LINES.length);
  });

  it.each([0, 30, 150])(
    'are the same when the engine is killed %i ms after it was told what goes',
    async (ms) => {
      const cut = store.enforceRetention({
        policy,
        onRemoval: async () => {
          setTimeout(() => {
            if (telemetry.engine.pid) process.kill(telemetry.engine.pid, 'SIGKILL');
          }, ms);
        },
      });
      await cut.catch(() => undefined);
      await vi.waitFor(() => enforce(), { timeout: 60_000, interval: 200 });
      expect(await bodies()).toEqual(KEPT_LINES);
    },
  );

  it('go with their own limit, as whole days', async () => {
    const later = createTelemetryStore(telemetry.address, { clock: { now: () => NOON + 12 * DAY_MS } });
    await enforce(later);
    expect(await bodies()).toEqual([]);
    await later.close();
  });

  it('are bounded: of a flood of one kind the first and the last of the day', async () => {
    const flood = Array.from({ length: 200 }, (_, n) =>
      eventRow({
        ...{ project_id: KEPT, ...occurrence, event_id: n.toString(16).padStart(32, '0') },
        ...{ trace_id: n.toString(16).padStart(32, '0'), service: '', user_id: '', request_id: '' },
        ...{ grouping_hash: 'flood', timestamp: FAILED + n * 1_000 },
      }),
    );
    await store.insert('events', jsonLines(flood), randomUUID());
    const lines = flood.map(({ trace_id }, n) => line(`of trace ${n}`, n, { trace_id }));
    await store.insert('logs', jsonLines(lines), randomUUID());
    await enforce();
    expect((await bodies()).filter((body) => body.startsWith('of trace'))).toHaveLength(20);
  });
});
