/** Making, renaming and deleting teams, and saying who is in them and what they work on. */
import type { Team, TeamUpdate } from '#contract/teams.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import type { Clock } from '#server/platform/clock.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataStore, MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { isUniqueViolation } from '#server/store/metadata/unique-violation.ts';
import { findTeam, membersOfTeams, TEAMS_MAX, teamsOf } from './teams.ts';

export interface TeamStores {
  metadata: MetadataStore;
  clock: Clock;
  /** Names of the organization's people by user id. */
  peopleNames(organizationId: number): Promise<ReadonlyMap<string, string>>;
  listProjects(organizationId: number): Promise<{ id: string; slug: string; name: string }[]>;
}

/** All teams of the viewer's organization with who and what is in them, by slug. */
export async function readTeams(
  { metadata: { db }, peopleNames, listProjects }: TeamStores,
  { organization }: Viewer,
): Promise<Team[]> {
  const [teams, names, projects] = await Promise.all([
    teamsOf(db, organization.id),
    peopleNames(organization.id),
    listProjects(organization.id),
  ]);
  const ids = teams.map(({ id }) => id);
  const [members, worksOn] = await Promise.all([
    membersOfTeams(db, ids),
    db
      .selectFrom('team_project')
      .innerJoin('team', 'team.id', 'team_project.team_id')
      .select(['team_project.team_id', 'team_project.project_id'])
      .where('team.organization_id', '=', organization.id)
      .execute(),
  ]);
  const projectsOf = Map.groupBy(worksOn, ({ team_id }) => team_id);
  return teams.map(({ id, slug, name }) => {
    const own = new Set((projectsOf.get(id) ?? []).map(({ project_id }) => String(project_id)));
    return {
      ...{ id: String(id), slug, name },
      members: members
        .get(id)!
        .flatMap((user) => (names.has(user) ? [{ id: user, name: names.get(user)! }] : []))
        .sort((a, b) => a.name.localeCompare(b.name, 'en')),
      projects: projects
        .filter((project) => own.has(project.id))
        .map((project) => ({ id: project.id, slug: project.slug, name: project.name })),
    };
  });
}

export async function readTeam(stores: TeamStores, viewer: Viewer, id: number): Promise<Team> {
  const team = (await readTeams(stores, viewer)).find((each) => each.id === String(id));
  if (!team) throw reject('not_found', 'no such team');
  return team;
}

export async function makeTeam(
  { metadata: { db }, clock }: TeamStores,
  { organization }: Viewer,
  { slug, name }: { slug: string; name: string },
): Promise<number> {
  if ((await teamsOf(db, organization.id)).length >= TEAMS_MAX)
    throw reject('limit_reached', `${TEAMS_MAX} teams`);
  const { id } = await unlessTaken(
    slug,
    db
      .insertInto('team')
      .values({ organization_id: organization.id, slug, name, created_at: clock.now() })
      .returning('id')
      .executeTakeFirstOrThrow(),
  );
  return id;
}

export async function changeTeam(
  { metadata: { db } }: TeamStores,
  { organization }: Viewer,
  id: number,
  { slug, name }: TeamUpdate,
): Promise<void> {
  if (slug === undefined && name === undefined) return;
  await unlessTaken(
    slug ?? '',
    db
      .updateTable('team')
      .set({ ...(slug === undefined ? {} : { slug }), ...(name === undefined ? {} : { name }) })
      .where('organization_id', '=', organization.id)
      .where('id', '=', id)
      .execute(),
  );
}

/** Its issues are nobody's then, and say so. */
export async function deleteTeam(
  { metadata, clock }: TeamStores,
  { organization, userId, name }: Viewer,
  idOrSlug: string,
): Promise<void> {
  const team = await findTeam(metadata.db, organization.id, idOrSlug);
  await metadata.transaction([], async (transaction) => {
    const data = JSON.stringify({
      assignee: `#${team.slug}`,
      deleted: true,
      ...(userId === null ? { token: name } : {}),
    });
    await transaction
      .insertInto('issue_activity')
      .columns(['issue_id', 'project_id', 'kind', 'user_id', 'data', 'created_at'])
      .expression((of) =>
        of
          .selectFrom('issue_assignee')
          .innerJoin('issue', 'issue.id', 'issue_assignee.issue_id')
          .select(({ ref, val }) => [
            ref('issue.id').as('issue_id'),
            ref('issue.project_id').as('project_id'),
            val<'unassigned'>('unassigned').as('kind'),
            val(userId).as('user_id'),
            val(data).as('data'),
            val(clock.now()).as('created_at'),
          ])
          .where('issue_assignee.team_id', '=', team.id),
      )
      .execute();
    await transaction.deleteFrom('team').where('id', '=', team.id).execute();
  });
}

/** They must be members of the organization. */
export async function setMembers(
  { metadata, peopleNames }: TeamStores,
  { organization }: Viewer,
  team: number,
  userIds: readonly string[],
): Promise<void> {
  const names = await peopleNames(organization.id);
  const members = [...new Set(userIds)];
  if (members.some((id) => !names.has(id))) throw reject('not_found', 'no such member');
  await metadata.transaction([], async (transaction) => {
    await transaction.deleteFrom('team_member').where('team_id', '=', team).execute();
    if (members.length > 0)
      await transaction
        .insertInto('team_member')
        .values(members.map((user_id) => ({ team_id: team, user_id })))
        .execute();
  });
}

/** By id or slug; they must be projects of the organization. */
export async function setProjects(
  { metadata, listProjects }: TeamStores,
  { organization }: Viewer,
  team: number,
  named: readonly string[],
): Promise<void> {
  const projects = await listProjects(organization.id);
  const ids = named.map((text) => {
    const project = projects.find(({ id, slug }) => id === text || slug === text);
    if (!project) throw reject('not_found', `no project "${text}"`);
    return Number(project.id);
  });
  await metadata.transaction([], (transaction) => replaceProjects(transaction, team, new Set(ids)));
}

async function replaceProjects(
  transaction: MetadataTransaction,
  team: number,
  projects: ReadonlySet<number>,
): Promise<void> {
  await transaction.deleteFrom('team_project').where('team_id', '=', team).execute();
  if (projects.size > 0)
    await transaction
      .insertInto('team_project')
      .values([...projects].map((project_id) => ({ team_id: team, project_id })))
      .execute();
}

async function unlessTaken<Result>(slug: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (cause) {
    if (isUniqueViolation(cause)) throw reject('conflict', `a team #${slug}`, { cause });
    throw cause;
  }
}
