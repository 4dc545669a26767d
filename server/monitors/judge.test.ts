import { beforeEach, describe, expect, it } from 'vitest';
import { readMonitorConfig } from '#server/record/monitor-config.ts';
import { type CheckInRow, type EnvironmentRow, type Gap, judge } from './judge.ts';

const at = (time: string) => Date.parse(`2026-11-23T${time}Z`);
const HOURLY = { schedule: { type: 'crontab', value: '0 * * * *' }, checkin_margin: 5, max_runtime: 20 };

let environments: Map<string, EnvironmentRow>;
let ids: number;
beforeEach(() => {
  environments = new Map();
  ids = 0;
});

interface Said {
  config?: object;
  paused?: boolean;
  muted?: boolean;
  gaps?: Gap[];
}

function checkIn(status: CheckInRow['status'], started: string, ended = started): CheckInRow {
  return {
    ...{ id: ++ids, project_id: 1, monitor_id: 1, check_in_id: '', environment: 'production', release: '' },
    ...{ status, duration_ms: null, trace_id: '', started_at: at(started), updated_at: at(ended), judged: 0 },
    ...{ expected_at: null, timeout_at: null, event_id: '', reported: 1 },
  };
}

/** One turn of the watch; the environment is kept for the next, as the store would. */
function turn(until: string, checkIns: CheckInRow[] = [], { config, paused, muted, gaps }: Said = {}) {
  const judgement = judge({
    config: readMonitorConfig(JSON.stringify(config ?? HOURLY)),
    paused: paused ?? false,
    environments,
    checkIns,
    until: at(until),
    gaps: gaps ?? [],
    newEventId: () => (muted ? '' : `event-${++ids}`),
  });
  for (const environment of environments.values()) environment.incident_id &&= 7;
  for (const environment of environments.values())
    if (environment.incident_id === 0) environment.incident_id = 7;
  return judgement;
}

const production = () => environments.get('production')!;
const missedAt = (judgement: ReturnType<typeof judge>) =>
  judgement.missed.map(({ expectedAt }) => new Date(expectedAt).toISOString().slice(11, 16));

describe('a job that is expected every hour', () => {
  it('takes the expectation with it when it begins', () => {
    turn('10:00:10', [checkIn('in_progress', '10:00:02')]);
    expect(production()).toMatchObject({ next_expected_at: at('11:00:00'), due_at: at('11:05:00') });
    expect(missedAt(turn('11:04:59'))).toEqual([]);
  });

  it('is missed when the margin is over, once for each hour', () => {
    turn('10:00:10', [checkIn('ok', '10:00:02')]);
    const first = turn('11:05:00');
    expect(missedAt(first)).toEqual(['11:00']);
    expect(first.incidents).toEqual([
      { id: 0, environment: 'production', startedAt: at('11:05:00'), endedAt: null, eventId: 'event-2' },
    ]);
    expect(missedAt(turn('11:05:01'))).toEqual([]);
    expect(missedAt(turn('14:04:59'))).toEqual(['12:00', '13:00']);
    expect(production()).toMatchObject({ status: 'missed', failures: 3 });
  });

  it('is in time when its clock is half a minute fast', () => {
    turn('09:00:10', [checkIn('ok', '09:00:02')]);
    turn('09:59:40', [checkIn('ok', '09:59:35')]);
    expect(missedAt(turn('10:30:00'))).toEqual([]);
    expect(production().next_expected_at).toBe(at('11:00:00'));
  });

  it('is late within the margin, and says what it was expected for', () => {
    turn('10:00:10', [checkIn('ok', '10:00:02')]);
    const late = checkIn('ok', '11:04:00');
    expect(missedAt(turn('11:04:01', [late]))).toEqual([]);
    expect(late.expected_at).toBe(at('11:00:00'));
  });

  it('run by hand in between is for no hour', () => {
    turn('10:00:10', [checkIn('ok', '10:00:02')]);
    const extra = checkIn('ok', '10:31:00');
    turn('10:31:01', [extra]);
    expect(extra.expected_at).toBeNull();
    expect(production().next_expected_at).toBe(at('11:00:00'));
  });

  it('was missed although it came before anybody looked', () => {
    turn('10:00:10', [checkIn('ok', '10:00:02')]);
    const judgement = turn('11:30:00', [checkIn('ok', '11:20:00')]);
    expect(missedAt(judgement)).toEqual(['11:00']);
    expect(judgement.incidents).toEqual([
      expect.objectContaining({ id: 0, startedAt: at('11:05:00'), endedAt: at('11:20:00') }),
    ]);
    expect(production()).toMatchObject({ status: 'ok', incident_id: null });
  });

  it('is given up after a month of silence', () => {
    turn('10:00:10', [checkIn('ok', '10:00:02')]);
    production().last_check_in_at -= 30 * 86_400_000;
    expect(missedAt(turn('12:30:00'))).toEqual([]);
    expect(production()).toMatchObject({ next_expected_at: null, due_at: null });
    turn('13:00:10', [checkIn('ok', '13:00:02')]);
    expect(production().next_expected_at).toBe(at('14:00:00'));
  });
});

