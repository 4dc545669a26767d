/** SQL of people, members and tokens. Everything but the look-up of a token by its hash names the organization. */
import type { Kysely } from 'kysely';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import type { Database } from '#server/store/metadata/schema.ts';

/** The columns of better-auth's table that we read. */
interface UserTable {
  id: string;
  name: string;
  email: string;
}

function withUsers(db: MetadataDb): Kysely<Database & { user: UserTable }> {
  return db.withTables<{ user: UserTable }>();
}

export async function selectToken(db: MetadataDb, tokenHash: string, now: number) {
  return withUsers(db)
    .selectFrom('api_token')
    .innerJoin('organization', 'organization.id', 'api_token.organization_id')
    .leftJoin('user', 'user.id', 'api_token.user_id')
    .leftJoin('member', (join) =>
      join
        .onRef('member.user_id', '=', 'api_token.user_id')
        .onRef('member.organization_id', '=', 'api_token.organization_id'),
    )
    .select([
      'api_token.id',
      'api_token.name',
      'api_token.user_id as userId',
      'api_token.scopes',
      'api_token.last_used_at as lastUsedAt',
      'api_token.expires_at as expiresAt',
      'user.email',
      'member.role',
      'organization.id as organizationId',
      'organization.slug as organizationSlug',
      'organization.name as organizationName',
    ])
    .where('api_token.token_hash', '=', tokenHash)
    .where('api_token.revoked_at', 'is', null)
    .where((of) => of.or([of('api_token.expires_at', 'is', null), of('api_token.expires_at', '>', now)]))
    .executeTakeFirst();
}

/** A person's membership; the oldest, should there be several. */
export async function selectMembership(db: MetadataDb, userId: string) {
  return db
    .selectFrom('member')
    .innerJoin('organization', 'organization.id', 'member.organization_id')
    .select([
      'member.role',
      'organization.id as organizationId',
      'organization.slug as organizationSlug',
      'organization.name as organizationName',
    ])
    .where('member.user_id', '=', userId)
    .orderBy('organization.id')
    .executeTakeFirst();
}

/** Members listed: a page of people, not a directory of a company. */
export const MEMBERS_LISTED_MAX = 1_000;

export async function selectMembers(db: MetadataDb, organizationId: number, rowsMax: number) {
  return withUsers(db)
    .selectFrom('member')
    .innerJoin('user', 'user.id', 'member.user_id')
    .select(['user.id', 'user.name', 'user.email', 'member.role'])
    .where('member.organization_id', '=', organizationId)
    .orderBy('user.email')
    .limit(rowsMax)
    .execute();
}

export async function selectMember(db: MetadataDb, organizationId: number, userId: string) {
  return withUsers(db)
    .selectFrom('member')
    .innerJoin('user', 'user.id', 'member.user_id')
    .select(['user.id', 'user.name', 'user.email', 'member.role'])
    .where('member.organization_id', '=', organizationId)
    .where('member.user_id', '=', userId)
    .executeTakeFirst();
}

/** The member who has this e-mail, in whatever organization; of the oldest, should there be several. */
export async function selectMemberOfEmail(db: MetadataDb, email: string) {
  return withUsers(db)
    .selectFrom('user')
    .innerJoin('member', 'member.user_id', 'user.id')
    .select(['user.id', 'user.name', 'user.email', 'member.role', 'member.organization_id as organizationId'])
    .where('user.email', '=', email.toLowerCase())
    .orderBy('member.organization_id')
    .executeTakeFirst();
}

export async function membersExist(db: MetadataDb): Promise<boolean> {
  return (await db.selectFrom('member').select('user_id').limit(1).executeTakeFirst()) !== undefined;
}
