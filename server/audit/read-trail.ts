/** The entries of one organization, newest first: a page as a filter finds them, and all of them one page after the other. */

import { type SqlBool, sql } from 'kysely';
import type { AuditEntry, AuditFilter, AuditList } from '#contract/audit.ts';
import { likeAnywhere } from '#server/query/like.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import type { AuditEntryTable } from '#server/store/metadata/schema.ts';

/** Kinds of things told; there are some thirty. */
const NOUNS_MAX = 200;
/** Entries of one page of an export: 1 KB each. */
const EXPORT_PAGE = 500;

export async function readTrail(
  db: MetadataDb,
  organization: number,
  { cursor, limit, ...filter }: AuditFilter & { cursor: string; limit: number },
): Promise<Omit<AuditList, 'days'>> {
  const rows = await pageOf(db, organization, filter, cursor, limit + 1);
  const nouns = await db
    .selectFrom('audit_entry')
    .select('noun')
    .distinct()
    .where('organization_id', '=', organization)
    .orderBy('noun')
    .limit(NOUNS_MAX)
    .execute();
  const items = rows.slice(0, limit).map(toEntry);
  return {
    items,
    nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null,
    nouns: nouns.map(({ noun }) => noun),
  };
}

export async function* walkTrail(
  db: MetadataDb,
  organization: number,
  filter: AuditFilter,
): AsyncGenerator<AuditEntry[]> {
  let cursor = '';
  while (true) {
    const rows = await pageOf(db, organization, filter, cursor, EXPORT_PAGE);
    if (rows.length === 0) return;
    yield rows.map(toEntry);
    cursor = String(rows.at(-1)!.id);
  }
}

type Row = Awaited<ReturnType<typeof pageOf>>[number];

async function pageOf(
  db: MetadataDb,
  organization: number,
  { person, route, noun, outcome, query, from, to }: AuditFilter,
  cursor: string,
  limit: number,
) {
  let rows = db.selectFrom('audit_entry').selectAll().where('organization_id', '=', organization);
  if (/^\d{1,15}$/.test(cursor)) rows = rows.where('id', '<', Number(cursor));
  if (route !== '') rows = rows.where('route', '=', route);
  if (noun !== '') rows = rows.where('noun', '=', noun);
  if (outcome === 'refused') rows = rows.where('status', '>=', 400);
  if (outcome === 'done') rows = rows.where('status', '<', 400).where('status', '>', 0);
  if (outcome === 'unknown') rows = rows.where('status', '=', 0);
  if (from !== '') rows = rows.where('at', '>=', Date.parse(from));
  if (to !== '') rows = rows.where('at', '<=', Date.parse(to));
  if (person !== '')
    rows = rows.where((of) =>
      of.or([
        of('user_id', '=', person),
        ...(['who', 'email'] as const).map((column) => contains(column, person)),
      ]),
    );
  if (query !== '')
    rows = rows.where((of) =>
      of.or(
        (['action', 'route', 'target', 'changes', 'differences', 'project', 'address'] as const).map(
          (column) => contains(column, query),
        ),
      ),
    );
  return rows.orderBy('id', 'desc').limit(limit).execute();
}

/** Whatever the case. */
const contains = (column: keyof AuditEntryTable, text: string) =>
  sql<SqlBool>`lower(${sql.ref(`audit_entry.${column}`)}) like lower(${likeAnywhere([text])}) escape '\\'`;

function toEntry(row: Row): AuditEntry {
  const { differences, more } = JSON.parse(row.differences) as {
    differences: AuditEntry['differences'];
    more: number;
  };
  return {
    id: String(row.id),
    at: new Date(row.at).toISOString(),
    userId: row.user_id,
    name: row.who,
    email: row.email,
    via: row.via as AuditEntry['via'],
    address: row.address,
    agent: row.agent,
    route: row.route,
    action: row.action,
    noun: row.noun,
    project: row.project,
    target: JSON.parse(row.target) as AuditEntry['target'],
    changes: JSON.parse(row.changes) as AuditEntry['changes'],
    differences,
    moreDifferences: more,
    status: row.status,
    request: row.request,
  };
}