describe('a run', () => {
  it('that goes on for longer than it may has timed out', () => {
    const run = checkIn('in_progress', '10:00:02');
    turn('10:00:10', [run]);
    expect(run.timeout_at).toBe(at('10:20:02'));
    turn('10:20:02', [run]);
    expect(run).toMatchObject({ status: 'timeout', timeout_at: null, reported: 0, event_id: 'event-2' });
    expect(production().status).toBe('timeout');
  });

  it('that ends in time has not', () => {
    const run = checkIn('in_progress', '10:00:02');
    turn('10:00:10', [run]);
    turn('10:25:00', [{ ...run, status: 'ok', updated_at: at('10:19:00') }]);
    expect(production()).toMatchObject({ status: 'ok', failures: 0 });
  });

  it('that says it failed opens an incident, and a good one ends it', () => {
    expect(turn('10:00:10', [checkIn('error', '10:00:02')]).incidents).toHaveLength(1);
    expect(turn('11:00:10', [checkIn('ok', '11:00:02')]).incidents).toEqual([
      { id: 7, environment: 'production', startedAt: null, endedAt: at('11:00:02'), eventId: '' },
    ]);
    expect(production()).toMatchObject({ status: 'ok', incident_id: null });
  });

  it('counts by the thresholds: three failures in a row, two good ones', () => {
    const config = { ...HOURLY, failure_issue_threshold: 3, recovery_threshold: 2 };
    const run = (status: 'ok' | 'error', hour: string) => {
      const one = checkIn(status, `${hour}:00:02`);
      return [turn(`${hour}:00:10`, [one], { config }).incidents.length, one.event_id !== ''];
    };
    expect(run('error', '01')).toEqual([0, false]);
    expect(run('error', '02')).toEqual([0, false]);
    expect(run('ok', '03')).toEqual([0, false]);
    expect(run('error', '04')).toEqual([0, false]);
    expect(run('error', '05')).toEqual([0, false]);
    expect(run('error', '06')).toEqual([1, true]);
    expect(run('ok', '07')).toEqual([0, false]);
    expect(production().status).toBe('error');
    expect(run('ok', '08')).toEqual([1, false]);
  });
});

describe('what the program could not see', () => {
  const gaps = [{ from: at('10:50:00'), to: at('13:10:00') }];

  it('is not missed; what is expected afterwards is', () => {
    turn('10:00:10', [checkIn('ok', '10:00:02')]);
    expect(missedAt(turn('13:10:30', [], { gaps }))).toEqual([]);
    expect(production().next_expected_at).toBe(at('14:00:00'));
    expect(missedAt(turn('14:05:00', [], { gaps }))).toEqual(['14:00']);
  });

  it('is not missed when it could have come in the last minute of the margin', () => {
    turn('10:00:10', [checkIn('ok', '10:00:02')]);
    const short = [{ from: at('11:04:00'), to: at('11:04:10') }];
    expect(missedAt(turn('11:06:00', [], { gaps: short }))).toEqual([]);
    expect(production().next_expected_at).toBe(at('12:00:00'));
  });

  it('may be how a run ended: unknown, and no failure', () => {
    const run = checkIn('in_progress', '10:45:00');
    turn('10:45:01', [run]);
    expect(turn('13:10:30', [run], { gaps }).incidents).toEqual([]);
    expect(run.status).toBe('unknown');
  });
});

describe('people', () => {
  it('pause it: nothing is expected and nothing fails, and going on begins from then', () => {
    turn('10:00:10', [checkIn('ok', '10:00:02')]);
    expect(turn('12:30:00', [checkIn('error', '12:00:00')], { paused: true })).toMatchObject({
      missed: [],
      incidents: [],
    });
    expect(production()).toMatchObject({ next_expected_at: null, due_at: null });
    expect(missedAt(turn('14:30:00'))).toEqual([]);
    expect(production().next_expected_at).toBe(at('15:00:00'));
  });

  it('mute it: it fails and no event tells of it, until it is heard again', () => {
    const failed = checkIn('error', '10:00:02');
    expect(turn('10:00:10', [failed], { muted: true }).incidents).toEqual([
      expect.objectContaining({ id: 0, eventId: '' }),
    ]);
    expect(failed).toMatchObject({ event_id: '', reported: 1 });
    expect(turn('11:00:10', [checkIn('error', '11:00:02')]).incidents).toEqual([
      expect.objectContaining({
        id: 7,
        startedAt: null,
        endedAt: null,
        eventId: expect.stringMatching('event'),
      }),
    ]);
  });

  it('change the schedule: what was expected by the old one is not', () => {
    turn('10:00:10', [checkIn('ok', '10:00:02')]);
    const config = { ...HOURLY, schedule: { type: 'crontab', value: '30 3 * * *' } };
    expect(missedAt(turn('12:00:00', [], { config }))).toEqual([]);
    expect(new Date(production().next_expected_at!).toISOString()).toBe('2026-11-24T03:30:00.000Z');
  });
});

it('a monitor without a schedule expects nothing, and can fail', () => {
  const config = {};
  expect(turn('10:00:10', [checkIn('error', '10:00:02')], { config }).incidents).toHaveLength(1);
  expect(missedAt(turn('23:00:00', [], { config }))).toEqual([]);
});

it('environments are judged each by itself, and there are so many of them at most', () => {
  const staging = { ...checkIn('error', '10:00:02'), environment: 'staging' };
  turn('10:00:10', [checkIn('ok', '10:00:01'), staging]);
  expect([...environments.values()].map(({ environment, status }) => [environment, status])).toEqual([
    ['production', 'ok'],
    ['staging', 'error'],
  ]);
  const made = Array.from({ length: 200 }, (_, at) => ({
    ...checkIn('ok', '10:00:03'),
    environment: `e${at}`,
  }));
  expect(turn('10:00:20', made).judged).toHaveLength(200);
  expect(environments.size).toBe(100);
});
