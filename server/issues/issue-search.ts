/**
 * A search as a condition on issues. Most keys are answered by the issue itself; the rest (release, environment,
 * user, tags ...) by its events: those parts become one question each to telemetry, for the grouping hashes
 * that had such an event. Event terms side by side speak of the same event; a negated one means that no event
 * of the issue is like that.
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
import type { Database } from '#server/store/metadata/schema.ts';
import { canonicalKey, explicitTag } from './event-search.ts';
import { IS_CONDITIONS, ISSUE_FIELDS, ISSUE_TEXTS, type IssueField } from './issue-fields.ts';
import { type IssueRow, SUBSTATE_FADES_AFTER_MS } from './lifecycle.ts';
import { parseShortId } from './short-id.ts';
import { type Asker, isNobodys, peopleCondition } from './teamwork/people-search.ts';

/** Answers which grouping hashes had an event like this, as `project:hash`. */
export type AskEvents = (filter: SearchFilter) => Promise<readonly string[]>;

/** Questions to telemetry that one search may ask: each can cost as much as the rest of the page. */
const QUESTIONS_MAX = 5;

type Condition = Expression<SqlBool>;
type KeyTerm = Exclude<SearchTerm, { is: 'text' }>;

const on = expressionBuilder<Database, 'issue'>();

/** Throws the refusal query_invalid for a value that its key cannot have. */
export async function issueCondition(
  filter: SearchFilter,
  ask: AskEvents,
  now: number,
  asker?: Asker,
): Promise<Condition> {
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
        return anywhere(ISSUE_TEXTS, part.pattern);
      default:
        return fieldCondition(part, ISSUE_FIELDS.get(canonicalKey(part.key))!, now, asker);
    }
  }

  async function eventsCondition(part: SearchFilter): Promise<Condition> {
    if (++questions > QUESTIONS_MAX)
      throw searchError(1, `expected at most ${QUESTIONS_MAX} separate questions about events`);
    // One bound value for any number of hashes; json_each reads an object's keys in both dialects.
    const keys = JSON.stringify(Object.fromEntries((await ask(part)).map((key) => [key, 0])));
    return sql`issue.id in (select issue_id from issue_hash
      where project_id || ':' || hash in (select key from json_each(${keys})))`;
  }

  return condition(filter);
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
      return explicitTag(filter.key) !== undefined || !ISSUE_FIELDS.has(canonicalKey(filter.key));
  }
}

function fieldCondition(term: KeyTerm, field: IssueField, now: number, asker?: Asker): Condition {
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
    case 'text':
      return textCondition(sql.ref(`issue.${field.column}`), term.value);
    case 'words':
      return anywhere(field.columns, term.value);
    case 'flag':
      return on(field.column, '=', flag(term) ? field.trueIs : 1 - field.trueIs);
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
  if (field.kind === 'text') return on(field.column, '!=', '');
  if (field.kind === 'people')
    return on.not(peopleCondition(field.field, { value: ['none'], column: 1 }, undefined));
  if (field.kind === 'words') return on.or(field.columns.map((column) => on(column, '!=', '')));
  return on.lit(true);
}

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

function flag(term: Extract<KeyTerm, { is: 'equal' }>): boolean {
  const value = term.value.join('*');
  if (value !== 'true' && value !== 'false')
    throw searchError(term.column, `expected ${term.key}:true or ${term.key}:false`);
  return value === 'true';
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
  if ('assigned' in wanted) return wanted.assigned ? on.not(isNobodys) : isNobodys;
  const isNews = on.and([
    on('substate', 'in', ['new', 'regressed', 'escalating']),
    on('substate_at', '>', now - SUBSTATE_FADES_AFTER_MS),
  ]);
  return on.and([
    on('status', '=', 'unresolved'),
    wanted.substate === 'ongoing' ? on.not(isNews) : on.and([isNews, on('substate', '=', wanted.substate)]),
  ]);
}
