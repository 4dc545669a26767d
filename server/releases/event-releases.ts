/**
 * The releases that events and sessions name, written by `process` inside the batch's transaction: made when one is named
 * first, and told when its last event was. What is known of them is remembered, so that an event of a known release
 * writes nothing; its last event is therefore up to a minute behind.
 */
import { RecentMap } from '#server/platform/recent-map.ts';
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
import type { EventRow, SessionRow } from '#server/store/telemetry/rows.ts';

/** Releases remembered, of all projects: a few hundred bytes each. */
const REMEMBERED = 10_000;
/** How far the last event of a release may be behind, ms: one statement a minute for a release, however many events. */
const LAST_EVENT_STEP_MS = 60_000;
/**
 * Releases of one project that events make. Ten a day for three years; a sender that names another with each event fills
 * no disk. Those made through the API are not counted against anybody.
 */
export const RELEASES_OF_PROJECT_MAX = 10_000;

/** What a batch says of a release of a project. Without events it was named by a session. */
export interface NamedRelease {
  project: number;
  version: string;
  firstEventAt: number | null;
  lastEventAt: number | null;
  /** When it was heard of, ms. */
  receivedAt: number;
}

type NamingRow =
  | Pick<EventRow, 'project_id' | 'release' | 'timestamp' | 'received_at'>
  | (Pick<SessionRow, 'project_id' | 'release' | 'received_at'> & { timestamp?: undefined });

/** One entry for each release of each project. */
export function namedReleases(rows: Iterable<NamingRow>): NamedRelease[] {
  const named = new Map<string, NamedRelease>();
  for (const { project_id: project, release: version, timestamp = null, received_at } of rows) {
    if (version === '') continue;
    const key = keyOf({ project, version });
    const known = named.get(key);
    named.set(key, {
      project,
      version,
      firstEventAt: lesser(known?.firstEventAt ?? null, timestamp),
      lastEventAt: greater(known?.lastEventAt ?? null, timestamp),
      receivedAt: Math.min(known?.receivedAt ?? received_at, received_at),
    });
  }
  return [...named.values()];
}

const keyOf = ({ project, version }: Pick<NamedRelease, 'project' | 'version'>) => `${project}:${version}`;
const lesser = (a: number | null, b: number | null) => (a === null || b === null ? (a ?? b) : Math.min(a, b));
const greater = (a: number | null, b: number | null) =>
  a === null || b === null ? (a ?? b) : Math.max(a, b);

/** What is written already. A release that somebody deletes comes back with the events of the next minute. */
export interface ReleaseMemory {
  /** Those of them of which something is to be written. */
  news(named: readonly NamedRelease[]): NamedRelease[];
  /** They are written and committed. */
  keep(written: readonly NamedRelease[]): void;
}

export function createReleaseMemory(): ReleaseMemory {
  const known = new RecentMap<string, Pick<NamedRelease, 'firstEventAt' | 'lastEventAt'>>(REMEMBERED);
  return {
    news: (named) =>
      named.filter((one) => {
        const before = known.get(keyOf(one));
        if (!before) return true;
        if (one.firstEventAt === null || one.lastEventAt === null) return false;
        return (
          before.firstEventAt === null ||
          before.lastEventAt === null ||
          one.firstEventAt < before.firstEventAt ||
          one.lastEventAt >= before.lastEventAt + LAST_EVENT_STEP_MS
        );
      }),
    keep(written) {
      for (const one of written) {
        const before = known.get(keyOf(one));
        known.set(keyOf(one), {
          firstEventAt: lesser(before?.firstEventAt ?? null, one.firstEventAt),
          lastEventAt: greater(before?.lastEventAt ?? null, one.lastEventAt),
        });
      }
    },
  };
}

/** Makes the releases that are not there, and moves their first and last events. */
export async function nameReleases(
  transaction: MetadataTransaction,
  named: readonly NamedRelease[],
): Promise<void> {
  if (named.length === 0) return;
  const organizations = await organizationsOf(transaction, named);
  const wanted = named.flatMap((one) => {
    const organization = organizations.get(one.project);
    return organization === undefined ? [] : [{ ...one, organization }];
  });
  for (const [organization, ofOne] of Map.groupBy(wanted, (one) => one.organization)) {
    const ids = await findIds(transaction, organization, ofOne);
    const fresh = await withinBound(
      transaction,
      ofOne.filter(({ version }) => !ids.has(version)),
    );
    await createReleases(transaction, organization, fresh);
    for (const [version, id] of await findIds(transaction, organization, fresh)) ids.set(version, id);
    await noteEvents(transaction, ofOne, ids);
  }
}

