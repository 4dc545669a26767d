/**
 * For tests: both stores with the projects of test-projects.ts, and a short way to make events happen as
 * `process` does: rows into telemetry, issues into metadata.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProjectSummary } from '#contract/people.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import type { EventPayload } from '#server/record/event.ts';
import { stackText } from '#server/record/stack-text.ts';
import { createReleaseLookups } from '#server/releases/release-lookups.ts';
import { openFileBlobs } from '#server/store/blobs/file-blobs.ts';
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { openTestMetadata } from '#server/store/metadata/test-metadata.ts';
import { refuseCutShort } from '#server/store/telemetry/refuse-cut-short.ts';
import type { EventRow } from '#server/store/telemetry/rows.ts';
import { startTestTelemetry } from '#server/store/telemetry/start-test-telemetry.ts';
import { openActiveUsers } from './active-users.ts';
import type { IssueStores } from './issues.ts';
import { insertTestProjects } from './test-projects.ts';
import { applyBatch, type BatchIssueResult } from './upsert.ts';

export const NOON = Date.UTC(2026, 5, 10, 12);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** 32 characters from few. */
export const hex = (seed: string | number) =>
  Buffer.from(String(seed)).toString('hex').padStart(32, '0').slice(-32);

type TestEvent = Partial<EventRow> & { hashes?: string[] };

export interface TestIssues extends IssueStores {
  /** Of the organization with shop and web. */
  viewer: Viewer;
  /** Of the other organization. */
  stranger: Viewer;
  setNow(now: number): void;
  /** Makes events happen, one batch. */
  happen(...events: TestEvent[]): Promise<BatchIssueResult[]>;
  /** One half of it alone: the rows of a batch come after its effects. */
  happenInTelemetry(...events: TestEvent[]): Promise<void>;
  happenInMetadata(...events: TestEvent[]): Promise<BatchIssueResult[]>;
  discard(): Promise<void>;
}

/** On SQLite, or on the Postgres at the address. */
export async function openTestIssues(postgresUrl = ''): Promise<TestIssues> {
  const [metadata, telemetry] = await Promise.all([openTestMetadata(postgresUrl), startTestTelemetry()]);
  const { store } = metadata;
  const blobsDirectory = mkdtempSync(join(tmpdir(), 'tandem-blobs-'));
  await insertTestProjects(store.db);
  let now = NOON;

  const clock = { now: () => now };
  const reading = { db: store.db, telemetry: refuseCutShort(telemetry.store), clock };
  return {
    metadata: store,
    telemetry: reading.telemetry,
    readActiveUsers: openActiveUsers(reading),
    releases: createReleaseLookups(reading),
    blobs: await openFileBlobs(blobsDirectory),
    clock,
    setNow: (moment) => {
      now = moment;
    },
    viewer: viewerOf(1, 'ours'),
    stranger: viewerOf(2, 'theirs'),
    async listProjects(organizationId): Promise<ProjectSummary[]> {
      const rows = await store.db
        .selectFrom('project')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .execute();
      return rows.map(({ id, slug, name, platform }) => ({
        id: String(id),
        slug,
        name,
        platform,
        createdAt: new Date(0).toISOString(),
        firstEventAt: null,
      }));
    },
    peopleNames: async () => new Map([['ada', 'Ada Lovelace']]),
    async happen(...events) {
      const rows = events.map(testEvent);
      await insert(rows);
      return apply(rows);
    },
    happenInTelemetry: (...events) => insert(events.map(testEvent)),
    happenInMetadata: (...events) => apply(events.map(testEvent)),
    async discard() {
      await Promise.all([metadata.discard(), telemetry.stop()]);
      rmSync(blobsDirectory, { recursive: true, force: true });
    },
  };

  async function insert(rows: readonly EventRow[]): Promise<void> {
    const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    await telemetry.store.insert('events', Buffer.from(lines), randomUUID());
  }

  function apply(rows: readonly EventRow[]): Promise<BatchIssueResult[]> {
    return store.transaction([1, 2, 3], async (transaction) => {
      const results = await applyBatch(
        transaction,
        rows.map((row) => ({
          project: row.project_id,
          hashes: row.grouping_hashes,
          firstSeen: row.timestamp,
          lastSeen: row.timestamp,
          count: 1,
          userKeys: row.user_key ? [row.user_key] : [],
          title: row.title,
          culprit: row.culprit,
          type: row.type,
          exceptionType: row.exception_type,
          exceptionValue: row.exception_value,
          level: row.level,
          platform: row.platform,
          logger: row.logger,
          firstRelease: row.release,
          firstReleaseAt: row.timestamp,
          lastRelease: row.release,
          lastReleaseAt: row.timestamp,
          releases: [{ release: row.release, lastAt: row.timestamp }],
          lastEventId: row.event_id,
          unhandled: row.handled === 0,
          expected: '',
          fromLogs: row.sdk_name === 'tandem.logs' ? 1 : 0,
          kind: '',
        })),
        now,
      );
      await transaction
        .insertInto('hash_grouping')
        .values(
          rows.map(({ project_id, grouping_hash: hash, grouping_hashes: hashes }) => ({
            ...{ project_id, hash },
            grouping: JSON.stringify({ version: 'v1', hashes, variants: [] }),
          })),
        )
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      await keepStacks(transaction, rows);
      return results;
    });
  }
}

async function keepStacks(transaction: MetadataTransaction, rows: readonly EventRow[]): Promise<void> {
  const stacks = rows.flatMap(({ project_id, grouping_hash: hash, payload }) => {
    const stack = stackText(JSON.parse(payload) as EventPayload);
    return stack === '' ? [] : [{ project_id, hash, stack }];
  });
  if (stacks.length > 0)
    await transaction
      .insertInto('hash_stack')
      .values(stacks)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

function viewerOf(id: number, slug: string): Viewer {
  return {
    userId: 'ada',
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    organization: { id, slug, name: slug },
    role: 'owner',
    scopes: [
      'org:read',
      'project:read',
      'project:write',
      'event:read',
      'event:write',
      'event:admin',
      'member:read',
    ],
    by: 'token',
  };
}

function testEvent({ hashes, ...given }: Partial<EventRow> & { hashes?: string[] }): EventRow {
  const exception = {
    type: given.exception_type ?? 'PaymentError',
    value: given.exception_value ?? 'card declined',
  };
  const kinds = hashes ?? [given.grouping_hash ?? hex('a')];
  return {
    project_id: 1,
    grouping_hash: kinds[0]!,
    grouping_hashes: kinds,
    event_id: randomUUID().replaceAll('-', ''),
    timestamp: NOON - HOUR,
    received_at: given.timestamp ?? NOON - HOUR,
    type: 'error',
    level: 'error',
    platform: 'node',
    title: `${exception.type}: ${exception.value}`,
    culprit: 'checkout/pay.ts in pay',
    message: '',
    exception_type: exception.type,
    exception_value: exception.value,
    transaction: '',
    release: '',
    dist: '',
    environment: '',
    service: '',
    host: '',
    logger: '',
    sdk_name: '',
    sdk_version: '',
    user_key: given.user_id ? `id:${given.user_id}` : '',
    user_id: '',
    user_email: '',
    user_username: '',
    user_ip: '',
    trace_id: '',
    span_id: '',
    session_id: '',
    request_id: '',
    url: '',
    handled: null,
    tags: {},
    payload: JSON.stringify({ exception: { values: [exception] } }),
    ...given,
  };
}
