/**
 * The evaluator of alert rules: a turn every second, and at once when a batch was stored that a rule may speak of. One
 * program of those that share a store evaluates; the others tell it which issues they have events of. Rules by the clock
 * are looked at in the background, two at a time, each with a deadline, so that none keeps the others waiting.
 */
import { randomUUID } from 'node:crypto';
import type { LiveMessage } from '#contract/live.ts';
import type { Log } from '#server/platform/log.ts';
import { Rejection, Unavailable } from '#server/platform/rejection.ts';
import { createLease, LeaseLost } from '#server/store/metadata/lease.ts';
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { QueryCutShort } from '#server/store/telemetry/telemetry-errors.ts';
import type { AlertStores, Rule } from './alerts.ts';
import { type Arrivals, type Mark, type Waited, watchArrivals } from './arrivals.ts';
import { tellAgain, type WriteDeps } from './firings.ts';
import { applyMeasurement, SAMPLED_MS } from './group-alerts.ts';
import { findInHealth, type HealthRule } from './health-findings.ts';
import { endIssueFirings, evaluateIssueRules, readActivities } from './issue-alerts.ts';
import type { IssueRule } from './issue-matches.ts';
import { lateWindows, minds } from './late-records.ts';
import { findInLogs, type LogRule } from './log-findings.ts';
import { createLogMemory, type LogMemory } from './log-memory.ts';
import type { Measurement } from './measured.ts';
import { findInMonitors, type MonitorRule } from './monitor-findings.ts';
import { writeProblem } from './problems.ts';
import { createRuleMemory, type InForce } from './rule-memory.ts';
import { FIRING_TOLD } from './told-later.ts';

/** How long the other programs wait for one that died, ms. */
const LEASE_MS = 15_000;
/** Rules that are looked at at the same time. */
const AT_ONCE_MAX = 2;
/** Rules other than those of logs say not how often they are looked at, ms. */
const INTERVALS_MS = { monitor: 5_000, health: 60_000 } as const;
/** Senders keep records for a moment before they send them, ms: until then what is missing is only on its way. */
const SENDERS_WAIT_MS = 5_000;
/** Issues with new events that are remembered until they are looked at. */
const TOUCHED_MAX = 10_000;
/** Of them in one statement, by a program that does not evaluate. */
const HANDED_OVER_MAX = 1_000;
/** Issues that one turn looks at again after a start, and each minute: what happened while nobody evaluated. */
const RECENT_MAX = 1_000;
const RECENT_MS = 10 * 60_000;
/** Clocks of programs differ, and an entry bears the time at which its batch began, ms. */
const RULES_SEEN_MS = 60_000;
const SWEEP_MS = 10_000;
const RECENT_EVERY_MS = 60_000;
/** How soon it is looked again whether the program has caught up, ms. */
const BEHIND_MS = 1_000;
/** Firings that are told again in one turn. */
const TOLD_MAX = 100;
/** What a rule found is kept for its chart, and firings for the history, ms. */
const SAMPLES_KEPT_MS = 7 * 86_400_000;
const FIRINGS_KEPT_MS = 90 * 86_400_000;
const FORGET_MS = 3_600_000;

export interface EvaluatorDeps {
  stores: AlertStores;
  log: Pick<Log, 'warn'>;
  marks: Record<Waited, Mark>;
  /** Of this program among all that share the store. */
  program: string;
  /** Called when a batch asks for a turn before its time. */
  wake?(): void;
}

export interface Evaluator {
  /** Looks at everything that is due, but does not wait for rules by the clock. */
  turn(): Promise<void>;
  /** Resolves when the rules that are being looked at are done. */
  settled(): Promise<void>;
  /** A batch can be queried. */
  stored(message: LiveMessage): void;
  close(): Promise<void>;
}