async function organizationsOf(
  transaction: MetadataTransaction,
  named: readonly NamedRelease[],
): Promise<ReadonlyMap<number, number>> {
  const found = new Map<number, number>();
  for (const part of statementParts([...new Set(named.map(({ project }) => project))], 1)) {
    const projects = transaction.selectFrom('project').select(['id', 'organization_id']);
    for (const { id, organization_id } of await projects.where('id', 'in', part).execute())
      found.set(id, organization_id);
  }
  return found;
}

async function findIds(
  transaction: MetadataTransaction,
  organization: number,
  named: readonly NamedRelease[],
): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  for (const part of statementParts([...new Set(named.map(({ version }) => version))], 1)) {
    const rows = await transaction
      .selectFrom('release')
      .select(['id', 'version'])
      .where('organization_id', '=', organization)
      .where('version', 'in', part)
      .execute();
    for (const { id, version } of rows) ids.set(version, id);
  }
  return ids;
}

/** As many of the new releases as each project may still have. */
async function withinBound(
  transaction: MetadataTransaction,
  fresh: readonly NamedRelease[],
): Promise<NamedRelease[]> {
  const kept: NamedRelease[] = [];
  for (const [project, ofOne] of Map.groupBy(fresh, (one) => one.project)) {
    const { there } = await transaction
      .selectFrom('release_project')
      .select((of) => of.fn.countAll<number>().as('there'))
      .where('project_id', '=', project)
      .executeTakeFirstOrThrow();
    kept.push(...ofOne.slice(0, Math.max(0, RELEASES_OF_PROJECT_MAX - there)));
  }
  return kept;
}

/** In the order of the versions, so that two programs on one Postgres never wait for each other. */
async function createReleases(
  transaction: MetadataTransaction,
  organization_id: number,
  fresh: readonly NamedRelease[],
): Promise<void> {
  const dates = new Map<string, number>();
  for (const one of fresh)
    dates.set(one.version, Math.min(dateOf(one), dates.get(one.version) ?? Number.POSITIVE_INFINITY));
  const rows = [...dates]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([version, created_at]) => ({
      ...{ organization_id, version, created_at },
      ...{ started_at: null, released_at: null },
    }));
  for (const part of statementParts(rows, 5))
    await transaction
      .insertInto('release')
      .values(part)
      .onConflict((conflict) => conflict.columns(['organization_id', 'version']).doNothing())
      .execute();
}

/** When the release was first seen; a sender's clock that is ahead does not make it of the future. */
const dateOf = ({ firstEventAt, receivedAt }: NamedRelease) =>
  Math.min(firstEventAt ?? receivedAt, receivedAt);

async function noteEvents(
  transaction: MetadataTransaction,
  named: readonly NamedRelease[],
  ids: ReadonlyMap<string, number>,
): Promise<void> {
  const rows = named
    .flatMap((one) => {
      const release_id = ids.get(one.version);
      if (release_id === undefined) return [];
      const { project: project_id, firstEventAt: first_event_at, lastEventAt: last_event_at } = one;
      return [{ release_id, project_id, added_at: dateOf(one), first_event_at, last_event_at }];
    })
    .sort((a, b) => a.release_id - b.release_id || a.project_id - b.project_id);
  for (const part of statementParts(rows, 5))
    await transaction
      .insertInto('release_project')
      .values(part)
      .onConflict((conflict) =>
        conflict.columns(['release_id', 'project_id']).doUpdateSet((to) => ({
          first_event_at: to
            .case()
            .when(
              to.or([
                to('release_project.first_event_at', 'is', null),
                to('excluded.first_event_at', '<', to.ref('release_project.first_event_at')),
              ]),
            )
            .then(to.ref('excluded.first_event_at'))
            .else(to.ref('release_project.first_event_at'))
            .end(),
          last_event_at: to
            .case()
            .when(
              to.or([
                to('release_project.last_event_at', 'is', null),
                to('excluded.last_event_at', '>', to.ref('release_project.last_event_at')),
              ]),
            )
            .then(to.ref('excluded.last_event_at'))
            .else(to.ref('release_project.last_event_at'))
            .end(),
        })),
      )
      .execute();
}
