/**
 * Which of some issues an issue rule speaks of now: those that its search finds, to which one of its things happened, and
 * that reached all of its counts. Asked only about issues that something just happened to.
 */
import type { IssueCondition, IssueTrigger } from '#contract/alerts.ts';
import { hashesOf } from '#server/issues/issues.ts';
import type { IssueRow } from '#server/issues/lifecycle.ts';
import { matchingIssues } from '#server/issues/matching-issues.ts';
import { ISSUE_USERS_MAX } from '#server/issues/upsert.ts';
import { parseSearch } from '#server/query/search.ts';
import { combine, type SearchFilter } from '#server/query/search-filter.ts';
import type { IssueActivityTable } from '#server/store/metadata/schema.ts';
import { type AlertStores, idsOf, type Rule } from './alerts.ts';
import {
  COUNTED_ISSUES_MAX,
  type CountedIssue,
  countInWindows,
  countOf,
  sessionsInWindow,
  type WindowCount,
} from './issue-counts.ts';
import { figure, spell } from './measured.ts';

export type IssueRule = Rule<IssueCondition>;
type ActivityKind = IssueActivityTable['kind'];

/** As the history of an issue calls them. */
export const KIND_OF: Record<IssueTrigger, ActivityKind> = {
  new: 'first_seen',
  regressed: 'regressed',
  escalating: 'escalated',
  returned: 'returned',
};
export const ENDS: readonly ActivityKind[] = ['resolved', 'archived'];

export interface IssueMatch {
  row: IssueRow;
  counted: CountedIssue;
  /** The thing that happened; null: none is asked for. */
  trigger: { kind: IssueTrigger; activity: number; at: number } | null;
  /** What the first count came to, and what was asked for. */
  value: number | null;
  threshold: number | null;
  /** `50 users in the last hour`. */
  reasons: string[];
  tally: Tally;
}

/** How often it happened and to how many, all counted at one moment. */
export interface Tally {
  /** In the windows of the rule, shortest first; without those that reach back to before the issue was there. */
  windows: readonly ({ minutes: number } & WindowCount)[];
  inAll: WindowCount;
}

/** The search of a rule speaks of events as old as this, beside those of its windows. */
const SEARCHED_MS = 86_400_000;

export const windowsOf = ({ counts }: IssueCondition) =>
  counts.map(({ windowMinutes }) => windowMinutes * 60_000);

/** What the rule says issues are like; null: any. Throws the refusal of a search that cannot be read. */
export function searchOf({ query, firstRelease }: IssueCondition): SearchFilter | null {
  const parts = query.trim() === '' ? [] : [parseSearch(query)];
  if (firstRelease !== '')
    parts.push({ is: 'equal', key: 'firstRelease', value: firstRelease.split(/\*+/), column: 1 });
  // Any release at all.
  if (/^\*+$/.test(firstRelease)) parts.splice(-1, 1, { is: 'has', key: 'firstRelease', column: 1 });
  return parts.length === 0 ? null : combine('all', parts);
}

/** Throws the refusal of a search that cannot be answered. */
export async function matchIssues(
  stores: AlertStores,
  rule: IssueRule,
  ids: readonly number[],
  { now, since }: { now: number; since: number },
): Promise<IssueMatch[]> {
  const projects = idsOf(rule);
  if (projects.length === 0 || ids.length === 0) return [];
  const { condition } = rule;
  const rows = await foundBySearch(stores, rule, projects, ids.slice(0, COUNTED_ISSUES_MAX), now);
  const triggers = await triggersOf(stores, condition, rows, since);
  const wanted = condition.when.length === 0 ? rows : rows.filter(({ id }) => triggers.has(id));
  if (wanted.length === 0) return [];
  const hashes = await hashesOf(
    stores,
    wanted.map(({ id }) => id),
  );
  const issues = wanted.map((row) => ({
    row,
    trigger: triggers.get(row.id) ?? null,
    counted: { id: row.id, project: row.project_id, hashes: hashes.get(row.id) ?? [] },
  }));
  return countsReached(stores, condition, issues, now);
}

