import { expect, test } from 'vitest';
import { mergeMonitorConfig, readMonitorConfig } from './monitor-config.ts';
import { lastExpected, type MonitorSchedule, nextExpected } from './monitor-schedule.ts';

const config = (json: object) => readMonitorConfig(JSON.stringify(json));
const at = (text: string) => Date.parse(text);
const said = (time: number | null) => (time === null ? null : new Date(time).toISOString());

test('what is not said has the defaults of the protocol', () => {
  expect(config({})).toEqual({
    schedule: null,
    marginMinutes: 1,
    maxRuntimeMinutes: 30,
    failureThreshold: 1,
    recoveryThreshold: 1,
    problems: [],
  });
});

test('what the SDK for Python sends is read', () => {
  expect(
    config({
      schedule: { type: 'crontab', value: '0 3 * * *' },
      timezone: 'Europe/Berlin',
      checkin_margin: 10,
      max_runtime: 60,
      failure_issue_threshold: 2,
      recovery_threshold: 3,
      owner: 'somebody',
    }),
  ).toMatchObject({
    schedule: { type: 'crontab', value: '0 3 * * *', timezone: 'Europe/Berlin' },
    marginMinutes: 10,
    maxRuntimeMinutes: 60,
    failureThreshold: 2,
    recoveryThreshold: 3,
    problems: [],
  });
});

test.each([
  [{ type: 'crontab', value: '61 * * * *' }, /not a crontab line/],
  [{ type: 'crontab', value: '* * * * * *' }, /five fields/],
  [{ type: 'crontab', value: '2026-12-24T00:00:00' }, /five fields/],
  [{ type: 'crontab', value: 'H * * * *' }, /Jenkins/],
  [{ type: 'crontab', value: '0 0 31 2 *' }, /never comes/],
  [{ type: 'crontab', value: `${'1,'.repeat(500)}1 * * * *` }, /longer than 200/],
  [{ type: 'crontab', value: 7 }, /not a crontab line/],
  [{ type: 'interval', value: 0, unit: 'hour' }, /1 to 10000/],
  [{ type: 'interval', value: 5, unit: 'fortnight' }, /schedule.unit/],
  [{ type: 'sundial' }, /neither crontab nor interval/],
  ['daily', /not an object/],
])('a schedule that cannot be used says why: %j', (schedule, why) => {
  const { schedule: read, problems } = config({ schedule });
  expect(read).toBeNull();
  expect(problems).toEqual([expect.stringMatching(why)]);
});

test('a time zone that there is not, and numbers out of bounds, are problems and the rest is used', () => {
  const schedule = { type: 'crontab', value: '0 3 * * *' };
  expect(config({ schedule, timezone: 'Mars/Base' }).problems).toEqual([
    '"Mars/Base" is no time zone, such as "Europe/Berlin"',
  ]);
  expect(config({ schedule, max_runtime: -5, checkin_margin: 'soon' })).toMatchObject({
    schedule: { value: '0 3 * * *' },
    marginMinutes: 1,
    maxRuntimeMinutes: 30,
    problems: [expect.stringContaining('checkin_margin'), expect.stringContaining('max_runtime')],
  });
});

test('the code says the schedule and a person the thresholds: each keeps what it said', () => {
  const person = JSON.stringify({ failure_issue_threshold: 3, max_runtime: 5 });
  const code = JSON.stringify({
    schedule: { type: 'crontab', value: '@daily' },
    max_runtime: 10,
    owner: 'x',
  });
  expect(JSON.parse(mergeMonitorConfig(person, code))).toEqual({
    schedule: { type: 'crontab', value: '@daily' },
    max_runtime: 10,
    failure_issue_threshold: 3,
  });
  expect(mergeMonitorConfig('no JSON', '[]')).toBe('{}');
});

const crontab = (value: string, timezone = 'UTC'): MonitorSchedule => ({ type: 'crontab', value, timezone });

test.each([
  [
    'at half past two, in the night that has none',
    crontab('30 2 * * *', 'Europe/Berlin'),
    '2026-03-28T12:00:00Z',
    '2026-03-29T01:00:00.000Z',
  ],
  [
    'at half past two, in the night that has two: once',
    crontab('30 2 * * *', 'Europe/Berlin'),
    '2026-10-25T00:30:00Z',
    '2026-10-26T01:30:00.000Z',
  ],
  [
    'from the minute itself to the next',
    crontab('* * * * *'),
    '2026-11-23T12:00:00Z',
    '2026-11-23T12:01:00.000Z',
  ],
  ['on weekdays', crontab('0 9 * * mon-fri'), '2026-11-20T10:00:00Z', '2026-11-23T09:00:00.000Z'],
])('next expected: %s', (_, schedule, after, expected) => {
  expect(said(nextExpected(schedule, at(after), at(after)))).toBe(expected);
});

test.each([
  [
    'every ten minutes from the last start',
    { value: 10, unit: 'minute' as const },
    '2026-11-23T12:03:00Z',
    '2026-11-23T12:04:00Z',
    '2026-11-23T12:13:00.000Z',
  ],
  [
    'in the same rhythm after a long silence',
    { value: 10, unit: 'minute' as const },
    '2026-01-01T00:03:00Z',
    '2026-11-23T12:04:00Z',
    '2026-11-23T12:13:00.000Z',
  ],
  [
    'a month after the 31st',
    { value: 1, unit: 'month' as const },
    '2026-01-31T05:00:00Z',
    '2026-02-01T00:00:00Z',
    '2026-02-28T05:00:00.000Z',
  ],
  [
    'a year after a leap day',
    { value: 1, unit: 'year' as const },
    '2028-02-29T05:00:00Z',
    '2028-03-01T00:00:00Z',
    '2029-02-28T05:00:00.000Z',
  ],
])('next expected: %s', (_, interval, last, after, expected) => {
  expect(said(nextExpected({ type: 'interval', ...interval }, at(after), at(last)))).toBe(expected);
});

test('the run a check-in is for is the last one due', () => {
  const hourly = crontab('0 * * * *');
  expect(said(lastExpected(hourly, at('2026-11-23T12:00:00Z'), 0))).toBe('2026-11-23T12:00:00.000Z');
  expect(said(lastExpected(hourly, at('2026-11-23T12:59:59Z'), 0))).toBe('2026-11-23T12:00:00.000Z');
  const often: MonitorSchedule = { type: 'interval', value: 10, unit: 'minute' };
  expect(lastExpected(often, at('2026-11-23T12:05:00Z'), at('2026-11-23T12:00:00Z'))).toBeNull();
});
