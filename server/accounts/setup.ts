/**
 * The first administrator. While nobody is a member there is one set-up token, shown as a link when the program
 * starts; whoever opens the link becomes the owner, once.
 */
import type { Clock } from '#server/platform/clock.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { membersExist } from './account-queries.ts';
import type { Auth } from './auth.ts';
import { hashSecret, newSecret } from './secrets.ts';

const SETTING = 'setup_token';

/** Makes the token; one made before is void. Answers null when there are members already. */
export async function issueSetupToken(db: MetadataDb): Promise<string | null> {
  if (await membersExist(db)) return null;
  const token = newSecret();
  await keepTokenHash(db, hashSecret(token));
  return token;
}

export async function isSetupTokenValid(db: MetadataDb, token: string): Promise<boolean> {
  const row = await db
    .selectFrom('setting')
    .select('name')
    .where('name', '=', SETTING)
    .where('value', '=', hashSecret(token))
    .executeTakeFirst();
  return row !== undefined;
}

/** Of several who use the token at the same time one becomes the owner. A failure leaves the token valid. */
export async function setUp(
  options: { db: MetadataDb; auth: Pick<Auth, 'savePerson'>; clock: Clock },
  request: { token: string; name: string; email: string; password: string },
): Promise<void> {
  const { db, auth, clock } = options;
  const tokenHash = hashSecret(request.token);
  const claimed = await db
    .deleteFrom('setting')
    .where('name', '=', SETTING)
    .where('value', '=', tokenHash)
    .executeTakeFirst();
  // Somebody may have joined by another way since the link was printed; it makes no second owner then.
  if (claimed.numDeletedRows !== 1n || (await membersExist(db))) throw reject('setup_token_invalid');
  try {
    await addFirstOwner({ db, auth, clock }, request);
  } catch (error) {
    await keepTokenHash(db, tokenHash);
    throw error;
  }
}

export async function addFirstOwner(
  options: { db: MetadataDb; auth: Pick<Auth, 'savePerson'>; clock: Clock },
  person: { name: string; email: string; password: string },
): Promise<void> {
  const { db, auth, clock } = options;
  const { id } = await db
    .selectFrom('organization')
    .select('id')
    .orderBy('id')
    .limit(1)
    .executeTakeFirstOrThrow();
  const userId = await auth.savePerson({ ...person, email: person.email.toLowerCase() });
  await db
    .insertInto('member')
    .values({ organization_id: id, user_id: userId, role: 'owner', created_at: clock.now() })
    .execute();
}

async function keepTokenHash(db: MetadataDb, value: string): Promise<void> {
  await db
    .insertInto('setting')
    .values({ name: SETTING, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}
