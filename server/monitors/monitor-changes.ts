/**
 * What people do to monitors. A change takes effect in the next turn of the watch: the environments are made due, and
 * judged by what is true then. The lock of the project keeps process and the watch from writing in between.
 */
import type { MonitorConfig, MonitorUpdate } from '#contract/monitors.ts';
import { mergeMonitorConfig, readMonitorConfig } from '#server/record/monitor-config.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';
import type { FoundMonitor, MonitorStores } from './monitors.ts';

export async function changeMonitor(
  { metadata }: MonitorStores,
  { row }: FoundMonitor,
  { paused, muted, config }: MonitorUpdate,
): Promise<void> {
  await metadata.transaction([row.project_id], async (transaction) => {
    const known = await transaction
      .selectFrom('monitor')
      .select('config')
      .where('id', '=', row.id)
      .executeTakeFirst();
    if (!known) throw reject('not_found', `no monitor ${row.id}`);
    await transaction
      .updateTable('monitor')
      .set({
        ...(paused === undefined ? {} : { paused: paused ? 1 : 0 }),
        ...(muted === undefined ? {} : { muted: muted ? 1 : 0 }),
        config: config ? checked(known.config, config) : known.config,
      })
      .where('id', '=', row.id)
      .execute();
    await transaction
      .updateTable('monitor_environment')
      .set({ due_at: 0 })
      .where('monitor_id', '=', row.id)
      .execute();
  });
}

/** The configuration as kept. Throws what a person can change. */
function checked(known: string, { schedule, ...rest }: MonitorConfig): string {
  const { timezone, ...expected } = schedule?.type === 'crontab' ? schedule : { ...schedule, timezone: '' };
  const wanted = {
    schedule: expected,
    timezone,
    checkin_margin: rest.marginMinutes,
    max_runtime: rest.maxRuntimeMinutes,
    failure_issue_threshold: rest.failureThreshold,
    recovery_threshold: rest.recoveryThreshold,
  };
  const merged = mergeMonitorConfig(known, JSON.stringify(wanted));
  if (schedule === null) return JSON.stringify({ ...JSON.parse(merged), schedule: undefined });
  const { problems } = readMonitorConfig(merged);
  if (problems.length > 0) throw reject('monitor_invalid', problems.join('; '));
  return merged;
}

export async function deleteMonitor({ metadata }: MonitorStores, { row }: FoundMonitor): Promise<void> {
  await metadata.transaction([row.project_id], async (transaction) => {
    await transaction.deleteFrom('monitor').where('id', '=', row.id).execute();
  });
}

export async function deleteEnvironment(
  { metadata }: MonitorStores,
  { row }: FoundMonitor,
  environment: string,
): Promise<void> {
  const gone = await metadata.transaction([row.project_id], async (transaction: MetadataTransaction) => {
    const of = { monitor_id: row.id, environment };
    for (const table of ['check_in', 'monitor_incident'] as const)
      await transaction
        .deleteFrom(table)
        .where('monitor_id', '=', of.monitor_id)
        .where('environment', '=', of.environment)
        .execute();
    return transaction
      .deleteFrom('monitor_environment')
      .where('monitor_id', '=', of.monitor_id)
      .where('environment', '=', of.environment)
      .returning('id')
      .executeTakeFirst();
  });
  if (!gone) throw reject('not_found', 'no such environment');
}
