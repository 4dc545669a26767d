/** What the address of an issue says besides its tab. */
export interface IssueSearch {
  /** The occurrence looked at; the latest when it is not set. */
  event?: string;
  /** Which occurrences the list of them shows. */
  query?: string;
}

export function readIssueSearch(search: Record<string, unknown>): IssueSearch {
  const event = typeof search.event === 'string' ? search.event : '';
  return {
    ...(/^(?:[0-9a-f]{32}|oldest)$/.test(event) ? { event } : {}),
    ...(typeof search.query === 'string' && search.query !== '' ? { query: search.query } : {}),
  };
}
