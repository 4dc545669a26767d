/**
 * The people of an installation as whoever runs it sees them, from the command line: no viewer asks here, for the
 * one who can read the data directory or the database may do everything anyway. Works beside a running program.
 */
import type { Clock } from '#server/platform/clock.ts';
import type { MetadataStore } from '#server/store/metadata/metadata.ts';
import { MEMBERS_LISTED_MAX, selectMemberOfEmail, selectMembers } from './account-queries.ts';
import type { Viewer } from './accounts.ts';
import type { Auth } from './auth.ts';
import { invite, offerNewPassword, openLinks } from './invites.ts';

type Role = Viewer['role'];

export interface ListedPerson {
  email: string;
  /** Empty for one who was invited and has not come yet. */
  name: string;
  role: Role;
  /** Milliseconds: until when a link for them is good; null when there is none. */
  linkUntil: number | null;
}

export interface People {
  list(): Promise<ListedPerson[]>;
  /** Answers a one-time link to join by; one made before for this e-mail is void. Throws a Rejection for a member. */
  add(email: string, role: Role): Promise<string>;
  /** Ends the person's sessions; answers a one-time link to choose a new password by. Null: no such member. */
  resetPassword(email: string): Promise<string | null>;
}

/** Null before the first start, which makes the organization and all tables. */
export async function openPeople(options: {
  store: MetadataStore;
  auth: Pick<Auth, 'endSessions'>;
  clock: Clock;
  publicUrl: string;
}): Promise<People | null> {
  const { store, auth, clock, publicUrl } = options;
  const { db } = store;
  const organization = await db.selectFrom('organization').select('id').orderBy('id').executeTakeFirst();
  if (!organization) return null;
  const linkOf = (token: string) => `${publicUrl}/invite?token=${token}`;

  return {
    async list() {
      const [members, links] = await Promise.all([
        selectMembers(db, organization.id, MEMBERS_LISTED_MAX),
        openLinks({ db, clock }, organization.id),
      ]);
      const untilOf = new Map(links.map(({ email, expires_at }) => [email, expires_at]));
      const known = new Set(members.map(({ email }) => email));
      return [
        ...members.map((member) => ({ ...member, linkUntil: untilOf.get(member.email) ?? null })),
        ...links
          .filter(({ email }) => !known.has(email))
          .map(({ email, role, expires_at }) => ({ email, name: '', role, linkUntil: expires_at })),
      ];
    },

    async add(email, role) {
      const by = { organizationId: organization.id, userId: null };
      return linkOf(await invite({ db, clock }, by, { email, role }));
    },

    async resetPassword(email) {
      const member = await selectMemberOfEmail(db, email);
      if (!member) return null;
      const token = await offerNewPassword({ db, clock }, member);
      await auth.endSessions(member.id);
      return linkOf(token);
    },
  };
}
