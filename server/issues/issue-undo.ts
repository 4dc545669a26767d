/**
 * The way back from a change: what the issues were before, kept for a few minutes in the same transaction as the change,
 * good once and for who made it. Each issue gets back exactly what it had, unless something happened to it since.
 */
import { UNDO_MINUTES } from '#contract/change-bounds.ts';
import type { Undone } from '#contract/workflow.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb, MetadataTransaction } from '#server/store/metadata/metadata.ts';
import type { IssueStores } from './issues.ts';
import { type ActivityKind, CHANGED_COLUMNS, type IssueRow } from './lifecycle.ts';
import { tellActivity } from './tell-activity.ts';
import { updateColumns } from './update-columns.ts';

type Columns = Partial<Pick<IssueRow, (typeof CHANGED_COLUMNS)[number]>>;

/** What differs before and after, as JSON in the row. */
interface UndoPart {
  projects: number[];
  issues: { id: number; before: Columns; after: Columns }[];
}

/** A token that no person owns is known by its name. */
const actorOf = ({ userId, name }: Viewer) => userId ?? `token ${name}`;

export async function keepUndo(
  transaction: MetadataTransaction,
  changes: readonly { before: IssueRow; after: IssueRow }[],
  undo: { id: string; part: number; expiresAt: number; by: Viewer; what: ActivityKind },
): Promise<void> {
  const kept: UndoPart = {
    projects: [...new Set(changes.map(({ before }) => before.project_id))],
    issues: changes.map(({ before, after }) => {
      const differing = CHANGED_COLUMNS.filter((name) => before[name] !== after[name]);
      const of = (row: IssueRow) => Object.fromEntries(differing.map((name) => [name, row[name]])) as Columns;
      return { id: before.id, before: of(before), after: of(after) };
    }),
  };
  await transaction
    .insertInto('issue_undo')
    .values({
      ...{ id: undo.id, part: undo.part, organization_id: undo.by.organization.id, actor: actorOf(undo.by) },
      ...{ what: undo.what, changes: JSON.stringify(kept), expires_at: undo.expiresAt },
    })
    .execute();
}

/** Throws the refusal when there is nothing to take back any more. */
export async function undoChange(
  { metadata, clock }: Pick<IssueStores, 'metadata' | 'clock'>,
  id: string,
  by: Viewer,
): Promise<Undone> {
  const now = clock.now();
  const parts = await metadata.db
    .selectFrom('issue_undo')
    .selectAll()
    .where('id', '=', id)
    .where('organization_id', '=', by.organization.id)
    .where('actor', '=', actorOf(by))
    .where('expires_at', '>', now)
    .orderBy('part')
    .execute();
  if (parts.length === 0)
    throw reject(
      'not_found',
      `nothing to take back: a change can be taken back once, by who made it, within ${UNDO_MINUTES} minutes`,
    );
  const sum: Undone = { restored: 0, left: 0 };
  for (const { part, what, changes } of parts) {
    const { projects, issues } = JSON.parse(changes) as UndoPart;
    await metadata.transaction(projects, async (transaction) => {
      const claimed = await transaction
        .deleteFrom('issue_undo')
        .where('id', '=', id)
        .where('part', '=', part)
        .returning('part')
        .executeTakeFirst();
      if (!claimed) return;
      const restored = await restore(transaction, issues);
      sum.restored += restored.length;
      sum.left += issues.length - restored.length;
      await tellActivity(
        transaction,
        restored.map((row) => ({
          ...{ issue_id: row.id, project_id: row.project_id, user_id: by.userId, created_at: now },
          kind: 'undone',
          data: JSON.stringify(by.userId === null ? { what, token: by.name } : { what }),
        })),
      );
    });
  }
  return sum;
}

async function restore(transaction: MetadataTransaction, issues: UndoPart['issues']): Promise<IssueRow[]> {
  const kept = new Map(issues.map((issue) => [issue.id, issue]));
  const rows = await transaction
    .selectFrom('issue')
    .selectAll()
    .where('id', 'in', [0, ...kept.keys()])
    .execute();
  const untouched = rows.filter((row) => {
    const { after } = kept.get(row.id)!;
    return (Object.keys(after) as (keyof Columns)[]).every((name) => row[name] === after[name]);
  });
  await updateColumns(
    transaction,
    CHANGED_COLUMNS,
    untouched.map((row) => ({ id: row.id, issue: { ...row, ...kept.get(row.id)!.before } })),
  );
  return untouched;
}

/** What nobody took back in time. To be called now and then. */
export async function forgetUndos(db: MetadataDb, now: number): Promise<void> {
  await db.deleteFrom('issue_undo').where('expires_at', '<=', now).execute();
}
