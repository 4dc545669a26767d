/**
 * What a rule would have said of what is stored: the same findings and the same judge as in the evaluation, over windows
 * that follow each other. What is looked at more coarsely than the evaluation would is said.
 */
import type { ALERT_PERIODS, AlertPreview } from '#contract/alerts.ts';
import { logPatterns } from '#server/logs/log-patterns.ts';
import { reject } from '#server/record/rejections.ts';
import { type AlertStores, idsOf, type Rule } from './alerts.ts';
import { findInHealth, type HealthRule } from './health-findings.ts';
import type { IssueRule } from './issue-matches.ts';
import { judge, type Standing } from './judge.ts';
import { anomalyAmong, earlierTimes, findInLogs, findingOf, type LogRule } from './log-findings.ts';
import { createLogMemory } from './log-memory.ts';
import { cutText, figure, type Labels, type MeasuredGroup, spell } from './measured.ts';
import { findInMonitors, type MonitorRule } from './monitor-findings.ts';
import { bars, FIRINGS_LISTED_MAX, type Span } from './preview-bars.ts';
import { previewIssues } from './preview-issues.ts';
import {
  readSeries,
  SERIES_MAX,
  type Series,
  SQL_WINDOWS_MAX,
  WINDOWS_MAX,
  WINDOWS_READ_MAX,
} from './source-series.ts';

const DAY_MS = 86_400_000;
const PERIODS_MS: Record<(typeof ALERT_PERIODS)[number], number> = {
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '14d': 14 * DAY_MS,
};
const PATTERNS_MAX = 200;
const PATTERN_WINDOWS = 30;

export type PreviewPeriod = (typeof ALERT_PERIODS)[number];

export async function previewRule(
  stores: AlertStores,
  rule: Rule,
  period: PreviewPeriod,
): Promise<AlertPreview> {
  if (rule.projectsSeen.length === 0) throw reject('request_invalid', 'projects: there is none to look at');
  const to = stores.clock.now();
  const from = to - PERIODS_MS[period];
  switch (rule.condition.kind) {
    case 'issue':
      return previewIssues(stores, rule as IssueRule, { from, to });
    case 'log':
      return previewLogs(stores, rule as LogRule, { from, to });
    case 'monitor':
      return previewMonitors(stores, rule as MonitorRule, { from, to });
    case 'health':
      return previewHealth(stores, rule as HealthRule, { from, to });
  }
}

async function previewLogs(stores: AlertStores, rule: LogRule, span: Span): Promise<AlertPreview> {
  const { test, windowMinutes } = rule.condition;
  if (test.is === 'newPattern' || test.is === 'pattern') return previewPatterns(stores, rule, span);
  const windowMs = windowMinutes * 60_000;
  const notices: string[] = [];
  const layout = layOut(rule, span, notices);
  const before = earlierSteps(rule, layout.stepMs);
  const read = {
    projects: idsOf(rule),
    from: layout.from - before.reach * layout.stepMs,
    stepMs: layout.stepMs,
    count: layout.count + before.reach,
  };
  const series = await readSeries(stores, rule.condition.source, read);
  const known = firstKnown(series);
  const found = series.map((one) => judgeSeries(rule, one, { ...layout, ...before, known }));
  const firings = found.flatMap((one) => one.firings).sort((a, b) => a.from - b.from);
  if (layout.stepMs === windowMs)
    notices.push(
      `Looked at every ${spell(windowMinutes)}. The rule looks every ${seconds(rule.condition.intervalSeconds)}, so it may fire a little sooner or more often.`,
    );
  const now = await findInLogs(stores, rule, span.to, createLogMemory(stores));
  if (now.note !== '') notices.push(now.note);
  return {
    from: layout.from,
    to: layout.from + layout.count * layout.stepMs,
    stepMs: layout.stepMs,
    fired: firings.length,
    firings: firings.slice(-FIRINGS_LISTED_MAX),
    series: series.map(({ labels, values }) => ({
      name: nameOf(labels),
      values: values.slice(before.reach),
    })),
    thresholds: found[0]?.thresholds ?? [],
    now: worst(now.groups)?.reason ?? 'There is nothing of it now',
    notices,
  };
}

const seconds = (count: number) => (count % 60 === 0 ? spell(count / 60) : `${count} seconds`);

interface Layout {
  from: number;
  stepMs: number;
  count: number;
}

