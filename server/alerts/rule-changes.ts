/**
 * What people do to rules and silences. A rule that is written anew, switched off or deleted ends what fires of it, and
 * says so to who was told: a page about a rule that is gone would never end.
 */
import type { AlertRuleInput, AlertSilenceInput } from '#contract/alerts.ts';
import type { ProjectSummary } from '#contract/people.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { issueId, visibleProjects } from '#server/issues/issues.ts';
import { matchingIssues } from '#server/issues/matching-issues.ts';
import { isTimeZone } from '#server/platform/time-zone.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';
import {
  type AlertStores,
  findRule,
  idsOf,
  RULES_MAX,
  type Rule,
  type RuleRow,
  readDefinition,
} from './alerts.ts';
import { end } from './firings.ts';
import { searchOf } from './issue-matches.ts';
import { checkSource } from './source-values.ts';

/** Silences of an organization that are not over. */
const SILENCES_MAX = 500;
const SILENCE_MS_MAX = 366 * 86_400_000;

/** A rule that was never kept, as one that can be previewed. Throws the refusal of what can never be evaluated. */
export async function draftRule(stores: AlertStores, viewer: Viewer, input: AlertRuleInput): Promise<Rule> {
  const visible = await visibleProjects(stores, viewer);
  const named = input.projects.map((one) => projectOf(visible, one));
  const projectsSeen = input.projects.length === 0 ? visible : [...new Set(named)];
  const rule: Rule = {
    ...input,
    projects: projectsSeen === visible ? [] : projectsSeen.map(({ id }) => id),
    ...{ id: 0, organization: viewer.organization.id, projectsSeen },
    ...{ evaluatedAt: null, problem: '', updatedAt: stores.clock.now() },
  };
  await check(stores, rule);
  return rule;
}

function projectOf(visible: readonly ProjectSummary[], slugOrId: string): ProjectSummary {
  const found = visible.find(({ slug, id }) => slug === slugOrId || id === slugOrId);
  if (!found) throw reject('request_invalid', `projects: there is no project "${slugOrId.slice(0, 100)}"`);
  return found;
}

async function check(stores: AlertStores, rule: Rule): Promise<void> {
  const { condition, schedule } = rule;
  if (schedule && !isTimeZone(schedule.timeZone))
    throw reject(
      'request_invalid',
      `schedule.timeZone: "${schedule.timeZone}" is no time zone such as Europe/Vienna`,
    );
  if (condition.kind === 'issue') {
    if (condition.when.length === 0 && condition.counts.length === 0)
      throw reject('request_invalid', 'condition: expected something that happens (when) or a count');
    // The keys of a search are only known to who answers it.
    const filter = searchOf(condition);
    if (filter && rule.projectsSeen.length > 0)
      await matchingIssues(stores, idsOf(rule), {
        filter,
        seenSince: stores.clock.now(),
        notices: new Set(),
      });
  }
  if (condition.kind !== 'log') return;
  checkSource(condition.source);
  const { test, source } = condition;
  const isOfPatterns = test.is === 'newPattern' || test.is === 'pattern';
  if (isOfPatterns && (source.dialect !== 'search' || source.by.length > 0))
    throw reject('request_invalid', 'condition: patterns are looked for by a search that is not grouped');
  if (test.is === 'above' && test.resolve !== null && test.resolve > test.threshold)
    throw reject('request_invalid', 'condition.test.resolve must not be above the threshold');
  if (test.is === 'below' && test.resolve !== null && test.resolve < test.threshold)
    throw reject('request_invalid', 'condition.test.resolve must not be below the threshold');
}

