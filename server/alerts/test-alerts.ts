/** For tests: the stores of test-issues.ts with alerts over them, their API, and what was told. */
import type {
  AlertFiringList,
  AlertPreview,
  AlertRule,
  AlertRuleDraft,
  AlertRuleList,
} from '#contract/alerts.ts';
import { openTestApp } from '#server/issues/test-app.ts';
import { openTestIssues } from '#server/issues/test-issues.ts';
import { LOG_COLUMNS, logRows } from '#server/process/logs/log-rows.ts';
import { patternOf } from '#server/process/patterns/pattern.ts';
import { encodeLogBatch } from '#server/record/log.ts';
import type { Notification } from '#server/record/notification.ts';
import { nativeRows } from '#server/store/telemetry/test-native.ts';
import { alertRoutes } from './alert-routes.ts';
import type { AlertStores } from './alerts.ts';
import { createEvaluator, type Evaluator } from './evaluator.ts';

export interface Told {
  notification: Notification;
  channels: readonly string[];
}

interface Line {
  /** Milliseconds since 1970. */
  at: number;
  body?: string;
  level?: string;
  service?: string;
  attributes?: Record<string, string | number>;
}

export type TestAlerts = Awaited<ReturnType<typeof openTestAlerts>>;

/** On SQLite, or on the Postgres at the address. */
export async function openTestAlerts(postgresUrl = '') {
  const world = await openTestIssues(postgresUrl);
  world.viewer.scopes = [...world.viewer.scopes, 'alerts:read', 'alerts:write'];
  world.stranger.scopes = [...world.stranger.scopes, 'alerts:read', 'alerts:write'];
  const told: Told[] = [];
  let isProcessed = true;
  let now = world.clock.now();
  let batches = 0;
  const stores: AlertStores = {
    ...world,
    templateOf: (body) => patternOf(body).template,
    publicUrl: () => 'https://tandem.example.com',
    findCause: async () => ({ text: 'payments answered 503', evidence: 'the first of 12', url: '/logs' }),
    enqueue: async (_transaction, notification, channels) => void told.push({ notification, channels }),
  };
  const app = await openTestApp(world, [alertRoutes(stores)]);
  const openEvaluator = (program: string, more: Partial<AlertStores> = {}): Evaluator =>
    createEvaluator({
      stores: { ...stores, ...more },
      log: { warn: () => {} },
      marks: { records: () => () => isProcessed, all: () => () => isProcessed },
      program,
    });

  async function post<Answer>(path: string, body: unknown, status: number): Promise<Answer> {
    const answer = await app.ask('POST', path, body);
    const text = await answer.text();
    if (answer.status !== status) throw new Error(`${path} answered ${answer.status}: ${text}`);
    return JSON.parse(text) as Answer;
  }
  const named = (draft: Partial<AlertRuleDraft> & Pick<AlertRuleDraft, 'condition'>) => ({
    ...{ name: 'Payments', channels: ['7'] },
    ...draft,
  });

  return {
    world,
    app,
    told,
    openEvaluator,
    /** What was told, as [state, title, reason]. */
    words: () => told.map(({ notification: { state, title, reason } }) => [state, title, reason]),
    get now() {
      return now;
    },
    at(time: number) {
      now = time;
      world.setNow(time);
    },
    /** Whether everything that was accepted has been processed. */
    setProcessed(isNow: boolean) {
      isProcessed = isNow;
    },
    /** Nothing is left of an earlier test but telemetry. */
    async clear() {
      const { db } = world.metadata;
      for (const table of ['alert_rule', 'alert_silence', 'alert_touched', 'issue', 'release'] as const)
        await db.deleteFrom(table).execute();
      await db.deleteFrom('lease').execute();
      await db.updateTable('alert_evaluator').set({ activity_id: 0 }).execute();
      told.length = 0;
      isProcessed = true;
    },
    make: (draft: Partial<AlertRuleDraft> & Pick<AlertRuleDraft, 'condition'>) =>
      post<AlertRule>('/api/v1/alerts/rules', named(draft), 201),
    preview: (draft: Partial<AlertRuleDraft> & Pick<AlertRuleDraft, 'condition'>, period = '24h') =>
      post<AlertPreview>('/api/v1/alerts/preview', { rule: named(draft), period }, 200),
    silence: (body: object) => post<{ id: string }>('/api/v1/alerts/silences', body, 201),
    firings: async (more = '') => (await app.read<AlertFiringList>(`/api/v1/alerts/firings?${more}`)).items,
    rules: async () => (await app.read<AlertRuleList>('/api/v1/alerts/rules')).items,
    /** A release of the first project, made now. */
    async release(version: string): Promise<void> {
      const { db } = world.metadata;
      const { id } = await db
        .insertInto('release')
        .values({ organization_id: 1, version, created_at: now, started_at: null, released_at: null })
        .returning('id')
        .executeTakeFirstOrThrow();
      await db
        .insertInto('release_project')
        .values({
          ...{ release_id: id, project_id: 1, added_at: now, first_event_at: null, last_event_at: null },
        })
        .execute();
    },
    /** Log records of the first project as process stores them. */
    async say(lines: readonly Line[], receivedAt = now): Promise<void> {
      const groups = lines.map(
        ({ at, body = 'payment failed', level = 'ERROR', service = 'shop', attributes = {} }) => ({
          resource: { 'service.name': service },
          records: [{ time: `${at}000000`, severityText: level, body, attributes }],
        }),
      );
      const part = logRows(encodeLogBatch({ groups }), { project: 1, receivedAt, source: 'test' });
      await world.telemetry.insert('logs', nativeRows(LOG_COLUMNS, [part]), `alerts ${batches++}`, 'Native');
    },
    async close() {
      await app.close();
      await world.discard();
    },
  };
}

/** As many lines as that, a millisecond apart, up to a time. */
export const times = (count: number, until: number, more: Partial<Line> = {}): Line[] =>
  Array.from({ length: count }, (_, index) => ({ at: until - 1 - index, ...more }));
