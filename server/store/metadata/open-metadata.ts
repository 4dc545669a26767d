/** Opens the metadata store that the configuration names: SQLite in the data directory, or Postgres. */
import { join } from 'node:path';
import type { Log } from '#server/platform/log.ts';
import type { MetadataStore } from './metadata.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';

/** `url` empty: SQLite. Nothing is created but the file; call `migrate()` once before the first query. */
export async function openMetadata(options: {
  url: string;
  dataDirectory: string;
  log: Log;
}): Promise<MetadataStore> {
  return options.url
    ? openPostgres(options.url, options.log)
    : openSqlite(join(options.dataDirectory, 'metadata.sqlite'));
}
