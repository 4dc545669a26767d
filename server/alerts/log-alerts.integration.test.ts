/** Alerts about logs, from lines to what people are told: thresholds, absence, lateness, patterns, seasons, every dialect. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AlertRuleDraft, LogTest } from '#contract/alerts.ts';
import { DAY, HOUR, MINUTE, NOON } from '#server/issues/test-issues.ts';
import type { Evaluator } from './evaluator.ts';
import { openTestAlerts, type TestAlerts, times } from './test-alerts.ts';

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
/** The next look of a rule that looks every ten seconds. */
async function later(ms: number) {
  alerts.at(alerts.now + ms);
  await turn();
}

const rule = (test: LogTest | object, more: object = {}): Pick<AlertRuleDraft, 'condition'> => ({
  condition: {
    kind: 'log',
    source: { dialect: 'search', query: 'level:error' },
    test: test as LogTest,
    ...{ windowMinutes: 5, intervalSeconds: 10 },
    ...more,
  },
});

describe('more than a threshold', () => {
  it('fires when it has been so for long enough, and is over below another threshold', async () => {
    await alerts.make(rule({ is: 'above', threshold: 10, resolve: 5 }, { forMinutes: 2, windowMinutes: 1 }));
    await alerts.say(times(20, alerts.now));
    await turn();
    expect(await alerts.rules()).toMatchObject([{ state: 'pending' }]);
    for (const _ of [1, 2, 3]) {
      await alerts.say(times(20, alerts.now + MINUTE));
      await later(MINUTE);
    }
    expect(alerts.words()).toEqual([['firing', 'Payments', '20 records in the last minute, more than 10']]);
    // Between the two thresholds it goes on.
    await alerts.say(times(8, alerts.now + MINUTE));
    await later(MINUTE);
    expect(await alerts.rules()).toMatchObject([{ state: 'firing' }]);
    await alerts.say(times(3, alerts.now + MINUTE));
    await later(MINUTE);
    expect(alerts.words()[1]).toEqual([
      'resolved',
      'Payments',
      '3 records in the last minute, not more than 5',
    ]);
    expect(await alerts.firings()).toMatchObject([{ value: 20, threshold: 10, timesTold: 1 }]);
  });

  it('fires for each service by itself, and says how many groups it leaves out', async () => {
    await alerts.make(
      rule(
        { is: 'above', threshold: 2 },
        { source: { dialect: 'search', query: 'level:error', by: ['service'] }, groupsMax: 2 },
      ),
    );
    for (const [service, count] of [
      ['shop', 5],
      ['web', 4],
      ['cron', 3],
    ] as const)
      await alerts.say(times(count, alerts.now, { service }));
    await turn();
    expect(alerts.told.map(({ notification }) => notification.labels.service)).toEqual(['shop', 'web']);
    expect(alerts.told[0]!.notification.url).toContain('/logs?query=level%3Aerror&from=');
  });

  it('fires for lines that came late, of the time that they say', async () => {
    await alerts.make(rule({ is: 'above', threshold: 10 }, { windowMinutes: 1 }));
    await later(MINUTE);
    await later(10_000);
    await alerts.say(times(20, alerts.now - 10 * MINUTE), alerts.now + 1000);
    await later(10_000);
    // What was so is told, and that it is over.
    expect(alerts.words()).toMatchObject([
      ['firing', 'Payments', expect.stringContaining('its records came late')],
      ['resolved', 'Payments', expect.anything()],
    ]);
    const [fired] = await alerts.firings();
    expect(Date.parse(fired!.startedAt)).toBeLessThan(alerts.now - 8 * MINUTE);
  });
});

describe('nothing at all', () => {
  it('fires when there is nothing, and not while the program is behind', async () => {
    await alerts.make(rule({ is: 'absent' }, { windowMinutes: 1 }));
    await alerts.say(times(5, alerts.now - 30_000));
    await turn();
    // From here on nothing that arrives is processed: what is missing may only be late.
    alerts.setProcessed(false);
    await later(10_000);
    await later(5 * MINUTE);
    expect(alerts.words()).toEqual([]);
    alerts.setProcessed(true);
    await later(10_000);
    await later(MINUTE);
    expect(alerts.words()).toEqual([['firing', 'Payments', 'Nothing in the last minute']]);
    await alerts.say(times(5, alerts.now));
    await later(20_000);
    expect(alerts.words()[1]).toEqual(['resolved', 'Payments', '5 records in the last minute']);
  });

  it('fires for a service that went silent while others talk', async () => {
    await alerts.make(
      rule({ is: 'absent' }, { source: { dialect: 'search', query: '', by: ['service'] }, windowMinutes: 5 }),
    );
    await alerts.say(times(5, alerts.now - HOUR, { service: 'cron' }));
    await alerts.say(times(5, alerts.now - MINUTE, { service: 'shop' }));
    await turn();
    await later(10_000);
    expect(alerts.told.map(({ notification }) => notification.title)).toEqual(['Payments: cron']);
  });
});

