/**
 * A search as a condition on issues. Most keys are answered by the issue itself, a few by the stacks of its kinds of
 * events; the rest (release, environment, user, tags ...) by its events: those parts become one question each to
 * telemetry, for the grouping hashes that had such an event. Event terms side by side speak of the same event; a negated
 * one means that no event of the issue is like that.
 */
import { type Expression, expressionBuilder, type SqlBool, sql } from 'kysely';
import { likeAnywhere, likeWhole } from '#server/query/like.ts';
import { searchError } from '#server/query/search.ts';
import {
  combine,
  hasWildcard,
  type Pattern,
  type SearchFilter,
  type SearchTerm,
} from '#server/query/search-filter.ts';
import { searchNumber, searchTime } from '#server/query/search-values.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import type { Database } from '#server/store/metadata/schema.ts';
import { canonicalKey, eventFieldOf, explicitTag } from './event-fields.ts';
import { flagOf } from './event-search.ts';
import { isLatest } from './event-terms.ts';
import { IS_CONDITIONS, ISSUE_FIELDS, ISSUE_TEXTS, type IssueField } from './issue-fields.ts';
import { kindsWithFrame } from './issue-stacks.ts';
import type { ReleaseLookups } from './issues.ts';
import { type IssueRow, SUBSTATE_FADES_AFTER_MS } from './lifecycle.ts';
import { parseShortId } from './short-id.ts';
import { type Asker, isNobodys, peopleCondition } from './teamwork/people-search.ts';

/** Answers which grouping hashes had an event like this, as `project:hash`. */
export type AskEvents = (filter: SearchFilter) => Promise<readonly string[]>;

/** Where a search looks. */
export interface SearchedIssues {
  db: MetadataDb;
  projects: readonly number[];
  releases: ReleaseLookups;
  ask: AskEvents;
  /** Collects what was cut short. */
  notices: Set<string>;
  now: number;
  /** Whose `me` is in the search; absent: nobody's. */
  asker?: Asker | undefined;
}

/** Questions to telemetry that one search may ask: each can cost as much as the rest of the page. */
const QUESTIONS_MAX = 5;

type Condition = Expression<SqlBool>;
type KeyTerm = Exclude<SearchTerm, { is: 'text' }>;

const on = expressionBuilder<Database, 'issue'>();

/** Throws the refusal query_invalid for a value that its key cannot have. */
export async function issueCondition(filter: SearchFilter, searched: SearchedIssues): Promise<Condition> {
  let questions = 0;

  async function condition(part: SearchFilter): Promise<Condition> {
    if (isAboutEvents(part)) return eventsCondition(part);
    switch (part.is) {
      case 'not':
        return on.not(await condition(part.of));
      case 'any':
        return on.or(await Promise.all(part.of.map(condition)));
      case 'all': {
        const aboutEvents = part.of.filter(isAboutEvents);
        const others = part.of.filter((each) => !isAboutEvents(each));
        const conditions = await Promise.all(others.map(condition));
        return on.and(
          aboutEvents.length === 0
            ? conditions
            : [...conditions, await eventsCondition(combine('all', aboutEvents))],
        );
      }
      case 'text':
        return on.or([anywhere(ISSUE_TEXTS, part.pattern), inStacks(searched.projects, part.pattern)]);
      default:
        return fieldCondition(part, ISSUE_FIELDS.get(canonicalKey(part.key))!, searched);
    }
  }

  async function eventsCondition(part: SearchFilter): Promise<Condition> {
    if (++questions > QUESTIONS_MAX)
      throw searchError(1, `expected at most ${QUESTIONS_MAX} separate questions about events`);
    return ofKinds(await searched.ask(part));
  }

  return condition(filter);
}

/** The issues that own one of these kinds of events, each as `project:hash`. */
function ofKinds(kinds: readonly string[]): Condition {
  const byProject = Map.groupBy(kinds, (kind) => kind.slice(0, kind.indexOf(':')));
  return on.or(
    [...byProject].map(([project, ofOne]) => {
      // One bound value for any number of hashes; json_each reads an object's keys in both dialects.
      const hashes = JSON.stringify(
        Object.fromEntries(ofOne.map((kind) => [kind.slice(project.length + 1), 0])),
      );
      return sql<SqlBool>`issue.id in (select issue_id from issue_hash
        where project_id = ${Number(project)} and hash in (select key from json_each(${hashes})))`;
    }),
  );
}

