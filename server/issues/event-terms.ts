/**
 * What a search of events needs to know before it can be asked: which releases `release:latest` and `release.version:>2`
 * mean, which kinds of events have a word in their stack, and which belong to `issue:SHOP-12`. Keys that only issues
 * answer are refused here: an event has no status, and an empty page would look like an answer.
 */
import { searchError } from '#server/query/search.ts';
import { hasWildcard, type SearchFilter, type SearchTerm, searchTerms } from '#server/query/search-filter.ts';
import { canonicalKey, eventFieldOf, explicitTag } from './event-fields.ts';
import type { KnownTerms } from './event-search.ts';
import { ISSUE_FIELDS } from './issue-fields.ts';
import { kindsWithText, matcher } from './issue-stacks.ts';
import type { IssueStores, WhichReleases } from './issues.ts';
import { parseShortId } from './short-id.ts';

type Stores = Pick<IssueStores, 'metadata' | 'releases' | 'clock'>;

/** For a question about the events of issues: free text is the issues' own there. */
export async function releasesOfTerms(
  stores: Pick<Stores, 'releases'>,
  projects: readonly number[],
  filter: SearchFilter,
): Promise<KnownTerms['releases']> {
  const releases = new Map<SearchTerm, readonly string[]>();
  for (const term of searchTerms(filter)) {
    const which = whichReleases(term);
    if (which) releases.set(term, await stores.releases.meant(projects, which));
  }
  return releases;
}

/** For a list of events. Throws the refusal for a key that only issues answer. */
export async function knownTerms(
  stores: Stores,
  projects: readonly number[],
  filter: SearchFilter,
): Promise<KnownTerms> {
  const kinds = new Map<SearchTerm, readonly string[]>();
  for (const term of searchTerms(filter)) {
    if (term.is === 'text') {
      kinds.set(term, await kindsWithText(stores.metadata.db, projects, term.pattern));
      continue;
    }
    const field = explicitTag(term.key) === undefined ? ISSUE_FIELDS.get(canonicalKey(term.key)) : undefined;
    if (field?.kind === 'issue' && canonicalKey(term.key) !== 'id')
      kinds.set(term, await kindsOfIssue(stores, projects, term));
    else if (field && eventFieldOf(term).is === 'tag')
      throw searchError(
        term.column,
        `"${term.key}" is asked of issues, and these are events; tags[${term.key}] is a tag of this name`,
      );
  }
  return { releases: await releasesOfTerms(stores, projects, filter), kinds, now: stores.clock.now() };
}

/** `release:latest`, `release.version:>=2.1`, `release.package:shop`; undefined for every other term. */
export function whichReleases(term: SearchTerm): WhichReleases | undefined {
  if (term.is === 'text' || term.is === 'has') return undefined;
  if (canonicalKey(term.key) === 'release' && isLatest(term)) return { is: 'latest' };
  const field = explicitTag(term.key) === undefined ? eventFieldOf(term) : undefined;
  if (field?.is !== 'release') return undefined;
  if (term.is === 'equal')
    return { is: 'like', part: field.part, matches: matcher(term.value.map((piece) => piece.toLowerCase())) };
  if (field.part !== 'version')
    throw searchError(term.column, `expected ${term.key}:value; release.version compares`);
  if (!/^v?\d+(?:\.\d+){0,3}(?:[-+][\w.+-]*)?$/.test(term.value))
    throw searchError(term.column, `expected a version such as 1.4 or 2.0.0-rc.1, not "${term.value}"`);
  return { is: 'compare', operator: term.operator, version: term.value };
}

export const isLatest = (term: SearchTerm) =>
  term.is === 'equal' && !hasWildcard(term.value) && term.value[0] === 'latest';

async function kindsOfIssue(
  { metadata }: Stores,
  projects: readonly number[],
  term: Exclude<SearchTerm, { is: 'text' }>,
): Promise<string[]> {
  const text = term.is === 'equal' ? term.value.join('*') : '';
  const short = parseShortId(text);
  if (!short && !/^\d{1,15}$/.test(text))
    throw searchError(term.column, `expected an issue such as SHOP-12 or 4711, not "${text}"`);
  const hashes = metadata.db
    .selectFrom('issue_hash')
    .innerJoin('issue', 'issue.id', 'issue_hash.issue_id')
    .innerJoin('project', 'project.id', 'issue.project_id')
    .where('issue.project_id', 'in', projects)
    .select(['issue_hash.project_id', 'issue_hash.hash']);
  const rows = await (short
    ? hashes.where('project.slug', '=', short.slug).where('issue.number', '=', short.number)
    : hashes.where('issue.id', '=', Number(text))
  ).execute();
  return rows.map(({ project_id, hash }) => `${project_id}:${hash}`);
}
