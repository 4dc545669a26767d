/**
 * Rules that are evaluated by the clock: what was found becomes the states of their groups, written at once and only where
 * something changed. A group that is not found any more is well.
 */
import type { AlertCondition } from '#contract/alerts.ts';
import type { Notification } from '#server/record/notification.ts';
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';
import type { AlertStores, Rule } from './alerts.ts';
import { begin, end, type WriteDeps } from './firings.ts';
import { isAsItWas } from './issue-alerts.ts';
import { judge, type Standing, type Verdict } from './judge.ts';
import { cutText, keyOf, type Labels, type MeasuredGroup, type Measurement } from './measured.ts';

/** Of the state that says that a rule cannot be evaluated. */
export const PROBLEM_KEY = '!problem';
/** States of one rule that are read: its groups, and those that are not found any more. */
const STATES_MAX = 1_000;
/** How often it is written down that a rule was evaluated and what it found, ms: a point of its chart. */
export const SAMPLED_MS = 60_000;
const TITLE_CHARS_MAX = 300;

export interface GroupDeps {
  stores: AlertStores;
  write<T>(work: (transaction: MetadataTransaction, deps: WriteDeps) => Promise<T>): Promise<T>;
}

interface Known extends Standing {
  key: string;
  labels: string;
  firing_id: string;
}

interface Step {
  key: string;
  group: MeasuredGroup;
  verdict: Verdict;
  known: Known | undefined;
}

/** `isSampled`: a minute is over. */
export async function applyMeasurement(
  deps: GroupDeps,
  rule: Rule,
  measurement: Measurement,
  { isSampled, late = '' }: { isSampled: boolean; late?: string },
): Promise<void> {
  const known = await statesOf(deps.stores, rule.id);
  const steps = stepsOf(rule, measurement, known, late !== '');
  const changes = steps.filter((step) => isChange(step));
  if (changes.length === 0 && !isSampled) return;
  await deps.write(async (transaction, writing) => {
    if (!(await isAsItWas(transaction, rule))) return;
    for (const step of changes)
      await writeStep(transaction, writing, deps.stores, { rule, measurement, step, late });
    if (isSampled) await writeSample(transaction, rule, measurement);
  });
}

async function statesOf({ metadata: { db } }: AlertStores, rule: number): Promise<Known[]> {
  const rows = await db
    .selectFrom('alert_state')
    .select(['state_key as key', 'labels', 'state', 'since', 'clear_since as clearSince', 'firing_id'])
    .where('rule_id', '=', rule)
    .where('state_key', '!=', PROBLEM_KEY)
    .limit(STATES_MAX)
    .execute();
  return rows;
}

/** Of late records only what is bad is news: that an old window is well ends nothing. */
function stepsOf(
  rule: Rule,
  { at, groups, gone: why }: Measurement,
  known: readonly Known[],
  isLate: boolean,
): Step[] {
  const times = timesOf(rule.condition);
  const standing = new Map(known.map((one) => [one.key, one]));
  const found = groups.map((group): Step => {
    const key = keyOf(group.labels);
    const one = standing.get(key);
    standing.delete(key);
    return { key, group, known: one, verdict: judge(one, group.finding, { at, ...times }) };
  });
  if (isLate) return found.filter(({ verdict }) => verdict.is === 'fire');
  const gone = [...standing.values()].map((one): Step => {
    const labels = JSON.parse(one.labels) as Labels;
    const group: MeasuredGroup = {
      ...{
        labels,
        value: null,
        threshold: null,
        finding: 'well',
        reason: why ?? 'There is nothing of it any more',
      },
    };
    return { key: one.key, group, known: one, verdict: judge(one, 'well', { at, ...times }) };
  });
  return [...found, ...gone];
}

function timesOf(condition: AlertCondition): { forMs: number; clearMs: number } {
  const minutes = { for: 0, clear: 0 };
  if (condition.kind === 'log' || condition.kind === 'health') minutes.for = condition.forMinutes;
  if (condition.kind === 'log') minutes.clear = condition.clearMinutes;
  return { forMs: minutes.for * 60_000, clearMs: minutes.clear * 60_000 };
}

function isChange({ verdict, known }: Step): boolean {
  switch (verdict.is) {
    case 'nothing':
      return false;
    case 'pending':
      return known === undefined;
    case 'firing':
      return known?.clearSince !== verdict.clearSince;
    default:
      return true;
  }
}