export async function createRule(
  stores: AlertStores,
  viewer: Viewer,
  input: AlertRuleInput,
): Promise<number> {
  const rule = await draftRule(stores, viewer, input);
  return stores.metadata.transaction([], async (transaction) => {
    const { count } = await transaction
      .selectFrom('alert_rule')
      .select((row) => row.fn.countAll<number>().as('count'))
      .where('organization_id', '=', rule.organization)
      .executeTakeFirstOrThrow();
    if (Number(count) >= RULES_MAX)
      throw reject('request_invalid', `there are ${RULES_MAX} alert rules already; delete one first`);
    const now = stores.clock.now();
    const { id } = await transaction
      .insertInto('alert_rule')
      .values({
        organization_id: rule.organization,
        ...columnsOf(rule),
        ...{ created_by: viewer.userId, created_at: now, updated_at: now },
        ...{ evaluated_at: null, problem_since: null, last_fired_at: null },
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await writeProjects(transaction, id, rule);
    await countChange(transaction);
    return id;
  });
}

function columnsOf(rule: Rule) {
  const {
    id: _,
    organization: __,
    projectsSeen: ___,
    evaluatedAt: ____,
    problem: _____,
    updatedAt: ______,
    ...definition
  } = rule;
  return {
    name: rule.name,
    kind: rule.condition.kind,
    definition: JSON.stringify(definition),
    enabled: rule.enabled ? (1 as const) : (0 as const),
  };
}

async function writeProjects(transaction: MetadataTransaction, id: number, rule: Rule): Promise<void> {
  await transaction.deleteFrom('alert_rule_project').where('rule_id', '=', id).execute();
  if (rule.projects.length > 0)
    await transaction
      .insertInto('alert_rule_project')
      .values(rule.projects.map((project) => ({ rule_id: id, project_id: Number(project) })))
      .execute();
}

/** Every evaluator reads the rules again. On Postgres it waits for one that writes, and is waited for. */
async function countChange(transaction: MetadataTransaction): Promise<void> {
  await transaction
    .updateTable('alert_evaluator')
    .set((row) => ({ revision: row('revision', '+', 1) }))
    .where('name', '=', 'rules')
    .execute();
}

export async function changeRule(
  stores: AlertStores,
  viewer: Viewer,
  id: string,
  input: AlertRuleInput,
): Promise<void> {
  const row = await findRule(stores, viewer, id);
  const rule = await draftRule(stores, viewer, input);
  const before = readDefinition(row);
  const isSameQuestion =
    rule.enabled &&
    row.enabled === 1 &&
    JSON.stringify([before.condition, before.projects]) === JSON.stringify([rule.condition, rule.projects]);
  await stores.metadata.transaction([], async (transaction) => {
    // First the row that evaluators hold while they write: both go through it in the same order.
    await countChange(transaction);
    if (!isSameQuestion)
      await endAll(
        transaction,
        stores,
        row,
        rule.enabled ? 'The rule was changed' : 'The rule was switched off',
      );
    const now = stores.clock.now();
    const changed = await transaction
      .updateTable('alert_rule')
      .set({
        ...columnsOf(rule),
        // Later than before, whatever the clock says: that is how a change is noticed.
        updated_at: Math.max(now, row.updated_at + 1),
        ...(isSameQuestion ? {} : { problem: '', problem_since: null, evaluated_at: null }),
      })
      .where('id', '=', row.id)
      .executeTakeFirst();
    if (changed.numUpdatedRows === 0n) throw reject('not_found', `no alert rule ${row.id}`);
    if (!isSameQuestion) await transaction.deleteFrom('alert_sample').where('rule_id', '=', row.id).execute();
    await writeProjects(transaction, row.id, rule);
  });
}

export async function deleteRule(stores: AlertStores, viewer: Viewer, id: string): Promise<void> {
  const row = await findRule(stores, viewer, id);
  await stores.metadata.transaction([], async (transaction) => {
    await countChange(transaction);
    await endAll(transaction, stores, row, 'The rule was deleted');
    await transaction.deleteFrom('alert_rule').where('id', '=', row.id).execute();
  });
}

async function endAll(
  transaction: MetadataTransaction,
  { enqueue, clock }: AlertStores,
  row: RuleRow,
  reason: string,
): Promise<void> {
  const { channels, tellResolved } = readDefinition(row);
  const states = await transaction
    .selectFrom('alert_state')
    .select('state_key')
    .where('rule_id', '=', row.id)
    .execute();
  for (const { state_key: key } of states)
    await end(transaction, enqueue, { id: row.id, channels, tellResolved }, { key, reason, at: clock.now() });
}

export async function createSilence(
  stores: AlertStores,
  viewer: Viewer,
  { rule, matchers, comment, startsAt, endsAt }: AlertSilenceInput,
): Promise<number> {
  const ruleId = rule === null ? null : (await findRule(stores, viewer, rule)).id;
  const now = stores.clock.now();
  const [from, to] = [startsAt === undefined ? now : Date.parse(startsAt), Date.parse(endsAt)];
  if (to <= Math.max(from, now))
    throw reject('request_invalid', 'endsAt: a silence ends after it begins, and after now');
  if (to - from > SILENCE_MS_MAX) throw reject('request_invalid', 'endsAt: a silence lasts a year at most');
  return stores.metadata.transaction([], async (transaction) => {
    const { count } = await transaction
      .selectFrom('alert_silence')
      .select((row) => row.fn.countAll<number>().as('count'))
      .where('organization_id', '=', viewer.organization.id)
      .where('ends_at', '>', now)
      .executeTakeFirstOrThrow();
    if (Number(count) >= SILENCES_MAX)
      throw reject('request_invalid', `there are ${SILENCES_MAX} silences already; end one first`);
    await countChange(transaction);
    const { id } = await transaction
      .insertInto('alert_silence')
      .values({
        ...{
          organization_id: viewer.organization.id,
          rule_id: ruleId,
          matchers: JSON.stringify(matchers),
          comment,
        },
        ...{ starts_at: from, ends_at: to, created_by: viewer.userId, created_at: now },
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  });
}

/** What it held back is told now. */
export async function endSilence(stores: AlertStores, viewer: Viewer, id: string): Promise<void> {
  const now = stores.clock.now();
  await stores.metadata.transaction([], async (transaction) => {
    await countChange(transaction);
    const ended = await transaction
      .updateTable('alert_silence')
      .set({ ends_at: now })
      .where('id', '=', issueId(id))
      .where('organization_id', '=', viewer.organization.id)
      .where('ends_at', '>', now)
      .executeTakeFirst();
    if (ended.numUpdatedRows === 0n)
      throw reject('not_found', `no silence ${id.slice(0, 100)} that is not over`);
    await transaction
      .updateTable('alert_firing')
      .set({ tell_at: now })
      .where('organization_id', '=', viewer.organization.id)
      .where('told', '=', 'silenced')
      .where('ended_at', 'is', null)
      .execute();
  });
}
