/** Teams, assignees, followers and comments as Sentry's API shows them. */
import type { ProjectSummary } from '#contract/people.ts';
import type { Team } from '#contract/teams.ts';
import type { Assignee, Comment, Follower, IssueMarks, IssueTeamwork } from '#contract/teamwork.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { projectShape } from './account-shapes.ts';

/** Our words for why one follows, in Sentry's. */
const REASONS = {
  by_hand: 'unknown',
  assigned: 'assigned',
  team_assigned: 'assigned',
  commented: 'commented',
  mentioned: 'mentioned',
  team_mentioned: 'team_mentioned',
  changed_status: 'changed_status',
} as const;

export interface SentryMarks extends IssueMarks {
  /** Null: whoever asks does not follow. */
  subscription: { reason: string } | null;
}

export function marksOf(teamwork: IssueTeamwork, { userId }: Viewer): SentryMarks {
  const own = teamwork.followers.find(({ id }) => id === userId);
  return sentryMarks(teamwork, own?.reason);
}

export const sentryMarks = (marks: IssueMarks, reason: Follower['reason'] | undefined): SentryMarks => ({
  ...marks,
  subscription: reason ? { reason: REASONS[reason] } : null,
});

/** A team goes by its slug there. */
export const actorShape = ({ type, id, name, slug }: Assignee) =>
  type === 'team' ? { type: 'team', id, name: slug } : { type: 'user', id, name };

const NO_AVATAR = { avatarType: 'letter_avatar', avatarUuid: null, avatarUrl: null };

export function teamShape({ id, slug, name, members }: Omit<Team, 'projects'>, { userId, scopes }: Viewer) {
  return {
    ...{ id, slug, name },
    dateCreated: null,
    isMember: members.some((member) => member.id === userId),
    teamRole: null,
    flags: { 'idp:provisioned': false },
    access: scopes,
    hasAccess: true,
    isPending: false,
    memberCount: members.length,
    avatar: NO_AVATAR,
  };
}

/** With what it works on, as the list of teams shows it. */
export const teamWithProjects = (team: Team, projects: readonly ProjectSummary[], viewer: Viewer) => ({
  ...teamShape(team, viewer),
  projects: projects
    .filter(({ id }) => team.projects.some((own) => own.id === id))
    .map((project) => projectShape(project, viewer)),
});

/** A note, which is what a comment is called there. */
export const noteShape = ({ id, text, at, by, userId }: Comment, issueId: number) => ({
  id,
  type: 'note',
  dateCreated: at,
  issue: String(issueId),
  user: by === null ? null : { id: userId, name: by },
  data: { text },
});
