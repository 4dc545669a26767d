/**
 * Requests that were processed lately and can be told when they are sent again: known in the transaction that decides
 * their batch, so a request is either in a batch and known, or neither, whenever the program ends. Bounded in
 * count and age; what was forgotten counts as new.
 */
import type { AcceptedRequest } from '#server/record/accepted.ts';
import type { MetadataDb, MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
import type { KnownRequest } from './batch.ts';

/** Of all projects together, as many as event ids: 45 minutes of a hundred requests a second. 120 bytes each on disk. */
const KNOWN_MAX = 262_144;
/** A sender that waits out an outage of a night and of half a day is known again. */
const KNOWN_MS_MAX = 24 * 60 * 60 * 1000;

/** Bound values of a row. */
const COLUMNS = 3;

/** Those of the requests that were processed before, by `project:identity`. */
export async function knownRequests(
  db: MetadataDb,
  requests: readonly AcceptedRequest[],
): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  const asked = requests.filter(({ identity }) => identity !== undefined);
  for (const [project, of] of Map.groupBy(asked, (request) => request.project))
    for (const part of statementParts([...new Set(of.map(({ identity }) => identity!))], 1)) {
      const rows = await db
        .selectFrom('known_request')
        .select('identity')
        .where('project_id', '=', project)
        .where('identity', 'in', part)
        .execute();
      for (const { identity } of rows) known.add(`${project}:${identity}`);
    }
  return known;
}

/** In the transaction of their batch. */
export async function keepKnown(
  transaction: MetadataTransaction,
  requests: readonly KnownRequest[],
): Promise<void> {
  if (requests.length === 0) return;
  // In one order, and none of it refused: another program on these stores may take the same requests in this moment.
  const rows = requests
    .map(({ project, identity, receivedAt }) => ({ project_id: project, identity, received_at: receivedAt }))
    .toSorted((one, other) => (one.identity < other.identity ? -1 : 1));
  for (const part of statementParts(rows, COLUMNS))
    await transaction
      .insertInto('known_request')
      .values(part)
      .onConflict((conflict) => conflict.columns(['project_id', 'identity']).doNothing())
      .execute();
  const newest = requests.reduce((latest, { receivedAt }) => Math.max(latest, receivedAt), 0);
  await transaction
    .deleteFrom('known_request')
    .where('received_at', '<', newest - KNOWN_MS_MAX)
    .execute();
  const { last } = await transaction
    .selectFrom('known_request')
    .select(({ fn }) => fn.max('id').as('last'))
    .executeTakeFirstOrThrow();
  await transaction
    .deleteFrom('known_request')
    .where('id', '<=', Number(last) - KNOWN_MAX)
    .execute();
}
