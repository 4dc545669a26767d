/**
 * Issue rules as they are evaluated: when something happened to issues, and not before. What happened is read from the
 * history of issues, after the last entry that was looked at; that issues have new events is told by who stored them.
 */
import { Rejection } from '#server/platform/rejection.ts';
import { LeaseLost } from '#server/store/metadata/lease.ts';
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';
import type { AlertStores } from './alerts.ts';
import { idsOf } from './alerts.ts';
import { begin, end, type Firing, type WriteDeps } from './firings.ts';
import { COUNTED_ISSUES_MAX } from './issue-counts.ts';
import { ENDS, type IssueMatch, type IssueRule, KIND_OF, matchIssues } from './issue-matches.ts';
import { issueNotification } from './issue-notification.ts';

/** Entries of the history that one turn looks at. */
const ACTIVITIES_MAX = 1_000;
/**
 * A transaction that began earlier may be seen later: entries of the last so many ms are looked at again, for a rule fires
 * once for each all the same.
 */
const UNSETTLED_MS = 10_000;
/**
 * How long the issues of one rule that fire at once may have their causes looked for, ms: when a hundred do, the first few
 * have one and nobody waits for the others.
 */
const CAUSES_MS_MAX = 3_000;
/** Firings that one turn looks at for an end. */
const ENDED_MAX = 1_000;

export interface IssueDeps {
  stores: AlertStores;
  /** A transaction in which this program is the evaluator; throws LeaseLost when it is not. */
  write<T>(work: (transaction: MetadataTransaction, deps: WriteDeps) => Promise<T>): Promise<T>;
  /** Tells of a rule that cannot be evaluated, with why; null: it can. */
  report(rule: IssueRule, problem: string | null): Promise<void>;
}

export interface Activity {
  id: number;
  issue_id: number;
  kind: string;
  created_at: number;
}

/** What happened to issues after this entry of their history; `settled`: the entry that need not be read again. */
export async function readActivities(
  { metadata: { db }, clock }: AlertStores,
  after: number,
): Promise<{ activities: Activity[]; settled: number }> {
  const activities = await db
    .selectFrom('issue_activity')
    .select(['id', 'issue_id', 'kind', 'created_at'])
    .where('id', '>', after)
    .orderBy('id')
    .limit(ACTIVITIES_MAX)
    .execute();
  const before = clock.now() - UNSETTLED_MS;
  const firstFresh = activities.findIndex(({ created_at }) => created_at > before);
  // A turn of fresh ones alone would never get to those behind them.
  const settled =
    activities.length === ACTIVITIES_MAX
      ? activities.at(-1)!.id
      : ((firstFresh < 0 ? activities.at(-1) : activities[firstFresh - 1])?.id ?? after);
  return { activities, settled };
}

