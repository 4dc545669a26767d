/**
 * What the search bar offers while one types: the keys of tags, and the values that a key had lately. Asked with every
 * pause of the fingers, so it looks at a bounded number of the events of the last day and gives up early: a suggestion
 * that comes late is none.
 */
import { sql } from 'kysely';
import type * as z from 'zod';
import type { SearchSuggestions, SuggestionQuery } from '#contract/search.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { Rejection } from '#server/platform/rejection.ts';
import { BoundValues } from '#server/query/bound-values.ts';
import { likeAnywhere } from '#server/query/like.ts';
import { canonicalKey, eventFieldOf } from './event-fields.ts';
import { type IssueStores, projectIds, visibleProjects } from './issues.ts';

/** As many as a list of suggestions shows, and some to filter while the next answer is on its way. */
const VALUES_MAX = 20;
/** Events looked at: their tags took 15 ms. */
const EVENTS_MAX = 20_000;
const ANSWER_MS_MAX = 500;
/** Longer values are documents. */
const VALUE_CHARS_MAX = 200;
const DAY_MS = 24 * 60 * 60 * 1000;
/** How far back, the shorter first: a quiet project has none of the last day. */
const LOOKED_BACK_MS = [DAY_MS, 30 * DAY_MS];

export async function suggestValues(
  stores: IssueStores,
  viewer: Viewer,
  { project, key, text }: z.output<typeof SuggestionQuery>,
): Promise<SearchSuggestions> {
  const projects = projectIds(await visibleProjects(stores, viewer, project));
  if (projects.length === 0) return { values: [] };
  if (canonicalKey(key) === 'release') return { values: await newestReleases(stores, projects, text) };
  for (const back of LOOKED_BACK_MS) {
    const values = await readValues(stores, projects, { key, text, from: stores.clock.now() - back });
    if (values.length > 0) return { values };
  }
  return { values: [] };
}

/** Of releases the newest are wanted, and not those with the most errors. */
async function newestReleases(
  { metadata }: IssueStores,
  projects: readonly number[],
  text: string,
): Promise<string[]> {
  const rows = await metadata.db
    .selectFrom('release_project')
    .innerJoin('release', 'release.id', 'release_project.release_id')
    .select(({ fn }) => ['release.version', fn.max('release_project.added_at').as('added')])
    .where('release_project.project_id', 'in', projects)
    .where(sql<boolean>`lower(release.version) like ${likeAnywhere([text.toLowerCase()])} escape '\\'`)
    .groupBy('release.version')
    .orderBy('added', 'desc')
    .limit(VALUES_MAX)
    .execute();
  return rows.map(({ version }) => version);
}

async function readValues(
  stores: IssueStores,
  projects: readonly number[],
  { key, text, from }: { key: string; text: string; from: number },
): Promise<string[]> {
  const bound = new BoundValues();
  const value = valueOfKey(key, bound);
  if (value === undefined) return [];
  const some = `SELECT * FROM events WHERE project_id IN {projects:Array(UInt32)}
    AND timestamp >= fromUnixTimestamp64Milli(${bound.bind('Int64', from)}, 'UTC') LIMIT ${EVENTS_MAX}`;
  try {
    const rows = await stores.telemetry.select<{ value: string }>(
      projects,
      `SELECT value FROM (SELECT ${value} AS value FROM (${some}))
        WHERE value != '' AND length(value) <= ${VALUE_CHARS_MAX} AND value ILIKE ${bound.bind('String', likeAnywhere([text]))}
        GROUP BY value ORDER BY count() DESC, value LIMIT ${VALUES_MAX}`,
      { params: bound.params, timeoutMs: ANSWER_MS_MAX },
    );
    return rows.map((row) => row.value);
  } catch (error) {
    // Whoever types goes on without suggestions.
    if (error instanceof Rejection && error.code === 'query_too_costly') return [];
    throw error;
  }
}

/** The expression for a value of the key; undefined for keys whose values are no help: times, flags, texts. */
function valueOfKey(key: string, bound: BoundValues): string | undefined {
  if (key === '') return 'arrayJoin(mapKeys(tags))';
  try {
    const field = eventFieldOf({ key, column: 1 });
    if (field.is === 'columns') return `toString(${field.columns.at(key === 'user' ? 0 : -1)})`;
    if (field.is === 'tag') return `tags[${bound.bind('String', field.tag)}]`;
    if (field.is === 'payload')
      return `JSONExtract(payload, ${field.path.map((step) => bound.bind('String', step)).join(', ')}, 'String')`;
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
  }
  return undefined;
}