/** As many as are needed ever are needed in a window: what cannot be is known without asking telemetry. */
async function foundBySearch(
  stores: AlertStores,
  { condition }: IssueRule,
  projects: readonly number[],
  ids: readonly number[],
  now: number,
): Promise<IssueRow[]> {
  const { counts } = condition;
  const filter = searchOf(condition);
  const least = (of: 'events' | 'users') =>
    Math.max(0, ...counts.filter((count) => count.of === of).map(({ atLeast }) => Math.ceil(atLeast)));
  const candidates = stores.metadata.db
    .selectFrom('issue')
    .selectAll()
    .where('id', 'in', ids)
    .where('project_id', 'in', projects)
    .where('status', '=', 'unresolved')
    .where('event_count', '>=', least('events'))
    // Beyond that users are not counted one by one.
    .where('user_count', '>=', Math.min(ISSUE_USERS_MAX, least('users')));
  if (filter === null) return candidates.execute();
  // The search may ask telemetry: not of issues that are out of the question.
  if (!(await candidates.clearSelect().select('id').limit(1).executeTakeFirst())) return [];
  const found = await matchingIssues(stores, projects, {
    filter,
    seenSince: now - Math.max(SEARCHED_MS, ...windowsOf(condition)),
    notices: new Set(),
  });
  return candidates.where(found).execute();
}

async function triggersOf(
  { metadata: { db } }: AlertStores,
  { when }: IssueCondition,
  rows: readonly IssueRow[],
  since: number,
): Promise<Map<number, NonNullable<IssueMatch['trigger']>>> {
  if (when.length === 0 || rows.length === 0) return new Map();
  const activities = await db
    .selectFrom('issue_activity')
    .select(['id', 'issue_id', 'kind', 'created_at'])
    .where(
      'issue_id',
      'in',
      rows.map(({ id }) => id),
    )
    .where(
      'kind',
      'in',
      when.map((trigger) => KIND_OF[trigger]),
    )
    .where('created_at', '>=', since)
    .where('merged_from', 'is', null)
    .orderBy('id')
    .execute();
  return new Map(
    activities.map(({ id, issue_id, kind, created_at }) => [
      issue_id,
      { kind: when.find((trigger) => KIND_OF[trigger] === kind)!, activity: id, at: created_at },
    ]),
  );
}

type Candidate = Pick<IssueMatch, 'row' | 'trigger' | 'counted'>;

async function countsReached(
  stores: AlertStores,
  condition: IssueCondition,
  issues: readonly Candidate[],
  now: number,
): Promise<IssueMatch[]> {
  const { counts, environment } = condition;
  const windowsMs = windowsOf(condition);
  const seen = await countInWindows(
    stores.telemetry,
    issues.map(({ counted }) => counted),
    { windowsMs, environment, now },
  );
  const projects = [...new Set(issues.map(({ counted }) => counted.project))];
  const sessions = await Promise.all(
    counts.map(async ({ of }, at) =>
      of === 'sessions'
        ? sessionsInWindow(stores.telemetry, projects, { windowMs: windowsMs[at]!, environment, now })
        : new Map<number, number>(),
    ),
  );
  return issues.flatMap((issue) => {
    const windows = seen.get(issue.row.id);
    const values = counts.map((count, at) =>
      countOf(count, windows?.[at], sessions[at]!.get(issue.row.project_id) ?? 0),
    );
    if (counts.some(({ atLeast }, at) => values[at]! < atLeast)) return [];
    return [
      {
        ...issue,
        value: values[0] ?? null,
        threshold: counts[0]?.atLeast ?? null,
        reasons: counts.map(({ of, windowMinutes }, at) =>
          of === 'sessions'
            ? `events for ${figure(values[at]!)} % of the sessions of the last ${spell(windowMinutes)}`
            : `${figure(values[at]!)} ${values[at] === 1 ? of.slice(0, -1) : of} in the last ${spell(windowMinutes)}`,
        ),
        tally: tallyOf(issue.row, condition, windows ?? [], now),
      },
    ];
  });
}

/**
 * Windows are counted a moment after the issue was read, and rows are there before the issue counts them. So what is told
 * as all of it is never less than a window, and is the window itself when the issue began within it.
 */
function tallyOf(
  row: IssueRow,
  { counts, environment }: IssueCondition,
  seen: readonly WindowCount[],
  now: number,
): Tally {
  const all = counts.map(({ windowMinutes }, at) => ({ minutes: windowMinutes, ...seen[at]! }));
  const isWhole = ({ minutes }: { minutes: number }) =>
    environment === '' && row.first_seen >= now - minutes * 60_000;
  const whole = all.find(isWhole);
  const most = (of: keyof WindowCount, counted: number) => Math.max(counted, ...all.map((one) => one[of]));
  const inAll = whole
    ? { events: whole.events, users: whole.users }
    : { events: most('events', row.event_count), users: most('users', row.user_count) };
  const parts = new Map(all.filter((one) => !isWhole(one)).map((one) => [one.minutes, one]));
  return { windows: [...parts.values()].sort((a, b) => a.minutes - b.minutes), inAll };
}
