/**
 * What was different when an issue happened, put together: occurrences against healthy traffic by its log records, against
 * other issues by tags, against healthy sessions by release, and the seconds before them against other seconds. Every part
 * has a bound; one that takes too long is left out and the answer says so.
 */
import type { DifferencesQuery, IssueDifferences, NotTold } from '#contract/differences.ts';
import { type FoundIssue, type IssueStores, iso } from '#server/issues/issues.ts';
import { templatesOf } from '#server/logs/log-patterns.ts';
import type { Plan } from '#server/query/plan/plan.ts';
import { EVERYTHING } from '#server/query/plan/plan.ts';
import { Deadline } from '#server/query/plan/run-plan.ts';
import { cutShortBy } from '#server/store/telemetry/telemetry-errors.ts';
import type { Asking } from './asking.ts';
import { compareTags } from './event-tags.ts';
import { nothing } from './finding.ts';
import { type Judged, judge, LIFT_MIN, Q_MAX } from './judge.ts';
import { compareLeading } from './leading.ts';
import { type Occurrences, readOccurrences } from './occurrences.ts';
import { compareSessions } from './session-releases.ts';
import { compareTraffic } from './traffic.ts';

/** For all statements of one answer: a person waits. */
const TIMEOUT_MS = 10_000;
const NS_OF_MS = 1_000_000n;
/** For the texts of patterns, whatever the rest took: without them nobody knows what a row is about. */
const TEXTS_MS = 3_000;
/** Lines before the first occurrence belong to it. */
const BEFORE_MS = 300_000;

export interface DifferenceStores extends IssueStores {
  /** What a line has in common with those of its pattern; main knows how. */
  templateOf(body: string): string;
}

export async function readDifferences(
  stores: DifferenceStores,
  issue: FoundIssue,
  visible: readonly number[],
  { period, environment, against }: DifferencesQuery,
): Promise<IssueDifferences> {
  const asking: Asking = { telemetry: stores.telemetry, deadline: new Deadline(TIMEOUT_MS) };
  const occurrences = await readOccurrences(stores, issue, asking, { period, environment });
  // One after the other: the engine has two cores, and others wait for it too.
  const tags = await inTime('events', { ...nothing(), others: null }, () =>
    compareTags(stores, asking, occurrences),
  );
  const sessions = await inTime('sessions', { ...nothing(), sessions: null }, () =>
    compareSessions(asking, occurrences),
  );
  const traffic = await inTime('logs', { ...nothing(), traffic: null, share: 1 }, () =>
    compareTraffic(asking, occurrences, { against, visible }),
  );
  const leading = await inTime('leading', { findings: [], tested: 0, spans: null, notTold: [] }, () =>
    compareLeading(asking, occurrences),
  );
  const parts = [sessions, traffic, tags];
  const findings = withoutTwice(parts.flatMap((part) => part.findings));
  const tested = [...parts, leading].reduce((sum, part) => sum + part.tested, 0);
  const judged = judge(findings, leading.findings, tested);
  return {
    from: iso(occurrences.from),
    to: iso(occurrences.to),
    against,
    events: { all: occurrences.all, lookedAt: occurrences.items.length },
    environments: occurrences.environments,
    traffic: traffic.traffic,
    others: tags.others,
    sessions: sessions.sessions,
    leadingSpans: leading.spans,
    tested,
    qMax: Q_MAX,
    liftMin: LIFT_MIN,
    ...(await withTemplates(stores, occurrences, visible, judged)),
    notTold: [...parts, leading].flatMap((part) => part.notTold),
    readShare: traffic.share,
  };
}

/** Left out and named where the time or the memory of a question is not enough. */
async function inTime<Part extends { notTold: NotTold[] }>(
  what: NotTold['what'],
  none: Part,
  compare: () => Promise<Part>,
): Promise<Part> {
  try {
    return await compare();
  } catch (error) {
    if (cutShortBy(error) === undefined) throw error;
    return { ...none, notTold: [{ what, why: 'time', have: 0, need: 0 }] };
  }
}

/** What sessions, log records and events all know of is told by the first that does: sessions know most users. */
const TOLD_ONCE: ReadonlyMap<string, string> = new Map([
  ['release', 'release'],
  ['environment', 'environment'],
  ['host', 'host'],
  ['server_name', 'host'],
]);

function withoutTwice<Of extends { source: string; key: string }>(findings: readonly Of[]): Of[] {
  const told = new Map<string, string>();
  return findings.filter(({ source, key: spelled }) => {
    const key = TOLD_ONCE.get(spelled);
    if (key === undefined) return true;
    const first = told.get(key) ?? source;
    told.set(key, first);
    return first === source;
  });
}

async function withTemplates(
  { telemetry, clock, listProjects, templateOf }: DifferenceStores,
  { from, to }: Occurrences,
  projects: readonly number[],
  { differences, leading, more }: Judged,
): Promise<Pick<IssueDifferences, 'differences' | 'leading' | 'more'>> {
  const patterns = new Set<string>([
    ...differences
      .flatMap((told) => [told, ...told.same])
      .filter(({ key }) => key === 'pattern')
      .map(({ value }) => value),
    ...leading.map(({ pattern }) => pattern),
  ]);
  const plan: Plan = {
    projects,
    range: { start: BigInt(from - BEFORE_MS) * NS_OF_MS, end: BigInt(to + 1) * NS_OF_MS },
    filter: EVERYTHING,
  };
  const stores = { telemetry, clock, listProjects, templateOf };
  const { templates } = await inTime(
    'logs',
    { templates: new Map<string, string>(), notTold: [] },
    async () => ({
      templates: await templatesOf(stores, { telemetry, deadline: new Deadline(TEXTS_MS) }, plan, [
        ...patterns,
      ]),
      notTold: [],
    }),
  );
  const textOf = (key: string, value: string) => (key === 'pattern' ? (templates.get(value) ?? '') : '');
  return {
    differences: differences.map((told) => ({
      ...told,
      template: textOf(told.key, told.value),
      same: told.same.map(({ key, value }) => ({ key, value, template: textOf(key, value) })),
    })),
    leading: leading.map((told) => ({ ...told, template: templates.get(told.pattern) ?? '' })),
    more,
  };
}