describe('changes, patterns and seasons', () => {
  it('fires for twice as many as before, and not for twice as few', async () => {
    await alerts.make(rule({ is: 'change', percent: 100, least: 10 }));
    await alerts.say(times(10, alerts.now - 6 * MINUTE));
    await alerts.say(times(25, alerts.now - 10_000));
    await turn();
    await later(10_000);
    expect(alerts.words()).toEqual([
      ['firing', 'Payments', '25 records in the last 5 minutes, 10 in as much time before (+150 %)'],
    ]);
  });

  it('fires for a line of a kind that was never seen', async () => {
    await alerts.make(rule({ is: 'newPattern' }));
    await alerts.say(times(3, alerts.now - DAY));
    await alerts.say(times(3, alerts.now - 10_000, { body: `disk of node ${seed} is on fire` }));
    await turn();
    expect(alerts.words()).toMatchObject([
      ['firing', expect.stringContaining('is on fire'), expect.anything()],
    ]);
  });

  it('compares with the same hour of other days, and says when there are too few', async () => {
    const test = { is: 'anomaly', direction: 'up', deviations: 4 };
    await alerts.make({
      name: 'young',
      ...rule(test, { source: { dialect: 'search', query: `service:young${seed}` } }),
    });
    await alerts.make({
      name: 'old',
      ...rule(test, { source: { dialect: 'search', query: `service:old${seed}` } }),
    });
    for (let day = 1; day <= 7; day++)
      await alerts.say(times(10 + day, alerts.now - day * DAY - MINUTE, { service: `old${seed}` }));
    await alerts.say(times(90, alerts.now - 10_000, { service: `old${seed}` }));
    await turn();
    await later(10_000);
    expect(alerts.words()).toMatchObject([['firing', 'old', expect.stringContaining('usually')]]);
    const preview = await alerts.preview(
      rule(test, { source: { dialect: 'search', query: `service:old${seed}` } }),
    );
    expect(preview.fired).toBe(1);
  });
});

describe('every dialect', () => {
  it.each([
    { dialect: 'logql', query: 'sum by (service_name) (count_over_time({service_name=~".+"}[5m]))' },
    { dialect: 'sql', query: 'SELECT service, count(*) AS lines FROM logs GROUP BY service' },
  ])('$dialect gives the value of each group', async (source) => {
    await alerts.make(rule({ is: 'above', threshold: 10 }, { source }));
    await alerts.say(times(20, alerts.now, { service: 'shop' }));
    await alerts.say(times(5, alerts.now, { service: 'web' }));
    await turn();
    expect(alerts.told.map(({ notification }) => notification.title)).toEqual(['Payments: shop']);
    const { fired, series } = await alerts.preview(rule({ is: 'above', threshold: 10 }, { source }));
    expect({ fired, names: series.map(({ name }) => name) }).toEqual({ fired: 1, names: ['shop', 'web'] });
  });
});

it('a preview tells each group apart', async () => {
  const source = { dialect: 'search', query: 'level:error', by: ['service'] };
  await alerts.say(times(20, alerts.now, { service: 'shop' }));
  const { fired, firings, series, thresholds } = await alerts.preview(
    rule({ is: 'above', threshold: 10 }, { source }),
    '7d',
  );
  expect({ fired, titles: firings.map(({ title }) => title) }).toEqual({ fired: 1, titles: ['shop'] });
  expect(series.map(({ name, values }) => [name, values.at(-1)])).toEqual([['shop', 20]]);
  expect(thresholds).toHaveLength(series[0]!.values.length);
});

describe('who is told', () => {
  it('nobody under a silence, and who waits when it is over', async () => {
    const { id } = await alerts.make(rule({ is: 'above', threshold: 10 }));
    const silence = { rule: id, endsAt: new Date(alerts.now + 3 * MINUTE).toISOString() };
    await alerts.silence(silence);
    await alerts.say(times(20, alerts.now));
    await turn();
    expect(alerts.told).toEqual([]);
    expect(await alerts.firings()).toMatchObject([{ told: 'silenced', timesTold: 0 }]);
    await later(3 * MINUTE + 1000);
    expect(alerts.words()).toMatchObject([['firing', 'Payments', expect.anything()]]);
  });

  it('nobody outside of the hours, by the clock of a time zone', async () => {
    // Noon in UTC is five in the morning in Los Angeles.
    const schedule = {
      timeZone: 'America/Los_Angeles',
      days: [0, 1, 2, 3, 4, 5, 6],
      from: '05:02',
      to: '18:00',
    };
    await alerts.make({ schedule, ...rule({ is: 'above', threshold: 10 }) });
    await alerts.say(times(20, alerts.now));
    await turn();
    expect(await alerts.firings()).toMatchObject([{ told: 'hours' }]);
    await later(3 * MINUTE);
    expect(alerts.words()).toHaveLength(1);
  });

  it('again and again while it lasts', async () => {
    await alerts.make({ repeatMinutes: 1, ...rule({ is: 'above', threshold: 10 }) });
    await alerts.say(times(20, alerts.now));
    await turn();
    await later(MINUTE + 1000);
    await later(MINUTE + 1000);
    expect(new Set(alerts.told.map(({ notification }) => notification.id)).size).toBe(3);
    expect(new Set(alerts.told.map(({ notification }) => notification.firingKey)).size).toBe(1);
  });

  it('of the end when the rule is deleted', async () => {
    const { id } = await alerts.make(rule({ is: 'above', threshold: 10 }));
    await alerts.say(times(20, alerts.now));
    await turn();
    expect((await alerts.app.ask('DELETE', `/api/v1/alerts/rules/${id}`)).status).toBe(204);
    expect(alerts.words()[1]).toEqual(['resolved', 'Payments', 'The rule was deleted']);
  });
});

