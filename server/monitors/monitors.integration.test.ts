/** Monitors from check-in to issue and back, through the watch and the API, on both metadata engines. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CheckInList, Monitor, MonitorDetail, MonitorList } from '#contract/monitors.ts';
import type { ProjectSummary } from '#contract/people.ts';
import { openTestApp, type TestApp } from '#server/issues/test-app.ts';
import { hex, MINUTE, NOON, openTestIssues, type TestIssues } from '#server/issues/test-issues.ts';
import { applyCheckIns, readCheckIn } from '#server/process/check-ins.ts';
import type { AcceptedRequest } from '#server/record/accepted.ts';
import { startTestPostgres, type TestPostgres } from '#server/store/metadata/test-postgres.ts';
import { monitorRoutes } from './monitor-routes.ts';
import { openWatch } from './watch.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

describe.each(['sqlite', 'postgres'] as const)('monitors on %s', (engine) => {
  let world: TestIssues;
  let app: TestApp;
  let project: ProjectSummary;
  let now: number;
  let told: AcceptedRequest[];
  let isTaking: boolean;
  let isProcessed: boolean;
  let stillMsMax: number;
  let watch: Awaited<ReturnType<typeof openWatch>>;

  beforeAll(async () => {
    world = await openTestIssues(engine === 'postgres' ? await postgres.createDatabase() : '');
    world.viewer.scopes = [...world.viewer.scopes, 'event:write', 'event:admin'];
    [project] = (await world.listProjects(1)) as [ProjectSummary];
    app = await openTestApp(world, [monitorRoutes(world)]);
  });
  afterAll(async () => {
    await app.close();
    await world.discard();
  });
  afterEach(() => watch.close());
  beforeEach(async () => {
    const { db } = world.metadata;
    for (const table of ['monitor', 'watch_gap', 'setting', 'issue'] as const)
      await db.deleteFrom(table).execute();
    at(NOON);
    told = [];
    isTaking = true;
    isProcessed = true;
    stillMsMax = Number.POSITIVE_INFINITY;
    watch = await openTestWatch();
  });

  const openTestWatch = () =>
    openWatch({
      metadata: world.metadata,
      telemetry: world.telemetry,
      clock: world.clock,
      accept: async (request) => void told.push(request),
      mark: () => () => isProcessed,
      isTaking: () => isTaking,
      stillMsMax,
    });

  /** Milliseconds from noon, or a time after it. */
  function at(time: number) {
    now = time;
    world.setNow(time);
  }

  async function checkIn(item: object) {
    const payload = Buffer.from(JSON.stringify({ monitor_slug: 'nightly-backup', ...item }));
    const request = { project: Number(project.id), key: 1, receivedAt: now, records: [] };
    await world.metadata.transaction([], (transaction) =>
      applyCheckIns(transaction, [readCheckIn(payload, request)]),
    );
  }

  const HOURLY = {
    schedule: { type: 'crontab', value: '0 * * * *' },
    checkin_margin: 5,
    max_runtime: 20,
  };
  const only = async () => (await app.read<MonitorList>('/api/v1/monitors')).items[0]!;
  const checkIns = async () =>
    (await app.read<CheckInList>(`/api/v1/monitors/${(await only()).id}/check-ins`)).items;
  const eventOf = (request: AcceptedRequest) =>
    JSON.parse(Buffer.from(request.records[0]!.payload).toString()) as Record<string, unknown>;
  /** As process stores what the watch told: the event and its issue. */
  async function store(request: AcceptedRequest) {
    const { event_id, message } = eventOf(request) as { event_id: string; message: string };
    const [result] = await world.happen({
      project_id: Number(project.id),
      event_id,
      title: message,
      timestamp: request.receivedAt,
      grouping_hash: hex('backup'),
    });
    return result!.issueId;
  }
  const statusOf = async (issue: number) =>
    (await world.metadata.db.selectFrom('issue').select('status').where('id', '=', issue).executeTakeFirst())
      ?.status;

  it('a missed check-in makes an issue, and the next one resolves it', async () => {
    await checkIn({ status: 'ok', monitor_config: HOURLY });
    await watch.turn();
    at(NOON + 65 * MINUTE + 3_000);
    await watch.turn();
    expect(told.map(eventOf)).toEqual([
      expect.objectContaining({
        message: 'Monitor nightly-backup: missed check-in',
        fingerprint: ['monitor', 'nightly-backup'],
        environment: 'production',
        timestamp: (NOON + 65 * MINUTE) / 1000,
        contexts: {
          monitor: expect.objectContaining({ status: 'missed', expected: '2026-06-10T13:00:00.000Z' }),
        },
      }),
    ]);
    expect(await only()).toMatchObject({ state: 'missed', nextExpectedAt: '2026-06-10T14:00:00.000Z' });
    const issue = await store(told[0]!);
    await watch.turn();
    expect(told).toHaveLength(1);

    at(NOON + 70 * MINUTE);
    await checkIn({ status: 'ok' });
    at(NOON + 70 * MINUTE + 3_000);
    await watch.turn();
    expect(await only()).toMatchObject({ state: 'ok' });
    expect(await statusOf(issue)).toBe('resolved');
    const { incidents } = await app.read<MonitorDetail>(`/api/v1/monitors/${(await only()).id}`);
    expect(incidents).toEqual([
      expect.objectContaining({
        startedAt: '2026-06-10T13:05:00.000Z',
        endedAt: '2026-06-10T13:10:00.000Z',
        issue: expect.objectContaining({ id: String(issue), status: 'resolved' }),
      }),
    ]);
    expect((await checkIns()).map(({ status }) => status)).toEqual(['late', 'missed', 'ok']);
  });

  it('what waits in the journal is not missed', async () => {
    await checkIn({ status: 'ok', monitor_config: HOURLY });
    await watch.turn();
    at(NOON + 65 * MINUTE + 3_000);
    isProcessed = false;
    await watch.turn();
    await watch.turn();
    expect(told).toEqual([]);
    now = NOON + 61 * MINUTE;
    await checkIn({ status: 'ok' });
    isProcessed = true;
    await watch.turn();
    expect(told).toEqual([]);
    expect((await checkIns()).map(({ status }) => status)).toEqual(['ok', 'ok']);
  });

  it('what was to come while the program was down is not missed; what is down afterwards is', async () => {
    await checkIn({ status: 'ok', monitor_config: HOURLY });
    await watch.turn();
    at(NOON + 50 * MINUTE);
    await watch.close();
    at(NOON + 130 * MINUTE);
    watch = await openTestWatch();
    at(NOON + 131 * MINUTE);
    await watch.turn();
    expect(told).toEqual([]);
    const { id } = await only();
    const { gaps, nextExpectedAt } = await app.read<MonitorDetail>(`/api/v1/monitors/${id}`);
    expect(gaps).toEqual([{ from: '2026-06-10T12:50:00.000Z', to: '2026-06-10T14:10:00.000Z' }]);
    expect(nextExpectedAt).toBe('2026-06-10T15:00:00.000Z');
    at(NOON + 186 * MINUTE);
    await watch.turn();
    expect(told).toHaveLength(1);
  });

  it('a machine that slept saw nothing meanwhile', async () => {
    await checkIn({ status: 'ok', monitor_config: HOURLY });
    await watch.turn();
    await watch.close();
    stillMsMax = 15_000;
    watch = await openTestWatch();
    at(NOON + 130 * MINUTE);
    await watch.close();
    watch = await openTestWatch();
    at(NOON + 131 * MINUTE);
    await watch.turn();
    expect(told).toEqual([]);
    expect((await only()).nextExpectedAt).toBe('2026-06-10T15:00:00.000Z');
  });

  it('what senders were told to send again while the disk was full is not missed', async () => {
    await checkIn({ status: 'ok', monitor_config: HOURLY });
    await watch.turn();
    isTaking = false;
    at(NOON + 66 * MINUTE);
    await watch.turn();
    expect(told).toEqual([]);
  });

  it('a run that takes too long stays so when it ends after all, and says how long it took', async () => {
    const id = { check_in_id: hex('run') };
    await checkIn({ ...id, status: 'in_progress', monitor_config: HOURLY });
    at(NOON + 10 * MINUTE);
    await watch.turn();
    expect(told).toEqual([]);
    at(NOON + 21 * MINUTE);
    await watch.turn();
    expect(told.map((one) => eventOf(one).message)).toEqual(['Monitor nightly-backup: timed-out check-in']);
    at(NOON + 33 * MINUTE);
    await checkIn({ ...id, status: 'ok' });
    await watch.turn();
    expect(await checkIns()).toEqual([
      expect.objectContaining({ status: 'timeout', durationMs: 33 * MINUTE }),
    ]);
    expect((await only()).state).toBe('timeout');
  });

  it('two environments are one issue, which is resolved when both are well', async () => {
    for (const environment of ['production', 'staging']) await checkIn({ status: 'error', environment });
    at(NOON + MINUTE);
    await watch.turn();
    expect(told.map((one) => eventOf(one).environment)).toEqual(['production', 'staging']);
    const [issue] = [await store(told[0]!), await store(told[1]!)];
    await watch.turn();
    at(NOON + 2 * MINUTE);
    await checkIn({ status: 'ok', environment: 'production' });
    at(NOON + 3 * MINUTE);
    await watch.turn();
    await watch.turn();
    expect(await statusOf(issue)).toBe('unresolved');
    expect((await only()).state).toBe('error');
    at(NOON + 4 * MINUTE);
    await checkIn({ status: 'ok', environment: 'staging' });
    at(NOON + 5 * MINUTE);
    await watch.turn();
    expect(await statusOf(issue)).toBe('resolved');
  });

  it('an event that was told and not marked as told is told again under its id', async () => {
    await checkIn({ status: 'error' });
    at(NOON + MINUTE);
    await watch.turn();
    await world.metadata.db.updateTable('check_in').set({ reported: 0 }).execute();
    await watch.turn();
    expect(told.map(({ eventId }) => eventId)).toEqual([told[0]!.eventId, told[0]!.eventId]);
  });

  it('people mute, pause and change it, and delete it', async () => {
    await checkIn({ status: 'ok', monitor_config: HOURLY });
    await watch.turn();
    const { id } = await only();
    const change = async (body: object) => {
      const answer = await app.ask('PATCH', `/api/v1/monitors/${id}`, body);
      return [answer.status, (await answer.json()) as Monitor] as const;
    };
    expect(await change({ muted: true })).toEqual([200, expect.objectContaining({ muted: true })]);
    at(NOON + 66 * MINUTE);
    await watch.turn();
    expect(told).toEqual([]);
    expect((await only()).state).toBe('missed');

    await change({ paused: true, muted: false });
    await watch.turn();
    expect(await only()).toMatchObject({ state: 'paused', nextExpectedAt: null });
    await change({ paused: false });
    await watch.turn();
    expect(await only()).toMatchObject({ nextExpectedAt: '2026-06-10T14:00:00.000Z' });

    const config = (await only()).config;
    const [status, refused] = await change({
      config: { ...config, schedule: { type: 'crontab', value: '61 * * * *', timezone: 'UTC' } },
    });
    expect([status, refused]).toEqual([
      400,
      expect.objectContaining({ detail: expect.stringContaining('is not a crontab line') }),
    ]);
    await change({
      config: {
        ...config,
        failureThreshold: 3,
        schedule: { type: 'crontab', value: '30 4 * * *', timezone: 'Europe/Berlin' },
      },
    });
    await watch.turn();
    expect(await only()).toMatchObject({
      nextExpectedAt: '2026-06-11T02:30:00.000Z',
      config: { failureThreshold: 3, schedule: { timezone: 'Europe/Berlin' } },
    });
    await change({ config: { ...config, schedule: null } });
    await watch.turn();
    expect(await only()).toMatchObject({ nextExpectedAt: null, config: { schedule: null } });

    const environment = `/api/v1/monitors/${id}/environments/production`;
    expect((await app.askAsStranger('DELETE', environment)).status).toBe(404);
    expect((await app.ask('DELETE', environment)).status).toBe(204);
    expect((await app.ask('DELETE', environment)).status).toBe(404);
    expect((await app.ask('DELETE', `/api/v1/monitors/${id}`)).status).toBe(204);
    expect((await app.read<MonitorList>('/api/v1/monitors')).items).toEqual([]);
  });

  it('strangers see nothing of it', async () => {
    await checkIn({ status: 'ok', monitor_config: HOURLY });
    const { id } = await only();
    expect(await (await app.askAsStranger('GET', '/api/v1/monitors')).json()).toMatchObject({ items: [] });
    for (const path of ['', '/check-ins'])
      expect((await app.askAsStranger('GET', `/api/v1/monitors/${id}${path}`)).status).toBe(404);
    expect((await app.askAsStranger('PATCH', `/api/v1/monitors/${id}`, { muted: true })).status).toBe(404);
  });

  it('a schedule that cannot be used says why, and check-ins are kept', async () => {
    await checkIn({ status: 'ok', monitor_config: { schedule: { type: 'crontab', value: 'often' } } });
    expect(await only()).toMatchObject({
      config: { schedule: null },
      configProblems: ['"often" is not a crontab line of five fields, such as "0 3 * * *"'],
    });
    expect(await checkIns()).toHaveLength(1);
  });

  it('the bars count check-ins by time and by what they were', async () => {
    await checkIn({ status: 'ok', monitor_config: HOURLY });
    await watch.turn();
    at(NOON + 64 * MINUTE);
    await checkIn({ status: 'ok' });
    at(NOON + 70 * MINUTE);
    await watch.turn();
    const { timeline } = await only();
    expect(timeline).toMatchObject({ stepSeconds: 1800, steps: 48 });
    expect(timeline.bars).toEqual([
      { at: 45, counts: { ok: 1 } },
      { at: 47, counts: { late: 1 } },
    ]);
  });

  it('lists by name, in pages', async () => {
    for (const name of ['c', 'a', 'b', 'b%_']) await checkIn({ monitor_slug: `job-${name}`, status: 'ok' });
    const names = async (query: string) => {
      const { items, nextCursor } = await app.read<MonitorList>(`/api/v1/monitors?${query}`);
      return [items.map(({ slug }) => slug), nextCursor] as const;
    };
    const [first, cursor] = await names('limit=3');
    expect(first).toEqual(['job-a', 'job-b', 'job-b%_']);
    expect(await names(`limit=3&cursor=${cursor}`)).toEqual([['job-c'], null]);
    expect((await names('query=%25_'))[0]).toEqual(['job-b%_']);
  });
});
