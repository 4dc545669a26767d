/**
 * Parts that are read from the metadata, a page at a time by id: what a project is set to, its issues with all that people
 * did, releases, feedback, attachments, monitors. Rows as they are kept, with people by name and e-mail; no column that is a
 * secret is read.
 */
import type { WholePart } from '#contract/exports.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import type { Database } from '#server/store/metadata/schema.ts';
import { readSettings } from './settings-part.ts';

/** Rows read at once. An issue brings its activity: some dozens, at most a thousand comments. */
const PAGE_ROWS = 200;

type ProjectTable = 'issue' | 'feedback' | 'attachment' | 'monitor' | 'check_in' | 'artifact_bundle';

const TABLES: Partial<Record<WholePart, ProjectTable>> = {
  issues: 'issue',
  feedback: 'feedback',
  attachments: 'attachment',
  monitors: 'monitor',
  'check-ins': 'check_in',
  artifacts: 'artifact_bundle',
};

export async function countWhole(db: MetadataDb, project: number, part: WholePart): Promise<number> {
  if (part === 'settings') return 1;
  const { rows } = await db
    .selectFrom((TABLES[part] ?? 'release_project') as 'issue')
    .select((of) => of.fn.countAll<number>().as('rows'))
    .where('project_id', '=', project)
    .executeTakeFirstOrThrow();
  return rows;
}

/** Things to be written as a line each. */
export async function* wholePart(
  db: MetadataDb,
  { project, organization }: { project: number; organization: number },
  part: WholePart,
): AsyncGenerator<unknown[]> {
  if (part === 'settings') {
    yield [await readSettings(db, project)];
    return;
  }
  const people = await peopleOf(db, organization);
  if (part === 'issues') yield* withMore(rowsOf(db, 'issue', project), (rows) => issues(db, rows, people));
  else if (part === 'releases') yield* releases(db, project);
  else if (part === 'monitors')
    yield* withMore(rowsOf(db, 'monitor', project), async (rows) => {
      const environments = await childrenOf(db, 'monitor_environment', 'monitor_id', rows);
      return rows.map((row) => ({ ...row, environments: environments.get(row.id) ?? [] }));
    });
  else if (part === 'artifacts')
    yield* withMore(rowsOf(db, 'artifact_bundle', project), async (rows) => {
      const files = await childrenOf(db, 'artifact_file', 'bundle_id', rows);
      return rows.map((row) => ({ ...row, files: files.get(row.id) ?? [] }));
    });
  else yield* rowsOf(db, TABLES[part]!, project);
}

interface Row {
  id: number;
  [column: string]: unknown;
}

async function* rowsOf(db: MetadataDb, table: ProjectTable, project: number): AsyncGenerator<Row[]> {
  for (let last = 0; ; ) {
    const page = (await db
      .selectFrom(table)
      .selectAll()
      .where('project_id', '=', project)
      .where('id', '>', last)
      .orderBy('id')
      .limit(PAGE_ROWS)
      .execute()) as unknown as Row[];
    if (page.length === 0) return;
    yield page;
    last = page.at(-1)!.id;
  }
}

async function* withMore(
  pages: AsyncIterable<Row[]>,
  more: (rows: Row[]) => Promise<unknown[]>,
): AsyncGenerator<unknown[]> {
  for await (const rows of pages) yield await more(rows);
}

/** Rows that belong to others, by whose they are, in the order in which they were written. */
async function childrenOf(
  db: MetadataDb,
  table: keyof Database,
  parent: string,
  rows: readonly Row[],
): Promise<Map<unknown, Record<string, unknown>[]>> {
  const found = (await db
    .selectFrom(table as 'issue_activity')
    .selectAll()
    .where(
      parent as 'issue_id',
      'in',
      rows.map(({ id }) => id),
    )
    .execute()) as unknown as Record<string, unknown>[];
  found.sort((a, b) => Number(a.id ?? 0) - Number(b.id ?? 0));
  return Map.groupBy(found, (row) => row[parent]);
}

interface Person {
  name: string;
  email: string;
}

async function peopleOf(db: MetadataDb, organization: number): Promise<Map<string, Person>> {
  const rows = await db
    .withTables<{ user: { id: string; name: string; email: string } }>()
    .selectFrom('member')
    .innerJoin('user', 'user.id', 'member.user_id')
    .select(['user.id', 'user.name', 'user.email'])
    .where('member.organization_id', '=', organization)
    .execute();
  return new Map(rows.map(({ id, name, email }) => [id, { name, email }]));
}

/** Activity, comments among it, and what else hangs on an issue. Not its public link: that is a secret. */
async function issues(
  db: MetadataDb,
  rows: readonly Row[],
  people: ReadonlyMap<string, Person>,
): Promise<unknown[]> {
  const of = (table: keyof Database) => childrenOf(db, table, 'issue_id', rows);
  const [hashes, activity, assignees, followers, links, imports, merged] = await Promise.all([
    of('issue_hash'),
    of('issue_activity'),
    of('issue_assignee'),
    of('issue_follower'),
    of('issue_link'),
    of('issue_import'),
    of('merged_issue'),
  ]);
  const named = (row: Record<string, unknown>) => ({
    ...row,
    person: people.get(String(row.user_id)) ?? null,
  });
  const texts = (row: Record<string, unknown>) => ({ ...row, data: JSON.parse(String(row.data)) });
  return rows.map((row) => ({
    ...row,
    hashes: (hashes.get(row.id) ?? []).sort((a, b) => (String(a.hash) < String(b.hash) ? -1 : 1)),
    assignee: (assignees.get(row.id) ?? []).map(named)[0] ?? null,
    activity: (activity.get(row.id) ?? []).map(named).map(texts),
    followers: (followers.get(row.id) ?? []).map(named),
    links: links.get(row.id) ?? [],
    imported: imports.get(row.id) ?? [],
    merged: merged.get(row.id) ?? [],
  }));
}

async function* releases(db: MetadataDb, project: number): AsyncGenerator<unknown[]> {
  for (let last = 0; ; ) {
    const page = (await db
      .selectFrom('release')
      .innerJoin('release_project', 'release_project.release_id', 'release.id')
      .selectAll('release')
      .select(['release_project.added_at', 'release_project.first_event_at', 'release_project.last_event_at'])
      .where('release_project.project_id', '=', project)
      .where('release.id', '>', last)
      .orderBy('release.id')
      .limit(PAGE_ROWS)
      .execute()) as unknown as Row[];
    if (page.length === 0) return;
    const [commits, deploys] = await Promise.all([
      childrenOf(db, 'release_commit', 'release_id', page),
      childrenOf(db, 'deploy', 'release_id', page),
    ]);
    yield page.map((row) => ({
      ...row,
      commits: (commits.get(row.id) ?? [])
        .sort((a, b) => Number(a.position) - Number(b.position))
        .map((commit) => ({ ...commit, files: JSON.parse(String(commit.files)) })),
      deploys: deploys.get(row.id) ?? [],
    }));
    last = page.at(-1)!.id;
  }
}
