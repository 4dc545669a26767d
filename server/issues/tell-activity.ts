/** Entries of the history of issues, in the transaction of what they tell. */
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
import type { ActivityInsert } from './lifecycle.ts';

export async function tellActivity(
  transaction: MetadataTransaction,
  entries: readonly ActivityInsert[],
): Promise<void> {
  for (const part of statementParts(entries, 6))
    await transaction.insertInto('issue_activity').values(part).execute();
}
