/**
 * What people do to issues: resolve, archive, reopen, say how much they matter; one or all that a search finds. Each
 * slice is one transaction with the activity that tells of it and with what was before, under the same lock as the
 * batches of `process`, so that a change and a new event never overwrite each other.
 */
import { randomUUID } from 'node:crypto';
import { UNDO_MINUTES } from '#contract/change-bounds.ts';
import type { IssueUpdate } from '#contract/issues.ts';
import type { IssuesChanged } from '#contract/workflow.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { reject } from '#server/record/rejections.ts';
import { releaseOfCommit, releasesToResolveIn } from '#server/releases/releases.ts';
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';
import type { IssueSlices } from './issue-selection.ts';
import { keepUndo } from './issue-undo.ts';
import { type IssueStores, iso } from './issues.ts';
import { type ActivityInsert, CHANGED_COLUMNS, type IssueRow, RESOLVED_NOW } from './lifecycle.ts';
import { applyChange, checkChange, type Decided, type FindResolution } from './status-change.ts';
import { startFollowing } from './teamwork/followers.ts';
import { tellActivity } from './tell-activity.ts';
import { updateColumns } from './update-columns.ts';

const UNDO_MS = UNDO_MINUTES * 60_000;

type Stores = Pick<IssueStores, 'metadata' | 'clock'>;

/**
 * Changes the issues; those that are like that already are left alone. Throws the refusal when nothing could be done
 * because there is no release to resolve in.
 */
export async function changeIssues(
  stores: Stores,
  { slices, left }: IssueSlices,
  change: IssueUpdate,
  by: Viewer,
): Promise<IssuesChanged> {
  checkChange(change);
  const now = stores.clock.now();
  const undo = { id: randomUUID(), expiresAt: now + UNDO_MS };
  const sum = { changed: 0, unchanged: 0, skipped: 0, left };
  let part = 0;
  for await (const ids of slices) {
    const done = await changeSlice(stores, ids, change, { by, now, undo: { ...undo, part: part++ } });
    sum.changed += done.changed;
    sum.unchanged += done.unchanged;
    sum.skipped += done.skipped;
  }
  if (sum.skipped > 0 && sum.changed + sum.unchanged === 0)
    throw reject('request_invalid', 'the project has no release yet that it could be resolved in');
  return { ...sum, undo: sum.changed > 0 ? { id: undo.id, expiresAt: iso(undo.expiresAt) } : null };
}

interface SliceOptions {
  by: Viewer;
  now: number;
  undo: { id: string; part: number; expiresAt: number };
}

async function changeSlice(
  { metadata }: Stores,
  ids: readonly number[],
  change: IssueUpdate,
  { by, now, undo }: SliceOptions,
) {
  const done = { changed: 0, unchanged: 0, skipped: 0 };
  if (ids.length === 0) return done;
  const places = await metadata.db
    .selectFrom('issue')
    .select('project_id')
    .distinct()
    .where('id', 'in', ids)
    .execute();
  const projects = places.map(({ project_id }) => project_id);
  await metadata.transaction(projects, async (transaction) => {
    const rows = await transaction
      .selectFrom('issue')
      .selectAll()
      .where('id', 'in', ids)
      .where('project_id', 'in', [0, ...projects])
      .execute();
    const find = resolutionFinder(transaction, by.organization.id);
    const changes: { before: IssueRow; decided: Decided }[] = [];
    for (const before of rows) {
      const decided = await applyChange(before, change, { userId: by.userId, now }, find);
      if (decided === 'no_release') done.skipped++;
      else if (decided === null) done.unchanged++;
      else changes.push({ before, decided });
    }
    done.changed = changes.length;
    if (changes.length === 0) return;
    await updateColumns(
      transaction,
      CHANGED_COLUMNS,
      changes.map(({ before: { id }, decided: { issue } }) => ({ id, issue })),
    );
    await tellActivity(
      transaction,
      changes.flatMap(({ decided }) => storyOf(decided, by, now)),
    );
    const moved = changes.filter(({ before, decided }) => decided.issue.status !== before.status);
    if (by.userId !== null)
      await startFollowing(
        transaction,
        moved.map(({ before }) => before.id),
        [by.userId],
        'changed_status',
        now,
      );
    await keepUndo(
      transaction,
      changes.map(({ before, decided }) => ({ before, after: decided.issue })),
      {
        ...undo,
        by,
        what: changes[0]!.decided.told[0]?.kind ?? 'prioritized',
      },
    );
  });
  return done;
}

const storyOf = ({ issue, told }: Decided, by: Viewer, now: number): ActivityInsert[] =>
  told.map(({ kind, data }) => ({
    ...{ issue_id: issue.id, project_id: issue.project_id, kind, user_id: by.userId, created_at: now },
    data: JSON.stringify(by.userId === null ? { ...data, token: by.name } : data),
  }));

/** What is asked for in the words of people, with the releases and commits that are known. */
function resolutionFinder(transaction: MetadataTransaction, organizationId: number): FindResolution {
  const releases = releasesToResolveIn(transaction);
  let known: Promise<string | null> | undefined;
  return async ({ project_id, last_release }, wanted) => {
    switch (wanted.in) {
      case 'now':
        return RESOLVED_NOW;
      case 'release':
        return { ...RESOLVED_NOW, resolved_in: 'release', resolved_release: wanted.release };
      case 'currentRelease': {
        const [current] = await releases(project_id, last_release);
        return current === undefined
          ? null
          : { ...RESOLVED_NOW, resolved_in: 'release', resolved_release: current };
      }
      case 'nextRelease': {
        const [current = ''] = await releases(project_id, last_release);
        return { ...RESOLVED_NOW, resolved_in: 'next_release', resolved_release: current };
      }
      case 'commit': {
        known ??= releaseOfCommit(transaction, organizationId, wanted);
        const release = await known;
        if (release === null) throw reject('not_found', `no repository "${wanted.repository.slice(0, 250)}"`);
        return {
          resolved_in: release === '' ? 'commit' : 'release',
          resolved_release: release,
          resolved_commit: wanted.commit,
          resolved_repository: wanted.repository,
        };
      }
    }
  };
}
