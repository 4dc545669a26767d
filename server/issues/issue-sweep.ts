/**
 * What happens to issues by the passing of time: archived ones come back when their time is up, when a window is full or
 * when they escalate; those of a project that wants it are resolved after days without an event; what could be taken back
 * is forgotten. Each run is bounded, asks telemetry for one organization at a time, and can be cut off anywhere: what it
 * decides is read from the stores again, and written only while the issue is as it was read.
 */
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { countSince, usualCounts, type Watched } from './archived-counts.ts';
import { ESCALATION_WINDOW_MS, escalates } from './escalation.ts';
import { forgetUndos } from './issue-undo.ts';
import { hashesOf, type IssueStores } from './issues.ts';
import {
  type ActivityKind,
  type IssueRow,
  type IssueState,
  openState,
  RESOLVED_NOW,
  resolvedState,
  STATE_COLUMNS,
} from './lifecycle.ts';
import { tellActivity } from './tell-activity.ts';
import { updateColumns } from './update-columns.ts';
import { ISSUE_USERS_MAX } from './upsert.ts';

type Stores = Pick<IssueStores, 'metadata' | 'telemetry' | 'clock'>;

/** Issues changed, or looked at together, by one statement. */
const SLICE = 200;
/** Issues of a project or an organization that one run looks at; the next run goes on with the others. */
const RUN_MAX = 5_000;
/**
 * How long an issue is still looked at after its last event came, ms: its row may wait that long for the engine. Nothing
 * else makes a window fuller.
 */
const SETTLES_MS = 10 * 60_000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** What an issue becomes and what is told of it. */
interface Turn {
  row: IssueRow;
  state: IssueState;
  kind: ActivityKind;
  data: Record<string, unknown>;
}

export interface IssueSweep {
  run(): Promise<void>;
}

export function createIssueSweep(stores: Stores): IssueSweep {
  const watch = createWatch();
  return {
    async run() {
      const now = stores.clock.now();
      await forgetUndos(stores.metadata.db, now);
      await endOfTime(stores, now);
      await resolveQuiet(stores, now);
      const organizations = await stores.metadata.db.selectFrom('organization').select('id').execute();
      const failures: unknown[] = [];
      // One whose events ask too much of the engine does not keep the others waiting.
      for (const { id } of organizations)
        await watchOrganization(stores, id, watch, now).catch((error) => failures.push(error));
      if (failures.length > 0) throw failures[0];
    },
  };
}

/** Archived until a time that has come. */
async function endOfTime(stores: Stores, now: number): Promise<void> {
  for (let done = 0; done < RUN_MAX; ) {
    const rows = await stores.metadata.db
      .selectFrom('issue')
      .selectAll()
      .where('archived_until', '=', 'time')
      .where('archived_limit', '<=', now)
      .orderBy('archived_limit')
      .limit(SLICE)
      .execute();
    if (rows.length === 0) return;
    done += rows.length;
    await turn(
      stores,
      rows.map((row) => ({
        row,
        state: openState('ongoing', now),
        kind: 'returned',
        data: { until: 'time' },
      })),
      now,
    );
  }
}

/** Without an event for as long as the project says; one that somebody brought back lately is left alone. */
async function resolveQuiet(stores: Stores, now: number): Promise<void> {
  const projects = await stores.metadata.db
    .selectFrom('project_workflow')
    .select(['project_id', 'auto_resolve_days as days'])
    .where('auto_resolve_days', 'is not', null)
    .execute();
  for (const { project_id, days } of projects) {
    const before = now - days! * DAY_MS;
    for (let done = 0; done < RUN_MAX; ) {
      const rows = await stores.metadata.db
        .selectFrom('issue')
        .selectAll()
        .where('project_id', '=', project_id)
        .where('status', '=', 'unresolved')
        .where('last_seen', '<', before)
        .where('substate_at', '<', before)
        .limit(SLICE)
        .execute();
      if (rows.length === 0) break;
      done += rows.length;
      const state = resolvedState(RESOLVED_NOW, { userId: null, now });
      await turn(
        stores,
        rows.map((row) => ({ row, state, kind: 'resolved', data: { quietDays: days } })),
        now,
      );
    }
  }
}

/** What was looked at: an issue without new events is not asked for again. */
interface Watch {
  isWorthALook(row: IssueRow, now: number): boolean;
  /** Id after which the next run goes on, by organization. */
  places: Map<number, number>;
}

function createWatch(): Watch {
  let counts = new Map<number, { events: number; since: number }>();
  return {
    places: new Map(),
    isWorthALook({ id, event_count }, now) {
      const known = counts.get(id);
      if (known?.events === event_count) return now - known.since < SETTLES_MS;
      // Rather ask once too often than remember everything that ever was archived.
      if (counts.size > 10 * RUN_MAX) counts = new Map();
      counts.set(id, { events: event_count, since: now });
      return true;
    },
  };
}

