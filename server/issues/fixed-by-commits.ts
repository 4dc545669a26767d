/**
 * Issues that the commits of a release fix: those that wait for one of the commits, and those a message names ("Fixes
 * SHOP-12"). Said once for a commit: an issue that came back since, or was brought back, is not resolved again because a
 * build says the same commits twice. Applied after the commits are stored; a client that hears no answer says them again.
 */
import type { ProjectSummary } from '#contract/people.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { type IssueStores, projectIds } from './issues.ts';
import { type ActivityInsert, type IssueRow, resolvedState, STATE_COLUMNS } from './lifecycle.ts';
import { parseShortId } from './short-id.ts';
import { tellActivity } from './tell-activity.ts';
import { updateColumns } from './update-columns.ts';

export interface FixingCommit {
  sha: string;
  repository: string;
  message: string;
  authorName: string;
  authorEmail: string;
}

/** Issues that one release resolves by the messages of its commits: more are a log that was pasted. */
const FIXED_MAX = 500;
/** Issues of an organization that wait for a commit and are looked at. */
const WAITING_MAX = 10_000;

/** Characters of a message that are looked at, as many as are kept. */
const MESSAGE_CHARS_MAX = 4_000;

/** The short ids a message says it fixes, as `Fixes SHOP-12, SHOP-13`; words as at Sentry and GitHub. */
export function fixedIn(message: string): string[] {
  const found: string[] = [];
  for (const [, list] of message
    .slice(0, MESSAGE_CHARS_MAX)
    .matchAll(
      /\b(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?)\b:?[ \t]{1,4}((?:#?[\w-]{1,100}-\d{1,15}\b(?:,[ \t]{0,4}|[ \t]{1,4}and[ \t]{1,4})?){1,20})/gi,
    ))
    for (const id of list!.match(/[\w-]+-\d+/g) ?? []) found.push(id.toUpperCase());
  return [...new Set(found)];
}

/** What a commit does to an issue. */
interface Fix {
  row: IssueRow;
  commit: FixingCommit;
  /** It waited for the commit, and was resolved then. */
  waited: boolean;
}

export async function resolveFixed(
  { metadata, clock }: Pick<IssueStores, 'metadata' | 'clock'>,
  projects: readonly ProjectSummary[],
  release: { version: string; commits: readonly FixingCommit[] },
  by: {
    viewer: Viewer /** Members by their e-mail, in lower case. */;
    people: ReadonlyMap<string, { id: string }>;
  },
): Promise<void> {
  const ids = projectIds(projects);
  if (ids.length === 0 || release.commits.length === 0) return;
  await metadata.transaction(ids, async (transaction) => {
    const waiting = await waitingFor(transaction, ids, release.commits);
    const named = await namedBy(transaction, projects, release.commits);
    const fixes = [...waiting, ...named.filter(({ row }) => !waiting.some((one) => one.row.id === row.id))];
    const changes = fixes.map((fix) => decide(fix, release.version, { ...by, now: clock.now() }));
    await updateColumns(transaction, STATE_COLUMNS, changes);
    await tellActivity(
      transaction,
      changes.map(({ told }) => told),
    );
  });
}

async function waitingFor(
  transaction: MetadataTransaction,
  projects: readonly number[],
  commits: readonly FixingCommit[],
): Promise<Fix[]> {
  const rows = await transaction
    .selectFrom('issue')
    .selectAll()
    .where('resolved_in', '=', 'commit')
    .where('project_id', 'in', projects)
    .orderBy('id')
    .limit(WAITING_MAX)
    .execute();
  if (rows.length === 0) return [];
  // What people give of a commit is the beginning of its hash, of a few lengths.
  const lengths = new Set(rows.map(({ resolved_commit }) => resolved_commit.length));
  const byBeginning = new Map(
    commits.flatMap((commit) =>
      [...lengths].map((length) => [`${commit.repository} ${commit.sha.slice(0, length)}`, commit] as const),
    ),
  );
  return rows.flatMap((row) => {
    const commit = byBeginning.get(`${row.resolved_repository} ${row.resolved_commit}`);
    return commit ? [{ row, commit, waited: true }] : [];
  });
}

async function namedBy(
  transaction: MetadataTransaction,
  projects: readonly ProjectSummary[],
  commits: readonly FixingCommit[],
): Promise<Fix[]> {
  const bySlug = new Map(projects.map(({ slug, id }) => [slug, Number(id)]));
  const wanted = new Map<string, { project: number; number: number; commit: FixingCommit }>();
  for (const commit of commits)
    for (const id of fixedIn(commit.message)) {
      const short = parseShortId(id);
      const project = bySlug.get(short?.slug ?? '');
      if (short && project !== undefined && wanted.size < FIXED_MAX && !wanted.has(id))
        wanted.set(id, { project, number: short.number, commit });
    }
  const fixes: Fix[] = [];
  for (const [project, of] of Map.groupBy(wanted.values(), (one) => one.project)) {
    const rows = await transaction
      .selectFrom('issue')
      .selectAll()
      .where('project_id', '=', project)
      .where(
        'number',
        'in',
        of.map(({ number }) => number),
      )
      .execute();
    for (const row of rows)
      fixes.push({ row, commit: of.find(({ number }) => number === row.number)!.commit, waited: false });
  }
  const said = await commitsSaid(transaction, fixes);
  return fixes.filter(({ row, commit }) => !said.has(`${row.id} ${commit.sha}`));
}

/** Commits that resolved an issue before, as `id sha`. */
async function commitsSaid(
  transaction: MetadataTransaction,
  fixes: readonly Fix[],
): Promise<ReadonlySet<string>> {
  const rows = await transaction
    .selectFrom('issue_activity')
    .select(['issue_id', 'data'])
    .where('issue_id', 'in', [0, ...fixes.map(({ row }) => row.id)])
    .where('kind', '=', 'resolved')
    .execute();
  return new Set(
    rows.map(({ issue_id, data }) => `${issue_id} ${(JSON.parse(data) as { commit?: string }).commit ?? ''}`),
  );
}

function decide(
  { row, commit, waited }: Fix,
  version: string,
  { viewer, people, now }: { viewer: Viewer; people: ReadonlyMap<string, { id: string }>; now: number },
): { id: number; issue: IssueRow; told: ActivityInsert } {
  const resolution = {
    ...{ resolved_in: 'release' as const, resolved_release: version },
    ...{ resolved_commit: commit.sha, resolved_repository: commit.repository },
  };
  const author = people.get(commit.authorEmail.toLowerCase())?.id ?? null;
  const userId = waited ? null : (author ?? viewer.userId);
  return {
    id: row.id,
    // One that waited stays resolved since when it was, by whom it was.
    issue: { ...row, ...(waited ? resolution : resolvedState(resolution, { userId, now })) },
    told: {
      ...{ issue_id: row.id, project_id: row.project_id, kind: 'resolved', user_id: userId, created_at: now },
      data: JSON.stringify({
        ...{ release: version, commit: commit.sha, repository: commit.repository },
        ...(waited ? { waited: true } : { fixes: true }),
        ...(userId === null && !waited ? { token: commit.authorName || viewer.name } : {}),
      }),
    },
  };
}
