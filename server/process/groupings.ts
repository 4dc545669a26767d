/**
 * Why events are grouped as they are, and where their code was, kept once per hash: what contributes is the same for all
 * events of a hash, since the hash is made of it. Computed anew from the stored payload, and only for hashes whose explanation is not
 * kept yet: as a column of every event it was a third of each row.
 */
import type { EventPayload } from '#server/record/event.ts';
import type { GroupingResult } from '#server/record/grouping.ts';
import { stackText } from '#server/record/stack-text.ts';
import type { MetadataDb, MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
import type { EventRow } from '#server/store/telemetry/rows.ts';
import type { Batch } from './batch.ts';
import { groupV1 } from './group/group-v1.ts';
import { markInApp } from './in-app/mark-in-app.ts';
import type { GroupingRules } from './rules/grouping-rules.ts';

/** Characters: an explanation longer than this explains nothing. Chains of three exceptions take some 20,000. */
export const GROUPING_CHARS_MAX = 262_144;

export interface HashGrouping {
  project_id: number;
  hash: string;
  /** GroupingResult as JSON. */
  grouping: string;
  /** record/stack-text.ts; empty: none. */
  stack: string;
}

/** What is to be kept for the batch. Read outside its transaction, which may find that another was faster. */
export async function missingGroupings(db: MetadataDb, batch: Batch): Promise<HashGrouping[]> {
  const missing: HashGrouping[] = [];
  for (const [project, events] of Map.groupBy(batch.events, ({ row }) => row.project_id)) {
    const byHash = new Map(events.map((event) => [event.row.grouping_hash, event]));
    for (const part of statementParts([...byHash.keys()], 1)) {
      const kept = await db
        .selectFrom('hash_grouping')
        .select('hash')
        .where('project_id', '=', project)
        .where('hash', 'in', part)
        .execute();
      for (const { hash } of kept) byHash.delete(hash);
    }
    for (const [hash, { row, rules }] of byHash)
      missing.push({
        project_id: project,
        hash,
        grouping: groupingOf(row, rules),
        stack: stackText(JSON.parse(row.payload) as EventPayload),
      });
  }
  return missing;
}

/** After the hashes themselves. */
export async function keepGroupings(
  transaction: MetadataTransaction,
  groupings: readonly HashGrouping[],
): Promise<void> {
  for (const part of statementParts(groupings, 3))
    await transaction
      .insertInto('hash_grouping')
      .values(part.map(({ stack: _, ...row }) => row))
      .onConflict((conflict) => conflict.columns(['project_id', 'hash']).doNothing())
      .execute();
  const stacks = groupings.filter(({ stack }) => stack !== '');
  for (const part of statementParts(stacks, 3))
    await transaction
      .insertInto('hash_stack')
      .values(part.map(({ grouping: _, ...row }) => row))
      .onConflict((conflict) => conflict.columns(['project_id', 'hash']).doNothing())
      .execute();
}

/** Never longer than the bound, which only hostile events reach. */
export function groupingOf(
  { payload, grouping_hash, grouping_hashes }: EventRow,
  rules?: GroupingRules,
): string {
  const event = JSON.parse(payload) as EventPayload;
  // Marked as it is stored; again only so that the rules know what they did.
  if (rules) markInApp(event, rules.stack);
  const grouping = groupV1(event, rules);
  // Parts of the largest events are not stored (stored-event.ts): what decided may be among them.
  if (grouping.hashes[0] !== grouping_hash)
    return JSON.stringify({ version: 'v1', hashes: grouping_hashes, variants: [] } satisfies GroupingResult);
  const json = JSON.stringify(grouping);
  if (json.length <= GROUPING_CHARS_MAX) return json;
  const variants = grouping.variants.map((variant) => ({
    ...variant,
    hint: 'what it is made of is too long to be kept',
    component: { ...variant.component, values: [] },
  }));
  return JSON.stringify({ ...grouping, variants } satisfies GroupingResult);
}
