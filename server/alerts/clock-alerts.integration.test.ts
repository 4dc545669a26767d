/** Alerts about crash-free releases and about cron monitors, from sessions and check-ins to what people are told. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AlertRuleDraft } from '#contract/alerts.ts';
import { DAY, HOUR, MINUTE, NOON } from '#server/issues/test-issues.ts';
import { openWatch } from '#server/monitors/watch.ts';
import { applyCheckIns, readCheckIn } from '#server/process/check-ins.ts';
import { sessionRows } from '#server/process/session-row.ts';
import type { Evaluator } from './evaluator.ts';
import { openTestAlerts, type TestAlerts } from './test-alerts.ts';

let alerts: TestAlerts;
let evaluator: Evaluator;
let seed = 0;
beforeAll(async () => {
  alerts = await openTestAlerts();
});
afterAll(() => alerts.close());
beforeEach(async () => {
  await alerts.clear();
  // Apart from what earlier tests said.
  alerts.at(NOON + 40 * DAY * seed++);
  evaluator = alerts.openEvaluator('one');
});

async function turn() {
  await evaluator.turn();
  await evaluator.settled();
}
async function later(ms: number) {
  alerts.at(alerts.now + ms);
  await turn();
}
const states = async () => (await alerts.rules()).map(({ state }) => state);

describe('a release that crashes', () => {
  const CRASH_FREE: Pick<AlertRuleDraft, 'condition'> = {
    condition: { kind: 'health', below: 95, resolve: 98, period: '1h', least: 50, forMinutes: 2 },
  };

  /** Sessions as SDKs send them: one that began, and what became of it. */
  async function sessions(
    { exited = 0, crashed = 0 }: { exited?: number; crashed?: number },
    { release = 'shop@1.0.0', started = alerts.now, name = '' } = {},
  ) {
    const rows = [...Array(exited + crashed).keys()].flatMap((index) =>
      (['ok', index < crashed ? 'crashed' : 'exited'] as const).flatMap((status, sequence) => {
        const item = {
          ...{ sid: `${seed}-${name}-${alerts.now}-${index}`, did: `user ${index}`, status },
          ...{ init: sequence === 0, seq: sequence, started: new Date(started).toISOString() },
          attrs: { release, environment: 'production' },
        };
        return sessionRows('session', Buffer.from(JSON.stringify(item)), 1, alerts.now);
      }),
    );
    const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    await alerts.world.telemetry.insert('sessions', Buffer.from(lines), `${seed} ${name} ${alerts.now}`);
  }

  it('is pending, fires, goes on between the two thresholds, and is over', async () => {
    await alerts.release('shop@1.0.0');
    await alerts.make(CRASH_FREE);
    await sessions({ exited: 90, crashed: 10 });
    await turn();
    expect(await states()).toEqual(['pending']);
    await later(MINUTE);
    expect(alerts.told).toEqual([]);
    await later(MINUTE);
    expect(alerts.told).toHaveLength(1);
    expect(alerts.told[0]!.notification).toMatchObject({
      ...{ state: 'firing', project: { slug: 'shop' }, labels: { release: 'shop@1.0.0' } },
      reason: '90 % of 100 sessions were free of crashes in the last hour, less than 95 %',
    });
    await sessions({ exited: 150 }, { name: 'more' });
    await later(MINUTE);
    expect(await states()).toEqual(['firing']);
    await sessions({ exited: 400 }, { name: 'many' });
    await later(MINUTE);
    expect(alerts.words()[1]).toEqual([
      'resolved',
      'Payments: shop@1.0.0',
      '98.46 % of 650 sessions were free of crashes in the last hour, at least 98 %',
    ]);
    expect(await alerts.firings()).toMatchObject([{ value: 90, threshold: 95, timesTold: 1 }]);
  });

  it('is not judged by too few, neither when it begins nor when it is over', async () => {
    await alerts.release('shop@1.0.0');
    await alerts.make(CRASH_FREE);
    await sessions({ exited: 30, crashed: 19 });
    await turn();
    await later(3 * MINUTE);
    expect(await states()).toEqual(['ok']);
    await sessions({ crashed: 11 }, { name: 'more' });
    await later(MINUTE);
    await later(2 * MINUTE);
    expect(alerts.words()).toMatchObject([['firing', expect.anything(), expect.stringContaining('50 %')]]);
    // Most of them are older than the hour now: of eleven nothing can be said.
    await later(56 * MINUTE);
    expect(await states()).toEqual(['firing']);
    await later(HOUR);
    expect(alerts.words()[1]).toMatchObject([
      'resolved',
      expect.anything(),
      'No sessions in the last hour: nothing is known of it',
    ]);
  });

  it('fires for crashes that are told late, and is not over because the program is behind', async () => {
    await alerts.release('shop@1.0.0');
    await alerts.make(CRASH_FREE);
    await sessions({ exited: 100 });
    await turn();
    expect(await states()).toEqual(['ok']);
    await later(5 * MINUTE);
    await sessions({ crashed: 20 }, { started: alerts.now - 5 * MINUTE, name: 'late' });
    await later(MINUTE);
    await later(2 * MINUTE);
    expect(alerts.words()).toMatchObject([['firing', expect.anything(), expect.stringContaining('83.33 %')]]);
    alerts.setProcessed(false);
    await later(2 * HOUR);
    expect(await states()).toEqual(['firing']);
    alerts.setProcessed(true);
    await later(MINUTE);
    await later(MINUTE);
    expect(alerts.words()[1]![0]).toBe('resolved');
  });

  it('is over when another one is the newest, and says so', async () => {
    await alerts.release('shop@1.0.0');
    await alerts.make(CRASH_FREE);
    await sessions({ exited: 50, crashed: 50 });
    await turn();
    await later(2 * MINUTE);
    expect(alerts.told).toHaveLength(1);
    await alerts.release('shop@1.0.1');
    await later(MINUTE);
    expect(alerts.words()[1]).toEqual([
      'resolved',
      'Payments: shop@1.0.0',
      'It is not the newest release any more',
    ]);
  });
});

