/** Rules, firings and silences as people see them. */

import { sql } from 'kysely';
import type {
  ALERT_STATES,
  AlertFiring,
  AlertFiringList,
  AlertMatcher,
  AlertRule,
  AlertRuleList,
  AlertSilence,
  AlertState,
} from '#contract/alerts.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { iso, issueId, visibleProjects } from '#server/issues/issues.ts';
import type { Notification } from '#server/record/notification.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { type AlertStores, findRule, RULES_MAX, type Rule, type RuleRow, readRules } from './alerts.ts';
import { readSilence, silenceOf } from './telling.ts';

/** Points of the line beside a rule: the last three hours. */
const SAMPLES_MAX = 180;
const SAMPLES_MS = SAMPLES_MAX * 60_000;
const DAYS = 14;
const DAY_MS = 86_400_000;
const PAGE = 50;

export async function listRules(
  stores: AlertStores,
  viewer: Viewer,
  { project, query, state }: { project: string; query: string; state: '' | AlertState },
): Promise<AlertRuleList> {
  const rows = await stores.metadata.db
    .selectFrom('alert_rule')
    .selectAll()
    .where('organization_id', '=', viewer.organization.id)
    .limit(RULES_MAX)
    .execute();
  const ofProject = project === '' ? null : (await visibleProjects(stores, viewer, project))[0]!.id;
  const rules = await showRules(stores, viewer, rows);
  const states = { firing: 0, problem: 0, pending: 0, ok: 0, off: 0 } satisfies Record<
    (typeof ALERT_STATES)[number],
    number
  >;
  for (const rule of rules) states[rule.state] += 1;
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const items = rules.filter(
    (rule) =>
      (ofProject === null || rule.projects.length === 0 || rule.projects.includes(ofProject)) &&
      (state === '' || rule.state === state) &&
      words.every((word) => rule.name.toLowerCase().includes(word)),
  );
  const urgency = (rule: AlertRule) => Object.keys(states).indexOf(rule.state);
  return {
    items: items.sort((a, b) => urgency(a) - urgency(b) || a.name.localeCompare(b.name, 'en')),
    states,
  };
}

export async function readOneRule(stores: AlertStores, viewer: Viewer, id: string): Promise<AlertRule> {
  return (await showRules(stores, viewer, [await findRule(stores, viewer, id)]))[0]!;
}

async function showRules(
  stores: AlertStores,
  viewer: Viewer,
  rows: readonly RuleRow[],
): Promise<AlertRule[]> {
  if (rows.length === 0) return [];
  const { db } = stores.metadata;
  const now = stores.clock.now();
  const ids = rows.map(({ id }) => id);
  const [rules, states, samples, daily, silences, names] = await Promise.all([
    readRules(stores, rows),
    db
      .selectFrom('alert_state')
      .select((row) => ['rule_id', 'state', row.fn.countAll<number>().as('count')])
      .where('rule_id', 'in', ids)
      .groupBy(['rule_id', 'state'])
      .execute(),
    db
      .selectFrom('alert_sample')
      .selectAll()
      .where('rule_id', 'in', ids)
      .where('at', '>', now - SAMPLES_MS)
      .orderBy('at')
      .execute(),
    dailyFirings(db, ids, now),
    db
      .selectFrom('alert_silence')
      .selectAll()
      .where('organization_id', '=', viewer.organization.id)
      .where('ends_at', '>', now)
      .execute(),
    stores.peopleNames(viewer.organization.id),
  ]);
  const inForce = silences.map(readSilence);
  const samplesOf = Map.groupBy(samples, (sample) => sample.rule_id);
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  const isOfRule = (silence: (typeof inForce)[number]) =>
    silence.rule !== null && silence.matchers.length === 0;
  return rules.map((rule): AlertRule => {
    const row = rowOf.get(rule.id)!;
    const count = (state: string) =>
      Number(states.find((one) => one.rule_id === rule.id && one.state === state)?.count ?? 0);
    const silence = silenceOf(inForce.filter(isOfRule), rule, {}, now);
    return {
      ...definitionOf(rule),
      enabled: row.enabled === 1,
      id: String(rule.id),
      state: stateOf(row, count('firing'), count('pending')),
      firing: count('firing'),
      problem:
        row.problem === '' ? null : { message: row.problem, since: iso(row.problem_since ?? row.updated_at) },
      silencedUntil: silence ? iso(silence.endsAt) : null,
      lastFiredAt: row.last_fired_at === null ? null : iso(row.last_fired_at),
      evaluatedAt: row.evaluated_at === null ? null : iso(row.evaluated_at),
      samples: (samplesOf.get(rule.id) ?? [])
        .slice(-SAMPLES_MAX)
        .map(({ at, value }) => ({ at: iso(at), value })),
      daily: daily.get(rule.id) ?? new Array<number>(DAYS).fill(0),
      createdBy: row.created_by === null ? '' : (names.get(row.created_by) ?? ''),
      createdAt: iso(row.created_at),
      updatedAt: iso(row.updated_at),
    };
  });
}

function definitionOf({
  id: _,
  organization: __,
  projectsSeen,
  evaluatedAt: ___,
  problem: ____,
  updatedAt: _____,
  ...rest
}: Rule) {
  return { ...rest, projects: rest.projects.length === 0 ? [] : projectsSeen.map(({ id }) => id) };
}