export async function evaluateIssueRules(
  deps: IssueDeps,
  rules: readonly IssueRule[],
  { activities, touched }: { activities: readonly Activity[]; touched: ReadonlySet<number> },
): Promise<void> {
  const failures: unknown[] = [];
  for (const rule of rules) {
    const happened = candidatesOf(rule, activities, touched);
    if (happened.length === 0) continue;
    try {
      await evaluate(deps, rule, happened);
      if (rule.problem !== '') await deps.report(rule, null);
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      // What passes is tried again in the next turn, when the other rules had theirs.
      if (error instanceof Rejection) await deps.report(rule, error.message);
      else failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** Something happened to them that the rule asks for; of those that only have new events a count may have been reached. */
function candidatesOf(
  { condition }: IssueRule,
  activities: readonly Activity[],
  touched: ReadonlySet<number>,
): number[] {
  const kinds = condition.when.map((trigger) => KIND_OF[trigger] as string);
  const happened = activities.filter(({ kind }) => kinds.includes(kind)).map(({ issue_id }) => issue_id);
  return [...new Set([...happened, ...(condition.counts.length > 0 ? touched : [])])];
}

async function evaluate(deps: IssueDeps, rule: IssueRule, candidates: readonly number[]): Promise<void> {
  const { stores } = deps;
  const now = stores.clock.now();
  const fresh = await notFiring(stores, rule, candidates);
  const { counts, withinMinutes } = rule.condition;
  // Without a count a rule speaks of what happens from now on, not of what was before somebody wrote it.
  const since = counts.length === 0 ? rule.updatedAt : now - withinMinutes * 60_000;
  const began = performance.now();
  for (let at = 0; at < fresh.length; at += COUNTED_ISSUES_MAX) {
    const matches = await matchIssues(stores, rule, fresh.slice(at, at + COUNTED_ISSUES_MAX), { now, since });
    for (const match of matches) {
      // Who is not told needs no explanation.
      const looksForCause = rule.channels.length > 0 && performance.now() - began < CAUSES_MS_MAX;
      await fire(deps, rule, match, { now, looksForCause });
    }
  }
}

async function notFiring(
  { metadata: { db } }: AlertStores,
  rule: IssueRule,
  ids: readonly number[],
): Promise<number[]> {
  const known = await db
    .selectFrom('alert_state')
    .select('state_key')
    .where('rule_id', '=', rule.id)
    .where('state_key', 'in', ids.map(String))
    .execute();
  const firing = new Set(known.map(({ state_key }) => state_key));
  return ids.filter((id) => !firing.has(String(id)));
}

async function fire(
  deps: IssueDeps,
  rule: IssueRule,
  match: IssueMatch,
  { now, looksForCause }: { now: number; looksForCause: boolean },
): Promise<void> {
  const { row, trigger } = match;
  const cause = trigger ? `a${trigger.activity}` : `t${now}`;
  const id = `${rule.id}-${row.id}-${cause}`;
  const { notification, labels } = await issueNotification(deps.stores, rule, match, {
    firingId: id,
    now,
    looksForCause,
  });
  const firing: Firing = {
    ...{ id, rule, labels, notification },
    key: String(row.id),
    value: match.value,
    threshold: match.threshold,
    startedAt: now,
    project: row.project_id,
    issue: row.id,
  };
  await deps.write(async (transaction, writing) => {
    if (await isAsItWas(transaction, rule)) await begin(transaction, writing, firing);
  });
}

/** Nobody changed or deleted the rule since it was read. */
export async function isAsItWas(
  transaction: MetadataTransaction,
  rule: Pick<IssueRule, 'id' | 'updatedAt'>,
): Promise<boolean> {
  const row = await transaction
    .selectFrom('alert_rule')
    .select('updated_at')
    .where('id', '=', rule.id)
    .where('enabled', '=', 1)
    .executeTakeFirst();
  return row?.updated_at === rule.updatedAt;
}

/** What a person did to an issue ends what fires of it, even if it is back by now; and so does quiet. */
export async function endIssueFirings(
  deps: IssueDeps,
  rules: readonly IssueRule[],
  { activities, looksForQuiet }: { activities: readonly Activity[]; looksForQuiet: boolean },
): Promise<void> {
  const over = activities.filter(({ kind }) => (ENDS as readonly string[]).includes(kind));
  if (rules.length === 0 || (over.length === 0 && !looksForQuiet)) return;
  const { stores } = deps;
  const now = stores.clock.now();
  const firing = await stores.metadata.db
    .selectFrom('alert_state')
    .leftJoin('issue', (join) =>
      join.on((on) => on('alert_state.state_key', '=', on.cast<string>('issue.id', 'text'))),
    )
    .select([
      'alert_state.rule_id as rule',
      'alert_state.state_key as key',
      'alert_state.since as since',
      'issue.status as status',
      'issue.last_seen as last',
      'issue.project_id as project',
    ])
    .where('alert_state.state', '=', 'firing')
    .where(
      'alert_state.rule_id',
      'in',
      rules.map(({ id }) => id),
    )
    .limit(10 * ENDED_MAX)
    .execute();
  let ended = 0;
  for (const one of firing) {
    if (ended >= ENDED_MAX) return;
    const rule = rules.find(({ id }) => id === one.rule)!;
    if (!/^\d+$/.test(one.key)) continue;
    const act = over.find(
      ({ issue_id, created_at }) => String(issue_id) === one.key && created_at >= one.since,
    );
    const reason = act ? `The issue was ${act.kind}` : endOf(one, rule, now);
    if (reason === null) continue;
    ended += 1;
    await deps.write((transaction, { enqueue }) =>
      end(transaction, enqueue, rule, { key: one.key, reason, at: act?.created_at ?? now }),
    );
  }
}

function endOf(
  {
    status,
    last,
    project,
    since,
  }: { status: string | null; last: number | null; project: number | null; since: number },
  rule: IssueRule,
  now: number,
): string | null {
  if (status === null || project === null) return 'The issue was deleted or merged';
  if (status !== 'unresolved') return `The issue is ${status}`;
  if (!idsOf(rule).includes(project)) return 'The issue is of no project of the rule';
  const { quietMinutes } = rule.condition;
  const quiet = now - Math.max(last ?? 0, since);
  return quiet > quietMinutes * 60_000 ? `No event for ${Math.round(quiet / 60_000)} minutes` : null;
}