export function createEvaluator({ stores, log, marks, program, wake }: EvaluatorDeps): Evaluator {
  const { metadata, clock } = stores;
  const { db } = metadata;
  const lease = createLease(metadata, { name: 'alerts', holder: randomUUID(), ms: LEASE_MS, clock });
  const memory = createRuleMemory(stores, log);
  const logMemory = createLogMemory(stores);
  const arrivalsOf = (waited: Waited) => watchArrivals(db, { clock, mark: marks[waited], program, waited });
  const arrivals = { records: arrivalsOf('records'), all: arrivalsOf('all') };
  /** Issues with new events, by id, with their projects. */
  let touched = new Map<number, number>();
  let place = { since: Number.NaN, activity: 0 };
  const every = createEvery(() => clock.now());
  const clockRules = createClockRules({ stores, log, arrivals, write, logMemory });

  async function write<T>(
    work: (transaction: MetadataTransaction, deps: WriteDeps) => Promise<T>,
  ): Promise<T> {
    return metadata.transaction([], async (transaction) => {
      await lease.hold(transaction);
      // People who change a rule wait for this, and this for them.
      await transaction
        .updateTable('alert_evaluator')
        .set((row) => ({ revision: row.ref('revision') }))
        .where('name', '=', 'rules')
        .execute();
      const { silences } = memory.last;
      return work(transaction, { enqueue: stores.enqueue, silences, now: clock.now() });
    });
  }

  async function turn(): Promise<void> {
    const { rules } = memory.last;
    const row = await db
      .selectFrom('alert_evaluator')
      .select(['revision', 'activity_id'])
      .where('name', '=', 'rules')
      .executeTakeFirstOrThrow();
    const now = await memory.read(row.revision);
    // A program without rules asks one thing a second.
    if (now.rules.length === 0 && rules.length === 0) return void touched.clear();
    const { isHeld, isNew } = await lease.look();
    if (!isHeld) return handOver();
    clockRules.start(now.rules);
    // What fails does not keep the rest waiting: issues may need an engine that is away.
    const failures: unknown[] = [];
    for (const part of [
      () => evaluateIssues(now, row.activity_id, isNew),
      () => tellDue(now),
      async () => (every('forget', FORGET_MS) ? forgetOld() : undefined),
    ])
      await part().catch((error: unknown) => failures.push(error));
    const bad = failures.find((error) => !(error instanceof LeaseLost));
    if (bad) throw bad;
  }

  /** To the one that evaluates: what this program stored, and how far it is. */
  async function handOver(): Promise<void> {
    await arrivals.records.say();
    await arrivals.all.say();
    const at = clock.now();
    const issues = [...touched].slice(0, HANDED_OVER_MAX);
    for (const [id] of issues) touched.delete(id);
    if (issues.length === 0) return;
    await db
      .insertInto('alert_touched')
      .values(issues.map(([issue_id, project_id]) => ({ issue_id, project_id, at })))
      .onConflict((conflict) => conflict.column('issue_id').doUpdateSet({ at }))
      .execute();
  }

  async function evaluateIssues(inForce: InForce, after: number, isNew: boolean): Promise<void> {
    const rules = inForce.rules.filter((rule): rule is IssueRule => rule.condition.kind === 'issue');
    if (rules.length === 0) return void touched.clear();
    const own = touched;
    touched = new Map();
    try {
      const { activities, settled } = await readActivities(stores, Math.max(after, await placeOf(rules)));
      const others = await takeTouched();
      const recent = every('recent', RECENT_EVERY_MS) || isNew ? await recentIssues() : [];
      const all = new Set([...own.keys(), ...others.map(({ issue_id }) => issue_id), ...recent]);
      const deps = { stores, write, report };
      await endIssueFirings(deps, rules, { activities, looksForQuiet: every('quiet', SWEEP_MS) });
      await evaluateIssueRules(deps, rules, { activities, touched: all });
      if (settled !== after || others.length > 0)
        await write((transaction) => settle(transaction, settled, others));
    } catch (error) {
      // What was to be looked at is looked at in the next turn.
      for (const [id, project] of own) touched.set(id, project);
      throw error;
    }
  }

  /** The entry before the oldest rule, looked up when rules changed: what was before them is no news. */
  async function placeOf(rules: readonly IssueRule[]): Promise<number> {
    const since = Math.min(...rules.map(({ updatedAt }) => updatedAt));
    if (place.since === since) return place.activity;
    const newest = await db
      .selectFrom('issue_activity')
      .select((row) => row.fn.max('id').as('id'))
      .where('created_at', '<', since - RULES_SEEN_MS)
      .executeTakeFirst();
    place = { since, activity: Number(newest?.id ?? 0) };
    return place.activity;
  }

  const takeTouched = () =>
    db.selectFrom('alert_touched').select(['issue_id', 'at']).orderBy('at').limit(TOUCHED_MAX).execute();

  async function recentIssues(): Promise<number[]> {
    const rows = await db
      .selectFrom('issue')
      .select('id')
      .where('last_seen', '>', clock.now() - RECENT_MS)
      .orderBy('last_seen', 'desc')
      .limit(RECENT_MAX)
      .execute();
    return rows.map(({ id }) => id);
  }

  async function report(rule: Rule, problem: string | null): Promise<void> {
    await write((transaction, writing) => writeProblem(transaction, writing, stores, rule, problem));
    rule.problem = problem ?? '';
  }

  async function tellDue({ rules }: InForce): Promise<void> {
    const due = await db
      .selectFrom('alert_firing')
      .select([...FIRING_TOLD, 'rule_id', 'labels'])
      .where('tell_at', '<=', clock.now())
      .where('ended_at', 'is', null)
      .orderBy('tell_at')
      .limit(TOLD_MAX)
      .execute();
    for (const firing of due) {
      const rule = rules.find(({ id }) => id === firing.rule_id);
      if (rule) await write((transaction, writing) => tellAgain(transaction, writing, rule, firing));
    }
  }

  async function forgetOld(): Promise<void> {
    const now = clock.now();
    await write(async (transaction) => {
      await transaction
        .deleteFrom('alert_sample')
        .where('at', '<', now - SAMPLES_KEPT_MS)
        .execute();
      await transaction
        .deleteFrom('alert_firing')
        .where('ended_at', '<', now - FIRINGS_KEPT_MS)
        .execute();
      await transaction
        .deleteFrom('alert_silence')
        .where('ends_at', '<', now - FIRINGS_KEPT_MS)
        .execute();
    });
  }

  return {
    turn,
    settled: clockRules.settled,
    stored({ projectId, issueIds, newIssueIds }) {
      const project = Number(projectId);
      const rules = memory.last.rules.filter(
        ({ condition, projectsSeen }) =>
          condition.kind === 'issue' && projectsSeen.some(({ id }) => id === projectId),
      );
      if (rules.length === 0) return;
      const counts = rules.some(({ condition }) => condition.kind === 'issue' && condition.counts.length > 0);
      if (counts)
        for (const id of issueIds) {
          if (touched.size >= TOUCHED_MAX) break;
          touched.set(Number(id), project);
        }
      if (counts || newIssueIds.length > 0) wake?.();
    },
    async close() {
      await clockRules.settled();
      await lease.release();
      await arrivals.records.forget();
      await arrivals.all.forget();
    },
  };
}

