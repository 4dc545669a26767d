/**
 * One issue of another tracker becomes one of ours, in one transaction: found again or made, with its hashes, its state,
 * its assignee and what was said about it. Called again for the same issue it adds what is new and leaves alone what people
 * did here. The lock of the project keeps `process` from opening another issue for its hashes meanwhile.
 */
import type { z } from 'zod';
import type { ImportedIssue, LeftOut } from '#contract/imports.ts';
import { firstPriority, type IssueRow } from '#server/issues/lifecycle.ts';
import { tellActivity } from '#server/issues/tell-activity.ts';
import type { MetadataStore, MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
import { type Adopting, adoptedState, type DecidedBy, mergedState } from './adopted-state.ts';

type Issue = z.output<typeof ImportedIssue>;

export interface AdoptedBy {
  userId: string | null;
  /** Of a token that no person owns. */
  name: string;
}

/** People and teams of the source that are here. */
export interface KnownHere {
  /** User ids by e-mail in lower case. */
  people: ReadonlyMap<string, { id: string; name: string }>;
  /** By slug. */
  teams: ReadonlyMap<string, { id: number; name: string }>;
}

export interface Adoption {
  project: number;
  source: string;
  issue: Issue;
  /** Of the events that come along, of each the deciding one first. */
  eventHashes: readonly (readonly string[])[];
  /** The newest of those events; empty: none. */
  here: KnownHere;
  by: AdoptedBy;
  now: number;
}

export interface Adopted {
  issueId: number;
  number: number;
  became: 'made' | 'joined' | 'known';
  left: LeftOut[];
}

/** What happened to an issue because somebody wanted it, or because it was judged here. */
const DECISIONS = [
  'resolved',
  'archived',
  'reopened',
  'regressed',
  'escalated',
  'returned',
  'undone',
] as const;

export function adoptIssue(store: MetadataStore, adoption: Adoption): Promise<Adopted> {
  return store.transaction([adoption.project], (transaction) => adopt(transaction, adoption));
}

async function adopt(transaction: MetadataTransaction, adoption: Adoption): Promise<Adopted> {
  const { project, source, issue, now } = adoption;
  const left: LeftOut[] = [];
  const known = await findImport(transaction, adoption);
  const owners = await ownersOf(transaction, project, [...adoption.eventHashes.flat(), ...issue.hashes]);
  const ownerId = known ?? firstOwner(adoption, owners);
  const found = ownerId === undefined ? undefined : await readRow(transaction, ownerId);
  const row = found ?? (await makeIssue(transaction, adoption));
  if (found) await widen(transaction, found, adoption);
  left.push(...(await associate(transaction, row, adoption, owners)));
  if (known === undefined) left.push(...(await adoptPeople(transaction, row, adoption, found === undefined)));
  await noteImport(transaction, row, { ...adoption, source, now });
  return {
    issueId: row.id,
    number: row.number,
    became: known !== undefined ? 'known' : found ? 'joined' : 'made',
    left,
  };
}

async function findImport(
  transaction: MetadataTransaction,
  { project, source, issue }: Adoption,
): Promise<number | undefined> {
  const row = await transaction
    .selectFrom('issue_import')
    .select('issue_id')
    .where('project_id', '=', project)
    .where('source', '=', source)
    .where('source_issue', '=', issue.id)
    .executeTakeFirst();
  return row?.issue_id;
}

async function ownersOf(
  transaction: MetadataTransaction,
  project: number,
  hashes: readonly string[],
): Promise<Map<string, number>> {
  const owners = new Map<string, number>();
  for (const part of statementParts([...new Set(hashes)], 1)) {
    const rows = await transaction
      .selectFrom('issue_hash')
      .select(['hash', 'issue_id'])
      .where('project_id', '=', project)
      .where('hash', 'in', part)
      .execute();
    for (const { hash, issue_id } of rows) owners.set(hash, issue_id);
  }
  return owners;
}

/** As `process` would: the events decide before the source's own hashes, the newest of them first. */
function firstOwner(
  { eventHashes, issue }: Adoption,
  owners: ReadonlyMap<string, number>,
): number | undefined {
  const hash = [...eventHashes.flat(), ...issue.hashes].find((each) => owners.has(each));
  return hash === undefined ? undefined : owners.get(hash);
}

const readRow = (transaction: MetadataTransaction, id: number): Promise<IssueRow | undefined> =>
  transaction.selectFrom('issue').selectAll().where('id', '=', id).executeTakeFirst();

async function makeIssue(transaction: MetadataTransaction, adoption: Adoption): Promise<IssueRow> {
  const { project, issue, now } = adoption;
  const { number } = await transaction
    .updateTable('project')
    .set((to) => ({ last_issue_number: to('last_issue_number', '+', 1) }))
    .where('id', '=', project)
    .returning('last_issue_number as number')
    .executeTakeFirstOrThrow();
  const row = await transaction
    .insertInto('issue')
    .values({
      ...{ project_id: project, number, title: issue.title, culprit: issue.culprit, type: issue.type },
      ...{ exception_type: issue.exceptionType, exception_value: issue.exceptionValue },
      ...{ level: issue.level, platform: issue.platform, logger: issue.logger },
      ...adoptedState(issue.state, adoptingOf(adoption)),
      ...seenThere(adoption),
      ...{ first_release: issue.firstRelease, last_release: issue.lastRelease, last_event_id: '' },
      unhandled: issue.unhandled ? 1 : 0,
      priority: issue.priority ?? firstPriority(issue.level, issue.unhandled),
      created_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await tellActivity(transaction, [
    {
      ...{ issue_id: row.id, project_id: project, kind: 'first_seen', user_id: null },
      data: JSON.stringify(issue.firstRelease ? { release: issue.firstRelease } : {}),
      created_at: row.first_seen,
    },
  ]);
  return row;
}

const adoptingOf = (adoption: Adoption): Adopting => ({
  lastSeen: seenThere(adoption).last_seen,
  now: adoption.now,
});

/** A source whose clock is wrong does not make issues of tomorrow. */
function seenThere({ issue, now }: Adoption): { first_seen: number; last_seen: number } {
  const last_seen = Math.min(Date.parse(issue.lastSeen), now);
  return { first_seen: Math.min(Date.parse(issue.firstSeen), last_seen), last_seen };
}

/** An issue that was here: seen as long as either knows, and standing as the rules say. */
async function widen(transaction: MetadataTransaction, row: IssueRow, adoption: Adoption): Promise<void> {
  const { first_seen, last_seen } = seenThere(adoption);
  const { issue } = adoption;
  const decided = await decidedBy(transaction, row.id, adoption);
  const state = mergedState(row, decided, issue.state, adoptingOf(adoption));
  await transaction
    .updateTable('issue')
    .set({
      ...state,
      first_seen: Math.min(row.first_seen, first_seen),
      last_seen: Math.max(row.last_seen, last_seen),
      ...(first_seen < row.first_seen && issue.firstRelease ? { first_release: issue.firstRelease } : {}),
    })
    .where('id', '=', row.id)
    .execute();
}

async function decidedBy(
  transaction: MetadataTransaction,
  issueId: number,
  { source, issue }: Adoption,
): Promise<DecidedBy> {
  const decision = await transaction
    .selectFrom('issue_activity')
    .select('id')
    .where('issue_id', '=', issueId)
    .where('kind', 'in', DECISIONS)
    .limit(1)
    .executeTakeFirst();
  if (decision) return 'people';
  const others = await transaction
    .selectFrom('issue_import')
    .select('issue_id')
    .where('issue_id', '=', issueId)
    .where((is) => is.or([is('source', '!=', source), is('source_issue', '!=', issue.id)]))
    .limit(1)
    .executeTakeFirst();
  return others ? 'other_issues' : 'nobody';
}

/** A hash that points elsewhere stays there: nothing is merged unseen. */
async function associate(
  transaction: MetadataTransaction,
  { id, project_id }: IssueRow,
  { eventHashes, issue, now }: Adoption,
  owners: ReadonlyMap<string, number>,
): Promise<LeftOut[]> {
  const hashes = [...new Set([...eventHashes.flat(), ...issue.hashes])];
  const free = hashes.filter((hash) => !owners.has(hash));
  for (const part of statementParts(free, 4))
    await transaction
      .insertInto('issue_hash')
      .values(part.map((hash) => ({ project_id, hash, issue_id: id, created_at: now })))
      .execute();
  return hashes
    .filter((hash) => (owners.get(hash) ?? id) !== id)
    .map((hash) => ({
      what: `hash ${hash}`,
      why: 'another issue here has it: errors of both are one here',
    }));
}

/** Once, when the issue comes: who has it, what was said of it, and that it was brought. */
async function adoptPeople(
  transaction: MetadataTransaction,
  row: IssueRow,
  adoption: Adoption,
  isNew: boolean,
): Promise<LeftOut[]> {
  const { issue, here, by, now, source } = adoption;
  const left = await assign(transaction, row, adoption, isNew);
  const entry = { issue_id: row.id, project_id: row.project_id };
  await tellActivity(transaction, [
    ...issue.comments.map(({ text, at, email, name }) => {
      const author = here.people.get(email.toLowerCase());
      return {
        ...{ ...entry, kind: 'comment' as const, user_id: author?.id ?? null },
        data: JSON.stringify({
          ...{ text, mentions: [], editedAt: null },
          ...(author ? {} : { token: name || email || 'Someone' }),
        }),
        created_at: Math.min(Date.parse(at), now),
      };
    }),
    {
      ...{ ...entry, kind: 'imported' as const, user_id: by.userId },
      data: JSON.stringify({ from: source, ...(by.userId === null ? { token: by.name } : {}) }),
      created_at: now,
    },
  ]);
  return left;
}

async function assign(
  transaction: MetadataTransaction,
  row: IssueRow,
  { issue: { assignee }, here, now }: Adoption,
  isNew: boolean,
): Promise<LeftOut[]> {
  if (!assignee) return [];
  const person = assignee.email ? here.people.get(assignee.email.toLowerCase()) : undefined;
  const team = assignee.team ? here.teams.get(assignee.team.toLowerCase()) : undefined;
  const what = `assignee ${assignee.email ?? `#${assignee.team ?? ''}`}`;
  if (!person && !team)
    return [
      { what, why: assignee.email ? 'no member here has this e-mail' : 'there is no team of this slug here' },
    ];
  const present = isNew
    ? undefined
    : await transaction
        .selectFrom('issue_assignee')
        .select('issue_id')
        .where('issue_id', '=', row.id)
        .executeTakeFirst();
  if (present) return [];
  await transaction
    .insertInto('issue_assignee')
    .values({
      issue_id: row.id,
      user_id: person?.id ?? null,
      team_id: person ? null : team!.id,
      assigned_at: now,
    })
    .execute();
  return [];
}

async function noteImport(
  transaction: MetadataTransaction,
  { id }: IssueRow,
  { project, source, issue, now }: Adoption,
): Promise<void> {
  const counted = {
    ...{ short_id: issue.shortId, url: issue.url, event_count: issue.events, user_count: issue.users },
    ...{ mark: issue.mark, imported_at: now },
  };
  await transaction
    .insertInto('issue_import')
    .values({ project_id: project, source, source_issue: issue.id, issue_id: id, ...counted })
    .onConflict((conflict) => conflict.columns(['project_id', 'source', 'source_issue']).doUpdateSet(counted))
    .execute();
}
