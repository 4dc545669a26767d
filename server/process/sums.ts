/** What a batch comes to in sums: one entry per issue hash, one line of the ledger per hour and reason. */
import type { BatchIssue } from '#server/issues/upsert.ts';
import type { NoiseCount } from '#server/record/noise.ts';
import type { OutcomeCount } from '#server/record/outcome.ts';
import type { EventRow, NoiseCountRow, OutcomeRow } from '#server/store/telemetry/rows.ts';
import { kindOf } from './log-errors/twin-facts.ts';
import type { PreparedEvent } from './prepare.ts';

const HOUR_MS = 3_600_000;

/**
 * The events of the batch summed up per project and deciding hash, in the order of their first appearance. Those whose
 * rows are not kept count like others, but the last event of an issue is one that can be looked at.
 */
export function sumIssues(events: readonly PreparedEvent[], sampled: readonly PreparedEvent[]): BatchIssue[] {
  const sums = new Map<
    string,
    {
      issue: BatchIssue;
      newest: PreparedEvent;
      users: Set<string>;
      hashes: Set<string>;
      releases: Map<string, number>;
    }
  >();
  const withRows = new Map<string, EventRow>();
  for (const { row } of events) {
    const key = `${row.project_id}:${row.grouping_hash}`;
    if (row.timestamp >= (withRows.get(key)?.timestamp ?? 0)) withRows.set(key, row);
  }
  for (const event of [...events, ...sampled]) {
    const { row } = event;
    const key = `${row.project_id}:${row.grouping_hash}`;
    let sum = sums.get(key);
    if (!sum) {
      sum = {
        issue: firstOf(event),
        newest: event,
        users: new Set(),
        hashes: new Set(),
        releases: new Map(),
      };
      sums.set(key, sum);
    }
    const { issue } = sum;
    issue.count += 1;
    if (event.logId !== null) issue.fromLogs += 1;
    issue.firstSeen = Math.min(issue.firstSeen, row.timestamp);
    issue.lastSeen = Math.max(issue.lastSeen, row.timestamp);
    issue.unhandled ||= row.handled === 0;
    if (row.timestamp >= sum.newest.row.timestamp) sum.newest = event;
    if (row.release && row.timestamp < issue.firstReleaseAt) {
      issue.firstRelease = row.release;
      issue.firstReleaseAt = row.timestamp;
    }
    if (row.release && row.timestamp >= issue.lastReleaseAt) {
      issue.lastRelease = row.release;
      issue.lastReleaseAt = row.timestamp;
    }
    const seenAt = sum.releases.get(row.release);
    if (seenAt === undefined || row.timestamp > seenAt) sum.releases.set(row.release, row.timestamp);
    if (row.user_key) sum.users.add(row.user_key);
    for (const hash of row.grouping_hashes) sum.hashes.add(hash);
  }
  return [...sums].map(([key, { issue, newest, users, hashes, releases }]) => ({
    ...issue,
    ...wordsOf(newest),
    kind: newest.twin ? kindOf(newest.twin.facts) : '',
    lastEventId: withRows.get(key)?.event_id ?? '',
    releases: [...releases].map(([release, lastAt]) => ({ release, lastAt })),
    userKeys: [...users],
    hashes: [newest.row.grouping_hash, ...[...hashes].filter((hash) => hash !== newest.row.grouping_hash)],
  }));
}

function firstOf(event: PreparedEvent): BatchIssue {
  const { row } = event;
  return {
    project: row.project_id,
    hashes: [],
    firstSeen: row.timestamp,
    lastSeen: row.timestamp,
    count: 0,
    userKeys: [],
    firstRelease: '',
    firstReleaseAt: Number.POSITIVE_INFINITY,
    lastRelease: '',
    lastReleaseAt: Number.NEGATIVE_INFINITY,
    releases: [],
    unhandled: false,
    fromLogs: 0,
    kind: '',
    ...wordsOf(event),
  };
}

function wordsOf({ row, facts }: PreparedEvent) {
  return {
    title: row.title,
    culprit: row.culprit,
    type: row.type,
    exceptionType: row.exception_type,
    exceptionValue: row.exception_value,
    level: row.level,
    platform: row.platform,
    logger: row.logger,
    lastEventId: row.event_id,
    expected: facts.expected ?? '',
  };
}

/** Ledger lines summed per hour, project, key, kind, outcome and reason. */
export function sumOutcomes(counts: readonly OutcomeCount[]): OutcomeRow[] {
  const rows = new Map<string, OutcomeRow>();
  for (const { at, project, key, kind, outcome, reason, quantity, bytes } of counts) {
    const hour = Math.floor(at / HOUR_MS) * HOUR_MS;
    const id = `${hour}:${project}:${key}:${kind}:${outcome}:${reason}`;
    const row = rows.get(id);
    if (row) {
      row.quantity += quantity;
      row.bytes += bytes;
    } else {
      rows.set(id, { hour, project_id: project, key_id: key, kind, outcome, reason, quantity, bytes });
    }
  }
  return [...rows.values()];
}

/** Counts of noise rules summed per rule, minute, fate, service and severity. */
export function sumNoise(counts: readonly NoiseCount[]): NoiseCountRow[] {
  const rows = new Map<string, NoiseCountRow>();
  for (const { project, rule, pattern, fate, service, severity, minute, records, bytes } of counts) {
    const id = `${project}:${rule}:${fate}:${severity}:${minute}:${service}`;
    const row = rows.get(id);
    if (row) {
      row.records += records;
      row.bytes += bytes;
    } else
      rows.set(id, {
        ...{ project_id: project, pattern_id: pattern, minute, rule_id: rule, fate, service },
        ...{ severity_number: severity, records, bytes },
      });
  }
  return [...rows.values()];
}
