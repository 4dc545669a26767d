/** An ingest key of another tracker becomes one of a project here: programs go on sending with the DSN they have. */
import type { z } from 'zod';
import type { ImportedKey, ImportedKeyAnswer } from '#contract/imports.ts';
import { KEYS_MAX } from '#server/projects/projects.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataStore } from '#server/store/metadata/metadata.ts';

/** A key belongs to one project of the whole installation; whether that is another organization's is not told. */
export function adoptKey(
  store: MetadataStore,
  project: number,
  { publicKey, label, enabled, dsnProject }: z.output<typeof ImportedKey>,
  now: number,
): Promise<ImportedKeyAnswer['became']> {
  return store.transaction([project], async (transaction) => {
    const { keys } = await transaction
      .selectFrom('ingest_key')
      .select((of) => of.fn.countAll<number>().as('keys'))
      .where('project_id', '=', project)
      .executeTakeFirstOrThrow();
    const present = await transaction
      .selectFrom('ingest_key')
      .select(['id', 'project_id'])
      .where('public_key', '=', publicKey)
      .executeTakeFirst();
    if (present && present.project_id !== project) return 'elsewhere';
    if (present) {
      if (dsnProject !== undefined)
        await transaction
          .updateTable('ingest_key')
          .set({ dsn_project: dsnProject })
          .where('id', '=', present.id)
          .execute();
      return 'known';
    }
    if (keys >= KEYS_MAX) throw reject('limit_reached', `${KEYS_MAX} keys`);
    await transaction
      .insertInto('ingest_key')
      .values({
        ...{ project_id: project, public_key: publicKey, label, enabled: enabled ? 1 : 0 },
        ...{ rate_limit_count: null, rate_limit_window_seconds: null },
        ...{ dsn_project: dsnProject ?? '', created_at: now },
      })
      .execute();
    return 'taken';
  });
}
