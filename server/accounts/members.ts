/** Who may change whose membership. Only owners make and unmake owners, and one owner always remains. */
import type { Clock } from '#server/platform/clock.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb, MetadataStore } from '#server/store/metadata/metadata.ts';
import { selectMember } from './account-queries.ts';
import type { Viewer } from './accounts.ts';
import { MEMBERS_LOCK } from './locks.ts';

type Role = Viewer['role'];

/** Throws unless an actor of one role may give a member another role, or (null) remove them. */
export function checkMemberChange(actor: Role, target: Role, next: Role | null, owners: number): void {
  if ((target === 'owner' || next === 'owner') && actor !== 'owner')
    throw reject('not_allowed', 'only an owner can make, change or remove an owner');
  if (target === 'owner' && next !== 'owner' && owners <= 1) throw reject('last_owner');
}

export async function changeRole(store: MetadataStore, viewer: Viewer, userId: string, role: Role) {
  return store.transaction([MEMBERS_LOCK], async (transaction) => {
    const member = await changeableMember(transaction, viewer, userId, role);
    await transaction
      .updateTable('member')
      .set({ role })
      .where('organization_id', '=', viewer.organization.id)
      .where('user_id', '=', userId)
      .execute();
    return { ...member, role };
  });
}

/** Removes the membership and revokes the tokens of the person; what they did keeps their name. */
export async function removeMember(
  options: { store: MetadataStore; clock: Clock },
  viewer: Viewer,
  userId: string,
) {
  return options.store.transaction([MEMBERS_LOCK], async (transaction) => {
    await changeableMember(transaction, viewer, userId, null);
    await transaction
      .deleteFrom('member')
      .where('organization_id', '=', viewer.organization.id)
      .where('user_id', '=', userId)
      .execute();
    await transaction
      .updateTable('api_token')
      .set({ revoked_at: options.clock.now() })
      .where('organization_id', '=', viewer.organization.id)
      .where('user_id', '=', userId)
      .where('revoked_at', 'is', null)
      .execute();
  });
}

async function changeableMember(db: MetadataDb, viewer: Viewer, userId: string, next: Role | null) {
  const member = await selectMember(db, viewer.organization.id, userId);
  if (!member) throw reject('not_found');
  const { owners } = await db
    .selectFrom('member')
    .select((of) => of.fn.countAll<number>().as('owners'))
    .where('organization_id', '=', viewer.organization.id)
    .where('role', '=', 'owner')
    .executeTakeFirstOrThrow();
  checkMemberChange(viewer.role, member.role, next, owners);
  return member;
}
