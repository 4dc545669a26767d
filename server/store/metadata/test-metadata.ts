/**
 * For tests: a fresh, migrated SQLite store in a directory of its own. Call `discard` when done.
 * The same over Postgres is in test-postgres.ts.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '#server/platform/log.ts';
import type { MetadataStore } from './metadata.ts';
import { openMetadata } from './open-metadata.ts';

export interface TestMetadata {
  store: MetadataStore;
  /** What `openMetadata` was called with. */
  url: string;
  dataDirectory: string;
  /** Opens the same database once more, as another thread or process would. */
  openAgain(): Promise<MetadataStore>;
  /** Closes every store and deletes the database. */
  discard(): Promise<void>;
}

export async function openTestMetadata(postgresUrl = ''): Promise<TestMetadata> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'tandem-metadata-'));
  const stores: MetadataStore[] = [];
  const openAgain = async () => {
    const store = await openMetadata({ url: postgresUrl, dataDirectory, log: createLog('silent') });
    stores.push(store);
    return store;
  };
  const store = await openAgain();
  await store.migrate();
  return {
    store,
    url: postgresUrl,
    dataDirectory,
    openAgain,
    async discard() {
      for (const opened of stores) await opened.close();
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}