function stateOf(row: RuleRow, firing: number, pending: number): AlertState {
  if (row.enabled === 0) return 'off';
  if (row.problem !== '') return 'problem';
  if (firing > 0) return 'firing';
  return pending > 0 ? 'pending' : 'ok';
}

async function dailyFirings(
  db: MetadataDb,
  ids: readonly number[],
  now: number,
): Promise<Map<number, number[]>> {
  const from = now - DAYS * DAY_MS;
  // Numbers of ours, written out: Postgres groups by the same text only. Whole numbers divide to whole ones.
  const day = sql<number>`(started_at - ${sql.lit(from)}) / ${sql.lit(DAY_MS)}`;
  const rows = await db
    .selectFrom('alert_firing')
    .select((row) => ['rule_id', row.fn.countAll<number>().as('count'), day.as('day')])
    .where('rule_id', 'in', ids)
    .where('started_at', '>=', from)
    .groupBy(['rule_id', day])
    .execute();
  const daily = new Map<number, number[]>();
  for (const { rule_id, count, day } of rows) {
    const days = daily.get(rule_id) ?? new Array<number>(DAYS).fill(0);
    days[Math.min(DAYS - 1, Math.max(0, Math.floor(Number(day))))]! += Number(count);
    daily.set(rule_id, days);
  }
  return daily;
}

export interface FiringsWanted {
  rule: string;
  issue: string;
  project: string;
  state: '' | 'firing' | 'resolved';
  cursor: string;
}

export async function listFirings(
  stores: AlertStores,
  viewer: Viewer,
  { rule, issue, project, state, cursor }: FiringsWanted,
): Promise<AlertFiringList> {
  const projects = await visibleProjects(stores, viewer);
  const only = project === '' ? null : Number((await visibleProjects(stores, viewer, project))[0]!.id);
  const after = readCursor(cursor);
  const rows = await stores.metadata.db
    .selectFrom('alert_firing')
    .innerJoin('alert_rule', 'alert_rule.id', 'alert_firing.rule_id')
    .selectAll('alert_firing')
    .select('alert_rule.name as name')
    .where('alert_firing.organization_id', '=', viewer.organization.id)
    .$if(rule !== '', (query) => query.where('rule_id', '=', issueId(rule)))
    .$if(issue !== '', (query) => query.where('issue_id', '=', issueId(issue)))
    .$if(only !== null, (query) => query.where('project_id', '=', only))
    .$if(state !== '', (query) => query.where('ended_at', state === 'firing' ? 'is' : 'is not', null))
    .$if(after !== null, (query) =>
      query.where((of) =>
        of.or([
          of('started_at', '<', after!.at),
          of.and([of('started_at', '=', after!.at), of('alert_firing.id', '<', after!.id)]),
        ]),
      ),
    )
    .orderBy('started_at', 'desc')
    .orderBy('alert_firing.id', 'desc')
    .limit(PAGE + 1)
    .execute();
  const shown = rows.slice(0, PAGE);
  const last = shown.at(-1);
  return {
    items: shown.map((row): AlertFiring => {
      const told = JSON.parse(row.notification) as Notification;
      const own = projects.find(({ id }) => id === String(row.project_id));
      return {
        id: row.id,
        rule: { id: String(row.rule_id), name: row.name },
        priority: told.priority,
        project: own ? { id: own.id, slug: own.slug, name: own.name } : null,
        title: told.title,
        reason: told.reason,
        labels: JSON.parse(row.labels) as Record<string, string>,
        value: row.value,
        threshold: row.threshold,
        startedAt: iso(row.started_at),
        endedAt: row.ended_at === null ? null : iso(row.ended_at),
        issue: row.issue_id === null ? null : told.issue,
        url: told.url,
        told: row.told,
        timesTold: row.times_told,
      };
    }),
    nextCursor: rows.length > PAGE && last ? writeCursor(last.started_at, last.id) : null,
  };
}

const writeCursor = (at: number, id: string) => Buffer.from(`firings ${at} ${id}`).toString('base64url');

function readCursor(text: string): { at: number; id: string } | null {
  if (text === '') return null;
  const [, at, id] =
    /^firings (\d{1,15}) ([\w-]{1,100})$/.exec(Buffer.from(text, 'base64url').toString('utf8')) ?? [];
  if (id === undefined) throw reject('cursor_invalid');
  return { at: Number(at), id };
}

/** Those that are not over, the one that ends first before the others. */
export async function listSilences(stores: AlertStores, viewer: Viewer): Promise<AlertSilence[]> {
  const rows = await stores.metadata.db
    .selectFrom('alert_silence')
    .leftJoin('alert_rule', 'alert_rule.id', 'alert_silence.rule_id')
    .selectAll('alert_silence')
    .select('alert_rule.name as name')
    .where('alert_silence.organization_id', '=', viewer.organization.id)
    .where('alert_silence.ends_at', '>', stores.clock.now())
    .orderBy('alert_silence.ends_at')
    .orderBy('alert_silence.id')
    .execute();
  const names = await stores.peopleNames(viewer.organization.id);
  return rows.map((row) => ({
    id: String(row.id),
    rule: row.rule_id === null ? null : { id: String(row.rule_id), name: row.name ?? '' },
    matchers: JSON.parse(row.matchers) as AlertMatcher[],
    comment: row.comment,
    startsAt: iso(row.starts_at),
    endsAt: iso(row.ends_at),
    createdBy: row.created_by === null ? '' : (names.get(row.created_by) ?? ''),
    createdAt: iso(row.created_at),
  }));
}