function layOut({ condition }: LogRule, { from, to }: Span, notices: string[]): Layout {
  const windowMs = condition.windowMinutes * 60_000;
  if (condition.source.dialect === 'sql') {
    const count = Math.min(SQL_WINDOWS_MAX, Math.max(1, Math.floor((to - from) / windowMs)));
    if (count * windowMs < to - from)
      notices.push(`SQL is asked once for each window: the last ${count} of them were looked at.`);
    return { from: to - count * windowMs, stepMs: windowMs, count };
  }
  const count = Math.max(1, Math.min(WINDOWS_MAX, Math.floor((to - from) / windowMs)));
  if (count === WINDOWS_MAX)
    notices.push(`Only the last ${figure((count * windowMs) / 3_600_000)} hours were looked at.`);
  return { from: to - count * windowMs, stepMs: windowMs, count };
}

/** How many windows earlier the values are that one is compared with, and how far back that reaches. */
function earlierSteps({ condition }: LogRule, stepMs: number): { offsets: number[]; reach: number } {
  const times = earlierTimes(condition.test, condition.windowMinutes, 0);
  const offsets = times.map((time) => Math.max(1, Math.round(-time / stepMs)));
  const within = offsets.filter((offset) => offset <= WINDOWS_READ_MAX - WINDOWS_MAX);
  if (condition.source.dialect === 'sql' && within.some((offset) => offset > SQL_WINDOWS_MAX))
    throw reject('request_invalid', 'a SQL query that is compared with other days cannot be previewed');
  return { offsets: within, reach: Math.max(0, ...within) };
}

/** The first window in which there is anything: what was before it is not history. */
function firstKnown(series: readonly Series[]): number {
  const firsts = series
    .map(({ values }) => values.findIndex((value) => value !== null && value !== 0))
    .filter((at) => at >= 0);
  return firsts.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...firsts);
}

function judgeSeries(
  rule: LogRule,
  { labels, values }: Series,
  {
    from,
    stepMs,
    count,
    offsets,
    reach,
    known,
  }: Layout & { offsets: number[]; reach: number; known: number },
): { firings: AlertPreview['firings']; thresholds: (number | null)[] } {
  const thresholds: (number | null)[] = [];
  const simulation = simulate(rule, labels);
  for (let step = 0; step < count; step++) {
    const at = step + reach;
    const history = offsets.map((offset) => at - offset).filter((one) => one >= known);
    const group =
      rule.condition.test.is === 'anomaly'
        ? anomalyAmong(
            { labels },
            values[at] ?? 0,
            history.map((one) => values[one] ?? 0),
            rule.condition,
          )
        : findingOf({ labels, value: values[at]! }, values[at - (offsets[0] ?? 0)] ?? null, rule);
    thresholds.push(group.threshold);
    simulation.look(group, from + (step + 1) * stepMs);
  }
  return { firings: simulation.firings, thresholds };
}

/** The judge of the evaluation over findings that follow each other. */
function simulate({ condition, name }: Rule, labels: Labels) {
  const forMs = condition.kind === 'log' || condition.kind === 'health' ? condition.forMinutes * 60_000 : 0;
  const clearMs = condition.kind === 'log' ? condition.clearMinutes * 60_000 : 0;
  const firings: AlertPreview['firings'] = [];
  let standing: Standing | undefined;
  return {
    firings,
    look({ finding, value }: Pick<MeasuredGroup, 'finding' | 'value'>, at: number) {
      const verdict = judge(standing, finding, { at, forMs, clearMs });
      switch (verdict.is) {
        case 'pending':
          standing = { state: 'pending', since: verdict.since, clearSince: null };
          return;
        case 'fire':
          standing = { state: 'firing', since: at, clearSince: null };
          firings.push({ from: at, to: null, title: nameOf(labels) || name, value });
          return;
        case 'firing':
          standing = { ...standing!, clearSince: verdict.clearSince };
          return;
        case 'resolve':
          firings.at(-1)!.to = at;
          standing = undefined;
          return;
        default:
          standing = undefined;
      }
    },
  };
}

const nameOf = (labels: Labels) => Object.values(labels).join(', ');

const worst = (groups: readonly MeasuredGroup[]) =>
  groups.find(({ finding }) => finding === 'bad') ??
  groups.find(({ finding }) => finding === 'between') ??
  groups[0];