describe('a rule that cannot be evaluated', () => {
  it('says why, is told when it lasts, and keeps no other from firing', async () => {
    const { id } = await alerts.make({ name: 'broken', ...rule({ is: 'above', threshold: 10 }) });
    const { db } = alerts.world.metadata;
    const row = await db.selectFrom('alert_rule').select('definition').executeTakeFirstOrThrow();
    // As a query that an older program took, and this one does not.
    await db
      .updateTable('alert_rule')
      .set({ definition: row.definition.replace('level:error', 'level:(') })
      .execute();
    await alerts.make({ name: 'well', ...rule({ is: 'above', threshold: 10 }) });
    await alerts.say(times(20, alerts.now));
    await turn();
    expect(alerts.words()).toMatchObject([['firing', 'well', expect.anything()]]);
    expect((await alerts.rules()).find((one) => one.id === id)).toMatchObject({ state: 'problem' });
    await later(3 * MINUTE);
    expect(alerts.words()[1]).toMatchObject([
      'firing',
      'The alert rule “broken” cannot be evaluated',
      expect.anything(),
    ]);
  });

  it.each([
    [{ source: { dialect: 'logql', query: '{service_name="shop"}' } }, 'gives a number'],
    [{ source: { dialect: 'sql', query: 'SELEC 1' } }, 'line 1, column 7'],
    [{ source: { dialect: 'search', query: 'level:(' } }, 'expected'],
    [{ source: { dialect: 'search', query: '', measure: 'avg' } }, 'needs the name of a field'],
    [{ test: { is: 'above', threshold: 1, resolve: 2 } }, 'must not be above'],
  ])('is refused when it is written: %j', async (more, says) => {
    const draft = { name: 'x', ...rule({ is: 'above', threshold: 10 }, more) };
    const answer = await alerts.app.ask('POST', '/api/v1/alerts/rules', draft);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(says);
  });
});

it('a stranger sees, changes and silences nothing', async () => {
  const { id } = await alerts.make(rule({ is: 'above', threshold: 10 }));
  const ask = async (method: string, path: string, body?: unknown) =>
    (await alerts.app.askAsStranger(method, path, body)).status;
  expect(await ask('GET', `/api/v1/alerts/rules/${id}`)).toBe(404);
  expect(await ask('DELETE', `/api/v1/alerts/rules/${id}`)).toBe(404);
  expect(await ask('PUT', `/api/v1/alerts/rules/${id}`, { name: 'x', ...rule({ is: 'absent' }) })).toBe(404);
  expect(await ask('POST', '/api/v1/alerts/silences', { rule: id, endsAt: '2100-01-01T00:00:00Z' })).toBe(
    404,
  );
  expect(
    await ask('POST', '/api/v1/alerts/rules', { name: 'x', projects: ['shop'], ...rule({ is: 'absent' }) }),
  ).toBe(400);
});

describe('what is known of the past', () => {
  /** Rows that the engine has to read for what was asked since. */
  function counted() {
    const { telemetry } = alerts.world;
    let rows = 0;
    const select: typeof telemetry.select = async (projects, sql, options) => {
      const parts = await telemetry
        .select<{ rows: number }>(projects, `EXPLAIN ESTIMATE ${sql}`, options)
        // A statement that names no stored rows.
        .catch(() => []);
      rows += parts.reduce((sum, part) => sum + Number(part.rows), 0);
      return telemetry.select(projects, sql, options);
    };
    evaluator = alerts.openEvaluator('two', { telemetry: { ...telemetry, select } });
    return () => {
      const read = rows;
      rows = 0;
      return read;
    };
  }

  it.each([
    ['patterns', { is: 'newPattern' }],
    ['seasons', { is: 'anomaly', deviations: 4 }],
  ])('is read once: %s', async (_, test) => {
    const read = counted();
    const service = `known${seed}`;
    for (let day = 0; day <= 14; day++)
      await alerts.say(times(200, alerts.now - day * DAY - MINUTE, { service }));
    await alerts.make(
      rule(test, { source: { dialect: 'search', query: `service:${service}` }, windowMinutes: 15 }),
    );
    await turn();
    await later(10_000);
    const first = read();
    await later(20_000);
    const next = read();
    expect(first).toBeGreaterThanOrEqual(14 * 200);
    expect(next).toBeLessThanOrEqual(400);
    expect(alerts.words()).toEqual([]);
  });
});