async function writeStep(
  transaction: MetadataTransaction,
  writing: WriteDeps,
  stores: AlertStores,
  { rule, measurement, step, late }: { rule: Rule; measurement: Measurement; step: Step; late: string },
): Promise<void> {
  const { key, group, verdict } = step;
  const ofState = { rule_id: rule.id, state_key: key };
  switch (verdict.is) {
    case 'pending':
      await transaction
        .insertInto('alert_state')
        .values({
          ...ofState,
          ...{
            labels: JSON.stringify(group.labels),
            state: 'pending',
            since: verdict.since,
            clear_since: null,
          },
          ...{ value: group.value, updated_at: writing.now },
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return;
    case 'fire': {
      const id = `${rule.id}-${key.slice(0, 16)}-${measurement.at}`;
      const reason = late === '' ? group.reason : `${group.reason}; ${late}`;
      await begin(transaction, writing, {
        ...{ id, rule, key, labels: group.labels, value: group.value, threshold: group.threshold },
        ...{ startedAt: measurement.at, project: projectOf(rule, group), issue: null },
        notification: groupNotification(stores, rule, { ...group, reason }, { id, at: measurement.at }),
      });
      return;
    }
    case 'firing':
      await transaction
        .updateTable('alert_state')
        .set({ clear_since: verdict.clearSince, value: group.value, updated_at: writing.now })
        .where('rule_id', '=', rule.id)
        .where('state_key', '=', key)
        .execute();
      return;
    case 'resolve':
      await end(transaction, writing.enqueue, rule, { key, reason: group.reason, at: measurement.at });
      return;
    case 'forget':
      await transaction
        .deleteFrom('alert_state')
        .where('rule_id', '=', rule.id)
        .where('state_key', '=', key)
        .where('state', '=', 'pending')
        .execute();
  }
}

const projectOf = (rule: Rule, group: MeasuredGroup) =>
  group.project ?? (rule.projectsSeen.length === 1 ? Number(rule.projectsSeen[0]!.id) : null);

/** Where one looks next: the query in the log explorer, or the rule. */
function groupNotification(
  stores: AlertStores,
  rule: Rule,
  group: MeasuredGroup,
  { id, at }: { id: string; at: number },
): Notification {
  const projectId = projectOf(rule, group);
  const project = rule.projectsSeen.find((one) => Number(one.id) === projectId);
  const names = Object.entries(group.labels).filter(([name]) => name !== 'project');
  const of = names.map(([, value]) => value).join(', ');
  return {
    id: `${id}:firing:1`,
    organizationId: String(rule.organization),
    project: project ? { id: Number(project.id), slug: project.slug, name: project.name } : null,
    rule: { id: String(rule.id), name: rule.name },
    firingKey: id,
    state: 'firing',
    priority: rule.priority,
    title: cutText(of === '' ? rule.name : `${rule.name}: ${of}`, TITLE_CHARS_MAX),
    reason: group.reason,
    startedAt: at,
    endedAt: null,
    facts: [
      ...names.map(([name, value]) => ({ name, value: cutText(value) })),
      { name: 'Since', value: new Date(at).toISOString() },
    ],
    cause: null,
    issue: null,
    url: `${stores.publicUrl()}${placeOf(rule, at)}`,
    labels: {
      ...{ rule: rule.name, priority: rule.priority, ...(project ? { project: project.slug } : {}) },
      ...group.labels,
    },
  };
}

function placeOf({ id, condition }: Rule, at: number): string {
  if (condition.kind !== 'log' || condition.source.dialect !== 'search') return `/alerts/${id}`;
  const period = new URLSearchParams({
    query: condition.source.query,
    from: new Date(at - condition.windowMinutes * 60_000).toISOString(),
    to: new Date(at).toISOString(),
  });
  return `/logs?${period}`;
}

/** The value that is farthest to the side that the rule fears. */
export function farthest(groups: readonly MeasuredGroup[], condition: AlertCondition): number | null {
  const values = groups.flatMap(({ value }) => (value === null ? [] : [value]));
  if (values.length === 0) return null;
  const fearsLess =
    condition.kind === 'health' ||
    (condition.kind === 'log' && (condition.test.is === 'below' || condition.test.is === 'absent'));
  return fearsLess ? Math.min(...values) : Math.max(...values);
}

async function writeSample(
  transaction: MetadataTransaction,
  rule: Rule,
  { at, groups }: Measurement,
): Promise<void> {
  const minute = Math.floor(at / SAMPLED_MS) * SAMPLED_MS;
  await transaction
    .insertInto('alert_sample')
    .values({ rule_id: rule.id, at: minute, value: farthest(groups, rule.condition) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await transaction.updateTable('alert_rule').set({ evaluated_at: at }).where('id', '=', rule.id).execute();
}