describe('a job', () => {
  const HOURLY = { schedule: { type: 'crontab', value: '0 * * * *' }, checkin_margin: 5, max_runtime: 20 };
  let isProcessed: boolean;
  let watch: Awaited<ReturnType<typeof openWatch>>;
  beforeEach(async () => {
    for (const table of ['monitor', 'watch_gap', 'setting'] as const)
      await alerts.world.metadata.db.deleteFrom(table).execute();
    isProcessed = true;
    watch = await openWatch({
      ...{ metadata: alerts.world.metadata, telemetry: alerts.world.telemetry, clock: alerts.world.clock },
      ...{ accept: async () => {}, isTaking: () => true, stillMsMax: Number.POSITIVE_INFINITY },
      mark: () => () => isProcessed,
    });
    return () => watch.close();
  });

  async function checkIn(item: object, receivedAt = alerts.now) {
    const payload = Buffer.from(
      JSON.stringify({ monitor_slug: 'nightly-backup', monitor_config: HOURLY, ...item }),
    );
    const draft = readCheckIn(payload, { project: 1, key: 1, receivedAt, records: [] });
    await alerts.world.metadata.transaction([], (transaction) => applyCheckIns(transaction, [draft]));
  }
  async function watched(ms: number) {
    alerts.at(alerts.now + ms);
    await watch.turn();
    await turn();
    // What the program is behind by is known at the look after.
    await later(5_000);
  }
  const rule = (of: ('missed' | 'timeout' | 'error' | 'late')[]): Pick<AlertRuleDraft, 'condition'> => ({
    condition: { kind: 'monitor', states: of },
  });

  it('that does not run is told, and that it runs again', async () => {
    await alerts.make(rule(['missed', 'error']));
    await checkIn({ status: 'ok' });
    await watched(3_000);
    expect(await states()).toEqual(['ok']);
    await watched(HOUR + 6 * MINUTE);
    expect(alerts.words()).toEqual([
      ['firing', 'Payments: nightly-backup, production', 'nightly-backup did not run when it was expected'],
    ]);
    await checkIn({ status: 'ok' });
    await watched(3_000);
    expect(alerts.words()[1]).toMatchObject([
      'resolved',
      expect.anything(),
      'nightly-backup runs as expected',
    ]);
    expect(await alerts.firings()).toHaveLength(1);
  });

  it('that fails is told of each environment by itself, and a muted one of none', async () => {
    await alerts.make(rule(['error']));
    await checkIn({ status: 'error', environment: 'staging' });
    await checkIn({ status: 'error', environment: 'production' });
    await checkIn({ status: 'error', monitor_slug: 'muted' });
    await alerts.world.metadata.db
      .updateTable('monitor')
      .set({ muted: 1 })
      .where('slug', '=', 'muted')
      .execute();
    await watched(3_000);
    expect(alerts.told.map(({ notification }) => notification.labels.environment).sort()).toEqual([
      'production',
      'staging',
    ]);
  });

  it('is not late while its check-in waits in the journal', async () => {
    await alerts.make(rule(['late', 'missed']));
    await checkIn({ status: 'ok' });
    await watched(3_000);
    isProcessed = false;
    alerts.setProcessed(false);
    await watched(HOUR + 2 * MINUTE);
    await watched(HOUR);
    expect(alerts.words()).toEqual([]);
    // It came in time, and is processed now.
    await checkIn({ status: 'ok' }, alerts.now - HOUR - 2 * MINUTE);
    await checkIn({ status: 'ok' }, alerts.now - 2 * MINUTE);
    isProcessed = true;
    alerts.setProcessed(true);
    await watched(3_000);
    expect(alerts.words()).toEqual([]);
    expect(await states()).toEqual(['ok']);
    // And this one is.
    await watched(HOUR);
    expect(alerts.words()).toMatchObject([['firing', expect.anything(), 'nightly-backup is late']]);
  });
});