async function watchOrganization(
  stores: Stores,
  organization: number,
  watch: Watch,
  now: number,
): Promise<void> {
  for (let looked = 0; looked < RUN_MAX; ) {
    const rows = await nextWatched(stores, organization, watch.places.get(organization) ?? 0);
    looked += SLICE;
    const last = rows.at(-1)?.id;
    if (last === undefined) {
      watch.places.delete(organization);
      return;
    }
    watch.places.set(organization, last);
    const active = rows.filter((row) => watch.isWorthALook(row, now));
    if (active.length > 0) await turn(stores, await judge(stores, active, now), now);
  }
}

/** Archived until something that only telemetry can count. */
async function nextWatched({ metadata }: Stores, organization: number, after: number): Promise<IssueRow[]> {
  return metadata.db
    .selectFrom('issue')
    .innerJoin('project', 'project.id', 'issue.project_id')
    .selectAll('issue')
    .where('project.organization_id', '=', organization)
    .where('issue.archived_until', 'in', ['escalating', 'events', 'users'])
    .where((of) =>
      of.or([
        of('issue.archived_until', '=', 'escalating'),
        of('issue.archived_window_ms', 'is not', null),
        of.and([
          of('issue.archived_until', '=', 'users'),
          of(of('issue.archived_from', '+', of.ref('issue.archived_limit')), '>', ISSUE_USERS_MAX),
        ]),
      ]),
    )
    .where('issue.id', '>', after)
    .orderBy('issue.id')
    .limit(SLICE)
    .execute();
}

async function judge(stores: Stores, rows: readonly IssueRow[], now: number): Promise<Turn[]> {
  const hashes = await hashesOf(
    stores,
    rows.map(({ id }) => id),
  );
  const watched = rows.map((row) => ({ row, hashes: hashes.get(row.id) ?? [], since: sinceOf(row, now) }));
  const projects = [...new Set(rows.map(({ project_id }) => project_id))];
  const counts = await countSince(stores.telemetry, projects, watched);
  const turns: Turn[] = [];
  const loud: Watched[] = [];
  for (const one of watched) {
    const { row } = one;
    const seen = counts.get(row.id);
    if (!seen) continue;
    if (row.archived_until === 'escalating') loud.push(one);
    else if (seen[row.archived_until === 'users' ? 'users' : 'events'] >= row.archived_limit!)
      turns.push({
        ...{ row, state: openState('escalating', now), kind: 'returned' },
        data: { until: row.archived_until, count: row.archived_limit, windowMinutes: minutesOf(row) },
      });
  }
  const mayEscalate = loud.filter(({ row }) => escalates({ events: counts.get(row.id)!.events, usual: 0 }));
  if (mayEscalate.length === 0) return turns;
  const usual = await usualCounts(stores.telemetry, projects, mayEscalate, now);
  for (const { row } of mayEscalate) {
    const numbers = { events: counts.get(row.id)!.events, usual: usual.get(row.id) ?? 0 };
    if (escalates(numbers))
      turns.push({ row, state: openState('escalating', now), kind: 'escalated', data: { ...numbers } });
  }
  return turns;
}

/** What was before it was archived never counts. */
const sinceOf = (row: IssueRow, now: number) =>
  Math.max(
    row.substate_at,
    row.archived_until === 'escalating'
      ? now - ESCALATION_WINDOW_MS
      : row.archived_window_ms === null
        ? 0
        : now - row.archived_window_ms,
  );

const minutesOf = ({ archived_window_ms }: IssueRow) =>
  archived_window_ms === null ? undefined : archived_window_ms / 60_000;

/** Writes what was decided, of the issues that nobody changed meanwhile. */
async function turn({ metadata }: Stores, turns: readonly Turn[], now: number): Promise<void> {
  if (turns.length === 0) return;
  const projects = [...new Set(turns.map(({ row }) => row.project_id))];
  await metadata.transaction(projects, async (transaction) => {
    const still = await unchanged(transaction, turns);
    await updateColumns(
      transaction,
      STATE_COLUMNS,
      still.map(({ row, state }) => ({ id: row.id, issue: { ...row, ...state } })),
    );
    await tellActivity(
      transaction,
      still.map(({ row, kind, data }) => ({
        ...{ issue_id: row.id, project_id: row.project_id, kind, user_id: null, created_at: now },
        data: JSON.stringify(data),
      })),
    );
  });
}

async function unchanged(transaction: MetadataTransaction, turns: readonly Turn[]): Promise<Turn[]> {
  const rows = await transaction
    .selectFrom('issue')
    .select(['id', 'status', 'substate_at', 'last_seen'])
    .where(
      'id',
      'in',
      turns.map(({ row }) => row.id),
    )
    .execute();
  const present = new Map(rows.map((row) => [row.id, row]));
  return turns.filter(({ row, kind }) => {
    const now = present.get(row.id);
    // An event that came meanwhile says that the issue is not quiet.
    const isQuiet = kind !== 'resolved' || now?.last_seen === row.last_seen;
    return now?.status === row.status && now.substate_at === row.substate_at && isQuiet;
  });
}
