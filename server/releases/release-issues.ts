/** The issues of a release: those that began in it, that came back in it, and that were resolved in it, or while it was the newest. */
import type { Issue } from '#contract/issues.ts';
import type { ProjectSummary } from '#contract/people.ts';
import { type IssueStores, toIssue } from '#server/issues/issues.ts';
import { likeAnywhere } from '#server/query/like.ts';
import type { ReleaseRow } from './releases.ts';

/** Of each kind. */
const ISSUES_MAX = 100;

/** Issues of each kind, the newest first. */
export async function issuesOfRelease(
  { metadata, clock }: Pick<IssueStores, 'metadata' | 'clock'>,
  release: ReleaseRow,
  projects: readonly ProjectSummary[],
  /** When it was the newest one; ms. */
  reign: { from: number; to: number },
): Promise<{ new: Issue[]; regressed: Issue[]; resolved: Issue[]; cutShort: boolean }> {
  const { db } = metadata;
  const byId = new Map(projects.map((project) => [Number(project.id), project]));
  const ids = [0, ...byId.keys()];
  const began = await db
    .selectFrom('issue')
    .selectAll()
    .where('project_id', 'in', ids)
    .where('first_release', '=', release.version)
    .orderBy('last_seen', 'desc')
    .limit(ISSUES_MAX)
    .execute();
  const told = (kind: 'regressed' | 'resolved', from: number, to: number) =>
    db
      .selectFrom('issue_activity')
      .select('issue_id')
      .distinct()
      .where('project_id', 'in', ids)
      .where('kind', '=', kind)
      .where('created_at', '>=', from)
      .where('created_at', '<', to);
  const inIt = likeAnywhere([`"release":${JSON.stringify(release.version)}`]);
  const regressed = await db
    .selectFrom('issue')
    .selectAll()
    .where(
      'id',
      'in',
      told('regressed', release.created_at, Number.MAX_SAFE_INTEGER).where('data', 'like', inIt),
    )
    .orderBy('last_seen', 'desc')
    .limit(ISSUES_MAX)
    .execute();
  const resolved = await db
    .selectFrom('issue')
    .selectAll()
    .where('project_id', 'in', ids)
    .where('status', '=', 'resolved')
    .where((of) =>
      of.or([
        of.and([of('resolved_in', '=', 'release'), of('resolved_release', '=', release.version)]),
        of.and([of('resolved_in', '!=', 'release'), of('id', 'in', told('resolved', reign.from, reign.to))]),
      ]),
    )
    .orderBy('resolved_at', 'desc')
    .limit(ISSUES_MAX)
    .execute();
  const shown = (rows: typeof began) =>
    rows.map((row) => toIssue({ row, project: byId.get(row.project_id)! }, clock.now()));
  return {
    new: shown(began),
    regressed: shown(regressed),
    resolved: shown(resolved),
    cutShort: [began, regressed, resolved].some((rows) => rows.length === ISSUES_MAX),
  };
}