/** Free text among the names of functions and files: asked of all stacks at once, and not for each issue. */
function inStacks(projects: readonly number[], pattern: Pattern): Condition {
  const like = likeAnywhere(pattern.map((piece) => piece.toLowerCase()));
  return sql<SqlBool>`issue.id in (select issue_id from hash_stack
    join issue_hash on issue_hash.project_id = hash_stack.project_id and issue_hash.hash = hash_stack.hash
    where hash_stack.project_id in (${sql.join(projects)}) and hash_stack.stack like ${like} escape '\\')`;
}

/** Can the part be put to the events as a whole? A negation cannot: it speaks of all events of an issue. */
function isAboutEvents(filter: SearchFilter): boolean {
  switch (filter.is) {
    case 'all':
    case 'any':
      return filter.of.length > 0 && filter.of.every(isAboutEvents);
    case 'not':
    case 'text':
      return false;
    default:
      // Sentry's id is that of an event; ours is the issue's, and cannot be mistaken for one.
      if (canonicalKey(filter.key) === 'id' && isEventId(filter)) return true;
      if (explicitTag(filter.key) === undefined && ISSUE_FIELDS.has(canonicalKey(filter.key))) return false;
      eventFieldOf(filter);
      return true;
  }
}

const isEventId = (term: KeyTerm) =>
  term.is === 'equal' && !hasWildcard(term.value) && /^[0-9a-f]{32}$/.test(term.value[0]!);

async function fieldCondition(
  term: KeyTerm,
  field: IssueField,
  { db, projects, releases, notices, now, asker }: SearchedIssues,
): Promise<Condition> {
  if (field.kind === 'stack') {
    if (term.is === 'compare') throw searchError(term.column, `expected ${term.key}:value`);
    const value = term.is === 'has' ? undefined : term.value;
    const { kinds, cutShort } = await kindsWithFrame(db, projects, field.part, value);
    if (cutShort)
      notices.add(`Too many stacks have such a frame; some issues are missing. Narrow ${term.key}.`);
    return ofKinds(kinds);
  }
  if (term.is === 'has') return hasCondition(field);
  switch (field.kind) {
    case 'number':
      return term.is === 'compare'
        ? on(field.column, term.operator, searchNumber(term.value, term.column))
        : on(field.column, '=', searchNumber(term.value.join('*'), term.column));
    case 'time':
      return timeCondition(term, field.column, now);
  }
  if (term.is === 'compare')
    throw searchError(term.column, `expected ${term.key}:value; only numbers and times compare`);
  switch (field.kind) {
    case 'release':
      if (isLatest(term)) return isOneOf(field.column, await releases.meant(projects, { is: 'latest' }));
      return textCondition(sql.ref(`issue.${field.column}`), term.value);
    case 'text':
      return textCondition(sql.ref(`issue.${field.column}`), term.value);
    case 'words':
      return anywhere(field.columns, term.value);
    case 'flag':
      return on(field.column, '=', flagOf(term) ? field.trueIs : 1 - field.trueIs);
    case 'project':
      return projectCondition(term.value);
    case 'issue':
      return idCondition(term);
    case 'state':
      return stateCondition(term, now);
    case 'people':
      return peopleCondition(field.field, term, asker);
  }
}

function hasCondition(field: IssueField): Condition {
  if (field.kind === 'text' || field.kind === 'release') return on(field.column, '!=', '');
  if (field.kind === 'people')
    return on.not(peopleCondition(field.field, { value: ['none'], column: 1 }, undefined));
  if (field.kind === 'words') return on.or(field.columns.map((column) => on(column, '!=', '')));
  return on.lit(true);
}

const isOneOf = (column: keyof IssueRow, values: readonly string[]): Condition =>
  values.length === 0 ? on.lit(false) : on(column, 'in', values);

