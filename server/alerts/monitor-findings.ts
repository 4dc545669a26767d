/** A rule over cron monitors, looked at: what the watch over them found (server/monitors) and wrote down. */
import type { MonitorCondition } from '#contract/alerts.ts';
import { LATE_MS } from '#server/monitors/judge.ts';
import { type AlertStores, idsOf, type Rule } from './alerts.ts';
import type { MeasuredGroup, Measurement } from './measured.ts';

export type MonitorRule = Rule<MonitorCondition>;

/** Environments of monitors that one rule looks at. */
const ENVIRONMENTS_MAX = 1_000;

const WORDS = {
  missed: 'did not run when it was expected',
  timeout: 'runs longer than it may',
  error: 'failed',
  late: 'is late',
} as const;
type Bad = keyof typeof WORDS;

export async function findInMonitors(
  { metadata: { db } }: AlertStores,
  rule: MonitorRule,
  at: number,
): Promise<Measurement> {
  const { monitors, states, environment } = rule.condition;
  const ids = idsOf(rule);
  const rows = await db
    .selectFrom('monitor_environment')
    .innerJoin('monitor', 'monitor.id', 'monitor_environment.monitor_id')
    .select([
      'monitor.project_id as project',
      'monitor.slug as slug',
      'monitor_environment.environment as environment',
      'monitor_environment.status as status',
      'monitor_environment.failures as failures',
      'monitor_environment.next_expected_at as next',
      'monitor_environment.incident_id as incident',
    ])
    .where('monitor.project_id', 'in', [0, ...ids])
    .where('monitor.paused', '=', 0)
    .where('monitor.muted', '=', 0)
    .$if(monitors.length > 0, (query) => query.where('monitor.slug', 'in', monitors))
    .$if(environment !== '', (query) => query.where('monitor_environment.environment', '=', environment))
    .orderBy('monitor_environment.id')
    .limit(ENVIRONMENTS_MAX + 1)
    .execute();
  const slugOf = new Map(rule.projectsSeen.map(({ id, slug }) => [Number(id), slug]));
  const groups = rows.slice(0, ENVIRONMENTS_MAX).map((row): MeasuredGroup => {
    const isLate = row.next !== null && at > row.next + LATE_MS && row.status === 'ok';
    const state = isLate ? 'late' : row.status;
    // As many failures as the monitor allows are no incident, and not the end of one.
    const isBad = states.includes(state as Bad) && (isLate || row.incident !== null);
    return {
      labels: { project: slugOf.get(row.project)!, monitor: row.slug, environment: row.environment },
      value: row.failures,
      threshold: null,
      finding: isBad ? 'bad' : state === 'ok' || isLate ? 'well' : 'between',
      reason: `${row.slug} ${isBad ? WORDS[state as Bad] : 'runs as expected'}`,
      project: row.project,
    };
  });
  const isCut = rows.length > ENVIRONMENTS_MAX;
  return {
    at,
    groups,
    groupsLeftOut: isCut ? 1 : 0,
    note: isCut ? 'There are more monitors than a rule looks at.' : '',
    gone: 'It is paused, muted or deleted',
  };
}
