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
  /** Of what was different: the time, the environment, and what it is compared with. */
  period?: string;
  environment?: string;
  against?: string;
}

/** Longer words are nobody's. */
const CHARS_MAX = 5_000;
const WORDS = ['why', 'kind', 'service', 'line', 'user', 'period', 'environment', 'against'] as const;

export function readIssueSearch(search: Record<string, unknown>): IssueSearch {
  const event = typeof search.event === 'string' ? search.event : '';
  return {
    ...(/^(?:[0-9a-f]{32}|oldest)$/.test(event) ? { event } : {}),
    ...textOf('query', search),
    ...(/^\d{1,8}$/.test(String(search.around)) ? { around: Number(search.around) } : {}),
    ...Object.assign({}, ...WORDS.map((name) => textOf(name, search))),
  };
}

const textOf = (name: keyof IssueSearch, { [name]: text }: Record<string, unknown>) =>
  typeof text === 'string' && text !== '' ? { [name]: text.slice(0, CHARS_MAX) } : {};
