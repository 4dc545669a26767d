/** The promises of the telemetry port, as examples. They hold for every address a store is made from. */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Unavailable } from '#server/platform/rejection.ts';
import { testDirectory } from '#server/platform/test-directory.ts';
import type { TelemetryAddress } from './address.ts';
import { connect } from './connection.ts';
import { SCHEMA_VERSION, SchemaTooNew } from './migrations.ts';
import { prepareTelemetry } from './prepare.ts';
import type { EventRow } from './rows.ts';
import { statementsOf } from './statements.ts';
import { PROJECT_TABLES, ROLL_UPS } from './tables.ts';
import type { TelemetryStore, TelemetryTable } from './telemetry.ts';
import { EngineRefused, QueryCutShort } from './telemetry-errors.ts';
import { createTelemetryStore } from './telemetry-store.ts';
import {
  DAY_MS,
  eventRow,
  HOUR_MS,
  jsonLines,
  KEEP_30_DAYS,
  logRow,
  MONDAY,
  manyEvents,
  noiseCountRow,
  outcomeRow,
  sampledEventRow,
  sessionRow,
  spanRow,
} from './test-rows.ts';

/** A query that runs for minutes and reads nothing from the disk. */
const ENDLESS =
  'SELECT sum(sipHash64(number)) AS sum FROM numbers(100000000000) WHERE 1 IN {projects:Array(UInt32)}';

