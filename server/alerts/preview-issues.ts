/** What an issue rule would have said: of what happened to issues, and of their events counted window after window. */
import type { AlertPreview } from '#contract/alerts.ts';
import { hashesOf } from '#server/issues/issues.ts';
import type { IssueRow } from '#server/issues/lifecycle.ts';
import { matchingIssues } from '#server/issues/matching-issues.ts';
import { ISSUE_USERS_MAX } from '#server/issues/upsert.ts';
import { type AlertStores, idsOf } from './alerts.ts';
import { countsOverTime, sessionsInWindow } from './issue-counts.ts';
import { type IssueRule, KIND_OF, searchOf } from './issue-matches.ts';
import { cutText, figure } from './measured.ts';
import { bars, FIRINGS_LISTED_MAX, type Span } from './preview-bars.ts';

/** Issues whose events are counted; the rest is said to be left out. */
const ISSUES_MAX = 200;
/** Entries of the history that are looked at. */
const ACTIVITIES_MAX = 5_000;

type Fired = AlertPreview['firings'][number];

export async function previewIssues(stores: AlertStores, rule: IssueRule, span: Span): Promise<AlertPreview> {
  const notices = new Set<string>();
  const happened = await whatHappened(stores, rule, span, notices);
  const firings =
    rule.condition.counts.length === 0
      ? happened.map(({ row, at }): Fired => ({ from: at, to: null, title: cutText(row.title), value: null }))
      : await countedFirings(stores, rule, span, happened, notices);
  firings.sort((a, b) => a.from - b.from);
  return {
    ...bars(
      firings.map(({ from }) => from),
      span,
    ),
    fired: firings.length,
    firings: firings.slice(-FIRINGS_LISTED_MAX),
    now:
      firings.length === 0
        ? 'No issue of this time is like that'
        : `${figure(firings.length)} ${firings.length === 1 ? 'issue is' : 'issues are'} like that`,
    notices: [...notices],
  };
}

/** Issues of the search to which one of the things happened; without `when` those that had events. */
async function whatHappened(
  stores: AlertStores,
  rule: IssueRule,
  { from }: Span,
  notices: Set<string>,
): Promise<{ row: IssueRow; at: number }[]> {
  const { when, counts, withinMinutes } = rule.condition;
  const filter = searchOf(rule.condition);
  const projects = idsOf(rule);
  const { db } = stores.metadata;
  const least = (of: 'events' | 'users') =>
    Math.max(0, ...counts.filter((count) => count.of === of).map(({ atLeast }) => Math.ceil(atLeast)));
  const found = filter && (await matchingIssues(stores, projects, { filter, seenSince: from, notices }));
  const issues = db
    .selectFrom('issue')
    .where('issue.project_id', 'in', projects)
    .where('issue.event_count', '>=', least('events'))
    .where('issue.user_count', '>=', Math.min(ISSUE_USERS_MAX, least('users')))
    .$if(found !== null, (rows) => rows.where(found!));
  if (when.length === 0) {
    const rows = await issues
      .selectAll('issue')
      .where('issue.last_seen', '>=', from)
      .orderBy('issue.last_seen', 'desc')
      .limit(ISSUES_MAX + 1)
      .execute();
    if (rows.length > ISSUES_MAX)
      notices.add(`Only the ${ISSUES_MAX} issues that happened last were looked at.`);
    return rows.slice(0, ISSUES_MAX).map((row) => ({ row, at: row.first_seen }));
  }
  const since = counts.length === 0 ? from : from - withinMinutes * 60_000;
  const rows = await issues
    .innerJoin('issue_activity', 'issue_activity.issue_id', 'issue.id')
    .selectAll('issue')
    .select('issue_activity.created_at as happened_at')
    .where(
      'issue_activity.kind',
      'in',
      when.map((trigger) => KIND_OF[trigger]),
    )
    .where('issue_activity.merged_from', 'is', null)
    .where('issue_activity.created_at', '>=', since)
    .orderBy('issue_activity.id', 'desc')
    .limit(ACTIVITIES_MAX + 1)
    .execute();
  if (rows.length > ACTIVITIES_MAX)
    notices.add(`Only the last ${figure(ACTIVITIES_MAX)} of them were looked at.`);
  return rows.slice(0, ACTIVITIES_MAX).map(({ happened_at, ...row }) => ({ row, at: happened_at }));
}

async function countedFirings(
  stores: AlertStores,
  { condition }: IssueRule,
  { from, to }: Span,
  happened: readonly { row: IssueRow; at: number }[],
  notices: Set<string>,
): Promise<Fired[]> {
  const { counts, environment, when, withinMinutes } = condition;
  const rows = [...new Map(happened.map(({ row }) => [row.id, row])).values()].slice(0, ISSUES_MAX);
  if (new Set(happened.map(({ row }) => row.id)).size > ISSUES_MAX)
    notices.add(`The events of ${ISSUES_MAX} issues were counted; the others are left out.`);
  notices.add('Counted in windows that follow each other: one that lies across two of them is not seen.');
  const hashes = await hashesOf(
    stores,
    rows.map(({ id }) => id),
  );
  const issues = rows.map(({ id, project_id }) => ({
    id,
    project: project_id,
    hashes: hashes.get(id) ?? [],
  }));
  const reached = await Promise.all(
    counts.map(async (count) => {
      const windowMs = count.windowMinutes * 60_000;
      const steps = { from, to, windowMs, environment };
      const found = await countsOverTime(stores.telemetry, issues, steps);
      if (count.of !== 'sessions')
        return {
          windowMs,
          of: (id: number) => atLeast(found.get(id), count.of as 'events' | 'users', count.atLeast),
        };
      notices.add('The share of sessions is taken of as many sessions as there are now.');
      const sessions = await sessionsInWindow(
        stores.telemetry,
        [...new Set(issues.map(({ project }) => project))],
        { windowMs, environment, now: to },
      );
      const all = [...sessions.values()].reduce((sum, one) => sum + one, 0);
      return {
        windowMs,
        of: (id: number) => atLeast(found.get(id), 'events', (count.atLeast * all) / 100 || 1),
      };
    }),
  );
  return rows.flatMap((row): Fired[] => {
    const [first, ...others] = reached.map(({ windowMs, of }) => ({ windowMs, steps: of(row.id) }));
    const times = happened.filter((one) => one.row.id === row.id).map(({ at }) => at);
    const step = [...first!.steps].find(([at]) => {
      const end = from + (at + 1) * first!.windowMs;
      const isRecent = times.some(
        (time) => time <= end && time >= end - first!.windowMs - withinMinutes * 60_000,
      );
      if (when.length > 0 && !isRecent) return false;
      return others.every(({ windowMs, steps }) => steps.has(Math.floor((end - 1 - from) / windowMs)));
    });
    if (!step) return [];
    const end = Math.min(to, from + (step[0] + 1) * first!.windowMs);
    return [{ from: end, to: null, title: cutText(row.title), value: step[1] }];
  });
}

/** The windows that reached it, in order, with what they came to. */
function atLeast(
  counts: ReadonlyMap<number, { events: number; users: number }> | undefined,
  of: 'events' | 'users',
  least: number,
): Map<number, number> {
  return new Map(
    [...(counts ?? [])]
      .filter(([, seen]) => seen[of] >= least)
      .map(([step, seen]) => [step, seen[of]] as const)
      .sort(([a], [b]) => a - b),
  );
}
