/** For tests: a shop whose services speak over the real engine, as process writes their rows. */
import { openTestApp, type TestApp } from '#server/issues/test-app.ts';
import { hex, NOON, openTestIssues, type TestIssues } from '#server/issues/test-issues.ts';
import { logRoutes } from '#server/logs/log-routes.ts';
import { LOG_COLUMNS, logRows } from '#server/process/logs/log-rows.ts';
import { spanLines } from '#server/process/spans/span-rows.ts';
import type { Breadcrumb } from '#server/record/event.ts';
import { type Attributes, encodeLogBatch } from '#server/record/log.ts';
import { encodeSpanBatch, type Span } from '#server/record/span.ts';
import type { EventRow } from '#server/store/telemetry/rows.ts';
import { nativeRows } from '#server/store/telemetry/test-native.ts';
import { storyRoutes } from './story-routes.ts';

export interface Said {
  /** Milliseconds since NOON. */
  at: number;
  service: string;
  body: string;
  level?: string;
  host?: string;
  attributes?: Attributes;
  traceId?: string;
  spanId?: string;
}

export interface Failed extends Partial<Omit<EventRow, 'timestamp'>> {
  at: number;
  id: string;
  breadcrumbs?: Breadcrumb[];
}

export interface TestShop {
  world: TestIssues;
  app: TestApp;
  say(lines: readonly Said[], project?: number): Promise<void>;
  trace(service: string, spans: readonly (Span & { host?: string })[], project?: number): Promise<void>;
  fail(...events: Failed[]): Promise<void>;
  close(): Promise<void>;
}

export const ns = (ms: number) => `${NOON + ms}000000`;
export const eventId = (name: string) => hex(name);

export async function openTestShop(): Promise<TestShop> {
  const world = await openTestIssues();
  const app = await openTestApp(world, [
    storyRoutes(world),
    logRoutes({ ...world, templateOf: (body) => body, noiseRules: async () => [] }),
  ]);
  let batches = 0;
  return {
    world,
    app,
    async say(lines, project = 1) {
      const groups = lines.map(({ at, service, body, level = 'info', host, attributes = {}, ...ids }) => ({
        resource: { 'service.name': service, ...(host && { 'host.name': host }) },
        records: [{ time: ns(at), severityText: level, body, attributes, ...ids }],
      }));
      const part = logRows(encodeLogBatch({ groups }), { project, receivedAt: NOON, source: 'otlp' });
      const rows = nativeRows(LOG_COLUMNS, [part]);
      await world.telemetry.insert('logs', rows, `logs ${batches++}`, 'Native');
    },
    async trace(service, spans, project = 1) {
      const groups = spans.map(({ host, ...span }) => ({
        resource: { 'service.name': service, ...(host && { 'host.name': host }) },
        scope: 'shop',
        spans: [span],
      }));
      const { lines } = spanLines(encodeSpanBatch({ groups }), { project, receivedAt: NOON, source: 'otlp' });
      await world.telemetry.insert('spans', Buffer.from(lines), `spans ${batches++}`);
    },
    async fail(...events) {
      await world.happen(
        ...events.map(({ at, id, breadcrumbs, ...row }) => ({
          ...row,
          event_id: eventId(id),
          timestamp: NOON + at,
          payload: JSON.stringify({
            exception: {
              values: [
                { type: row.exception_type ?? 'PaymentError', value: row.exception_value ?? 'card declined' },
              ],
            },
            ...(breadcrumbs && { breadcrumbs: { values: breadcrumbs } }),
          }),
        })),
      );
    },
    async close() {
      await app.close();
      await world.discard();
    },
  };
}
