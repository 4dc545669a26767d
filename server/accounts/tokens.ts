/**
 * API tokens of programs. A token never allows more than who makes it; it is shown once and kept as a hash. A
 * person's token ends with their membership and shrinks with their role (viewers.ts).
 */
import type { Scope } from '#contract/people.ts';
import type { Clock } from '#server/platform/clock.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import type { Viewer } from './accounts.ts';
import { hashSecret, newSecret } from './secrets.ts';

/** Tells our tokens apart in code and logs, for people and for secret scanners. */
const PREFIX = 'tdm_';
/** Living tokens of one organization. */
const TOKENS_MAX = 1_000;
const DAY_MS = 86_400_000;

const SHOWN = ['id', 'name', 'token_hint', 'scopes', 'created_at', 'last_used_at', 'expires_at'] as const;

/** Those a viewer may see: all with `org:admin`, else their own. */
function visibleTokens(db: MetadataDb, viewer: Viewer) {
  const own = db
    .selectFrom('api_token')
    .where('organization_id', '=', viewer.organization.id)
    .where('revoked_at', 'is', null);
  return viewer.scopes.includes('org:admin') ? own : own.where('user_id', '=', viewer.userId ?? '');
}

export async function listTokens(db: MetadataDb, viewer: Viewer) {
  return visibleTokens(db, viewer).select(SHOWN).orderBy('id', 'desc').limit(TOKENS_MAX).execute();
}

export async function createToken(
  options: { db: MetadataDb; clock: Clock },
  viewer: Viewer,
  wanted: { name: string; scopes: readonly Scope[]; expiresInDays: number | null },
) {
  const { db, clock } = options;
  checkGrant(viewer, wanted.scopes);
  const { living } = await db
    .selectFrom('api_token')
    .select((of) => of.fn.countAll<number>().as('living'))
    .where('organization_id', '=', viewer.organization.id)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow();
  if (living >= TOKENS_MAX) throw reject('limit_reached', `${TOKENS_MAX} tokens`);

  const token = newSecret(PREFIX);
  const row = await db
    .insertInto('api_token')
    .values({
      ...tokenColumns(token, wanted),
      organization_id: viewer.organization.id,
      user_id: viewer.userId,
      created_at: clock.now(),
      expires_at: wanted.expiresInDays === null ? null : clock.now() + wanted.expiresInDays * DAY_MS,
    })
    .returning(SHOWN)
    .executeTakeFirstOrThrow();
  return { ...row, token };
}

/** What of a token is kept. */
export function tokenColumns(token: string, wanted: { name: string; scopes: readonly Scope[] }) {
  return {
    name: wanted.name,
    token_hash: hashSecret(token),
    token_hint: token.slice(-4),
    scopes: JSON.stringify([...new Set(wanted.scopes)]),
    last_used_at: null,
    revoked_at: null,
  };
}

/** Throws when a token would allow more than its maker, or a token that is not an administrator's makes another. */
function checkGrant(viewer: Viewer, wanted: readonly Scope[]): void {
  if (viewer.by === 'token' && !viewer.scopes.includes('org:admin'))
    throw reject('not_allowed', 'needs org:admin');
  const missing = wanted.filter((scope) => !viewer.scopes.includes(scope));
  if (missing.length > 0) throw reject('not_allowed', `you do not hold ${missing.join(', ')} yourself`);
}

export async function revokeToken(
  options: { db: MetadataDb; clock: Clock },
  viewer: Viewer,
  id: number,
): Promise<void> {
  const { db, clock } = options;
  const token = await visibleTokens(db, viewer).select('id').where('id', '=', id).executeTakeFirst();
  if (!token) throw reject('not_found');
  await db.updateTable('api_token').set({ revoked_at: clock.now() }).where('id', '=', token.id).execute();
}
