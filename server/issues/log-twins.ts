/**
 * Issues that are one error told twice: the same type at the same line of the same file, of which one issue has it from
 * logs and the other from an SDK. They come to be where both existed before either was known to the other: the setting
 * was switched on later, or the clocks differ. Offered, and never merged unseen.
 */
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import type { IssueRow } from './lifecycle.ts';

/** Of an issue, those that decided the last events; others speak of code that has moved since. */
const KINDS_MAX = 50;
const TWINS_MAX = 10;

export interface LogTwins {
  rows: IssueRow[];
  /** Who tells of the error in that issue; undefined: it is no twin. */
  tellsOf(issue: number): 'logs' | 'sdk' | undefined;
}

export async function readLogTwins(db: MetadataDb, { id, project_id }: IssueRow): Promise<LogTwins> {
  const own = await db
    .selectFrom('issue_hash')
    .select(['kind', 'log_count', 'event_count'])
    .where('issue_id', '=', id)
    .where('kind', '<>', '')
    .orderBy('last_seen', 'desc')
    .limit(KINDS_MAX)
    .execute();
  if (own.length === 0) return { rows: [], tellsOf: () => undefined };
  const others = await db
    .selectFrom('issue_hash')
    .select(['issue_id', 'kind', 'log_count', 'event_count'])
    .where('project_id', '=', project_id)
    .where('issue_id', '<>', id)
    .where(
      'kind',
      'in',
      own.map(({ kind }) => kind),
    )
    .orderBy('last_seen', 'desc')
    .limit(KINDS_MAX)
    .execute();
  const told = new Map<number, 'logs' | 'sdk'>();
  for (const other of others) {
    const of = own.filter(({ kind }) => kind === other.kind);
    if (other.log_count > 0 && of.some(hasEventsOfSdk)) told.set(other.issue_id, 'logs');
    else if (hasEventsOfSdk(other) && of.some(({ log_count }) => log_count > 0))
      told.set(other.issue_id, 'sdk');
  }
  const rows = await db
    .selectFrom('issue')
    .selectAll()
    .where('id', 'in', [0, ...told.keys()])
    .limit(TWINS_MAX)
    .execute();
  return { rows, tellsOf: (issue) => told.get(issue) };
}

const hasEventsOfSdk = (of: { event_count: number; log_count: number }) => of.event_count > of.log_count;
