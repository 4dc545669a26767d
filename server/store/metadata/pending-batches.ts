/**
 * Batches whose rows are decided and perhaps not in the telemetry store yet, of every program on this store. Whoever
 * deletes telemetry of what is gone waits for those of the moment, or their rows would come after the deletion.
 */
import type { MetadataDb } from './metadata.ts';

export interface PendingMark {
  journal: string;
  batch: number;
}

/** Those of now; asked in the transaction that makes the thing be gone. */
export function pendingBatches(db: MetadataDb): Promise<PendingMark[]> {
  return db.selectFrom('pending_batch').select(['journal', 'batch']).execute();
}

/** Whether one of them is pending still. */
export async function isPending(db: MetadataDb, marks: readonly PendingMark[]): Promise<boolean> {
  if (marks.length === 0) return false;
  const now = await pendingBatches(db);
  return now.some((one) =>
    marks.some(({ journal, batch }) => one.journal === journal && one.batch === batch),
  );
}
