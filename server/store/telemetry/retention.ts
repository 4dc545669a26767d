/**
 * Forgetting what is old. Whole partitions are dropped, which frees the disk at once and works on a full one;
 * the days of the week that the limit lies in are deleted row by row, a mark per row until their partition goes.
 */
import { assert } from '#server/platform/assert.ts';
import { deleteRows } from './deletion.ts';
import type { Statements } from './statements.ts';
import { PARTITION_DAYS, PROJECT_TABLES, TIME_COLUMN } from './tables.ts';

const DAY_MS = 86_400_000;

export async function enforceRetention(engine: Statements, days: number, now: number): Promise<void> {
  const limit = Math.floor(now / DAY_MS) * DAY_MS - days * DAY_MS;
  for (const table of PROJECT_TABLES) {
    const partitions = await engine.rows<{ partition: string }>(
      `SELECT DISTINCT partition FROM system.parts
        WHERE database = currentDatabase() AND table = {table:String} AND active ORDER BY partition`,
      { table },
    );
    for (const { partition } of partitions) {
      const end = Date.parse(partition) + PARTITION_DAYS[table] * DAY_MS;
      assert(Number.isFinite(end), `a partition of ${table} is a date, not ${partition}`);
      // The server's guard against dropping large tables by mistake is not meant for this.
      if (end <= limit)
        await engine.command(
          `ALTER TABLE ${table} DROP PARTITION {partition:String}`,
          { partition },
          { max_partition_size_to_drop: '0' },
        );
    }
  }
  for (const table of PROJECT_TABLES) {
    const old = `${TIME_COLUMN[table]} < fromUnixTimestamp64Milli({limit:Int64}, 'UTC')`;
    await deleteRows(engine, table, old, { limit });
  }
}
