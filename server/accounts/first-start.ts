/**
 * The first start: organization, project, ingest key and API token in one transaction, so that a crash leaves
 * all or nothing; then the administrator, or a link to become one. Later starts find it done and change nothing
 * but the link, which is new at each start until somebody has used it.
 */
import { SetupRequest, TOKEN_SCOPES } from '#contract/people.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { MetadataStore, MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { membersExist } from './account-queries.ts';
import type { Auth } from './auth.ts';
import { MEMBERS_LOCK } from './locks.ts';
import { addFirstOwner, issueSetupToken } from './setup.ts';
import { tokenColumns } from './tokens.ts';

const ORGANIZATION_ID = 1;

export interface FirstStartOptions {
  store: MetadataStore;
  auth: Pick<Auth, 'prepare' | 'savePerson'>;
  clock: Clock;
  publicUrl: () => string;
  /** From the environment; empty strings when not said. Honoured on the first start only. */
  bootstrap: { email: string; password: string; key: string; token: string };
  /** Creates project 1 with one ingest key; `publicKey` empty: a random one. */
  createFirstProject: (
    transaction: MetadataTransaction,
    organizationId: number,
    publicKey: string,
  ) => Promise<void>;
}

/** Answers the set-up link to print, or null when there is an administrator. */
export async function firstStart(options: FirstStartOptions): Promise<{ setupUrl: string | null }> {
  const { store, auth, clock, publicUrl, bootstrap } = options;
  // Else there would be an administrator who cannot sign in.
  if (bootstrap.email && !SetupRequest.shape.email.safeParse(bootstrap.email).success)
    throw new Error(`TANDEM_BOOTSTRAP_EMAIL must be an e-mail address, not "${bootstrap.email}".`);
  await auth.prepare();
  await store.transaction([MEMBERS_LOCK], (transaction) => createOrganization(transaction, options));

  if (bootstrap.email && bootstrap.password && !(await membersExist(store.db))) {
    const { email, password } = bootstrap;
    await addFirstOwner(
      { db: store.db, auth, clock },
      { name: email.split('@')[0] ?? email, email, password },
    );
  }
  const token = await issueSetupToken(store.db);
  return { setupUrl: token && `${publicUrl()}/setup?token=${token}` };
}

async function createOrganization(
  transaction: MetadataTransaction,
  options: FirstStartOptions,
): Promise<void> {
  const { clock, bootstrap, createFirstProject } = options;
  const existing = await transaction.selectFrom('organization').select('id').limit(1).executeTakeFirst();
  if (existing) return;
  const now = clock.now();
  await transaction
    .insertInto('organization')
    .values({ id: ORGANIZATION_ID, slug: 'default', name: 'Default', created_at: now })
    .execute();
  await createFirstProject(transaction, ORGANIZATION_ID, bootstrap.key);
  if (!bootstrap.token) return;
  await transaction
    .insertInto('api_token')
    .values({
      ...tokenColumns(bootstrap.token, { name: 'TANDEM_BOOTSTRAP_TOKEN', scopes: TOKEN_SCOPES }),
      organization_id: ORGANIZATION_ID,
      user_id: null,
      created_at: now,
      expires_at: null,
    })
    .execute();
}
