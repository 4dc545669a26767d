/**
 * Invitations: a one-time link for one e-mail address, handed over by whoever invites, for the program sends no
 * mail to strangers. A second invitation of the same address replaces the first.
 */
import type { Clock } from '#server/platform/clock.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { isMemberEmail } from './account-queries.ts';
import type { Viewer } from './accounts.ts';
import type { Auth } from './auth.ts';
import { hashSecret, newSecret } from './secrets.ts';

/** How long a link may lie in somebody's inbox. */
const INVITE_MS = 7 * 86_400_000;

/** Open invitations of one organization: more than anybody sends in a week, less than a script makes by mistake. */
const INVITES_MAX = 1_000;

/** Answers the token of the link. */
export async function invite(
  options: { db: MetadataDb; clock: Clock },
  viewer: Viewer,
  guest: { email: string; role: 'admin' | 'member' | 'viewer' },
): Promise<string> {
  const { db, clock } = options;
  const email = guest.email.toLowerCase();
  if (await isMemberEmail(db, email)) throw reject('conflict', 'a member with this e-mail');
  await db.deleteFrom('invite').where('expires_at', '<=', clock.now()).execute();
  const { open } = await db
    .selectFrom('invite')
    .select((of) => of.fn.countAll<number>().as('open'))
    .where('organization_id', '=', viewer.organization.id)
    .executeTakeFirstOrThrow();
  if (open >= INVITES_MAX) throw reject('limit_reached', `${INVITES_MAX} invitations`);

  const token = newSecret();
  const fresh = {
    role: guest.role,
    token_hash: hashSecret(token),
    user_id: viewer.userId,
    created_at: clock.now(),
    expires_at: clock.now() + INVITE_MS,
  };
  await db
    .insertInto('invite')
    .values({ organization_id: viewer.organization.id, email, ...fresh })
    .onConflict((conflict) => conflict.columns(['organization_id', 'email']).doUpdateSet(fresh))
    .execute();
  return token;
}

export async function findInvite(options: { db: MetadataDb; clock: Clock }, token: string) {
  return options.db
    .selectFrom('invite')
    .innerJoin('organization', 'organization.id', 'invite.organization_id')
    .select(['invite.email', 'invite.role', 'organization.name as organization'])
    .where('invite.token_hash', '=', hashSecret(token))
    .where('invite.expires_at', '>', options.clock.now())
    .executeTakeFirst();
}

/** Makes the account; of several who use the link at the same time one gets it. Answers the e-mail it is for. */
export async function acceptInvite(
  options: { db: MetadataDb; auth: Pick<Auth, 'savePerson'>; clock: Clock },
  acceptance: { token: string; name: string; password: string },
): Promise<string> {
  const { db, auth, clock } = options;
  const claimed = await db
    .deleteFrom('invite')
    .where('token_hash', '=', hashSecret(acceptance.token))
    .where('expires_at', '>', clock.now())
    .returningAll()
    .executeTakeFirst();
  if (!claimed) throw reject('invite_invalid');
  const { id: _, ...kept } = claimed;
  try {
    // A person who has become a member by another way keeps their password: the link may be in wrong hands.
    if (await isMemberEmail(db, claimed.email)) throw reject('conflict', 'a member with this e-mail');
    const userId = await auth.savePerson({ ...acceptance, email: claimed.email });
    await db
      .insertInto('member')
      .values({
        organization_id: claimed.organization_id,
        user_id: userId,
        role: claimed.role,
        created_at: clock.now(),
      })
      .execute();
  } catch (error) {
    await db
      .insertInto('invite')
      .values(kept)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    throw error;
  }
  return claimed.email;
}