export function telemetryContract(open: () => { store: TelemetryStore; address: TelemetryAddress }): void {
  let projects = 100;
  /** Each example has a project of its own, so none sees the rows of another. */
  const newProject = () => (projects += 1);
  const insert = (table: TelemetryTable, rows: readonly object[], token: string = randomUUID()) =>
    open().store.insert(table, jsonLines(rows), token);
  const select = <Row>(project: number, sql: string, params: Record<string, unknown> = {}) =>
    open().store.select<Row>([project], sql, { params });
  const countOf = async (project: number) => {
    const [stored] = await select<{ rows: number; users: number }>(
      project,
      'SELECT count() AS rows, uniqExact(user_key) AS users FROM events WHERE project_id IN {projects:Array(UInt32)}',
    );
    const [rolled, ...others] = await Promise.all(
      ROLL_UPS.map(async (table) => {
        const [row] = await select<{ rows: number; users: number }>(
          project,
          `SELECT sum(events) AS rows, uniqCombined64Merge(15)(users) AS users FROM ${table} WHERE project_id IN {projects:Array(UInt32)}`,
        );
        return row;
      }),
    );
    for (const other of others) expect(other).toEqual(rolled);
    return { events: stored!.rows, users: stored!.users, rolledUp: rolled!.rows, rolledUsers: rolled!.users };
  };

  it('gives back what was inserted, each field as it was', async () => {
    const project = newProject();
    const row = eventRow({ project_id: project, handled: null, tags: { a: '1', 'with space': 'ü' } });
    await insert('events', [row]);
    const [found] = await select<EventRow>(
      project,
      `SELECT * REPLACE (toUnixTimestamp64Milli(timestamp) AS timestamp, toUnixTimestamp64Milli(received_at) AS received_at)
        FROM events WHERE project_id IN {projects:Array(UInt32)}`,
    );
    expect(found).toEqual(row);
  });

  it('takes rows from a file, whatever its directory is called, and once under one token', async () => {
    const project = newProject();
    const path = join(await testDirectory(), "it's {50} % *?");
    await writeFile(path, jsonLines(manyEvents(1_000, () => ({ project_id: project }))));
    for (let n = 0; n < 2; n += 1) await open().store.insert('events', { path }, `file-${project}`);
    expect(await countOf(project)).toMatchObject({ events: 1_000, rolledUp: 1_000 });
    await expect(open().store.insert('events', { path: `${path} gone` }, randomUUID())).rejects.toThrow();
  });

  it('keeps sessions, and adds up outcomes of the same hour', async () => {
    const project = newProject();
    await insert('sessions', [
      sessionRow({ project_id: project }),
      sessionRow({ project_id: project, duration_ms: 12.0 }),
    ]);
    expect(
      await select(
        project,
        'SELECT count() AS rows, sum(duration_ms) AS ms FROM sessions WHERE project_id IN {projects:Array(UInt32)}',
      ),
    ).toEqual([{ rows: 2, ms: 12 }]);

    await insert('outcomes', [outcomeRow({ project_id: project, quantity: 5, bytes: 900 })]);
    await insert('outcomes', [outcomeRow({ project_id: project, quantity: -2, bytes: -400 })]);
    expect(
      await select(
        project,
        'SELECT sum(quantity) AS quantity, sum(bytes) AS bytes FROM outcomes WHERE project_id IN {projects:Array(UInt32)}',
      ),
    ).toEqual([{ quantity: 3, bytes: 500 }]);
  });

  it('stores rows once when their insert is repeated under the same token, in the roll-ups too', async () => {
    const project = newProject();
    // Five weeks are five partitions; each is a piece that may have been stored when the first try was cut off.
    const rows = manyEvents(2_000, (index) => ({
      project_id: project,
      timestamp: MONDAY - (index % 5) * 7 * DAY_MS,
      grouping_hash: `h${index % 10}`,
    }));
    for (let attempt = 0; attempt < 3; attempt += 1) await insert('events', rows, `batch-${project}`);
    expect(await countOf(project)).toEqual({
      events: 2_000,
      users: 2_000,
      rolledUp: 2_000,
      rolledUsers: expect.any(Number),
    });

    await insert('events', rows, `another-${project}`);
    expect((await countOf(project)).events).toBe(4_000);
    expect((await countOf(project)).rolledUp).toBe(4_000);
  });

  it('completes an insert of which some weeks were stored before it was cut off', async () => {
    const project = newProject();
    const week = (number: number) =>
      manyEvents(50, (index) => ({
        project_id: project,
        timestamp: MONDAY + number * 7 * DAY_MS,
        event_id: `${number}-${index}`,
      }));
    // What a crash between two partitions leaves: the block of the first is known under the token.
    await insert('events', week(0), `torn-${project}`);
    await insert('events', [...week(0), ...week(1)], `torn-${project}`);
    const { events, rolledUp } = await countOf(project);
    expect({ events, rolledUp }).toEqual({ events: 100, rolledUp: 100 });
  });

  it('counts events whose rows are not kept in the same roll-ups, once under the same token, and deletes them too', async () => {
    const project = newProject();
    await insert('events', [eventRow({ project_id: project, user_key: 'id:1' })]);
    const sampled = ['id:1', 'id:2', 'id:3'].map((user_key) =>
      sampledEventRow({ project_id: project, user_key }),
    );
    for (let attempt = 0; attempt < 2; attempt += 1) await insert('sampled_events', sampled, 'a batch');
    expect(await countOf(project)).toEqual({ events: 1, users: 1, rolledUp: 4, rolledUsers: 3 });
    await open().store.deleteEvents(project, [eventRow().grouping_hash], MONDAY + DAY_MS);
    expect(await countOf(project)).toMatchObject({ events: 0, rolledUp: 0 });
    const [left] = await select<{ rows: number }>(
      project,
      'SELECT count() AS rows FROM sampled_events WHERE project_id IN {projects:Array(UInt32)}',
    );
    expect(left).toEqual({ rows: 0 });
  });

  it('counts the users of an hour exactly while they are few', async () => {
    const project = newProject();
    await insert(
      'events',
      manyEvents(500, (index) => ({ project_id: project, user_key: index % 10 ? `id:${index % 50}` : '' })),
    );
    expect(await countOf(project)).toMatchObject({ rolledUp: 500, rolledUsers: 45 });
  });

  it('keeps the first and the last time of an hour, per environment', async () => {
    const project = newProject();
    const at = (timestamp: number, environment = 'production') =>
      eventRow({ project_id: project, timestamp, environment });
    await insert('events', [at(MONDAY + 2), at(MONDAY + 1), at(MONDAY + 3, 'staging')]);
    await insert('events', [at(MONDAY + HOUR_MS - 1), at(MONDAY + HOUR_MS)]);
    expect(
      await select(
        project,
        `SELECT toUnixTimestamp(hour) * 1000 AS hour, environment, sum(events) AS events,
            toUnixTimestamp64Milli(min(first_seen)) AS first, toUnixTimestamp64Milli(max(last_seen)) AS last
          FROM events_hourly WHERE project_id IN {projects:Array(UInt32)} GROUP BY 1, 2 ORDER BY 1, 2`,
      ),
    ).toEqual([
      { hour: MONDAY, environment: 'production', events: 3, first: MONDAY + 1, last: MONDAY + HOUR_MS - 1 },
      { hour: MONDAY, environment: 'staging', events: 1, first: MONDAY + 3, last: MONDAY + 3 },
      {
        hour: MONDAY + HOUR_MS,
        environment: 'production',
        events: 1,
        first: MONDAY + HOUR_MS,
        last: MONDAY + HOUR_MS,
      },
    ]);
  });

  it('counts six hours of the day in one row, per environment and release', async () => {
    const project = newProject();
    const at = (hours: number, release: string, environment = 'production') =>
      eventRow({ project_id: project, timestamp: MONDAY + hours * HOUR_MS, release, environment });
    await insert('events', [at(0, '1.0'), at(5.99, '1.0'), at(5, '1.1'), at(5, '1.1', 'staging')]);
    await insert('events', [at(3, '1.0'), at(6, '1.0')]);
    expect(
      await select(
        project,
        `SELECT (toUnixTimestamp(hour) * 1000 - ${MONDAY}) / ${HOUR_MS} AS from, environment, release, sum(events) AS events
          FROM events_six_hourly WHERE project_id IN {projects:Array(UInt32)} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
      ),
    ).toEqual([
      { from: 0, environment: 'production', release: '1.0', events: 3 },
      { from: 0, environment: 'production', release: '1.1', events: 1 },
      { from: 0, environment: 'staging', release: '1.1', events: 1 },
      { from: 6, environment: 'production', release: '1.0', events: 1 },
    ]);
  });

  it.each([
    ['an empty line and a statement', '{"a":1}\n\nDROP TABLE events;\n'],
    ['a comment at the start', '-- { retry events }\n/* x */ SELECT 1'],
    ['the end of a string and of a statement', `'); DROP TABLE events; --\\' \\\\' "`],
    ['zero bytes and controls', '\0\u0001\u001f\u007f\u2028 \r\n\t'],
    ['half a surrogate pair', 'before \ud800 after'],
    ['text of many kinds', 'żółć 漢字 🧨 \u202e'],
    ['a placeholder', '{projects:Array(UInt32)} {{ default }} %s $1'],
  ])('stores a hostile text as text: %s', async (_name, hostile) => {
    const project = newProject();
    const row = eventRow({
      project_id: project,
      message: hostile,
      payload: JSON.stringify({ hostile }),
      tags: { [hostile]: hostile },
    });
    await insert('events', [row]);
    const [found] = await select<Pick<EventRow, 'message' | 'payload' | 'tags'>>(
      project,
      'SELECT message, payload, tags FROM events WHERE project_id IN {projects:Array(UInt32)}',
    );
    const readable = hostile.toWellFormed();
    if (hostile === readable)
      expect(found).toEqual({ message: hostile, payload: row.payload, tags: row.tags });
    else expect(JSON.parse(found!.payload)).toEqual({ hostile });
    // And as a parameter: it finds the row by itself, and nothing by another value.
    const byText = (text: string) =>
      select(
        project,
        'SELECT 1 AS one FROM events WHERE project_id IN {projects:Array(UInt32)} AND message = {text:String}',
        { text },
      );
    if (hostile === readable) expect(await byText(hostile)).toHaveLength(1);
    expect(await byText(`${readable}x`)).toHaveLength(0);
  });

  it('binds lists that are too long for an address', async () => {
    const project = newProject();
    await insert(
      'events',
      manyEvents(20, (index) => ({ project_id: project, grouping_hash: `it's "${index}"` })),
    );
    const hashes = Array.from({ length: 20_000 }, (_, index) => `it's "${index + 10}"`);
    expect(
      await select(
        project,
        'SELECT count() AS rows FROM events WHERE project_id IN {projects:Array(UInt32)} AND grouping_hash IN {hashes:Array(String)}',
        { hashes },
      ),
    ).toEqual([{ rows: 10 }]);
  });

  it('sees the given projects only', async () => {
    const [mine, theirs] = [newProject(), newProject()];
    await insert('events', [eventRow({ project_id: mine }), eventRow({ project_id: theirs })]);
    const seen = (projects: number[]) =>
      open().store.select<{ project_id: number }>(
        projects,
        'SELECT project_id FROM events WHERE project_id IN {projects:Array(UInt32)} AND project_id IN ({mine:UInt32}, {theirs:UInt32}) ORDER BY project_id',
        { params: { mine, theirs } },
      );
    expect(await seen([mine])).toEqual([{ project_id: mine }]);
    expect(await seen([mine, theirs])).toHaveLength(2);
    expect(await seen([])).toEqual([]);
  });

  it('does not send a query without the filter by project', async () => {
    await expect(select(1, 'SELECT count() FROM events')).rejects.toThrow('BUG: a query must filter by');
  });

  it.each([
    ['several statements', 'SELECT 1 WHERE 1 IN {projects:Array(UInt32)}; DROP TABLE events'],
    ['a change', 'ALTER TABLE events DELETE WHERE project_id IN {projects:Array(UInt32)}'],
    ['a file', "SELECT * FROM file('/etc/passwd', 'LineAsString') WHERE 1 IN {projects:Array(UInt32)}"],
    [
      'another machine',
      "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString') WHERE 1 IN {projects:Array(UInt32)}",
    ],
    ['a limit of its own', 'SELECT 1 WHERE 1 IN {projects:Array(UInt32)} SETTINGS max_execution_time = 0'],
  ])('refuses a query that does more than read tables: %s', async (_name, sql) => {
    await expect(select(1, sql)).rejects.toThrow(EngineRefused);
  });

  it('says by what a query was cut short, and gives no half answer', async () => {
    const { store } = open();
    const cut = (sql: string, options: object) =>
      store.select([1], sql, options).then(
        () => 'an answer',
        (error) => (error instanceof QueryCutShort ? error.by : error),
      );
    const numbers = 'SELECT number FROM numbers(20000) WHERE 1 IN {projects:Array(UInt32)}';
    expect(await cut(ENDLESS, { timeoutMs: 200 })).toBe('time');
    expect(await cut(numbers, {})).toBe('rows');
    expect(await cut(numbers, { rowsMax: 20_000 })).toBe('an answer');
    expect(
      await cut(
        `SELECT groupArray(number) AS all FROM numbers(200000000) WHERE 1 IN {projects:Array(UInt32)}`,
        {},
      ),
    ).toBe('memory');
    expect(
      await cut(`SELECT repeat('x', 1000000) AS x FROM numbers(100) WHERE 1 IN {projects:Array(UInt32)}`, {}),
    ).toBe('rows');
  });

  it('frees the engine when the caller goes away', async () => {
    const { store, address } = open();
    const gone = new AbortController();
    const query = store.select([1], ENDLESS, { signal: gone.signal, timeoutMs: 60_000 });
    const client = connect(address);
    const running = async () => {
      const rows = await statementsOf(client).rows(
        "SELECT query_id FROM system.processes WHERE query LIKE '%sipHash64(number)%' AND query NOT LIKE '%system.processes%'",
      );
      return rows.length;
    };
    await expect.poll(running).toBe(1);
    gone.abort();
    await expect(query).rejects.toMatchObject({ name: 'QueryCutShort', by: 'aborted' });
    await expect.poll(running).toBe(0);
    await client.close();
  });

  it('answers 200 queries at once, each with its own values', async () => {
    const project = newProject();
    await insert(
      'events',
      manyEvents(200, (index) => ({ project_id: project, grouping_hash: `h${index}` })),
    );
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        select<{ id: string; asked: string }>(
          project,
          `SELECT event_id AS id, {asked:String} AS asked FROM events
            WHERE project_id IN {projects:Array(UInt32)} AND grouping_hash = {hash:String}`,
          { hash: `h${index}`, asked: `question '${index}'` },
        ),
      ),
    );
    answers.forEach((rows, index) => {
      expect(rows).toEqual([{ id: index.toString(16).padStart(32, '0'), asked: `question '${index}'` }]);
    });
  });

  it('gives counts and times as numbers', async () => {
    expect(
      await select(
        1,
        'SELECT toUInt64(9007199254740991) AS most, toInt64(-5) AS less, count() AS none FROM events WHERE project_id IN {projects:Array(UInt32)} AND 0',
      ),
    ).toEqual([{ most: Number.MAX_SAFE_INTEGER, less: -5, none: 0 }]);
  });

  it('deletes the events of an issue and its roll-ups, but not what came afterwards', async () => {
    const project = newProject();
    const row = (grouping_hash: string, received_at: number, timestamp = MONDAY) =>
      eventRow({ project_id: project, grouping_hash, received_at, timestamp });
    const now = MONDAY + DAY_MS;
    await insert('events', [row('gone', now - 2), row('gone', now - 1), row('stays', now - 1)]);
    // In a span of its own: a merge may come at any time, and one with older events goes as a whole.
    await insert('events', [row('gone', now + 1, now)]);
    for (let attempt = 0; attempt < 2; attempt += 1)
      await open().store.deleteEvents(project, ['gone', "'; DROP TABLE events"], now);
    expect(await countOf(project)).toMatchObject({ events: 2, rolledUp: 2 });
    await open().store.deleteEvents(project, [], now);
    expect(await countOf(project)).toMatchObject({ events: 2, rolledUp: 2 });
  });

  it('deletes everything of a project, and nothing of another', async () => {
    const [gone, stays] = [newProject(), newProject()];
    for (const project_id of [gone, stays]) {
      await insert('events', [eventRow({ project_id })]);
      await insert('sampled_events', [sampledEventRow({ project_id })]);
      await insert('sessions', [sessionRow({ project_id })]);
      await insert('outcomes', [outcomeRow({ project_id })]);
      await insert('logs', [logRow({ project_id })]);
      await insert('noise_counts', [noiseCountRow({ project_id })]);
      await insert('spans', [spanRow({ project_id })]);
    }
    for (let attempt = 0; attempt < 2; attempt += 1) await open().store.deleteProject(gone);
    const left = (project: number) =>
      select<{ rows: number }>(
        project,
        PROJECT_TABLES.map(
          (table) => `SELECT count() AS rows FROM ${table} WHERE project_id IN {projects:Array(UInt32)}`,
        ).join(' UNION ALL '),
      );
    expect(await left(gone)).toEqual(PROJECT_TABLES.map(() => ({ rows: 0 })));
    expect(await left(stays)).not.toContainEqual({ rows: 0 });
  });

  it('forgets to the day, and drops the weeks that are over', async () => {
    const project = newProject();
    const { address } = open();
    const noon = MONDAY + 10 * 7 * DAY_MS + 3 * DAY_MS + 12 * HOUR_MS;
    const store = createTelemetryStore(address, { clock: { now: () => noon } });
    const days = [0, 29, 30, 31, 32, 37, 38, 60];
    const at = (day: number) => noon - day * DAY_MS;
    await insert(
      'events',
      days.map((day) => eventRow({ project_id: project, timestamp: at(day), event_id: `day ${day}` })),
    );
    await insert(
      'sessions',
      days.map((day) => sessionRow({ project_id: project, started: at(day), session_id: `day ${day}` })),
    );
    await store.enforceRetention(KEEP_30_DAYS);
    await store.enforceRetention(KEEP_30_DAYS);
    expect(await countOf(project)).toMatchObject({ events: 3, rolledUp: 3 });
    expect(
      await select(
        project,
        'SELECT session_id AS id FROM sessions WHERE project_id IN {projects:Array(UInt32)} ORDER BY started DESC',
      ),
    ).toEqual([{ id: 'day 0' }, { id: 'day 29' }, { id: 'day 30' }]);
    await store.close();
  });

  it('knows the events received last, newest first, those that are only counted too', async () => {
    const project = newProject();
    const late = Date.UTC(2030, 0, 1) + project;
    const row = (event_id: string, received_at: number) =>
      eventRow({ project_id: project, event_id, received_at });
    await insert('events', [row('second', late + 2), row('fourth', late), row('first', late + 3)]);
    await insert('sampled_events', [
      sampledEventRow({ project_id: project, event_id: 'third', received_at: late + 1 }),
    ]);
    expect((await open().store.recentEventIds(3)).map(({ event_id }) => event_id)).toEqual([
      'first',
      'second',
      'third',
    ]);
  });

  it('knows the errors received since, newest first, with the calls that failed', async () => {
    const project = newProject();
    const late = Date.UTC(2031, 0, 1) + project;
    const frames = [{ function: 'main', lineno: 7, in_app: true }, { filename: 'a.js' }];
    const values = [{ type: 'Cause' }, { type: 'PaymentError', stacktrace: { frames } }];
    const payload = JSON.stringify({ exception: { values } });
    const row = (event_id: string, received_at: number, more = {}) =>
      eventRow({ project_id: project, event_id, received_at, type: 'error', payload, ...more });
    await insert('events', [
      row('before', late - 1),
      row('first', late),
      row('second', late + 1),
      row('message', late + 2, { type: 'default' }),
    ]);
    const found = await open().store.recentErrors(late, 10);
    expect(found.map(({ event_id }) => event_id)).toEqual(['second', 'first']);
    expect(found[0]).toMatchObject({
      project_id: project,
      frames: [
        { function: 'main', filename: '', lineno: 7, in_app: true },
        { function: '', filename: 'a.js', lineno: 0, in_app: false },
      ],
    });
  });

  it('tells how much of the disk each table takes', async () => {
    await insert(
      'events',
      manyEvents(10, () => ({ project_id: newProject() })),
    );
    const usage = await open().store.diskUsage();
    expect(usage.map(({ table }) => table)).toEqual(expect.arrayContaining(['events', ...ROLL_UPS]));
    for (const { rows, bytes } of usage) expect([typeof rows, typeof bytes]).toEqual(['number', 'number']);
    expect(usage.find(({ table }) => table === 'events')!.rows).toBeGreaterThan(0);
  });

  it('answers a ping', async () => {
    await expect(open().store.ping()).resolves.toBeUndefined();
  });

  it('refuses rows that do not fit the table, all of them, with the reason', async () => {
    const project = newProject();
    const rows = [
      eventRow({ project_id: project }),
      { ...eventRow({ project_id: project }), project_id: 'none' },
    ];
    await expect(insert('events', rows)).rejects.toThrow(EngineRefused);
    expect((await countOf(project)).events).toBe(0);
  });

  it('is unavailable, not wrong, with a password that does not fit', async () => {
    const { address } = open();
    const store = createTelemetryStore({ ...address, password: 'guess' });
    await expect(store.diskUsage()).rejects.toThrow(Unavailable);
    await store.close();
  });

  it('is unavailable where nothing listens', async () => {
    const store = createTelemetryStore({
      ...open().address,
      url: 'http://127.0.0.1:1',
      socketPath: undefined,
    });
    await expect(store.select([1], 'SELECT 1 WHERE 1 IN {projects:Array(UInt32)}')).rejects.toThrow(
      Unavailable,
    );
    await expect(store.insert('events', jsonLines([eventRow()]), 'lost')).rejects.toThrow(Unavailable);
    await expect(store.ping()).rejects.toThrow(Unavailable);
    await store.close();
  });

  it('finds its tables as it left them, and refuses those of a newer program', async () => {
    const { address } = open();
    expect(await prepareTelemetry(address)).toEqual({ brokenParts: [] });
    const client = connect(address);
    const engine = statementsOf(client);
    const newer = SCHEMA_VERSION + 1;
    await engine.command('INSERT INTO schema_migrations (version) SELECT {newer:UInt32}', { newer });
    await expect(prepareTelemetry(address)).rejects.toThrow(SchemaTooNew);
    await engine.command('DELETE FROM schema_migrations WHERE version = {newer:UInt32}', { newer });
    await expect(prepareTelemetry(address)).resolves.toBeDefined();
    await client.close();
  });

  it('takes a batch of events from many years', async () => {
    const project = newProject();
    await insert(
      'events',
      manyEvents(150, (index) => ({ project_id: project, timestamp: MONDAY - index * 7 * DAY_MS })),
    );
    expect(await countOf(project)).toMatchObject({ events: 150, rolledUp: 150 });
  });
}
