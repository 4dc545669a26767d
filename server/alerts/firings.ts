/**
 * Firings as they are written: begun, told again, ended, each with its notification in the same transaction. A firing has
 * an id that follows from its cause, so that nobody can write it twice.
 */
import type { Notification } from '#server/record/notification.ts';
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';
import type { Rule } from './alerts.ts';
import type { Enqueue } from './enqueue.ts';
import type { Labels } from './measured.ts';
import { type Silence, tellingOf } from './telling.ts';
import { FIRING_TOLD, type FiringTold, stillSo, toldLater } from './told-later.ts';

export interface Firing {
  id: string;
  rule: Rule;
  key: string;
  labels: Labels;
  value: number | null;
  threshold: number | null;
  startedAt: number;
  project: number | null;
  issue: number | null;
  notification: Notification;
}

export interface WriteDeps {
  enqueue: Enqueue;
  silences: readonly Silence[];
  now: number;
}

/** False: it is there already. */
export async function begin(
  transaction: MetadataTransaction,
  { enqueue, silences, now }: WriteDeps,
  firing: Firing,
): Promise<boolean> {
  const { rule, key, labels, startedAt } = firing;
  const state = await transaction
    .insertInto('alert_state')
    .values({
      ...{ rule_id: rule.id, state_key: key, labels: JSON.stringify(labels), state: 'firing' },
      ...{ since: startedAt, clear_since: null, value: firing.value, firing_id: firing.id, updated_at: now },
    })
    .onConflict((conflict) =>
      conflict
        .columns(['rule_id', 'state_key'])
        .doUpdateSet({ state: 'firing', value: firing.value, firing_id: firing.id, updated_at: now })
        .where('alert_state.state', '=', 'pending'),
    )
    .executeTakeFirst();
  if (state.numInsertedOrUpdatedRows === 0n) return false;
  const telling = await tellingOf(transaction, rule, labels, { silences, now });
  const isTold = telling.told === 'told';
  const written = await transaction
    .insertInto('alert_firing')
    .values({
      ...{ id: firing.id, rule_id: rule.id, organization_id: rule.organization, project_id: firing.project },
      ...{ state_key: key, labels: JSON.stringify(labels), value: firing.value, threshold: firing.threshold },
      ...{ started_at: startedAt, ended_at: null, issue_id: firing.issue },
      notification: JSON.stringify(firing.notification),
      ...{
        told: telling.told,
        told_at: isTold ? now : null,
        times_told: isTold ? 1 : 0,
        tell_at: telling.tellAt,
      },
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst();
  if (written.numInsertedOrUpdatedRows === 0n) {
    // It was over already: what is seen again is not news.
    await transaction
      .deleteFrom('alert_state')
      .where('rule_id', '=', rule.id)
      .where('state_key', '=', key)
      .execute();
    return false;
  }
  await transaction
    .updateTable('alert_rule')
    .set({ last_fired_at: startedAt })
    .where('id', '=', rule.id)
    .execute();
  if (isTold) await enqueue(transaction, firing.notification, rule.channels);
  return true;
}

/** Those that are to be told now: held back until now, or to be repeated. */
export async function tellAgain(
  transaction: MetadataTransaction,
  { enqueue, silences, now }: WriteDeps,
  rule: Rule,
  firing: FiringTold & { labels: string },
): Promise<void> {
  const labels = JSON.parse(firing.labels) as Labels;
  const telling = await tellingOf(transaction, rule, labels, { silences, now });
  const isTold = telling.told === 'told';
  const times = firing.times_told + (isTold ? 1 : 0);
  const changed = await transaction
    .updateTable('alert_firing')
    .set({
      // What was told once stays told, whatever holds back its repetition.
      ...(isTold || firing.times_told === 0 ? { told: telling.told } : {}),
      ...(isTold ? { told_at: now } : {}),
      ...{ times_told: times, tell_at: telling.tellAt },
    })
    .where('id', '=', firing.id)
    .where('ended_at', 'is', null)
    .where('times_told', '=', firing.times_told)
    .executeTakeFirst();
  if (!isTold || changed.numUpdatedRows === 0n) return;
  const notification = await stillSo(transaction, firing, now);
  await enqueue(transaction, { ...notification, id: `${firing.id}:firing:${times}` }, rule.channels);
}

/** Ends what fires of a group; the end is told to those who were told of the beginning. */
export async function end(
  transaction: MetadataTransaction,
  enqueue: Enqueue,
  rule: Pick<Rule, 'id' | 'channels' | 'tellResolved'>,
  { key, reason, at }: { key: string; reason: string; at: number },
): Promise<void> {
  const firings = await transaction
    .selectFrom('alert_firing')
    .select(FIRING_TOLD)
    .where('rule_id', '=', rule.id)
    .where('state_key', '=', key)
    .where('ended_at', 'is', null)
    .execute();
  await transaction
    .deleteFrom('alert_state')
    .where('rule_id', '=', rule.id)
    .where('state_key', '=', key)
    .execute();
  for (const firing of firings) {
    const endedAt = Math.max(at, firing.started_at);
    await transaction
      .updateTable('alert_firing')
      .set({ ended_at: endedAt, tell_at: null })
      .where('id', '=', firing.id)
      .execute();
    if (firing.times_told === 0 || !rule.tellResolved) continue;
    const notification = await toldLater(transaction, firing);
    await enqueue(
      transaction,
      { ...notification, id: `${firing.id}:resolved`, state: 'resolved', reason, endedAt },
      rule.channels,
    );
  }
}