async function settle(
  transaction: MetadataTransaction,
  activity: number,
  touched: readonly { issue_id: number; at: number }[],
): Promise<void> {
  await transaction
    .updateTable('alert_evaluator')
    .set({ activity_id: activity })
    .where('name', '=', 'rules')
    .execute();
  for (const { issue_id, at } of touched)
    await transaction
      .deleteFrom('alert_touched')
      .where('issue_id', '=', issue_id)
      .where('at', '=', at)
      .execute();
}

/** Whether it is time for something again; the first time at once. */
function createEvery(now: () => number): (what: string, everyMs: number) => boolean {
  const done = new Map<string, number>();
  return (what, everyMs) => {
    const at = done.get(what);
    if (at !== undefined && Math.abs(now() - at) < everyMs) return false;
    done.set(what, now());
    return true;
  };
}

interface ClockDeps {
  stores: AlertStores;
  log: Pick<Log, 'warn'>;
  arrivals: Record<Waited, Arrivals>;
  write<T>(work: (transaction: MetadataTransaction, deps: WriteDeps) => Promise<T>): Promise<T>;
  logMemory: LogMemory;
}

/** When a rule was looked at. */
interface Looked {
  /** Of which writing of the rule. */
  of: number;
  dueAt: number;
  sampledAt: number;
  /** The end of the window, and when that was. */
  at: number | null;
  lookedAt: number;
}

