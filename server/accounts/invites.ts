/**
 * One-time links for one e-mail address, handed over by whoever makes them, for the program sends no mail to
 * strangers: an invitation to join, or a new password for a member. A second link for the same address replaces the
 * first.
 */
import type { Clock } from '#server/platform/clock.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { selectMemberOfEmail } from './account-queries.ts';
import type { Viewer } from './accounts.ts';
import type { Auth } from './auth.ts';
import { hashSecret, newSecret } from './secrets.ts';

const DAY_MS = 86_400_000;
/** How long an invitation may lie in somebody's inbox. */
export const INVITE_DAYS = 7;
/** Who asked for a new password waits for the link; it opens an account that holds something already. */
export const PASSWORD_LINK_DAYS = 1;

/** Open invitations of one organization: more than anybody sends in a week, less than a script makes by mistake. */
const INVITES_MAX = 1_000;

interface Stores {
  db: MetadataDb;
  clock: Clock;
}

/** Answers the token of the link. */
export async function invite(
  stores: Stores,
  by: { organizationId: number; userId: string | null },
  guest: { email: string; role: Viewer['role'] },
): Promise<string> {
  const { db, clock } = stores;
  const email = guest.email.toLowerCase();
  if (await selectMemberOfEmail(db, email)) throw reject('conflict', 'a member with this e-mail');
  await db.deleteFrom('invite').where('expires_at', '<=', clock.now()).execute();
  const { open } = await db
    .selectFrom('invite')
    .select((of) => of.fn.countAll<number>().as('open'))
    .where('organization_id', '=', by.organizationId)
    .executeTakeFirstOrThrow();
  if (open >= INVITES_MAX) throw reject('limit_reached', `${INVITES_MAX} invitations`);
  return makeLink(stores, { ...by, email, role: guest.role, purpose: 'join', days: INVITE_DAYS });
}

/** Answers the token of a link on which the member chooses a new password. The present one is good until then. */
export async function offerNewPassword(
  stores: Stores,
  member: { organizationId: number; email: string; role: Viewer['role'] },
): Promise<string> {
  return makeLink(stores, { ...member, userId: null, purpose: 'password', days: PASSWORD_LINK_DAYS });
}

async function makeLink(
  { db, clock }: Stores,
  link: {
    organizationId: number;
    email: string;
    role: Viewer['role'];
    purpose: 'join' | 'password';
    userId: string | null;
    days: number;
  },
): Promise<string> {
  const token = newSecret();
  const fresh = {
    role: link.role,
    purpose: link.purpose,
    token_hash: hashSecret(token),
    user_id: link.userId,
    created_at: clock.now(),
    expires_at: clock.now() + link.days * DAY_MS,
  };
  await db
    .insertInto('invite')
    .values({ organization_id: link.organizationId, email: link.email, ...fresh })
    .onConflict((conflict) => conflict.columns(['organization_id', 'email']).doUpdateSet(fresh))
    .execute();
  return token;
}

/** The links of an organization that are still good. */
export async function openLinks({ db, clock }: Stores, organizationId: number) {
  return db
    .selectFrom('invite')
    .select(['email', 'role', 'expires_at'])
    .where('organization_id', '=', organizationId)
    .where('expires_at', '>', clock.now())
    .orderBy('email')
    .limit(INVITES_MAX)
    .execute();
}

/** Whom a link is for; `name` is that of a member who wants a new password. */
export async function findInvite({ db, clock }: Stores, token: string) {
  const found = await db
    .selectFrom('invite')
    .innerJoin('organization', 'organization.id', 'invite.organization_id')
    .select(['invite.email', 'invite.role', 'invite.purpose', 'organization.name as organization'])
    .where('invite.token_hash', '=', hashSecret(token))
    .where('invite.expires_at', '>', clock.now())
    .executeTakeFirst();
  if (!found) return undefined;
  const member = found.purpose === 'password' ? await selectMemberOfEmail(db, found.email) : undefined;
  return { ...found, name: member?.name ?? '' };
}

interface Acceptance {
  token: string;
  name: string;
  password: string;
}

/**
 * Makes the account, or gives the member their new password; of several who use the link at the same time one gets
 * it. Answers the e-mail it is for.
 */
export async function acceptInvite(
  stores: Stores & { auth: Pick<Auth, 'savePerson' | 'endSessions'> },
  acceptance: Acceptance,
): Promise<string> {
  const { db, clock } = stores;
  const claimed = await db
    .deleteFrom('invite')
    .where('token_hash', '=', hashSecret(acceptance.token))
    .where('expires_at', '>', clock.now())
    .returningAll()
    .executeTakeFirst();
  if (!claimed) throw reject('invite_invalid');
  const { id: _, ...kept } = claimed;
  try {
    await (claimed.purpose === 'join' ? join : changePassword)(stores, kept, acceptance);
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

type Claimed = { organization_id: number; email: string; role: Viewer['role'] };

async function join(
  { db, auth, clock }: Stores & { auth: Pick<Auth, 'savePerson'> },
  { organization_id, email, role }: Claimed,
  { name, password }: Acceptance,
): Promise<void> {
  // A person who has become a member by another way keeps their password: the link may be in wrong hands.
  if (await selectMemberOfEmail(db, email)) throw reject('conflict', 'a member with this e-mail');
  const user_id = await auth.savePerson({ name, email, password });
  await db.insertInto('member').values({ organization_id, user_id, role, created_at: clock.now() }).execute();
}

/** Somebody may have signed in with the old password since the link was made; that session ends too. */
async function changePassword(
  { db, auth }: Stores & { auth: Pick<Auth, 'savePerson' | 'endSessions'> },
  { email }: Claimed,
  { name, password }: Acceptance,
): Promise<void> {
  if (!(await selectMemberOfEmail(db, email))) throw reject('invite_invalid');
  await auth.endSessions(await auth.savePerson({ name, email, password }));
}
