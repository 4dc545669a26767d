/** What better-auth keeps in our database: its tables, made and completed here, and the secret of its cookies. */
import { assert } from '#server/platform/assert.ts';
import type { Log } from '#server/platform/log.ts';
import type { MetadataStore } from '#server/store/metadata/metadata.ts';
import { AUTH_LOCK } from './locks.ts';
import { newSecret } from './secrets.ts';

/** Version of the tables of better-auth that `prepare` has made; equal to the version in package.json. */
export const AUTH_SCHEMA = '1.7.25';

/** Does nothing, and loads nothing, when the tables are those of this version. */
export async function prepareAuthTables(store: MetadataStore, log: Log): Promise<void> {
  if ((await readSetting(store, 'auth_schema')) === AUTH_SCHEMA) return;
  const { getMigrations } = await import('better-auth/db/migration');
  await store.transaction([AUTH_LOCK], async (transaction) => {
    const { runMigrations, toBeCreated, toBeAdded } = await getMigrations({
      database: { db: transaction, type: store.dialect },
    });
    await runMigrations();
    await transaction
      .insertInto('setting')
      .values({ name: 'auth_schema', value: AUTH_SCHEMA })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: AUTH_SCHEMA }))
      .execute();
    log.debug(
      { created: toBeCreated.length, changed: toBeAdded.length },
      'the tables of people and sessions are ready',
    );
  });
}

/** What signs the session cookies: made at the first start, kept with the sessions it signs. */
export async function sessionSecret(store: MetadataStore): Promise<string> {
  await store.db
    .insertInto('setting')
    .values({ name: 'auth_secret', value: newSecret() })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const secret = await readSetting(store, 'auth_secret');
  assert(secret, 'the secret of the sessions is not there after it was stored');
  return secret;
}

async function readSetting(store: MetadataStore, name: string): Promise<string | undefined> {
  const row = await store.db
    .selectFrom('setting')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.value;
}