/** Rules that are looked at by the clock: each at its interval, spread, at most two at the same time. */
function createClockRules({ stores, log, arrivals, write, logMemory }: ClockDeps) {
  const looked = new Map<number, Looked>();
  const running = new Set<Promise<void>>();
  const busy = new Set<number>();
  const { clock } = stores;

  function start(rules: readonly Rule[]): void {
    const now = clock.now();
    const byTheClock = rules.filter(({ condition }) => condition.kind !== 'issue');
    for (const id of looked.keys()) if (!byTheClock.some((rule) => rule.id === id)) looked.delete(id);
    const due = byTheClock
      .filter((rule) => !busy.has(rule.id) && lookOf(rule, now).dueAt <= now)
      .sort((a, b) => looked.get(a.id)!.dueAt - looked.get(b.id)!.dueAt);
    for (const rule of due) {
      if (running.size >= AT_ONCE_MAX) return;
      busy.add(rule.id);
      const run: Promise<void> = lookAt(rule).finally(() => {
        busy.delete(rule.id);
        running.delete(run);
      });
      running.add(run);
    }
  }

  /** A rule that was just written is looked at at once; after a start they are spread over their intervals. */
  function lookOf(rule: Rule, now: number): Looked {
    const known = looked.get(rule.id);
    if (known?.of === rule.updatedAt) return known;
    const intervalMs = intervalOf(rule);
    const isFresh = rule.evaluatedAt === null || now - rule.updatedAt < intervalMs;
    const fresh: Looked = {
      ...{ of: rule.updatedAt, sampledAt: 0 },
      // Goes on from what was written down: what came meanwhile may be late.
      ...{ at: rule.evaluatedAt, lookedAt: rule.evaluatedAt ?? now },
      dueAt: isFresh ? now : now + ((rule.id * 7919) % 10) * (Math.min(intervalMs, 60_000) / 10),
    };
    looked.set(rule.id, fresh);
    return fresh;
  }

  async function lookAt(rule: Rule): Promise<void> {
    const look = looked.get(rule.id)!;
    const now = clock.now();
    look.dueAt = now + intervalOf(rule);
    try {
      const at = await endOfWindow(rule, now);
      // The program is behind: what it would find is not what there is.
      if (at === null || (look.at !== null && at <= look.at)) {
        look.dueAt = now + BEHIND_MS;
        return;
      }
      const isSampled = Math.abs(now - look.sampledAt) >= SAMPLED_MS;
      await lookAtLate(rule, look);
      await applyMeasurement({ stores, write }, rule, await find(stores, rule, at, logMemory), { isSampled });
      if (isSampled) look.sampledAt = now;
      look.at = at;
      look.lookedAt = now;
      if (rule.problem !== '') await report(rule, null);
    } catch (error) {
      await failed(rule, error).catch((again) =>
        log.warn(
          { err: again, rule: rule.id },
          'it could not be written down that an alert rule cannot be evaluated',
        ),
      );
    }
  }

  /** Up to here all has arrived: a check-in that waits in the journal is not late. Where records are counted that may be many, what has not can only add to them. */
  async function endOfWindow({ condition }: Rule, now: number): Promise<number | null> {
    if (condition.kind !== 'log') {
      const until = await arrivals.records.until();
      return until === null ? null : Math.min(now, until);
    }
    const arrived = await arrivals.all.until();
    if (arrived === null) return null;
    const onlyGrows = condition.test.is === 'above' || condition.test.is === 'newPattern';
    return onlyGrows ? Math.min(now, arrived + 2_000) : Math.min(now, arrived) - SENDERS_WAIT_MS;
  }

  async function lookAtLate(rule: Rule, { at, lookedAt }: Looked): Promise<void> {
    if (at === null || !isLogRule(rule) || !minds(rule)) return;
    for (const end of await lateWindows(stores, rule, { lookedAt: at, arrivedSince: lookedAt }))
      await applyMeasurement({ stores, write }, rule, await findInLogs(stores, rule, end, logMemory), {
        isSampled: false,
        late: 'its records came late',
      });
  }

  async function failed(rule: Rule, error: unknown): Promise<void> {
    if (error instanceof LeaseLost) return;
    const isKnown =
      error instanceof Rejection || error instanceof Unavailable || error instanceof QueryCutShort;
    if (!isKnown) log.warn({ err: error, rule: rule.id }, 'an alert rule could not be evaluated');
    await report(
      rule,
      isKnown ? (error as Error).message : 'The program failed to evaluate it; its log says why.',
    );
  }

  async function report(rule: Rule, problem: string | null): Promise<void> {
    await write((transaction, writing) => writeProblem(transaction, writing, stores, rule, problem));
    rule.problem = problem ?? '';
  }

  return {
    start,
    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

const isLogRule = (rule: Rule): rule is LogRule => rule.condition.kind === 'log';

function intervalOf({ condition }: Rule): number {
  if (condition.kind === 'log') return condition.intervalSeconds * 1000;
  return condition.kind === 'issue' ? SWEEP_MS : INTERVALS_MS[condition.kind];
}

function find(stores: AlertStores, rule: Rule, at: number, memory: LogMemory): Promise<Measurement> {
  switch (rule.condition.kind) {
    case 'log':
      return findInLogs(stores, rule as LogRule, at, memory);
    case 'monitor':
      return findInMonitors(stores, rule as MonitorRule, at);
    default:
      return findInHealth(stores, rule as HealthRule, at);
  }
}
