/**
 * Teams as everybody else knows them: their names and who is in them. A team belongs to one organization and is found in
 * no other; one who has left the organization is in none of its teams.
 */
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb, MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';

type Db = MetadataDb | MetadataTransaction;

export interface TeamName {
  id: number;
  slug: string;
  name: string;
}

/** Teams of one organization: all of them stand in one menu. */
export const TEAMS_MAX = 200;

/** By slug. */
export async function teamsOf(db: Db, organizationId: number): Promise<TeamName[]> {
  return db
    .selectFrom('team')
    .select(['id', 'slug', 'name'])
    .where('organization_id', '=', organizationId)
    .orderBy('slug')
    .limit(TEAMS_MAX)
    .execute();
}

/** By id or slug. Throws the refusal when the organization has no such team. */
export async function findTeam(db: Db, organizationId: number, idOrSlug: string): Promise<TeamName> {
  const named = idOrSlug.replace(/^#/, '').toLowerCase();
  const teams = await teamsOf(db, organizationId);
  const team = teams.find(({ slug }) => slug === named) ?? teams.find(({ id }) => String(id) === named);
  if (!team) throw reject('not_found', `no team "${idOrSlug.slice(0, 100)}"`);
  return team;
}

/** User ids of the members by team id. */
export async function membersOfTeams(db: Db, teamIds: readonly number[]): Promise<Map<number, string[]>> {
  const members = new Map<number, string[]>(teamIds.map((id) => [id, []]));
  for (const part of statementParts(teamIds, 1)) {
    const rows = await db
      .selectFrom('team_member')
      .innerJoin('team', 'team.id', 'team_member.team_id')
      .innerJoin('member', (join) =>
        join
          .onRef('member.user_id', '=', 'team_member.user_id')
          .onRef('member.organization_id', '=', 'team.organization_id'),
      )
      .select(['team_member.team_id', 'team_member.user_id'])
      .where('team_member.team_id', 'in', part)
      .orderBy('team_member.user_id')
      .execute();
    for (const { team_id, user_id } of rows) members.get(team_id)!.push(user_id);
  }
  return members;
}

/** `#payments` and `@acme/payments`, as rules and CODEOWNERS name a team; empty: it is none that they name. */
export function teamSlugOf(owner: string): string {
  const [, hash, path] = /^(?:#(.+)|@[^/]+\/(.+))$/.exec(owner) ?? [];
  return (hash ?? path?.split('/').at(-1) ?? '').toLowerCase();
}
