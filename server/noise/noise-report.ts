/** What a period's logs and errors cost by pattern, service and issue, what rules did not keep, and what could be less. */
import type { NoisePattern, NoiseReport } from '#contract/noise.ts';
import type { ProjectSummary } from '#contract/people.ts';
import { shortId } from '#server/issues/short-id.ts';
import { levelOfNumber } from '#server/record/log.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
import { adviceOn, type PatternFacts } from './advice.ts';
import { type DiskCost, diskCost, type Weighed } from './disk-cost.ts';
import {
  countLogs,
  errorLines,
  eventCosts,
  type GonePattern,
  goneByPattern,
  goneByService,
  measuredOneIn,
  type NoiseScope,
  type PatternCost,
  patternCosts,
  serviceCosts,
} from './noise-queries.ts';
import { listRules } from './noise-rules.ts';

/** Issues told of; the costliest. */
const ISSUES_MAX = 20;
/** Patterns told of because records of theirs are not kept. */
const GONE_TOLD_MAX = 500;

export interface ReportStores {
  db: MetadataDb;
  /** What a line has in common with those of its pattern; main knows how. */
  templateOf(body: string): string;
}

export async function noiseReport(
  stores: ReportStores,
  scope: NoiseScope,
  projects: readonly ProjectSummary[],
): Promise<NoiseReport> {
  const { telemetry } = scope;
  const counted = await countLogs(scope);
  const oneIn = measuredOneIn(counted.records);
  const gone = await goneByPattern(scope);
  const told = gone.slice(0, GONE_TOLD_MAX);
  const [patterns, services, goneOfServices, events, rules, logsTable, eventsTable] = await Promise.all([
    patternCosts(
      scope,
      oneIn,
      told.map(({ pattern }) => pattern),
    ),
    serviceCosts(scope, oneIn),
    goneByService(scope),
    eventCosts(scope),
    listRules(stores.db, scope.projects),
    telemetry.tableOnDisk('logs'),
    telemetry.tableOnDisk('events'),
  ]);
  const lines = await errorLines(scope, events.events);
  const logDisk = diskCost(logsTable, logWeight(services));
  const bytes = sumOf(services, textsOf);
  const facts = patternFacts(patterns, { stores, gone, rules, lines, disk: logDisk });
  const payloads = sumOf(events.hashes, (hash) => hash.bytes);
  const weighed = sumOf(events.hashes, (hash) => hash.events);
  const eventDisk = diskCost(eventsTable, { rows: weighed, texts: { payload: payloads } });
  return {
    from: new Date(scope.from).toISOString(),
    to: new Date(scope.to).toISOString(),
    logs: {
      ...counted,
      bytes,
      diskBytes: logDisk.of(logWeight(services)),
      notKept: sumOf(gone, ({ records }) => records),
    },
    events: {
      events: events.events,
      bytes: payloads,
      diskBytes: eventDisk.of({ rows: events.events, texts: { payload: payloads } }),
    },
    patterns: [...facts.map(({ pattern }) => pattern), ...onlyCounted(facts, told, rules)],
    services: serviceList(services, goneOfServices, logDisk),
    issues: await issueCosts(stores.db, projects, events.hashes, eventDisk),
    advice: adviceOn(facts, bytes),
    estimate: { measuredOneIn: oneIn, disk: logDisk.by, comparedWithErrors: lines !== null },
  };
}

const sumOf = <Each>(list: readonly Each[], of: (each: Each) => number) =>
  list.reduce((sum, each) => sum + of(each), 0);
const textsOf = ({ body, attributes }: { body: number; attributes: number }) => body + attributes;
const weightOf = ({
  records,
  body,
  attributes,
}: {
  records: number;
  body: number;
  attributes: number;
}): Weighed => ({
  rows: records,
  texts: { body, attributes },
});
const logWeight = (services: readonly { records: number; body: number; attributes: number }[]): Weighed => ({
  rows: sumOf(services, ({ records }) => records),
  texts: {
    body: sumOf(services, ({ body }) => body),
    attributes: sumOf(services, ({ attributes }) => attributes),
  },
});

interface Known {
  stores: ReportStores;
  gone: readonly GonePattern[];
  rules: Awaited<ReturnType<typeof listRules>>;
  lines: Awaited<ReturnType<typeof errorLines>>;
  disk: DiskCost;
}

const keyOf = (project: number, pattern: string) => `${project} ${pattern}`;

