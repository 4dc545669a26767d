/** Everything a project has, on both metadata engines with the real telemetry engine: nothing twice, nothing lost, no secret. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExportPlan } from '#contract/exports.ts';
import { issueRoutes } from '#server/issues/issue-routes.ts';
import { openTestApp, type TestApp } from '#server/issues/test-app.ts';
import { DAY, HOUR, hex, NOON, openTestIssues, type TestIssues } from '#server/issues/test-issues.ts';
import { insertTestMembers } from '#server/issues/test-members.ts';
import { startTestPostgres, type TestPostgres } from '#server/store/metadata/test-postgres.ts';
import { spanRow } from '#server/store/telemetry/test-rows.ts';
import { projectExportRoutes } from './export-routes.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

/** More than a page of events; a page of sessions is larger. */
const EVENTS = 1_203;
const SESSIONS = 5_005;
const SPANS = 2_500;

describe.each(['sqlite', 'postgres'] as const)('with metadata on %s', (engine) => {
  let world: TestIssues;
  let app: TestApp;

  beforeAll(async () => {
    world = await openTestIssues(engine === 'postgres' ? await postgres.createDatabase() : '');
    await insertTestMembers(world.metadata.db);
    for (const viewer of [world.viewer, world.stranger]) (viewer.scopes as string[]).push('project:admin');
    app = await openTestApp(world, [projectExportRoutes({ ...world, version: '9.9' }), issueRoutes(world)]);
    await world.happen(
      ...Array.from({ length: EVENTS }, (_, at) => ({
        event_id: hex(`e${at}`),
        hashes: [hex(at % 2 ? 'odd' : 'even')],
        timestamp: at % 3 === 0 ? NOON - HOUR : NOON - HOUR - at,
        payload: JSON.stringify({ event_id: hex(`e${at}`), note: 'a line\nand another' }),
      })),
      { event_id: hex('yesterday'), hashes: [hex('odd')], timestamp: NOON - DAY },
      { event_id: hex('theirs'), hashes: [hex('theirs')], project_id: 3, timestamp: NOON - HOUR },
    );
    const session = (at: number) => ({
      ...{ project_id: 1, received_at: NOON, started: NOON - HOUR, user_key: '', sequence: 0, status: 'ok' },
      ...{ errors: 0, duration_ms: null, release: 'shop@1', environment: 'prod', init: 1, quantity: 1 },
      session_id: at < 10 ? 'twins' : hex(`s${at}`),
    });
    const lines = Array.from({ length: SESSIONS }, (_, at) => `${JSON.stringify(session(at))}\n`).join('');
    await world.telemetry.insert('sessions', Buffer.from(lines), `sessions-${engine}`);
    const spans = Array.from({ length: SPANS }, (_, at) =>
      spanRow({
        ...{ project_id: 1, trace_id: hex(`t${at % 7}`), span_id: at.toString(16).padStart(16, '0') },
        timestamp: `${(NOON - HOUR) / 1000 - (at % 4)}.${String(at % 1000).padStart(9, '0')}`,
        received_at: NOON - HOUR,
      }),
    );
    const spanLines = spans.map((row) => `${JSON.stringify(row)}\n`).join('');
    await world.telemetry.insert('spans', Buffer.from(spanLines), `spans-${engine}`);
    await world.metadata.db
      .insertInto('issue_share')
      .values({ issue_id: 1, token: 'the-secret-link', user_id: 'ada', token_name: '', created_at: 0 })
      .execute();
  });
  afterAll(async () => {
    await app.close();
    await world.discard();
  });

  const plan = () => app.read<ExportPlan>('/api/v1/exports/shop');
  async function lines(part: string, period?: { from: string | null; to: string | null; until: string }) {
    const query = period ? `?${new URLSearchParams(period as Record<string, string>)}` : '';
    const answer = await app.ask('GET', `/api/v1/exports/shop/${part}${query}`);
    const text = await answer.text();
    expect(answer.status, text).toBe(200);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }
  const timed = async (kind: string) => {
    const { parts, until } = await plan();
    const found: unknown[][] = [];
    for (const { kind: each, from, to } of parts)
      if (each === kind) found.push(await lines(kind, { from, to, until }));
    return found;
  };

  it('is planned by nouns and days, with how much there is', async () => {
    const { parts, version, project } = await plan();
    expect({ version, slug: project.slug }).toEqual({ version: '9.9', slug: 'shop' });
    const of = (kind: string) => parts.filter((part) => part.kind === kind).map(({ records }) => records);
    expect(of('issues')).toEqual([2]);
    expect(of('events')).toEqual([1, EVENTS]);
    expect(of('sessions')).toEqual([SESSIONS]);
    expect(of('logs')).toEqual([]);
  });

  it('events are all there once, page after page, as they are stored', async () => {
    const [yesterday, today] = (await timed('events')) as { event_id: string; event: { note?: string } }[][];
    expect(yesterday).toHaveLength(1);
    expect(new Set(today!.map(({ event_id }) => event_id)).size).toBe(EVENTS);
    expect(today).toHaveLength(EVENTS);
    expect(today![0]!.event.note).toBe('a line\nand another');
    expect((await timed('events'))[1]).toEqual(today);
  });

  it('spans too, to the nanosecond', async () => {
    const [spans] = (await timed('spans')) as { span_id: string; timestamp: string }[][];
    expect(new Set(spans!.map(({ span_id }) => span_id)).size).toBe(SPANS);
    expect(spans).toHaveLength(SPANS);
  });

  it('rows that are the same stay as many as they are', async () => {
    const [sessions] = (await timed('sessions')) as { session_id: string }[][];
    expect(sessions).toHaveLength(SESSIONS);
    expect(sessions!.filter(({ session_id }) => session_id === 'twins')).toHaveLength(10);
  });

  it('what came after the plan is not in it', async () => {
    const { until } = await plan();
    const period = { from: new Date(NOON - HOUR).toISOString(), to: new Date(NOON).toISOString(), until };
    const before = await lines('events', period);
    const late = {
      event_id: hex('late'),
      received_at: NOON + 1,
      timestamp: NOON - HOUR,
      hashes: [hex('odd')],
    };
    await world.happenInTelemetry(late);
    expect(await lines('events', period)).toEqual(before);
  });

  it('issues come with what people did, by name and e-mail, and without the public link', async () => {
    await app.ask('PATCH', '/api/v1/issues/1', { status: 'resolved' });
    const issues = await lines('issues');
    expect(issues[0]).toMatchObject({
      status: 'resolved',
      hashes: [{ hash: hex('even') }],
      activity: [{ kind: 'first_seen' }, { kind: 'resolved', person: { email: 'ada@example.com' } }],
    });
    for (const part of [
      'issues',
      'settings',
      'releases',
      'feedback',
      'attachments',
      'monitors',
      'check-ins',
      'artifacts',
    ])
      expect(JSON.stringify(await lines(part))).not.toContain('the-secret-link');
  });

  it('refuses what it cannot give', async () => {
    expect((await app.ask('GET', '/api/v1/exports/shop/events')).status).toBe(400);
    expect((await app.ask('GET', '/api/v1/exports/shop/tokens')).status).toBe(400);
    expect((await app.askAsStranger('GET', '/api/v1/exports/shop')).status).toBe(404);
    expect((await app.askAsStranger('GET', '/api/v1/exports/shop/issues')).status).toBe(404);
  });
});
