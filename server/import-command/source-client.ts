/**
 * Asks a tracker's API for JSON. What comes may be a login page, half an answer, a redirect or an endless list: each is a
 * sentence. The token goes to the address that was named and nowhere else: of the links in answers only the cursor is used.
 */
import { NoAnswer, type PatientAnswer, patientFetch } from '#server/platform/patient-fetch.ts';
import { CannotRead, SourceProblem } from './source.ts';

/** Of one answer: a page of a hundred whole issues is 1 MB, an event with its source lines may be several. */
const ANSWER_BYTES_MAX = 32 * 1024 * 1024;
/** Of one list: a hundred things each. */
const PAGES_MAX = 10_000;
/** Characters of an answer that are told on. */
const TOLD_CHARS_MAX = 200;

export interface SourceClient {
  /** Null: there is no such thing. Throws CannotRead when the source fails on this one, SourceProblem when on all. */
  get(path: string, query?: Record<string, string>): Promise<unknown>;
  /** The same, with the answer's headers. */
  ask(path: string, query?: Record<string, string>): Promise<{ body: unknown; headers: Headers } | null>;
}

export function createSourceClient(options: {
  /** Without a slash at its end. */
  url: string;
  token: string;
  patienceMs: number;
  say: (sentence: string) => void;
}): SourceClient {
  const { url, token, patienceMs, say } = options;

  async function ask(path: string, query: Record<string, string> = {}) {
    const address = new URL(`${url}${path}`);
    for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
    const answer = await fetchFrom(address);
    const { status, headers, text } = answer;
    if (status === 404) return null;
    if (status === 401)
      throw new SourceProblem(
        `${url} does not take the token (401 ${told(text)}). Is it whole, and of this server?`,
      );
    if (status === 403)
      throw new SourceProblem(
        `${url} does not let this token read ${path} (403 ${told(text)}). It needs org:read, project:read, project:releases and event:read.`,
      );
    if (status >= 300 && status < 400)
      throw new SourceProblem(
        `${url} sends elsewhere, to ${headers.get('location') ?? 'nowhere'}. Give the address that answers itself.`,
      );
    if (status >= 400) throw new CannotRead(`the source answers ${status} ${told(text)}`.trim());
    return { body: jsonOf(text, path), headers };
  }

  async function fetchFrom(address: URL): Promise<PatientAnswer> {
    try {
      return await patientFetch(address, {
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          'user-agent': 'tandem-import',
        },
        ...{ patienceMs, bytesMax: ANSWER_BYTES_MAX, onWait: say },
      });
    } catch (cause) {
      if (cause instanceof NoAnswer) throw new SourceProblem(`${cause.message}.`, { cause });
      throw cause;
    }
  }

  function jsonOf(text: string, path: string): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      // A login page is no half answer: nothing of this source can be read.
      if (!/^\s*</.test(text))
        throw new CannotRead(`the source answers with something that is no JSON (${told(text)})`, { cause });
      throw new SourceProblem(
        `${url}${path} answers with a web page (${told(text)}). Is that the address of the tracker, without a path of its screens?`,
        { cause },
      );
    }
  }

  return { ask, get: async (path, query) => (await ask(path, query))?.body ?? null };
}

/** The lists of a page each. `next` finds the cursor of the page after; null: this was the last. */
export async function* pagesOf<Page>(
  read: (cursor: string | null) => Promise<Page>,
  next: (page: Page) => string | null,
): AsyncGenerator<Page> {
  const seen = new Set<string>();
  let cursor: string | null = null;
  for (let pages = 0; ; pages += 1) {
    const page: Page = await read(cursor);
    yield page;
    cursor = next(page);
    if (cursor === null) return;
    if (seen.has(cursor) || pages >= PAGES_MAX)
      throw new SourceProblem('The source goes round in circles: a list of it does not end.');
    seen.add(cursor);
  }
}

/** Of Sentry's Link header: the cursor of the next page, if there is something on it. */
export function nextCursor(headers: Headers): string | null {
  for (const link of (headers.get('link') ?? '').split(/,\s*(?=<)/)) {
    if (!/rel="?next"?/.test(link) || /results="?false"?/.test(link)) continue;
    const cursor = /cursor="?([^";,\s]{1,500})"?/.exec(link)?.[1] ?? cursorIn(/<([^>]*)>/.exec(link)?.[1]);
    if (cursor) return cursor;
  }
  return null;
}

/** The parameter `cursor` of an address, whichever server that names. */
export function cursorIn(address: unknown): string | null {
  if (typeof address !== 'string') return null;
  return URL.parse(address, 'http://x')?.searchParams.get('cursor') ?? null;
}

const told = (text: string) => text.slice(0, TOLD_CHARS_MAX).replaceAll(/\s+/g, ' ').trim();