function patternFacts(rows: readonly PatternCost[], known: Known): PatternFacts[] {
  const ruleOf = new Map(known.rules.map((rule) => [keyOf(rule.project_id, rule.pattern_id), rule]));
  const notKept = new Map(known.gone.map((each) => [keyOf(each.project, each.pattern), each.records]));
  const lineOf = new Map(known.lines?.map((line) => [keyOf(line.project, line.pattern), line]));
  const byBytes = rows.toSorted((a, b) => textsOf(b) - textsOf(a));
  return byBytes.map((row) => {
    const key = keyOf(row.project, row.pattern);
    const rule = ruleOf.get(key);
    const line = lineOf.get(key);
    return {
      pattern: {
        projectId: String(row.project),
        id: row.pattern,
        template: row.sample === '' ? (rule?.template ?? '') : known.stores.templateOf(row.sample),
        sample: row.sample || (rule?.sample ?? ''),
        records: row.records,
        errors: row.errors,
        bytes: textsOf(row),
        diskBytes: known.disk.of(weightOf(row)),
        notKept: notKept.get(key) ?? 0,
        levels: levelsOf(row.levels),
        services: row.services,
        ruleId: rule ? String(rule.id) : null,
      },
      debugInProduction: row.debugInProduction,
      exceptions: row.exceptions,
      repeated: row.repeated,
      healthChecks: row.healthChecks,
      healthPath: row.healthPath,
      linkedErrors: line?.linked ?? null,
      failingErrors: line?.failing ?? null,
    };
  });
}

function levelsOf(levels: Record<string, number>): NoisePattern['levels'] {
  return Object.fromEntries(
    Object.entries(levels).map(([fours, records]) => [
      levelOfNumber(4 * Number(fours)) || 'unknown',
      records,
    ]),
  );
}

/** Patterns of which no record is kept any more: their counts are exact all the same. */
function onlyCounted(
  facts: readonly PatternFacts[],
  gone: readonly GonePattern[],
  rules: Known['rules'],
): NoisePattern[] {
  const kept = new Set(facts.map(({ pattern }) => keyOf(Number(pattern.projectId), pattern.id)));
  const ruleOf = new Map(rules.map((rule) => [keyOf(rule.project_id, rule.pattern_id), rule]));
  return gone.flatMap(({ project, pattern, records, services }) => {
    if (kept.has(keyOf(project, pattern))) return [];
    const rule = ruleOf.get(keyOf(project, pattern));
    return [
      {
        ...{ projectId: String(project), id: pattern, notKept: records, services },
        ...{ template: rule?.template ?? '', sample: rule?.sample ?? '' },
        ...{ records: 0, errors: 0, bytes: 0, diskBytes: 0, levels: {} },
        ruleId: rule ? String(rule.id) : null,
      },
    ];
  });
}

function serviceList(
  services: Awaited<ReturnType<typeof serviceCosts>>,
  gone: Awaited<ReturnType<typeof goneByService>>,
  disk: DiskCost,
): NoiseReport['services'] {
  const notKept = new Map(gone.map(({ service, records }) => [service, records]));
  const kept = services.map((row) => ({
    service: row.service,
    records: row.records,
    errors: row.errors,
    bytes: textsOf(row),
    diskBytes: disk.of(weightOf(row)),
    notKept: notKept.get(row.service) ?? 0,
  }));
  const names = new Set(services.map(({ service }) => service));
  const others = [...notKept].flatMap(([service, records]) =>
    names.has(service) ? [] : [{ service, records: 0, errors: 0, bytes: 0, diskBytes: 0, notKept: records }],
  );
  return [...kept, ...others];
}

async function issueCosts(
  db: MetadataDb,
  projects: readonly ProjectSummary[],
  hashes: Awaited<ReturnType<typeof eventCosts>>['hashes'],
  disk: DiskCost,
): Promise<NoiseReport['issues']> {
  const issues = new Map<
    number,
    { project: number; number: number; title: string; events: number; bytes: number }
  >();
  for (const [project, own] of Map.groupBy(hashes, (hash) => hash.project)) {
    const costOf = new Map(own.map((each) => [each.hash, each]));
    for (const part of statementParts([...costOf.keys()], 1)) {
      const owners = await db
        .selectFrom('issue_hash')
        .innerJoin('issue', 'issue.id', 'issue_hash.issue_id')
        .select(['issue_hash.hash', 'issue.id', 'issue.number', 'issue.title'])
        .where('issue_hash.project_id', '=', project)
        .where('issue_hash.hash', 'in', part)
        .execute();
      for (const { hash, id, number, title } of owners) {
        const issue = issues.get(id) ?? { project, number, title, events: 0, bytes: 0 };
        issue.events += costOf.get(hash)!.events;
        issue.bytes += costOf.get(hash)!.bytes;
        issues.set(id, issue);
      }
    }
  }
  const slugOf = new Map(projects.map(({ id, slug }) => [Number(id), slug]));
  return [...issues]
    .sort(([, a], [, b]) => b.bytes - a.bytes || b.events - a.events)
    .slice(0, ISSUES_MAX)
    .map(([id, { project, number, title, events, bytes }]) => ({
      ...{ id: String(id), shortId: shortId(slugOf.get(project) ?? '', number), projectId: String(project) },
      ...{ title, events, bytes, diskBytes: disk.of({ rows: events, texts: { payload: bytes } }) },
    }));
}
