/** What the address of an issue says besides its tab. */
export interface IssueSearch {
  /** The occurrence looked at; the latest when it is not set. */
  event?: string;
  /** Which occurrences the list of them shows. */
  query?: string;
  /** Of the story: milliseconds around the error. */
  around?: number;
  /** Reasons, kinds and services that are shown, parted by commas; all when it is not set. */
  why?: string;
  kind?: string;
  service?: string;
  /** The open line. */
  line?: string;
  /** As the list of users names them: what they did instead of what happened. */
  user?: string;
}

const STORY_WORDS = ['why', 'kind', 'service', 'line', 'user'] as const;

export function readIssueSearch(search: Record<string, unknown>): IssueSearch {
  const event = typeof search.event === 'string' ? search.event : '';
  return {
    ...(/^(?:[0-9a-f]{32}|oldest)$/.test(event) ? { event } : {}),
    ...(typeof search.query === 'string' && search.query !== '' ? { query: search.query } : {}),
    ...(/^\d{1,8}$/.test(String(search.around)) ? { around: Number(search.around) } : {}),
    ...Object.fromEntries(
      STORY_WORDS.flatMap((name) => {
        const word = search[name];
        return typeof word === 'string' && word !== '' ? [[name, word.slice(0, 500)]] : [];
      }),
    ),
  };
}