async function previewPatterns(
  stores: AlertStores,
  rule: LogRule,
  { from, to }: Span,
): Promise<AlertPreview> {
  const { source, test, windowMinutes } = rule.condition;
  if (source.dialect !== 'search') throw reject('request_invalid', 'patterns are looked for by a search');
  const windowMs = windowMinutes * 60_000;
  const question = { projects: idsOf(rule), query: source.query, to };
  if (test.is === 'newPattern') {
    const { items } = await logPatterns(
      stores,
      { ...question, from },
      { sort: 'newest', limit: PATTERNS_MAX },
    );
    const fresh = items.filter(({ isNew, records }) => isNew && records >= test.least);
    const stepMs = Math.ceil((to - from) / 56);
    const counts = new Array<number>(56).fill(0);
    const firings = fresh.map(({ firstSeen, template, records }) => {
      const at = Number(BigInt(firstSeen!) / 1_000_000n);
      const step = Math.min(55, Math.max(0, Math.floor((at - from) / stepMs)));
      counts[step]! += 1;
      return { from: at, to: at + windowMs, title: cutText(template), value: records };
    });
    return {
      ...{ from, to: from + 56 * stepMs, stepMs, fired: firings.length },
      firings: firings.sort((a, b) => a.from - b.from).slice(-FIRINGS_LISTED_MAX),
      series: [{ name: 'new patterns', values: counts }],
      thresholds: [],
      now: fresh.length === 0 ? 'No new pattern' : `${figure(fresh.length)} new patterns in this time`,
      notices:
        items.length === PATTERNS_MAX ? [`Only the newest ${PATTERNS_MAX} patterns were looked at.`] : [],
    };
  }
  const first = to - PATTERN_WINDOWS * windowMs;
  const {
    items,
    from: stepsFrom,
    stepMs,
  } = await logPatterns(stores, { ...question, from: first }, { sort: 'records', limit: PATTERNS_MAX });
  const times = test.is === 'pattern' ? test.times : 1;
  const least = test.is === 'pattern' ? test.least : 1;
  const firings = items
    .flatMap(({ counts, template }) =>
      counts.flatMap((records, at) =>
        at > 0 && records >= least && records >= times * counts[at - 1]!
          ? [
              {
                from: stepsFrom + (at + 1) * stepMs,
                to: stepsFrom + (at + 2) * stepMs,
                title: cutText(template),
                value: records,
              },
            ]
          : [],
      ),
    )
    .sort((a, b) => a.from - b.from);
  return {
    ...{ from: stepsFrom, to, stepMs, fired: firings.length, firings: firings.slice(-FIRINGS_LISTED_MAX) },
    series: items
      .slice(0, SERIES_MAX)
      .map(({ template, counts }) => ({ name: cutText(template, 80), values: counts })),
    thresholds: [],
    now:
      worst((await findInLogs(stores, rule, to, createLogMemory(stores))).groups)?.reason ??
      'No pattern is so much more frequent now',
    notices: [
      `Looked at the last ${PATTERN_WINDOWS} windows, in steps of ${spell(Math.max(1, Math.round(stepMs / 60_000)))}.`,
    ],
  };
}

async function previewMonitors(
  stores: AlertStores,
  rule: MonitorRule,
  { from, to }: Span,
): Promise<AlertPreview> {
  const { monitors, environment } = rule.condition;
  const incidents = await stores.metadata.db
    .selectFrom('monitor_incident')
    .innerJoin('monitor', 'monitor.id', 'monitor_incident.monitor_id')
    .select([
      'monitor.slug as slug',
      'monitor_incident.environment as environment',
      'monitor_incident.started_at as from',
      'monitor_incident.ended_at as to',
    ])
    .where('monitor.project_id', 'in', [0, ...idsOf(rule)])
    .where('monitor_incident.started_at', '>=', from)
    .$if(monitors.length > 0, (query) => query.where('monitor.slug', 'in', monitors))
    .$if(environment !== '', (query) => query.where('monitor_incident.environment', '=', environment))
    .orderBy('monitor_incident.started_at')
    .limit(FIRINGS_LISTED_MAX)
    .execute();
  const now = await findInMonitors(stores, rule, to);
  return {
    ...bars(
      incidents.map((one) => one.from),
      { from, to },
    ),
    fired: incidents.length,
    firings: incidents.map((one) => ({
      ...{ from: one.from, to: one.to, value: null },
      title: `${one.slug} (${one.environment})`,
    })),
    now: worst(now.groups)?.reason ?? 'There is no such monitor yet',
    notices: ['Incidents of all kinds are counted: how each began is not kept.'],
  };
}

async function previewHealth(stores: AlertStores, rule: HealthRule, span: Span): Promise<AlertPreview> {
  const now = await findInHealth(stores, rule, span.to);
  const bad = now.groups.filter(({ finding }) => finding === 'bad');
  return {
    ...bars([], span),
    fired: bad.length,
    firings: bad.map(({ labels, value }) => ({ from: span.to, to: null, title: nameOf(labels), value })),
    now: worst(now.groups)?.reason ?? 'No release has sessions',
    notices: ['Of the health of releases only what it is now is looked at.'],
  };
}
