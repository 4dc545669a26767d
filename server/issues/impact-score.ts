/**
 * How much an issue matters, as points that add up, so that a person can follow them: how many users it hits, of how many
 * there are, how fast it goes on, how bad it is, less what it has been quiet for. All but the users there are comes from
 * the issue itself: the database keeps that sum (`impact`, migration 0013), with the day of the last event in place of
 * the days since, and sorts by it. A project adds the same to all of its issues: what one of its users weighs.
 */
import type { ImpactPart, ImpactScore } from '#contract/impact.ts';
import type { Active } from './active-users.ts';
import type { IssueRow } from './lifecycle.ts';

/** Points for ten times as many users: ten for their number, five for their share of those who are active. */
const USERS = 15;
/** What a user counts less where ten times as many are active. */
const ACTIVE = 5;
/** For ten times as many events a day. */
const PACE = 5;
const UNHANDLED = 10;
/** What the level and being uncaught say first, and a person may say otherwise. */
const PRIORITIES: Readonly<Record<IssueRow['priority'], number>> = { high: 10, medium: 5, low: 0 };
/** Lost for each day without an event: five of them weigh as much as ten times fewer users. */
const QUIET_A_DAY = 3;
/** With so many a project adds nothing and takes nothing away; so does one whose users are not known. */
const ACTIVE_USUAL = 10_000;
const DAY_MS = 86_400_000;

type ScoredIssue = Pick<
  IssueRow,
  'user_count' | 'event_count' | 'first_seen' | 'last_seen' | 'unhandled' | 'priority'
>;

/**
 * What the active users of a project add to the impact of its issues. In whole points: they change when the number does
 * by more than half, and a list that one pages through keeps its order meanwhile.
 */
export const pointsOfProject = (active: Active | undefined) =>
  Math.round(ACTIVE * Math.log10(ACTIVE_USUAL / (active?.users || ACTIVE_USUAL)));

/** The points of an issue as they stand at `now`. */
export function impactScore(issue: ScoredIssue, active: Active | undefined, now: number): ImpactScore {
  const { user_count: users, event_count: events, first_seen, last_seen } = issue;
  const eventsADay = events / (1 + (last_seen - first_seen) / DAY_MS);
  const parts: ImpactPart[] = [
    { name: 'users', points: USERS * Math.log10(1 + users), value: users },
    { name: 'project', points: pointsOfProject(active), value: active?.users || null },
    { name: 'pace', points: PACE * Math.log10(1 + eventsADay), value: eventsADay },
    { name: 'unhandled', points: issue.unhandled ? UNHANDLED : 0, value: issue.unhandled },
    { name: 'priority', points: PRIORITIES[issue.priority], value: null },
    { name: 'quiet', points: (-QUIET_A_DAY * (now - last_seen)) / DAY_MS, value: (now - last_seen) / DAY_MS },
  ];
  return { score: parts.reduce((sum, { points }) => sum + points, 0), parts };
}

/** The `impact` of a row as points at `now`: the same score, by what the database made of it. */
export const scoreOfRow = ({ impact }: Pick<IssueRow, 'impact'>, active: Active | undefined, now: number) =>
  impact + pointsOfProject(active) - (QUIET_A_DAY * now) / DAY_MS;