function textCondition(text: Expression<unknown>, value: Pattern): Condition {
  return hasWildcard(value)
    ? sql<SqlBool>`lower(${text}) like lower(${likeWhole(value)}) escape '\\'`
    : sql<SqlBool>`${text} = ${value[0]}`;
}

function anywhere(columns: readonly (keyof IssueRow)[], pattern: Pattern): Condition {
  const like = likeAnywhere(pattern);
  return on.or(
    columns.map(
      (column) => sql<SqlBool>`lower(${sql.ref(`issue.${column}`)}) like lower(${like}) escape '\\'`,
    ),
  );
}

function timeCondition(
  term: Exclude<KeyTerm, { is: 'has' }>,
  column: keyof IssueRow,
  now: number,
): Condition {
  const { from, to } = searchTime(canonicalKey(term.key) === 'age' ? youngerIsLater(term) : term, now);
  return on.and([
    ...(from === undefined ? [] : [on(column, '>=', from)]),
    ...(to === undefined ? [] : [on(column, '<', to)]),
  ]);
}

/** `age:<3d` is `firstSeen:>-3d`. */
function youngerIsLater(term: Exclude<KeyTerm, { is: 'has' }>) {
  const flipped = { '>': '<', '>=': '<=', '<': '>', '<=': '>=' } as const;
  return term.is === 'compare' ? { ...term, operator: flipped[term.operator] } : term;
}

/** By slug, name or id. */
function projectCondition(value: Pattern): Condition {
  const matching = on
    .selectFrom('project')
    .select('project.id')
    .where((project) =>
      project.or([
        textCondition(
          sql.ref('project.slug'),
          value.map((piece) => piece.toLowerCase()),
        ),
        textCondition(sql.ref('project.name'), value),
        textCondition(sql`cast(project.id as text)`, value),
      ]),
    );
  return on('issue.project_id', 'in', matching);
}

function idCondition(term: Extract<KeyTerm, { is: 'equal' }>): Condition {
  const text = term.value.join('*');
  if (/^\d{1,15}$/.test(text)) return on('issue.id', '=', Number(text));
  const short = parseShortId(text);
  if (!short) throw searchError(term.column, `expected an issue such as SHOP-12 or 4711, not "${text}"`);
  const project = on.selectFrom('project').select('project.id').where('project.slug', '=', short.slug);
  return on.and([on('issue.number', '=', short.number), on('issue.project_id', 'in', project)]);
}

function stateCondition(term: Extract<KeyTerm, { is: 'equal' }>, now: number): Condition {
  const wanted = IS_CONDITIONS.get(term.value.join('*'));
  if (!wanted)
    throw searchError(term.column, `expected is: with one of ${[...IS_CONDITIONS.keys()].join(', ')}`);
  if ('status' in wanted) return on('status', '=', wanted.status);
  if ('unhandled' in wanted) return on('unhandled', '=', wanted.unhandled);
  if ('archivedUntil' in wanted) return on('archived_until', 'in', wanted.archivedUntil);
  if ('expected' in wanted) return on('expected', '!=', '');
  if ('fromLogs' in wanted) return hasEventsOfLogs;
  if ('assigned' in wanted) return wanted.assigned ? on.not(isNobodys) : isNobodys;
  if ('review' in wanted) return on.and([isNewsAt(now), isNobodys]);
  return wanted.substate === 'ongoing'
    ? on.and([on('status', '=', 'unresolved'), on.not(isNewsAt(now))])
    : on.and([isNewsAt(now), on('substate', '=', wanted.substate)]);
}

const hasEventsOfLogs: Condition = on(
  'issue.id',
  'in',
  on.selectFrom('issue_hash').select('issue_hash.issue_id').where('issue_hash.log_count', '>', 0),
);

/** New or come back, and not for so long that it is known. */
const isNewsAt = (now: number): Condition =>
  on.and([
    on('status', '=', 'unresolved'),
    on('substate', 'in', ['new', 'regressed', 'escalating']),
    on('substate_at', '>', now - SUBSTATE_FADES_AFTER_MS),
  ]);
